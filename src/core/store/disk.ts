import { classSql, originSql, rebuildTotals, type DiskClass } from './disk-triggers.ts';
import type { Database } from './driver.ts';
import { codeOf } from './errors.ts';
import { createReferenceThumbnailRepository, type ReferenceThumbnailRepository } from './reference-thumbnails.ts';
import type { FileRecord } from './store.ts';
import type { Transaction } from './transaction.ts';

export interface DiskTotal {
  readonly class: DiskClass;
  /** The provider; empty for files of no image. */
  readonly origin: string;
  readonly files: number;
  readonly bytes: number;
  readonly thumbnails: number;
  readonly thumbnailBytes: number;
}

/** A file that may be evicted, and its place in the order of eviction. */
export interface CachedFile extends FileRecord {
  readonly usedAt: number;
  /** Of its thumbnails, which go with it. */
  readonly thumbnailBytes: number;
}

export interface LargestFile extends FileRecord {
  readonly class: DiskClass;
  /** The first image of it; null where there is none. */
  readonly image: string | null;
}

/** Where the disk goes. Everything is read from sums that triggers keep, or along an index: no call looks at every file but `audit`. */
export interface DiskRepository {
  /** Thumbnails of pictures that stay in their folders; they are in `bytes`, too. */
  readonly references: ReferenceThumbnailRepository;
  totals(): readonly DiskTotal[];
  /** Bytes of all pictures and thumbnails. */
  bytes(): number;
  /** Bytes of the pictures and thumbnails that are never evicted. */
  pinnedBytes(): number;
  /** Files that may be evicted, in the order they go in: oldest use first. `after` is the last one of the page before. */
  evictable(page: {
    readonly after: Pick<CachedFile, 'usedAt' | 'hash'> | null;
    readonly limit: number;
  }): readonly CachedFile[];
  /** True while the file may be evicted. */
  isEvictable(hash: string): boolean;
  largest(limit: number): readonly LargestFile[];
  /** The images of a file. */
  imagesOf(hash: string): readonly string[];
  /** Up to `limit` files from `after` on: how many are classed wrongly, and where to go on. `repair` classes them rightly. */
  audit(after: string | null, limit: number, repair: boolean): { readonly wrong: number; readonly last: string | null };
  /** True when the sums are those of the files. `repair` makes them anew. Looks at every file. */
  sumsAreRight(repair: boolean): boolean;
}

const columns = 'file.hash, file.bytes, file.extension, file.width, file.height';
const thumbnailBytes = '(SELECT ifnull(sum(bytes), 0) FROM thumbnail WHERE file_hash = file.hash) AS thumbnailBytes';

export const evictableSql = `SELECT ${columns}, file.used_at AS usedAt, ${thumbnailBytes} FROM file
  WHERE class = 'cache' AND (used_at, hash) > (:at, :hash) ORDER BY used_at, hash LIMIT :limit`;
export const largestSql = `SELECT ${columns}, file.class,
    (SELECT i.id FROM image AS i WHERE i.file_hash = file.hash ORDER BY i.id LIMIT 1) AS image
  FROM file ORDER BY bytes DESC, hash DESC LIMIT ?`;

