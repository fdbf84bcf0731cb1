import { closeSync, existsSync, fsyncSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeFolder, makePrivateFile } from '../private-files.ts';
import type { Database } from './driver.ts';
import type { Migration } from './migrations/index.ts';
import { outdatedSnapshots, parseSnapshotName, snapshotName } from './snapshots.ts';

/** The schema version a database is at; 0 is an empty one. */
export function schemaVersion(db: Database): number {
  return db.prepare<{ user_version: number }>('PRAGMA user_version').get([])?.user_version ?? 0;
}

/** Which step of an update has begun, from 1. */
export interface UpdateStep {
  readonly step: number;
  readonly of: number;
}

/**
 * Brings the schema to the newest version, each step in a transaction of its own, so that a crash leaves the version before or after it.
 * `backup` runs once, before the first step, when the database holds anything.
 */
export function migrate(
  db: Database,
  migrations: readonly Migration[],
  backup: (version: number) => void,
  tell: (step: UpdateStep) => void = () => undefined,
): void {
  const from = schemaVersion(db);
  const steps = migrations.filter(({ version }) => version > from);
  if (steps.length === 0) return;
  if (from > 0) backup(from);
  // Filling an index in its own order touches all of it: with SQLite's usual cache it takes three times as long.
  const cache = db.prepare<{ cache_size: number }>('PRAGMA cache_size').get([])?.cache_size ?? 0;
  // What is sorted for it may be more than memory should hold.
  const temporary = db.prepare<{ temp_store: number }>('PRAGMA temp_store').get([])?.temp_store ?? 0;
  db.exec(`PRAGMA cache_size = ${-migrationCache}; PRAGMA temp_store = FILE`);
  try {
    carryOut(db, steps, tell);
  } finally {
    db.exec(`PRAGMA cache_size = ${cache}; PRAGMA temp_store = ${temporary}`);
  }
}

/** Kibibytes; only as much is used as there is to write. */
const migrationCache = 262_144;

function carryOut(db: Database, steps: readonly Migration[], tell: (step: UpdateStep) => void): void {
  for (const [n, { version, sql, after }] of steps.entries()) {
    tell({ step: n + 1, of: steps.length });
    db.exec('BEGIN IMMEDIATE');
    try {
      db.exec(sql);
      after?.(db);
      db.exec(`PRAGMA user_version = ${version}`);
      db.exec('COMMIT');
    } catch (error) {
      try {
        db.exec('ROLLBACK');
      } catch {
        // A full or failing disk has undone the transaction already; that error is the one to tell.
      }
      throw error;
    }
  }
}

/** Writes a whole copy of the database into `folder`, proves it, and (`thin`) drops the copies that are out of date. Answers the copy's path. */
export function backUp(
  db: Database,
  folder: string,
  version: number,
  now: number,
  { thin }: { readonly thin: boolean } = { thin: true },
): string {
  makeFolder(folder);
  const target = path.join(folder, snapshotName(version, now));
  const unfinished = `${target}.part`;
  rmSync(unfinished, { force: true });
  // SQLite copies into an empty file, and keeps its permissions.
  makePrivateFile(unfinished);
  db.prepare('VACUUM INTO ?').run([unfinished]);
  sync(unfinished);
  renameSync(unfinished, target);
  // A copy that is itself damaged drives no older one out.
  const findings = db.prepare<{ quick_check: string }>('PRAGMA quick_check').all([]);
  if (thin && findings.every((row) => row.quick_check === 'ok')) {
    const copies = readdirSync(folder).flatMap((name) => parseSnapshotName(name) ?? []);
    for (const { name } of outdatedSnapshots(copies)) rmSync(path.join(folder, name), { force: true });
  }
  return target;
}

function sync(file: string): void {
  if (!existsSync(file)) return;
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
