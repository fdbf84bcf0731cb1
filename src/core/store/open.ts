import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { namesIn } from '../names-in.ts';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock, Log } from '../ports.ts';
import { makeFolder, makePrivateFile, tighten } from '../private-files.ts';
import { busyTimeout, chooseDriver, type Database, type Driver } from './driver.ts';
import { codeOf, corruptError, storeError } from './errors.ts';
import type { ImageId } from '../../shared/model.ts';
import { createBagRepository } from './bag.ts';
import { createBlockRepository } from './blocks.ts';
import { createCandidateRepository } from './candidates.ts';
import { createCollectionRepository } from './collections.ts';
import { createEditRepository } from './edits.ts';
import { createDiskRepository } from './disk.ts';
import { createFavoriteRepository } from './favorite-repository.ts';
import { createFileRepository } from './files.ts';
import { createImageFrom } from './image-rows.ts';
import { createImageRepository } from './images.ts';
import { createFindRepository } from './finds.ts';
import { createNoteRepository } from './image-notes.ts';
import { createFolderRepository } from './folders.ts';
import { createLikeness, type HashRow } from './likeness.ts';
import { createListRepository } from './lists.ts';
import { isLost, isMissingDatabase, markLost } from './lost.ts';
import { backUp, migrate, schemaVersion, type UpdateStep } from './migrate.ts';
import { migrations } from './migrations/index.ts';
import { createOutboxRepository } from './outbox-repository.ts';
import { createPoolRepository } from './pools.ts';
import { createDuplicateRepository } from './duplicates.ts';
import { createMergeRepository } from './merges.ts';
import { createSignatureRepository } from './signatures.ts';
import { createRotationStateRepository } from './rotation-state.ts';
import { createSavedSearchRepository } from './search/saved-searches.ts';
import { createSearchRepository } from './search/search-repository.ts';
import { createSettingsRepository } from './settings.ts';
import { checkDatabase, readStats } from './stats.ts';
import type { Store } from './store.ts';
import { createReadJson } from './stored-json.ts';
import { createSyncRepository } from './sync-repository.ts';
import { createTransaction } from './transaction.ts';
import { createWallpaperRepository } from './wallpapers.ts';

/** The database's file in the data folder, and the folder of its backups. */
export const databaseName = 'library.db';
export const backupsName = 'backups';

/** Where the library of a data folder lies: for messages and for opening it. */
export function storePlaces(folder: string): { readonly database: string; readonly backups: string } {
  return { database: path.join(folder, databaseName), backups: path.join(folder, backupsName) };
}

/** The store, and the connection for the repositories that other modules of `store` add to it. */
export interface OpenedStore extends Store {
  readonly database: Database;
}

/**
 * Opens the library of a data folder, creating or migrating it as needed. Synchronous: nothing can be done without it.
 * Errors: `data_folder_unwritable`, `disk_full`, `database_newer`, `database_corrupt`, `data_folder_in_use`.
 */
export function openStore(parts: {
  readonly folder: string;
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
  readonly driver?: Driver;
  /** Hears of each step that brings an older library up to date. */
  readonly updating?: (step: UpdateStep) => void;
}): Result<OpenedStore> {
  const { folder, log, clock, driver = chooseDriver(), updating } = parts;
  const { database: file, backups } = storePlaces(folder);
  let db: Database | null = null;
  try {
    makeFolder(folder);
    probe(folder);
    const lost = isMissingDatabase(folder, driver);
    if (lost) {
      log.warn('The library is empty, but there are picture files or snapshots: its database was lost or replaced', {
        file,
      });
    }
    makePrivate({ file, backups });
    db = driver.open(file);
    const newest = migrations.at(-1)?.version ?? 0;
    const found = schemaVersion(db);
    if (found > newest) {
      db.close();
      return fail(
        appError(
          'database_newer',
          `The library in ${folder} was written by a newer Kabegami (its version is ${found}, this program knows ${newest}). ` +
            'Install the newer Kabegami again, or point KABEGAMI_HOME to another folder. Nothing was changed.',
        ),
      );
    }
    if (found < 0) {
      log.error('The library has a version that no Kabegami gave it', { file, version: found });
      db.close();
      return fail(corruptError({ database: file, backups }));
    }
    configure(db);
    const backUpFirst = (version: number): void => {
      if (db === null) return;
      log.info('Backed the library up before migrating it', {
        backup: backUp(db, backups, version, clock.now(), { thin: !isLost(folder, driver) }),
        from: version,
        to: newest,
      });
    };
    migrate(db, migrations, backUpFirst, updating);
    if (lost) markLost(db, folder, driver);
    return ok(createStore(db, driver, clock, log));
  } catch (error) {
    db?.close();
    const where = { database: file, backups };
    // Whatever else SQLite says of a database that is being opened (a table that is missing, or there already), it is not one of ours.
    const known = storeError(error, where) ?? (codeOf(error)?.startsWith('SQLITE_') ? corruptError(where) : null);
    log.error('The library could not be opened', { file, error: error instanceof Error ? error.stack : String(error) });
    return fail(known ?? appError('internal', `The library ${file} could not be opened: ${String(error)}`));
  }
}

