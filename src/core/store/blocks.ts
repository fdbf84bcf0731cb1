import type { Artist, ImageId } from '../../shared/model.ts';
import type { Block, BlockTarget } from '../../shared/rotation.ts';
import type { Database } from './driver.ts';
import { hashDistance, isHash, type Likeness } from './likeness.ts';
import type { BlockRepository } from './store.ts';
import type { Transaction } from './transaction.ts';

/** Two pictures this few of 64 bits apart are the same to the eye: one scaled, recompressed, slightly cropped. */
export const nearDuplicate = 4;

interface BlockRow {
  readonly kind: Block['kind'];
  readonly value: string;
  readonly label: string;
  readonly at: number;
  readonly file_hash: string | null;
  readonly md5: string | null;
  readonly own_hash: string | null;
  readonly service_hash: string | null;
}

/** What of an image decides whether a block covers it. */
interface Traits {
  readonly key: number;
  readonly id: string;
  readonly provider: string;
  readonly tags: string;
  readonly artists: string;
  readonly hash: string | null;
  readonly own_hash: string | null;
  readonly md5: string | null;
  readonly file_hash: string | null;
}

const traits = 'key, id, provider, tags, artists, hash, own_hash, md5, file_hash';

export interface Blocks extends BlockRepository {
  /** An image was written or got its file: marks it when it is a blocked one. */
  judge(id: ImageId): void;
}

export function createBlockRepository(
  db: Database,
  { transaction, likeness }: { readonly transaction: Transaction; readonly likeness: Likeness },
): Blocks {
  const all = db.prepare<BlockRow>('SELECT * FROM block ORDER BY at DESC, kind, value');
  const insert = db.prepare(
    `INSERT INTO block (kind, value, label, at, file_hash, md5, own_hash, service_hash)
     VALUES (:kind, :value, :label, :at, :file_hash, :md5, :own_hash, :service_hash)
     ON CONFLICT (kind, value) DO UPDATE SET label = excluded.label, file_hash = ifnull(excluded.file_hash, file_hash),
       md5 = ifnull(excluded.md5, md5), own_hash = ifnull(excluded.own_hash, own_hash), service_hash = ifnull(excluded.service_hash, service_hash)`,
  );
  const remove = db.prepare('DELETE FROM block WHERE kind = ? AND value = ?');
  const one = db.prepare<Traits>(`SELECT ${traits} FROM image WHERE id = ?`);
  const blocked = db.prepare<Traits>(`SELECT ${traits} FROM image WHERE blocked = 1`);
  const setBlocked = db.prepare('UPDATE image SET blocked = :blocked WHERE key = :key AND blocked <> :blocked');
  const sameFile = db.prepare<{ id: string }>(
    'SELECT id FROM image WHERE file_hash = :file UNION SELECT id FROM image WHERE md5 = :md5',
  );
  const tagged = db.prepare<{ id: string }>(
    'SELECT i.id AS id FROM image_tag AS t JOIN image AS i ON i.key = t.image_key WHERE t.tag_key = (SELECT key FROM tag WHERE name = ?)',
  );
  // SQLite folds the case of ASCII letters only: the names are compared here.
  const artistNames = db.prepare<{ name: string }>(
    `SELECT DISTINCT json_extract(a.value, '$.name') AS name FROM image, json_each(image.artists) AS a`,
  );
  const byArtists = db.prepare<{ id: string }>(
    `SELECT id FROM image WHERE EXISTS (
       SELECT 1 FROM json_each(image.artists) AS a WHERE json_extract(a.value, '$.name') IN (SELECT value FROM json_each(?)))`,
  );

  let rules = rulesFrom(all.all([]));

  const coveredBy = (target: BlockTarget): readonly ImageId[] => {
    if (target.kind === 'tag') return tagged.all([target.value]).map(({ id }) => id);
    if (target.kind === 'artist') {
      const name = target.value.toLowerCase();
      const names = artistNames.all([]).flatMap((row) => (row.name.toLowerCase() === name ? [row.name] : []));
      return byArtists.all([JSON.stringify(names)]).map(({ id }) => id);
    }
    const image = one.get([target.value]);
    if (image === undefined) return [];
    const same = sameFile.all({ file: image.file_hash, md5: image.md5 }).map(({ id }) => id);
    return [...new Set([image.id, ...same, ...likeness.of(image.id, nearDuplicate)])];
  };

  const describe = (row: BlockRow): Block => ({
    kind: row.kind,
    value: row.value,
    label: row.label,
    at: new Date(row.at).toISOString(),
    images: coveredBy({ kind: row.kind, value: row.value }).length,
  });

  return {
    list: () => all.all([]).map(describe),
    add(target, at) {
      return transaction(() => {
        const value = target.kind === 'artist' ? target.value.toLowerCase() : target.value;
        const image = target.kind === 'image' ? one.get([target.value]) : undefined;
        const row: BlockRow = {
          kind: target.kind,
          value,
          label: image === undefined ? target.value : labelOf(image),
          at,
          file_hash: image?.file_hash ?? null,
          md5: image?.md5 ?? null,
          own_hash: image?.own_hash ?? null,
          // A service's hashes mean something among its own images only.
          service_hash: image !== undefined && isHash(image.hash) ? `${image.provider}:${image.hash}` : null,
        };
        insert.run({ ...row });
        rules = rulesFrom(all.all([]));
        const images = coveredBy(target);
        for (const id of images) {
          const key = one.get([id])?.key;
          if (key !== undefined) setBlocked.run({ key, blocked: 1 });
        }
        return { block: describe(row), images };
      });
    },
    remove(target) {
      return transaction(() => {
        const value = target.kind === 'artist' ? target.value.toLowerCase() : target.value;
        const removed = remove.run([target.kind, value]).changes > 0;
        rules = rulesFrom(all.all([]));
        const free = blocked.all([]).filter((image) => !covers(rules, image));
        for (const { key } of free) setBlocked.run({ key, blocked: 0 });
        return { removed, images: free.map(({ id }) => id) };
      });
    },
    refuses(id, { hash, md5, ownHash }) {
      const refused =
        rules.files.has(hash) ||
        (md5 !== null && rules.md5s.has(md5.toLowerCase())) ||
        isNear(rules.ownHashes, ownHash);
      const key = refused ? one.get([id])?.key : undefined;
      if (key !== undefined) setBlocked.run({ key, blocked: 1 });
      return refused;
    },
    judge(id) {
      if (rules.empty) return;
      const image = one.get([id]);
      if (image !== undefined) setBlocked.run({ key: image.key, blocked: covers(rules, image) ? 1 : 0 });
    },
  };
}

