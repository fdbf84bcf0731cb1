import { closeSync, fsyncSync, openSync, rmSync } from 'node:fs';
import type { LibraryCounts } from '../../shared/backup.ts';
import { makePrivateFile } from '../private-files.ts';
import type { Database, Driver } from './driver.ts';
import { migrate, schemaVersion } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { checkDatabase } from './stats.ts';
import { readJsonSilently } from './stored-json.ts';

/**
 * Work on whole database files: copying, looking at, making ready to take the library's place. All of it takes as long as the database is large, and none of it
 * belongs on the main thread.
 */

/** The schema this program writes. */
export const newestSchema = migrations.at(-1)?.version ?? 0;

export interface Examined {
  readonly schema: number;
  /** What SQLite's quick check finds; empty when all is well. */
  readonly findings: readonly string[];
  readonly counts: LibraryCounts;
}

/** Copies the database as it is in one instant into a new private file, while it goes on being written to; the copy is then on the disk for good. */
export function copyDatabase(driver: Driver, from: string, to: string): void {
  rmSync(to, { force: true });
  // SQLite copies into an empty file, and keeps its permissions.
  makePrivateFile(to);
  const db = driver.open(from);
  try {
    db.prepare('VACUUM INTO ?').run([to]);
  } finally {
    db.close();
  }
  syncFile(to);
}

/** Looks at a database file without trusting or changing it; with `check`, at all of it. Throws what SQLite throws where it is none. */
export function examineDatabase(driver: Driver, file: string, { check }: { readonly check: boolean }): Examined {
  const db = driver.open(file);
  try {
    distrust(db);
    const findings = !check
      ? []
      : db
          .prepare<{ quick_check: string }>('PRAGMA quick_check')
          .all([])
          .map((row) => row.quick_check)
          .filter((line) => line !== 'ok');
    return { schema: schemaVersion(db), findings, counts: countsOf(db) };
  } finally {
    db.close();
  }
}

const counted: Readonly<Record<keyof LibraryCounts, readonly [table: string, where: string]>> = {
  images: ['image', ''],
  files: ['file', ''],
  favorites: ['favorite', 'WHERE removed_at IS NULL'],
  outbox: ['outbox', ''],
  collections: ['collection', ''],
  blocks: ['block', ''],
  pools: ['pool', ''],
  history: ['wallpaper', ''],
};

/** Older schemas lack some tables: nothing is in them. */
export function countsOf(db: Database): LibraryCounts {
  const exists = db.prepare<{ n: number }>(`SELECT count(*) AS n FROM sqlite_master WHERE type = 'table' AND name = ?`);
  const hides = db.prepare<{ n: number }>(`SELECT count(*) AS n FROM pragma_table_info(?) WHERE name = 'removed_at'`);
  const count = (table: string, filter: string): number => {
    // Collections got a bin of their own later.
    const where = table === 'collection' && hides.get([table])?.n === 1 ? 'WHERE removed_at IS NULL' : filter;
    return exists.get([table])?.n === 1
      ? (db.prepare<{ n: number }>(`SELECT count(*) AS n FROM ${table} ${where}`).get([])?.n ?? 0)
      : 0;
  };
  return Object.fromEntries(
    Object.entries(counted).map(([key, [table, where]]) => [key, count(table, where)]),
  ) as LibraryCounts;
}

export interface PreparedFile {
  readonly hash: string;
  readonly extension: string;
  readonly bytes: number;
}

export interface Preparation {
  /** File name endings a picture may have. */
  readonly extensions: readonly string[];
  /** Is the picture (the thumbnail) where it belongs? Its record is let go otherwise. */
  readonly hasPicture: (file: PreparedFile) => boolean;
  readonly hasThumbnail: (thumbnail: {
    readonly hash: string;
    readonly edge: number;
    readonly bytes: number;
  }) => boolean;
  /** Service addresses that may stay; any other goes back to the usual one: the account's token is sent there. Null: all stay. */
  readonly addresses: readonly string[] | null;
}