export { isLost };

/** SQLite gives the files it makes beside a database the permissions of the database. */
function makePrivate({ file, backups }: { readonly file: string; readonly backups: string }): void {
  makePrivateFile(file);
  for (const beside of ['-wal', '-shm']) tighten(file + beside);
  for (const name of namesIn(backups)) tighten(path.join(backups, name));
}

/** Fails here, with the file system's own error, rather than in SQLite with a vague one. */
function probe(folder: string): void {
  const file = path.join(folder, `.write-test-${process.pid}`);
  try {
    writeFileSync(file, '.');
  } finally {
    rmSync(file, { force: true });
  }
}

/** So much of the database's file is read through the system's own cache, which the system takes back as it likes. */
const mappedBytes = 2 ** 31 - 65_536;

/** Settings of a connection; `journal_mode` alone is kept in the file. */
export function configure(db: Database): void {
  db.prepare('PRAGMA journal_mode = WAL').get([]);
  // FULL: a like must survive a power cut, and half a millisecond a transaction is cheap at this program's pace (bench/store.ts).
  db.exec(`PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = ${busyTimeout};`);
  db.exec('PRAGMA journal_size_limit = 16777216; PRAGMA trusted_schema = OFF;');
  // Whatever a statement with triggers changes is noted first, so that it alone can be undone: in memory that takes a quarter off a pull of favorites (bench/favorites.ts).
  db.exec('PRAGMA temp_store = MEMORY');
  // A search looks thousands of rows up, all over the file, and reads them where they lie. Of 35 kinds of search among a million images, each asked for the first
  // time, copying pages into a cache of 16 MB takes twice as long, into one of 64 MB (of memory that nobody gets back) 1.3 times, and arranging 20,000
  // images goes beyond 50 ms. The price: a disk that fails under a page ends the program instead of telling an error. What was written then is as safe as
  // after a power cut, because nothing is written through the map.
  db.prepare(`PRAGMA mmap_size = ${mappedBytes}`).get([]);
}

function createStore(db: Database, driver: Driver, clock: Pick<Clock, 'now'>, log: Log): OpenedStore {
  const version = db.prepare<{ version: string }>('SELECT sqlite_version() AS version').get([])?.version ?? 'unknown';
  const readJson = createReadJson(log);
  const imageFrom = createImageFrom(readJson);
  const transaction = createTransaction(db, () => {
    likeness.forget();
    blocks.forget();
  });
  const likeness = createLikeness(db);
  const blocks = createBlockRepository(db, { transaction, likeness });
  const hashesOf = db.prepare<HashRow>('SELECT key, provider, hash, own_hash FROM image WHERE id = ?');
  const written = (id: ImageId): void => {
    const row = hashesOf.get([id]);
    if (row !== undefined) likeness.note(row);
    blocks.judge(id);
  };
  const signatures = createSignatureRepository(db);
  const files = createFileRepository(db, {
    transaction,
    now: clock.now,
    written(id) {
      written(id);
      signatures.changed(id);
    },
  });
  const images = createImageRepository(db, { transaction, now: clock.now, written, imageFrom });
  let open = true;
  return {
    database: db,
    driver: { name: driver.name, version },
    images,
    files,
    disk: createDiskRepository(db, { transaction, flush: files.flush, now: clock.now }),
    wallpapers: createWallpaperRepository(db, { transaction, imageFrom }),
    pools: createPoolRepository(db, readJson),
    candidates: createCandidateRepository(db, imageFrom),
    bag: createBagRepository(db),
    finds: createFindRepository(db),
    folders: createFolderRepository(db, {
      transaction,
      images,
      written(id) {
        written(id);
        signatures.changed(id);
      },
    }),
    rotation: createRotationStateRepository(db, readJson),
    likeness,
    blocks,
    signatures,
    duplicates: createDuplicateRepository(db, { transaction }),
    merges: createMergeRepository(db, { transaction, blocks, written }),
    collections: createCollectionRepository(db, { transaction }),
    notes: createNoteRepository(db),
    edits: createEditRepository(db),
    search: createSearchRepository(db, undefined, imageFrom),
    savedSearches: createSavedSearchRepository(db, { transaction }),
    settings: createSettingsRepository(db, { transaction, readJson }),
    lists: createListRepository(db, readJson),
    favorites: createFavoriteRepository(db),
    outbox: createOutboxRepository(db),
    sync: createSyncRepository(db, readJson),
    transaction,
    stats: () => readStats(db),
    check: () => checkDatabase(db),
    close() {
      if (!open) return;
      open = false;
      files.flush();
      db.close();
    },
  };
}
