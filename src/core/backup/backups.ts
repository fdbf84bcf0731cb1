import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type {
  BackupMade,
  BackupPreview,
  BackupSource,
  BackupState,
  KeptLibrary,
  LibraryCounts,
  Restored,
  Snapshot,
} from '../../shared/backup.ts';
import { appError, cancelled } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { createLock } from '../files/lock.ts';
import { seldom } from '../files/seldom.ts';
import { namesIn } from '../names-in.ts';
import type { Clock, Log } from '../ports.ts';
import { newestSchema } from '../store/database-copies.ts';
import { isLost } from '../store/lost.ts';
import { outdatedSnapshots, parseSnapshotName } from '../store/snapshots.ts';
import { looksWhole } from './looks-whole.ts';
import { makeBackup, refuseTarget, type BackupRequest } from './make-backup.ts';
import { pathError } from './path-error.ts';
import { createPlaces, keptAt, keptFolders, keptName } from './places.ts';
import { readArchive } from './read-archive.ts';
import { runInWorker, type RunDatabaseJob } from './run-database-job.ts';
import { stageArchive, stageSnapshot } from './stage-restore.ts';
import { completeParts, keptParts, pendingRestore, promiseRestore } from './swap.ts';
import { takeSnapshot } from './take-snapshot.ts';

