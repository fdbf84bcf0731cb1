import { statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { LibraryCounts } from '../../shared/backup.ts';
import { namesIn } from '../names-in.ts';
import { countsOf } from './database-copies.ts';
import { chooseDriver, type Database, type Driver } from './driver.ts';
import { parseSnapshotName } from './snapshots.ts';

/**
 * A library whose database was lost (deleted, emptied), and the new one that was begun in its place. It must not pass for the library: no snapshot is taken of it
 * by itself, and none goes for one.
 */

/** In the database's `memory`: it was begun in the place of one that was lost. A restore replaces it with the rest. */
const markKey = 'begunAfterLoss';
/** The name of the snapshot that was the last to know images; null where there was none. No time is kept: the clock may have been wrong. */
const markShape = z.object({ snapshot: z.string().nullable() });
type Mark = z.output<typeof markShape>;

/** What nobody gets back but from a copy; the rest comes by itself. */
const telling = [
  'images',
  'favorites',
  'collections',
  'blocks',
  'pools',
] as const satisfies readonly (keyof LibraryCounts)[];

/** Remembers that this database was begun in the place of one that was lost. */
export function markLost(db: Database, folder: string, driver: Driver): void {
  const last = fullSnapshot(folder, driver);
  db.prepare('INSERT INTO memory (key, value) VALUES (?, ?) ON CONFLICT (key) DO NOTHING').run([
    markKey,
    JSON.stringify({ snapshot: last === null ? null : path.basename(last) } satisfies Mark),
  ]);
}

/** No database, or one without a byte, beside pictures or a snapshot that holds any. */
export function isMissingDatabase(folder: string, driver: Driver = chooseDriver()): boolean {
  return (
    sizeOf(path.join(folder, 'library.db')) === 0 &&
    (pictureFiles(folder, 1) > 0 || fullSnapshot(folder, driver) !== null)
  );
}

/**
 * Was the library of this folder lost? The database is missing; or it knows no image, though there are pictures or a snapshot that knows some; or it was begun
 * after a loss, and most pictures here are unknown to it, or the last snapshot from before holds much more. False too where it cannot be read: opening it tells
 * why.
 */
export function isLost(folder: string, driver: Driver = chooseDriver()): boolean {
  const file = path.join(folder, 'library.db');
  if (sizeOf(file) === 0) return isMissingDatabase(folder, driver);
  const now = read(file, driver, (db) => ({ empty: isEmpty(db), mark: markOf(db) }));
  if (now === null) return false;
  if (now.empty) return pictureFiles(folder, 1) > 0 || fullSnapshot(folder, driver) !== null;
  if (now.mark === null) return false;
  const counts = read(file, driver, countsOf);
  if (counts === null) return false;
  if (pictureFiles(folder, 2 * counts.files + 1) > 2 * counts.files) return true;
  const before = now.mark.snapshot === null ? null : path.join(folder, 'backups', path.basename(now.mark.snapshot));
  const then = before === null || sizeOf(before) === 0 ? null : read(before, driver, countsOf);
  return then !== null && telling.some((kind) => then[kind] > 2 * counts[kind]);
}

/** A library without an image is one that was just begun: whatever else it may hold refers to images. */
export function isEmpty(db: Database): boolean {
  return db.prepare<{ n: number }>('SELECT EXISTS (SELECT 1 FROM image) AS n').get([])?.n !== 1;
}

function markOf(db: Database): Mark | null {
  const text = db.prepare<{ value: string }>('SELECT value FROM memory WHERE key = ?').get([markKey])?.value;
  if (text === undefined) return null;
  try {
    return markShape.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The newest snapshot that knows an image. */
function fullSnapshot(folder: string, driver: Driver): string | null {
  const backups = path.join(folder, 'backups');
  const newestFirst = namesIn(backups)
    .flatMap((name) => parseSnapshotName(name) ?? [])
    .sort((a, b) => b.at - a.at);
  for (const { name } of newestFirst) {
    const file = path.join(backups, name);
    if (sizeOf(file) > 0 && read(file, driver, isEmpty) === false) return file;
  }
  return null;
}

/** How many files lie below `pictures/`, at most `enough`. */
function pictureFiles(folder: string, enough: number): number {
  const pictures = path.join(folder, 'pictures');
  let found = 0;
  for (const name of namesIn(pictures)) {
    found += namesIn(path.join(pictures, name)).length;
    if (found >= enough) return enough;
  }
  return found;
}

/** Null where it cannot be read. */
function read<T>(file: string, driver: Driver, work: (db: Database) => T): T | null {
  let db: Database | null = null;
  try {
    db = driver.open(file);
    return work(db);
  } catch {
    return null;
  } finally {
    db?.close();
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