export type Prepared =
  | { readonly refused: string }
  | { readonly counts: LibraryCounts; readonly missing: number; readonly resetAddresses: readonly string[] };

/**
 * Makes a copy ready to be the library of a data folder: proves it (SQLite's whole check, nothing in the schema that is not ours, no name that could lead out of
 * the data folder), brings it to the newest schema, and lets go the records of files that are not there.
 */
export function prepareDatabase(driver: Driver, file: string, preparation: Preparation): Prepared {
  const db = driver.open(file);
  try {
    distrust(db);
    const found = schemaVersion(db);
    if (found < 1 || found > newestSchema)
      return { refused: `It has the version ${found}, which this program does not know.` };
    const alien = alienObjects(db, driver, found);
    if (alien.length > 0) return { refused: `It holds what no Kabegami puts there (${alien.slice(0, 3).join(', ')}).` };
    const [finding] = checkDatabase(db);
    if (finding !== undefined) return { refused: finding };
    db.exec('PRAGMA foreign_keys = ON');
    migrate(db, migrations, () => undefined);
    const wrong = wrongName(db, preparation.extensions);
    if (wrong !== null) return { refused: wrong };
    db.exec('BEGIN IMMEDIATE');
    const missing = letMissingGo(db, preparation);
    // The thumbnails here are not of this database.
    db.exec("DELETE FROM reference_thumbnail; UPDATE reference_total SET folder = ''");
    const resetAddresses = resetForeignAddresses(db, preparation.addresses);
    db.exec('COMMIT');
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
    return { counts: countsOf(db), missing, resetAddresses };
  } finally {
    db.close();
    for (const beside of ['-wal', '-shm']) rmSync(file + beside, { force: true });
    syncFile(file);
  }
}

/** What came from elsewhere runs none of its own code here. */
function distrust(db: Database): void {
  db.exec('PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;');
}

/** Triggers, views and virtual tables that our migrations do not make. */
function alienObjects(db: Database, driver: Driver, version: number): readonly string[] {
  const active = (from: Database): readonly { readonly name: string; readonly text: string }[] =>
    from
      .prepare<{ name: string; type: string; sql: string | null }>('SELECT name, type, sql FROM sqlite_master')
      .all([])
      .filter(({ type, sql }) => type === 'trigger' || type === 'view' || /^\s*CREATE\s+VIRTUAL/i.test(sql ?? ''))
      .map(({ name, type, sql }) => ({ name, text: `${type} ${(sql ?? '').replace(/\s+/g, ' ')}` }));
  const pure = driver.open(':memory:');
  try {
    migrate(
      pure,
      migrations.filter((step) => step.version <= version),
      () => undefined,
    );
    const ours = new Set(active(pure).map(({ text }) => text));
    return active(db).flatMap(({ name, text }) => (ours.has(text) ? [] : [name]));
  } finally {
    pure.close();
  }
}

