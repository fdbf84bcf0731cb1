import type { Database } from './driver.ts';
import { Hashes, isHash } from './hashes.ts';
import type { LikenessRepository } from './store.ts';

/** Of an image, what its looks are known by. */
export interface HashRow {
  readonly key: number;
  readonly provider: string;
  readonly hash: string | null;
  readonly own_hash: string | null;
}

export interface Likeness extends LikenessRepository {
  /** An image's hashes are now these. */
  note(image: HashRow): void;
  /** What was noted may not have come to pass: read everything again when next asked. */
  forget(): void;
}

/**
 * The hash a service gave the image. It says something among this service's images only: nobody tells how it was computed. Where a service gives
 * none, `image.hash` is our own.
 */
export function serviceHash({ hash, own_hash }: Pick<HashRow, 'hash' | 'own_hash'>): string | null {
  return isHash(hash) && hash !== own_hash ? hash : null;
}

interface Index {
  readonly own: Hashes;
  readonly services: Map<string, Hashes>;
}

/** Rows read at a time while the index is filled. */
const rowsAtOnce = 5_000;

/** The index is read from the database when it is first asked, and follows it from then on. */
export function createLikeness(db: Database, batch = rowsAtOnce): Likeness {
  const some = db.prepare<HashRow>(
    `SELECT key, provider, hash, own_hash FROM image INDEXED BY image_hashed
     WHERE (own_hash IS NOT NULL OR hash IS NOT NULL) AND key > ? ORDER BY key LIMIT ${batch}`,
  );
  const one = db.prepare<HashRow>('SELECT key, provider, hash, own_hash FROM image WHERE id = ?');
  const idOf = db.prepare<{ id: string }>('SELECT id FROM image WHERE key = ?');
  let index: Index | null = null;
  /** An index on its way, and the last image it has read; null: none was begun. */
  let loading: { readonly index: Index; after: number } | null = null;

  const put = ({ own, services }: Index, image: HashRow): void => {
    own.set(image.key, image.own_hash);
    let hashes = services.get(image.provider);
    if (hashes === undefined) services.set(image.provider, (hashes = new Hashes()));
    hashes.set(image.key, serviceHash(image));
  };
  /** Reads the next rows. Answers true once all are read. */
  const loadSome = (): boolean => {
    if (index !== null) return true;
    loading ??= { index: { own: new Hashes(), services: new Map() }, after: -1 };
    const rows = some.all([loading.after]);
    for (const row of rows) put(loading.index, row);
    loading.after = rows.at(-1)?.key ?? loading.after;
    if (rows.length < batch) {
      index = loading.index;
      loading = null;
    }
    return index !== null;
  };
  const load = (): Index => {
    while (index === null) loadSome();
    return index;
  };

  return {
    note(image) {
      // What is yet to be read is read as it is then.
      const known = index ?? loading?.index;
      if (known !== undefined) put(known, image);
    },
    forget() {
      index = null;
      loading = null;
    },
    loadSome,
    of(id, distance) {
      const row = one.get([id]);
      if (row === undefined) return [];
      const index = load();
      const keys = new Set<number>();
      if (isHash(row.own_hash)) for (const key of index.own.near(row.own_hash, distance)) keys.add(key);
      const theirs = serviceHash(row);
      if (theirs !== null)
        for (const key of index.services.get(row.provider)?.near(theirs, distance) ?? []) keys.add(key);
      keys.delete(row.key);
      return [...keys].flatMap((key) => idOf.get([key])?.id ?? []);
    },
  };
}
