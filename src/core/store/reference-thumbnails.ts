import type { Database } from './driver.ts';
import type { Transaction } from './transaction.ts';

/** A thumbnail of a picture that stays in its folder. */
export interface ReferenceThumbnail {
  /** sha256 of the picture's content, hex. */
  readonly hash: string;
  /** Its longest edge in pixels. */
  readonly edge: number;
  readonly bytes: number;
}

/** What is counted of `folder-thumbs/`. A row is written before its file is in place, and removed after its file: never is more there than is counted. */
export interface ReferenceThumbnailRepository {
  totals(): { readonly thumbnails: number; readonly bytes: number };
  of(hash: string): readonly ReferenceThumbnail[];
  /** It was used now. */
  put(thumbnail: ReferenceThumbnail): void;
  /** Notes a use, to the hour: a look at a grid is no reason to write a row for each picture. */
  touch(hash: string, edge: number): void;
  remove(thumbnail: Pick<ReferenceThumbnail, 'hash' | 'edge'>): void;
  /** Oldest use first, those that were not used since `unusedSince` (ms). */
  oldest(limit: number, unusedSince: number): readonly ReferenceThumbnail[];
  /** In the order of hash and edge, those after `after`. */
  page(after: Pick<ReferenceThumbnail, 'hash' | 'edge'> | null, limit: number): readonly ReferenceThumbnail[];
  /** The mark of the folder that the rows are of. */
  folder(): string;
  /** Forgets all rows: they are of this folder from now on, which is empty. */
  begin(folder: string): void;
  /** True when the sums are those of the rows. `repair` makes them anew. */
  sumsAreRight(repair: boolean): boolean;
}

const hour = 3_600_000;

export const oldestReferencesSql = `SELECT hash, edge, bytes FROM reference_thumbnail
  WHERE used_at < :before ORDER BY used_at, hash, edge LIMIT :limit`;

export function createReferenceThumbnailRepository(
  db: Database,
  { transaction, now }: { readonly transaction: Transaction; readonly now: () => number },
): ReferenceThumbnailRepository {
  const columns = 'hash, edge, bytes';
  const totals = db.prepare<{ thumbnails: number; bytes: number }>('SELECT thumbnails, bytes FROM reference_total');
  const of = db.prepare<ReferenceThumbnail>(`SELECT ${columns} FROM reference_thumbnail WHERE hash = ?`);
  const put = db.prepare(
    `INSERT INTO reference_thumbnail (hash, edge, bytes, used_at) VALUES (:hash, :edge, :bytes, :now)
     ON CONFLICT (hash, edge) DO UPDATE SET bytes = excluded.bytes, used_at = excluded.used_at`,
  );
  const touch = db.prepare(
    `UPDATE reference_thumbnail SET used_at = :now WHERE hash = :hash AND edge = :edge AND used_at < :now - ${hour}`,
  );
  const remove = db.prepare('DELETE FROM reference_thumbnail WHERE hash = ? AND edge = ?');
  const oldest = db.prepare<ReferenceThumbnail>(oldestReferencesSql);
  const page = db.prepare<ReferenceThumbnail>(
    `SELECT ${columns} FROM reference_thumbnail WHERE (hash, edge) > (:hash, :edge) ORDER BY hash, edge LIMIT :limit`,
  );
  const folder = db.prepare<{ folder: string }>('SELECT folder FROM reference_total');
  const begin = db.prepare('UPDATE reference_total SET folder = ?');
  const clear = db.prepare('DELETE FROM reference_thumbnail');
  const real = '(SELECT count(*) AS thumbnails, ifnull(sum(bytes), 0) AS bytes FROM reference_thumbnail)';
  const wrong = db.prepare(
    `SELECT 1 AS one FROM reference_total AS t, ${real} AS r WHERE t.thumbnails <> r.thumbnails OR t.bytes <> r.bytes`,
  );
  const mend = db.prepare(`UPDATE reference_total SET (thumbnails, bytes) = (SELECT thumbnails, bytes FROM ${real})`);

  return {
    totals() {
      const { thumbnails = 0, bytes = 0 } = totals.get([]) ?? {};
      return { thumbnails, bytes };
    },
    of: (hash) => of.all([hash]).map(toThumbnail),
    put: ({ hash, edge, bytes }) => void put.run({ hash, edge, bytes, now: now() }),
    touch: (hash, edge) => void touch.run({ hash, edge, now: now() }),
    remove: ({ hash, edge }) => void remove.run([hash, edge]),
    oldest: (limit, unusedSince) => oldest.all({ before: unusedSince, limit }).map(toThumbnail),
    page: (after, limit) => page.all({ hash: after?.hash ?? '', edge: after?.edge ?? 0, limit }).map(toThumbnail),
    folder: () => folder.get([])?.folder ?? '',
    begin: (mark) =>
      transaction(() => {
        clear.run([]);
        begin.run([mark]);
      }),
    sumsAreRight(repair) {
      const right = wrong.get([]) === undefined;
      if (!right && repair) mend.run([]);
      return right;
    },
  };
}

/** Read column by column: a driver may add one of its own. */
const toThumbnail = ({ hash, edge, bytes }: ReferenceThumbnail): ReferenceThumbnail => ({ hash, edge, bytes });