/** Names of files are made from these columns. */
function wrongName(db: Database, extensions: readonly string[]): string | null {
  const checks: readonly (readonly [sql: string, parameters: readonly string[]])[] = [
    [
      `SELECT hash AS name FROM file WHERE length(hash) <> 64 OR hash GLOB '*[^0-9a-f]*'
         OR extension NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
      [JSON.stringify(extensions)],
    ],
    [`SELECT id AS name FROM image WHERE length(id) > 80 OR id GLOB '*[^A-Za-z0-9:_-]*' LIMIT 1`, []],
    [`SELECT outside AS name FROM wallpaper WHERE outside GLOB '*[^0-9a-z.]*' OR outside LIKE '%..%' LIMIT 1`, []],
  ];
  for (const [sql, parameters] of checks) {
    const row = db.prepare<{ name: string }>(sql).get(parameters);
    if (row !== undefined) return `It names a file as no Kabegami does (${row.name.slice(0, 80)}).`;
  }
  return null;
}

const rowsAtOnce = 1000;

function letMissingGo(db: Database, { hasPicture, hasThumbnail }: Preparation): number {
  const files = db.prepare<PreparedFile>(
    'SELECT hash, extension, bytes FROM file WHERE hash > ? ORDER BY hash LIMIT ?',
  );
  const thumbnails = db.prepare<{ edge: number; bytes: number }>(
    'SELECT edge, bytes FROM thumbnail WHERE file_hash = ?',
  );
  const dropThumbnail = db.prepare('DELETE FROM thumbnail WHERE file_hash = ? AND edge = ?');
  const untie = db.prepare('UPDATE image SET file_hash = NULL WHERE file_hash = ?');
  const drop = db.prepare('DELETE FROM file WHERE hash = ?');
  let missing = 0;
  for (let after = ''; ;) {
    const page = files.all([after, rowsAtOnce]);
    for (const { hash, extension, bytes } of page) {
      const present = hasPicture({ hash, extension, bytes });
      for (const { edge, bytes: size } of thumbnails.all([hash])) {
        if (!present || !hasThumbnail({ hash, edge, bytes: size })) dropThumbnail.run([hash, edge]);
      }
      if (present) continue;
      untie.run([hash]);
      drop.run([hash]);
      missing += 1;
    }
    const last = page.at(-1);
    if (last === undefined) return missing;
    after = last.hash;
  }
}

const addressKeys = ['waifuImUrl', 'yiffRestUrl'] as const;

function resetForeignAddresses(db: Database, allowed: readonly string[] | null): readonly string[] {
  if (allowed === null) return [];
  const find = db.prepare<{ value: string }>('SELECT value FROM setting WHERE key = ?');
  const remove = db.prepare('DELETE FROM setting WHERE key = ?');
  return addressKeys.flatMap((key) => {
    const text = find.get([key])?.value;
    if (text === undefined) return [];
    const address = readJsonSilently(text, key);
    if (typeof address === 'string' && allowed.includes(address)) return [];
    remove.run([key]);
    return [String(address).slice(0, 200)];
  });
}

/** One page of the files a database knows, by hash; `pinned` are those that are never cleaned up. For a copy that nobody else uses. */
export function openFileList(
  driver: Driver,
  file: string,
  pinnedSql: string,
): {
  page(after: string, limit: number, choice: 'pinned' | 'all'): readonly PreparedFile[];
  /** Names of the copies of outside pictures that the history mentions. */
  outside(): readonly string[];
  settings(): Readonly<Record<string, unknown>>;
  close(): void;
} {
  const db = driver.open(file);
  const read = (condition: string) =>
    db.prepare<PreparedFile>(
      `SELECT hash, extension, bytes FROM file WHERE hash > ? ${condition} ORDER BY hash LIMIT ?`,
    );
  const statements = { all: read(''), pinned: read(`AND ${pinnedSql}`) };
  return {
    page: (after, limit, choice) =>
      statements[choice].all([after, limit]).map(({ hash, extension, bytes }) => ({ hash, extension, bytes })),
    outside: () =>
      db
        .prepare<{ outside: string }>(
          'SELECT DISTINCT outside FROM wallpaper WHERE outside IS NOT NULL ORDER BY outside',
        )
        .all([])
        .map((row) => row.outside),
    settings: () =>
      Object.fromEntries(
        db
          .prepare<{ key: string; value: string }>('SELECT key, value FROM setting ORDER BY key')
          .all([])
          .flatMap(({ key, value }) => {
            // A damaged one is none, and keeps nobody from the rest.
            const setting = readJsonSilently(value, key);
            return setting === undefined ? [] : [[key, setting]];
          }),
      ),
    close: () => void db.close(),
  };
}

/** Brings what a killed process left in the log of a database into its file, where that can be done. Never throws. */
export function settleDatabase(driver: Driver, file: string): void {
  let db: Database | null = null;
  try {
    db = driver.open(file);
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').all([]);
  } catch {
    // It is damaged: it is kept as it is, its log beside it.
  } finally {
    try {
      db?.close();
    } catch {
      // The same.
    }
  }
}

function syncFile(file: string): void {
  const handle = openSync(file, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
