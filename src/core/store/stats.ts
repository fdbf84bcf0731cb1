import type { LibraryStats } from '../../shared/model.ts';
import type { Database } from './driver.ts';

/** Counts for people. */
export function readStats(db: Database): LibraryStats {
  const row = db
    .prepare<{
      images: number;
      files: number;
      bytes: number;
      favorites: number;
      thumbnails: number;
      thumbnailBytes: number;
    }>(
      `SELECT (SELECT count(*) FROM image) AS images,
              (SELECT ifnull(sum(files), 0) FROM disk_total) AS files,
              (SELECT ifnull(sum(bytes), 0) FROM disk_total) AS bytes,
              (SELECT count(*) FROM favorite WHERE removed_at IS NULL) AS favorites,
              (SELECT ifnull(sum(thumbnails), 0) FROM disk_total) AS thumbnails,
              (SELECT ifnull(sum(thumbnail_bytes), 0) FROM disk_total) AS thumbnailBytes`,
    )
    .get([]);
  if (row === undefined) throw new Error('A query of counts answered nothing.');
  const { images, files, bytes, favorites, thumbnails, thumbnailBytes } = row;
  return { images, files, bytes, favorites, thumbnails, thumbnailBytes };
}

/** SQLite's own checks, one line a finding; empty when all is well. */
export function checkDatabase(db: Database): readonly string[] {
  const integrity = db
    .prepare<{ integrity_check: string }>('PRAGMA integrity_check')
    .all([])
    .map((row) => row.integrity_check)
    .filter((line) => line !== 'ok');
  const references = db
    .prepare<{ table: string; rowid: number | null; parent: string }>('PRAGMA foreign_key_check')
    .all([])
    .map((row) => `A row of ${row.table} (${row.rowid ?? 'no row id'}) points to a missing row of ${row.parent}.`);
  return [...integrity, ...references, ...damagedRows(db)];
}

/** Columns that hold JSON, and how a row of theirs is named. */
const jsonColumns = [
  ['image', 'tags', 'id'],
  ['image', 'artists', 'id'],
  ['image', 'sources', 'id'],
  ['setting', 'value', 'key'],
  ['memory', 'value', 'key'],
  ['pool', 'sources', 'id'],
] as const;
/** A table of which more is damaged is damaged as a whole. */
const named = 20;

/** SQLite says only that a table holds some that should not be there. */
function damagedRows(db: Database): readonly string[] {
  const tables = new Set(
    db
      .prepare<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all([])
      .map(({ name }) => name),
  );
  return jsonColumns
    .filter(([table]) => tables.has(table))
    .flatMap(([table, column, name]) =>
      db
        .prepare<{ name: string }>(
          `SELECT ${name} AS name FROM ${table} WHERE NOT json_valid(${column}) LIMIT ${named}`,
        )
        .all([])
        .map((row) => `The ${column} of the ${table} ${row.name} cannot be read.`),
    );
}
