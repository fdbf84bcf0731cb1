import type { ImageId } from '../../shared/model.ts';
import type { Block, BlockTarget } from '../../shared/rotation.ts';
import { fold } from '../../shared/search/index.ts';
import { artistNames, createBlockRules, valueOf, type BlockRow, type Traits } from './block-rules.ts';
import type { Database } from './driver.ts';
import { nearDuplicate } from './hashes.ts';
import { serviceHash, type Likeness } from './likeness.ts';
import type { BlockRepository } from './store.ts';
import type { Transaction } from './transaction.ts';

const traits =
  'i.key, i.id, i.provider, i.tags, i.artists, i.hash, i.own_hash, i.md5, i.file_hash, i.refused_hash, i.blocked, i.merged_into';
type Row = Traits & { readonly blocked: number; readonly merged_into: number | null };

/** What the blocks cover: a small part of the images, found by an index of its own. */
export const blockedSql = `SELECT ${traits} FROM image AS i WHERE i.blocked = 1`;

export interface Blocks extends BlockRepository {
  /** An image was written or got its file: marks it when it is a blocked one. */
  judge(id: ImageId): void;
  /** The table may not be what it was taken for: read it again when next asked. */
  forget(): void;
}

export function createBlockRepository(
  db: Database,
  { transaction, likeness }: { readonly transaction: Transaction; readonly likeness: Likeness },
): Blocks {
  const all = db.prepare<BlockRow>(
    'SELECT kind, value, label, at, file_hash, md5, own_hash, service_hash FROM block ORDER BY at DESC, kind, value',
  );
  // What a block of an image knows it never unlearns; it learns what it did not know.
  const save = db.prepare(
    `INSERT INTO block (kind, value, label, at, file_hash, md5, own_hash, service_hash)
     VALUES (:kind, :value, :label, :at, :file_hash, :md5, :own_hash, :service_hash)
     ON CONFLICT (kind, value) DO UPDATE SET label = excluded.label, file_hash = ifnull(file_hash, excluded.file_hash),
       md5 = ifnull(md5, excluded.md5), own_hash = ifnull(own_hash, excluded.own_hash), service_hash = ifnull(service_hash, excluded.service_hash)`,
  );
  const remove = db.prepare('DELETE FROM block WHERE kind = ? AND lower(value) = lower(?)');
  const one = db.prepare<Row>(`SELECT ${traits} FROM image AS i WHERE i.id = ?`);
  const blocked = db.prepare<Row>(blockedSql);
  const mark = db.prepare('UPDATE image SET blocked = :blocked WHERE key = :key');
  const refuse = db.prepare(
    'UPDATE image SET refused_hash = :hash, md5 = ifnull(md5, :md5), own_hash = ifnull(:ownHash, own_hash) WHERE key = :key',
  );
  const sameFile = db.prepare<{ id: string }>(
    'SELECT id FROM image WHERE file_hash = :file UNION SELECT id FROM image WHERE md5 = :md5',
  );
  const tagged = db.prepare<{ id: string }>(
    'SELECT i.id FROM image_tag AS t JOIN image AS i ON i.key = t.image_key WHERE t.tag_key IN (SELECT key FROM tag WHERE folded = ?)',
  );
  const credited = db.prepare<{ id: string; artists: string }>('SELECT id, artists FROM image WHERE artists LIKE ?');

  /** The blocks, newest first, and the rules they make. */
  function read() {
    const rows = all.all([]);
    return { rows, rules: createBlockRules(rows) };
  }
  let known: ReturnType<typeof read> | null = null;
  const current = (): ReturnType<typeof read> => (known ??= read());

  /** Images a new block may cover: those in doubt are told apart by the rules. */
  function suspects(target: BlockTarget): readonly ImageId[] {
    if (target.kind === 'tag') return tagged.all([fold(target.value)]).map(({ id }) => id);
    if (target.kind === 'artist') {
      const value = valueOf(target);
      const theirs = credited.all([loosely(value)]);
      return theirs.flatMap(({ id, artists }) =>
        artistNames(artists).some((name) => name.toLowerCase() === value) ? [id] : [],
      );
    }
    const image = one.get([target.value]);
    if (image === undefined) return [];
    const same = sameFile.all({ file: image.file_hash, md5: image.md5 }).map(({ id }) => id);
    return [...new Set([image.id, ...same, ...likeness.of(image.id, nearDuplicate)])];
  }

  /** Writes a block and marks what it covers. */
  function put(target: BlockTarget, at: number): readonly ImageId[] {
    const image = target.kind === 'image' ? one.get([target.value]) : undefined;
    const theirs = image === undefined ? null : serviceHash(image);
    save.run({
      kind: target.kind,
      value: valueOf(target),
      label: image === undefined ? target.value : labelOf(image),
      at,
      file_hash: image?.file_hash ?? image?.refused_hash ?? null,
      md5: image?.md5 ?? null,
      own_hash: image?.own_hash ?? null,
      service_hash: image === undefined || theirs === null ? null : `${image.provider}:${theirs}`,
    });
    known = null;
    const covered = suspects(target);
    for (const id of covered) judgeOne(id);
    return covered;
  }

  function judgeOne(id: ImageId): void {
    const image = one.get([id]);
    if (image === undefined) return;
    // What was merged into another is not seen either, whatever the rules say of it.
    const verdict = image.merged_into !== null || current().rules.covering(image).size > 0 ? 1 : 0;
    if (verdict !== image.blocked) mark.run({ key: image.key, blocked: verdict });
  }

  function list(): readonly Block[] {
    const { rows, rules } = current();
    const counts = rows.map(() => 0);
    for (const image of rules.empty ? [] : blocked.all([])) {
      for (const place of rules.covering(image)) counts[place] = (counts[place] ?? 0) + 1;
    }
    return rows.map(({ kind, value, label, at }, place) => ({
      kind,
      value,
      label,
      at: new Date(at).toISOString(),
      images: counts[place] ?? 0,
    }));
  }

  return {
    list,
    add: (target, at) =>
      transaction(() => {
        put(target, at);
        const value = valueOf(target);
        const { rows, rules } = current();
        const place = rows.findIndex((row) => row.kind === target.kind && row.value === value);
        const row = rows[place];
        if (row === undefined) throw new Error(`The block of ${value} was written and is not there.`);
        const images = blocked.all([]).flatMap((image) => (rules.covering(image).has(place) ? [image.id] : []));
        const { kind, label } = row;
        return { block: { kind, value, label, at: new Date(row.at).toISOString(), images: images.length }, images };
      }),
    remove: (target) =>
      transaction(() => {
        const removed = remove.run([target.kind, valueOf(target)]).changes > 0;
        known = null;
        const { rules } = current();
        const free = blocked.all([]).filter((image) => image.merged_into === null && rules.covering(image).size === 0);
        for (const { key } of free) mark.run({ key, blocked: 0 });
        return { removed, images: free.map(({ id }) => id) };
      }),
    refuses(id, file) {
      if (!current().rules.coversFile(file)) return false;
      transaction(() => {
        const image = one.get([id]);
        if (image === undefined) return;
        // What it looks like is kept, so that it stays blocked for as long as the block that it fell under.
        refuse.run({ key: image.key, hash: file.hash, md5: file.md5, ownHash: file.ownHash });
        likeness.note({ ...image, own_hash: file.ownHash ?? image.own_hash });
        judgeOne(id);
      });
      return true;
    },
    judge(id) {
      const { rows, rules } = current();
      if (rules.empty) return;
      const block = rows.find(({ kind, value }) => kind === 'image' && value === id);
      const image = block === undefined ? undefined : one.get([id]);
      // A blocked image shows what it is known by after all (it was on its way here): its likes are found now.
      if (block !== undefined && image !== undefined && hasNew(block, image))
        put({ kind: 'image', value: id }, block.at);
      else judgeOne(id);
    },
    forget() {
      known = null;
    },
  };
}

/** Does the image tell what its block does not know? */
function hasNew(block: BlockRow, image: Traits): boolean {
  return (
    (block.file_hash === null && image.file_hash !== null) ||
    (block.md5 === null && image.md5 !== null) ||
    (block.own_hash === null && image.own_hash !== null) ||
    (block.service_hash === null && serviceHash(image) !== null)
  );
}

/**
 * A pattern that everything with this name matches, and little else. LIKE folds the case of ASCII letters only, and some letters of other scripts
 * fold to ASCII ones (K, the kelvin, to k; İ to i with a dot): those are left open, and the names that match are compared whole.
 */
function loosely(name: string): string {
  return `%${name.replace(/[^a-hjl-z0-9 ]+/g, '%')}%`;
}

function labelOf({ id, artists }: Traits): string {
  const names = artistNames(artists);
  return names.length === 0 ? id : `${names.join(', ')} · ${id}`;
}