interface Rules {
  readonly empty: boolean;
  readonly ids: ReadonlySet<string>;
  readonly artists: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  readonly files: ReadonlySet<string>;
  readonly md5s: ReadonlySet<string>;
  readonly ownHashes: readonly string[];
  /** By service. */
  readonly serviceHashes: ReadonlyMap<string, readonly string[]>;
}

function rulesFrom(rows: readonly BlockRow[]): Rules {
  const values = (kind: Block['kind']): ReadonlySet<string> =>
    new Set(rows.filter((row) => row.kind === kind).map((row) => row.value));
  const present = (of: (row: BlockRow) => string | null): readonly string[] => rows.flatMap((row) => of(row) ?? []);
  const serviceHashes = new Map<string, string[]>();
  for (const text of present((row) => row.service_hash)) {
    const at = text.indexOf(':');
    const provider = text.slice(0, at);
    serviceHashes.set(provider, [...(serviceHashes.get(provider) ?? []), text.slice(at + 1)]);
  }
  return {
    empty: rows.length === 0,
    ids: values('image'),
    artists: values('artist'),
    tags: values('tag'),
    files: new Set(present((row) => row.file_hash)),
    md5s: new Set(present((row) => row.md5).map((md5) => md5.toLowerCase())),
    ownHashes: present((row) => row.own_hash).filter(isHash),
    serviceHashes,
  };
}

function covers(rules: Rules, image: Traits): boolean {
  if (rules.ids.has(image.id)) return true;
  if (image.file_hash !== null && rules.files.has(image.file_hash)) return true;
  if (image.md5 !== null && rules.md5s.has(image.md5.toLowerCase())) return true;
  if (isNear(rules.ownHashes, image.own_hash)) return true;
  if (isNear(rules.serviceHashes.get(image.provider) ?? [], image.hash)) return true;
  if (rules.tags.size > 0 && (JSON.parse(image.tags) as string[]).some((tag) => rules.tags.has(tag))) return true;
  return (
    rules.artists.size > 0 &&
    (JSON.parse(image.artists) as Artist[]).some(({ name }) => rules.artists.has(name.toLowerCase()))
  );
}

function isNear(hashes: readonly string[], hash: string | null): boolean {
  return isHash(hash) && hashes.some((other) => hashDistance(other, hash) <= nearDuplicate);
}

function labelOf({ id, artists }: Traits): string {
  const names = (JSON.parse(artists) as Artist[]).map(({ name }) => name);
  return names.length === 0 ? id : `${names.join(', ')} · ${id}`;
}