export interface Work {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Backups, restores and snapshots of the data folder. It works on files alone, with connections of its own, so it also works where the library cannot be opened.
 * What `restore` and `undo` promise is carried out by `carryOutRestore` once nobody has the database open. One thing at a time.
 */
export interface Backups {
  state(): Omit<BackupState, 'dialogs'>;
  create(request: BackupRequest, work: Work): Promise<Result<BackupMade>>;
  inspect(source: BackupSource, options: { readonly check: boolean }, work: Work): Promise<Result<BackupPreview>>;
  restore(source: BackupSource, work: Work): Promise<Result<Restored>>;
  /** Promises the library that the last restore replaced its place again. */
  undo(signal: AbortSignal): Promise<Result<Restored>>;
  /** The same without looking at it: what was opened in its place cannot be used. */
  takeBack(): void;
  /** Removes the library that the last restore replaced. */
  forget(): Promise<Result<{ readonly removed: boolean }>>;
  /**
   * Copies the database into `backups/`, proves the copy, and only then drops what is out of date; nothing while the library is one that was begun after another
   * was lost. Null where there is nothing to copy.
   */
  snapshot(): Promise<Result<Snapshot | null>>;
  /** A restore was promised and waits to be carried out. */
  pending(): boolean;
  /** Waits for what is under way. */
  settled(): Promise<void>;
}

export interface BackupParts {
  readonly folder: string;
  readonly version: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly runJob?: RunDatabaseJob;
}

const lastSchema = z.object({ path: z.string(), at: z.string(), bytes: z.number() });

export function createBackups({ folder, version, clock, log, runJob = runInWorker }: BackupParts): Backups {
  const places = createPlaces(folder);
  const inTurn = createLock();
  const lastFile = path.join(places.snapshots, 'last-backup.json');

  /** Runs work in turn. Whatever it throws becomes an error value. */
  function guarded<T>(
    doing: string,
    place: string,
    work: () => Promise<Result<T>>,
    signal?: AbortSignal,
  ): Promise<Result<T>> {
    return inTurn(async () => {
      try {
        if (signal?.aborted === true) return fail(cancelled);
        return await work();
      } catch (error) {
        if (signal?.aborted === true) return fail(cancelled);
        log.error(`Could not ${doing}`, { error: error instanceof Error ? error.stack : String(error) });
        return fail(
          pathError(error, place) ??
            unreadable(error, place) ??
            appError('internal', `Kabegami could not ${doing}. Its log says more.`),
        );
      }
    });
  }

  const snapshots = (): readonly Snapshot[] =>
    namesIn(places.snapshots)
      .flatMap((name) => {
        const parsed = parseSnapshotName(name);
        const found = statSync(path.join(places.snapshots, name), { throwIfNoEntry: false });
        if (parsed === null || found?.isFile() !== true) return [];
        const damaged = looksWhole(path.join(places.snapshots, name), found.size) ? {} : { damaged: true as const };
        return [{ name, at: parsed.at, bytes: found.size, schema: parsed.version, ...damaged }];
      })
      .sort((a, b) => b.at - a.at)
      .map((snapshot) => ({ ...snapshot, at: new Date(snapshot.at).toISOString() }));

  function kept(): KeptLibrary | null {
    const name = keptFolders(folder).at(-1);
    return name === undefined ? null : { name, at: keptAt(name) };
  }

  async function here(): Promise<LibraryCounts | null> {
    if ((statSync(places.database, { throwIfNoEntry: false })?.size ?? 0) === 0) return null;
    try {
      return (await runJob({ kind: 'examine', file: places.database, check: false })).counts;
    } catch {
      return null;
    }
  }

  /** The snapshot named, or the newest that is sound and not of a newer program: one of an empty library only where no other is. */
  async function findSnapshot(wanted: string): Promise<Result<Snapshot>> {
    const all = snapshots();
    const named = all.find(({ name }) => name === wanted);
    if (named !== undefined) return ok(named);
    // One from the future is of a clock that was wrong: it comes last.
    const now = clock.now();
    const early = all.filter(({ at }) => Date.parse(at) <= now);
    const inOrder = [...early, ...all.filter((snapshot) => !early.includes(snapshot))];
    let empty: Snapshot | null = null;
    for (const snapshot of wanted === 'latest' ? inOrder : []) {
      if (snapshot.schema > newestSchema || snapshot.damaged) continue;
      const counts = await countsIfSound(path.join(places.snapshots, snapshot.name));
      if (counts === null) continue;
      if (counts.images > 0) return ok(snapshot);
      empty ??= snapshot;
    }
    if (empty !== null) return ok(empty);
    return fail(
      appError(
        'not_found',
        all.length === 0
          ? `There is no snapshot in ${places.snapshots}. Restore a backup file instead, if you have one: kabegami backup restore <file>.`
          : wanted === 'latest'
            ? noneSound(places.snapshots, folder)
            : `There is no snapshot ${wanted} in ${places.snapshots}. "kabegami backup list" shows what there is.`,
      ),
    );
  }

  async function countsIfSound(file: string): Promise<LibraryCounts | null> {
    try {
      const { findings, schema, counts } = await runJob({ kind: 'examine', file, check: true });
      return findings.length === 0 && schema > 0 ? counts : null;
    } catch {
      return null;
    }
  }

  async function inspectSnapshot(wanted: string, check: boolean): Promise<Result<BackupPreview>> {
    const found = await findSnapshot(wanted);
    if (!found.ok) return found;
    const { name, at, bytes, schema } = found.value;
    if (schema > newestSchema) return fail(newer(name, schema));
    const { counts, findings } = await runJob({ kind: 'examine', file: path.join(places.snapshots, name), check });
    if (findings.length > 0) return fail(appError('bad_backup', `The snapshot ${name} is damaged. Use another one.`));
    return ok({
      createdAt: at,
      program: null,
      schema,
      older: schema < newestSchema,
      bytes,
      pictures: { choice: 'none', count: 0, bytes: 0 },
      counts,
      here: await here(),
      checked: check,
    });
  }

  return {
    state: () => ({ snapshots: snapshots(), kept: kept(), lost: isLost(folder), last: readLast(lastFile) }),
    pending: () => pendingRestore(places) !== null,
    settled: () => inTurn(() => Promise.resolve()),
    create: (request, { onProgress, signal }) =>
      guarded(
        'make the backup',
        request.path,
        async () => {
          const usable = await refuseTarget(request.path, request.overwrite, folder);
          if (!usable.ok) return usable;
          const made = await makeBackup({ places, program: version, clock, runJob }, request, {
            onProgress: seldom(onProgress, clock),
            signal,
          });
          if (made.ok)
            remember(lastFile, {
              path: made.value.path,
              at: new Date(clock.now()).toISOString(),
              bytes: made.value.bytes,
            });
          return made;
        },
        signal,
      ),
    inspect: (source, { check }, { onProgress, signal }) =>
      guarded(
        'read the backup',
        'path' in source ? source.path : places.snapshots,
        async () => {
          if (!('path' in source)) return inspectSnapshot(source.snapshot, check);
          const read = await readArchive(source.path, { check, onProgress: seldom(onProgress, clock), signal });
          if (!read.ok) return read;
          const { manifest, contents, bytes } = read.value;
          return ok({
            createdAt: manifest.createdAt,
            program: manifest.program,
            schema: manifest.schema,
            older: manifest.schema < newestSchema,
            bytes,
            pictures: { choice: manifest.pictures, count: contents.pictures, bytes: contents.bytes },
            counts: manifest.counts,
            here: await here(),
            checked: check,
          });
        },
        signal,
      ),
    restore: (source, { onProgress, signal }) =>
      guarded(
        'restore the backup',
        'path' in source ? source.path : places.snapshots,
        async () => {
          if (pendingRestore(places) !== null) return fail(waiting);
          try {
            const parts = { places, now: clock.now, runJob };
            if ('path' in source)
              return await stageArchive(parts, source.path, { onProgress: seldom(onProgress, clock), signal });
            const found = await findSnapshot(source.snapshot);
            if (!found.ok) return found;
            if (found.value.schema > newestSchema) return fail(newer(found.value.name, found.value.schema));
            return await stageSnapshot(parts, found.value.name, { signal });
          } finally {
            if (pendingRestore(places) === null) await rm(places.staged, { recursive: true, force: true });
          }
        },
        signal,
      ),
    undo: (signal) =>
      guarded(
        'undo the restore',
        folder,
        async () => {
          const found = kept();
          if (pendingRestore(places) !== null) return fail(waiting);
          if (found === null) return fail(appError('not_found', 'There is no restore to undo.'));
          const old = path.join(folder, found.name);
          const file = path.join(old, 'library.db');
          // A library that was empty has no database to look at.
          const empty = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0;
          const examined = empty ? null : await runJob({ kind: 'examine', file, check: true });
          if (examined !== null && (examined.findings.length > 0 || examined.schema > newestSchema)) {
            return fail(
              appError(
                'database_corrupt',
                `The library that was replaced is damaged. It is still in ${old}; nothing was changed.`,
              ),
            );
          }
          const parts = keptParts(old);
          completeParts(old, parts);
          const name = keptName(clock.now());
          promiseRestore(places, { staged: found.name, kept: name, parts: [...parts] });
          return ok({ counts: examined?.counts ?? nothing, missing: 0, notes: [], kept: path.join(folder, name) });
        },
        signal,
      ),
    takeBack() {
      const found = kept();
      if (found === null) return;
      const old = path.join(folder, found.name);
      const parts = keptParts(old);
      completeParts(old, parts);
      promiseRestore(places, { staged: found.name, kept: keptName(clock.now()), parts: [...parts] });
    },
    forget: () =>
      guarded('remove the library that was replaced', folder, async () => {
        const found = kept();
        if (found !== null) {
          // Renamed first: half a library must not look like one that can be put back.
          const doomed = path.join(folder, `backup.work`);
          await rm(doomed, { recursive: true, force: true });
          await rename(path.join(folder, found.name), doomed);
          await rm(doomed, { recursive: true, force: true });
        }
        return ok({ removed: found !== null });
      }),
    snapshot: () =>
      guarded('copy the database', places.snapshots, async () => {
        const taken = await takeSnapshot({ places, clock, runJob });
        if (!taken.ok || taken.value === null) return taken;
        if (isLost(folder)) return taken;
        const names = namesIn(places.snapshots).flatMap((name) => parseSnapshotName(name) ?? []);
        for (const { name } of outdatedSnapshots(names)) await rm(path.join(places.snapshots, name), { force: true });
        return taken;
      }),
  };
}

const waiting = appError(
  'invalid_input',
  'A restore is waiting to be carried out. Quit Kabegami and start it again first.',
);

const nothing: LibraryCounts = {
  images: 0,
  files: 0,
  favorites: 0,
  outbox: 0,
  collections: 0,
  blocks: 0,
  pools: 0,
  history: 0,
};

function noneSound(snapshots: string, folder: string): string {
  return (
    `No snapshot in ${snapshots} is sound. Restore a backup file, if you have one: kabegami backup restore <file>. If you have none, quit Kabegami and move ` +
    `${path.join(folder, 'library.db')} (and its -wal and -shm files) somewhere safe: it then starts with an empty library. The pictures are still in ` +
    `${path.join(folder, 'pictures')}: copy them to another folder and run "kabegami library import <folder>"; "kabegami favorites sync" brings the favorites of ` +
    'your account back.'
  );
}

function newer(name: string, schema: number) {
  return appError(
    'database_newer',
    `The snapshot ${name} was made by a newer Kabegami (its version is ${schema}, this program knows ${newestSchema}). Nothing was changed.`,
  );
}

/** SQLite's word for a file that is no database, or a damaged one. */
function unreadable(error: unknown, place: string) {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')
    ? appError('bad_backup', `The database in ${place} is damaged. Nothing was changed. Use another backup.`)
    : null;
}

function readLast(file: string): z.output<typeof lastSchema> | null {
  try {
    return lastSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}

/** Told in Settings only: that it cannot be written is no failure of the backup. */
function remember(file: string, last: z.output<typeof lastSchema>): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, JSON.stringify(last), { mode: 0o600 });
  } catch {
    rmSync(file, { force: true });
  }
}