export function createDiskRepository(
  db: Database,
  {
    transaction,
    flush,
    now,
  }: { readonly transaction: Transaction; readonly flush: () => void; readonly now: () => number },
): DiskRepository {
  const totals = db.prepare<DiskTotal>(
    `SELECT class, origin, files, bytes, thumbnails, thumbnail_bytes AS thumbnailBytes FROM disk_total
     WHERE files <> 0 ORDER BY class, origin`,
  );
  const sum = (where: string) =>
    db.prepare<{ n: number }>(`SELECT ifnull(sum(bytes + thumbnail_bytes), 0) AS n FROM disk_total WHERE ${where}`);
  const references = createReferenceThumbnailRepository(db, { transaction, now });
  const all = sum('1');
  const pinned = sum("class <> 'cache'");
  const evictable = db.prepare<CachedFile>(evictableSql);
  const isEvictable = db.prepare("SELECT 1 AS one FROM file WHERE hash = ? AND class = 'cache'");
  const largest = db.prepare<LargestFile>(largestSql);
  const imagesOf = db.prepare<{ id: string }>('SELECT id FROM image WHERE file_hash = ? ORDER BY id');
  const page = 'SELECT hash FROM file WHERE hash > :after ORDER BY hash LIMIT :limit';
  const audit = db.prepare<{ n: number; last: string | null }>(
    `SELECT count(*) FILTER (WHERE class <> ${classSql} OR origin <> ${originSql}) AS n, max(hash) AS last
     FROM file WHERE hash IN (${page})`,
  );
  const classAgain = db.prepare(`UPDATE file SET class = ${classSql}, origin = ${originSql} WHERE hash IN (${page})`);
  const wrongSums = db.prepare(
    `SELECT 1 AS one FROM (
       SELECT class, origin, count(*) AS files, sum(bytes) AS bytes,
         sum((SELECT count(*) FROM thumbnail WHERE file_hash = file.hash)) AS thumbnails,
         sum((SELECT ifnull(sum(bytes), 0) FROM thumbnail WHERE file_hash = file.hash)) AS thumbnail_bytes
       FROM file GROUP BY class, origin) AS real
     FULL JOIN (SELECT * FROM disk_total WHERE files <> 0 OR bytes <> 0 OR thumbnails <> 0 OR thumbnail_bytes <> 0) AS kept
       ON kept.class = real.class AND kept.origin = real.origin
     WHERE kept.files IS NOT real.files OR kept.bytes IS NOT real.bytes
       OR kept.thumbnails IS NOT real.thumbnails OR kept.thumbnail_bytes IS NOT real.thumbnail_bytes LIMIT 1`,
  );

  return {
    references,
    totals: () => totals.all([]).map((row) => ({ ...pick(row, totalKeys) })),
    bytes: () => (all.get([])?.n ?? 0) + references.totals().bytes,
    pinnedBytes: () => pinned.get([])?.n ?? 0,
    evictable({ after, limit }) {
      try {
        flush();
      } catch (error) {
        // A full disk is no reason not to make room on it; the order is a little older than it could be.
        if (codeOf(error) !== 'SQLITE_FULL') throw error;
      }
      return evictable
        .all({ at: after?.usedAt ?? -1, hash: after?.hash ?? '', limit })
        .map((row) => pick(row, cachedKeys));
    },
    isEvictable: (hash) => isEvictable.get([hash]) !== undefined,
    largest: (limit) => largest.all([limit]).map((row) => pick(row, largestKeys)),
    imagesOf: (hash) => imagesOf.all([hash]).map(({ id }) => id),
    audit(after, limit, repair) {
      const place = { after: after ?? '', limit };
      const { n: wrong = 0, last = null } = audit.get(place) ?? {};
      if (wrong > 0 && repair) classAgain.run(place);
      return { wrong, last };
    },
    sumsAreRight(repair) {
      const right = wrongSums.get([]) === undefined;
      if (!right && repair) transaction(() => void db.exec(rebuildTotals));
      return references.sumsAreRight(repair) && right;
    },
  };
}

const fileKeys = ['hash', 'bytes', 'extension', 'width', 'height'] as const;
const totalKeys = ['class', 'origin', 'files', 'bytes', 'thumbnails', 'thumbnailBytes'] as const;
const cachedKeys = [...fileKeys, 'usedAt', 'thumbnailBytes'] as const;
const largestKeys = [...fileKeys, 'class', 'image'] as const;

/** Rows are read column by column: a driver may add one of its own. */
function pick<T extends object, K extends keyof T>(row: T, keys: readonly K[]): Pick<T, K> {
  return Object.fromEntries(keys.map((key) => [key, row[key]])) as unknown as Pick<T, K>;
}
