import { realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { appError, cancelled } from '../../shared/errors.ts';
import type { Folder, ScanReport } from '../../shared/folders.ts';
import type { ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { EventBus } from '../events.ts';
import type { Limits } from '../files/inspect.ts';
import type { Pictures } from '../files/pictures.ts';
import { createLock } from '../files/lock.ts';
import type { Clock, Log } from '../ports.ts';
import type { Store, StoredFolder } from '../store/store.ts';
import { dryRun } from './dry-run.ts';
import type { Folders } from './folders.ts';
import type { ScanFolder, ScanProgress } from './scan.ts';
import { createStates } from './states.ts';
import { createPick } from './pick.ts';
import { createWatch, type Watch } from './watch.ts';

/** Rows changed in one go. */
const slice = 200;

interface Running {
  readonly controller: AbortController;
  readonly result: Promise<Result<ScanReport>>;
  readonly listeners: Set<ScanProgress>;
  waiting: number;
  /** Wanted whoever waits for it: it does not end when nobody does any more. */
  kept: boolean;
}

export function createFolders(parts: {
  readonly store: Pick<Store, 'folders' | 'images' | 'files' | 'pools'>;
  readonly scan: ScanFolder;
  /** Where copies are kept. */
  readonly pictures: Pick<Pictures, 'keep' | 'references'>;
  readonly allowsAdult: () => boolean;
  readonly events: Pick<EventBus, 'emit'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly platform: NodeJS.Platform;
  readonly dataFolder: string;
  readonly limits: Limits;
  readonly changed: (ids: readonly ImageId[]) => void;
  /** The copies in the library are no longer kept: they may go when room is needed. */
  readonly letCopiesGo: (ids: readonly ImageId[]) => void;
  readonly yieldNow: () => Promise<void>;
}): Folders {
  const { store, scan, pictures, events, clock, log, dataFolder, yieldNow } = parts;
  const { folders } = store;
  const states = createStates({ folders, events, clock });
  const running = new Map<number, Running>();
  const watches = new Map<number, Watch>();
  const took = new Map<number, number>();
  const oneAtATime = createLock();
  let started = false;
  let stopped = false;

  const missing = (id: number): Result<never> =>
    fail(appError('not_found', `There is no folder ${id}. Look at them with: kabegami folders list`));

  function begin(folder: StoredFolder): Running {
    const controller = new AbortController();
    const listeners = new Set<ScanProgress>();
    states.set(folder.key, { kind: 'waiting' });
    const result = oneAtATime(() => run(folder.key, controller.signal, listeners)).finally(() => {
      if (running.get(folder.key) === entry) running.delete(folder.key);
    });
    const entry: Running = { controller, result, listeners, waiting: 0, kept: false };
    running.set(folder.key, entry);
    return entry;
  }

  /** Scans it, if it is not being scanned, whoever waits for that or does not. */
  function keepScanning(folder: StoredFolder): void {
    const entry = running.get(folder.key) ?? begin(folder);
    entry.kept = true;
    const again = (): void => {
      const now = folders.get(folder.key);
      if (now !== null && !stopped) keepScanning(now);
    };
    if (entry.controller.signal.aborted) void entry.result.finally(again);
  }

  async function run(key: number, signal: AbortSignal, listeners: Set<ScanProgress>): Promise<Result<ScanReport>> {
    const folder = folders.get(key);
    if (folder === null) return missing(key);
    if (signal.aborted) {
      states.rest(folder, watches.has(key));
      return fail(cancelled);
    }
    const from = clock.now();
    const result = await scan(folder, {
      prefix: '',
      signal,
      onProgress(done, total) {
        states.set(key, { kind: 'scanning', done, total });
        for (const listener of listeners) listener(done, total);
      },
    }).catch((error: unknown): Result<ScanReport> => {
      log.error('A folder could not be scanned', {
        folder: folder.path,
        error: error instanceof Error ? error.stack : String(error),
      });
      return fail(appError('internal', `The folder ${folder.path} could not be looked through. The log says more.`));
    });
    took.set(key, clock.now() - from);
    const now = folders.get(key);
    if (now !== null && !stopped) await watchIt(now);
    if (result.ok || result.error.code === 'cancelled') states.rest(folder, watches.has(key));
    else
      states.set(key, { kind: result.error.code === 'not_found' ? 'absent' : 'failed', message: result.error.message });
    return result;
  }

  /** Watches it if it is to be watched, and lets go of it if not. */
  async function watchIt(folder: StoredFolder): Promise<void> {
    if (!started || !folder.watch) {
      watches.get(folder.key)?.stop();
      watches.delete(folder.key);
      return;
    }
    let watch = watches.get(folder.key);
    if (watch === undefined) {
      watch = createWatch({
        root: folder.path,
        recursive: folder.recursive,
        platform: parts.platform,
        clock,
        changed: () => {
          const now = folders.get(folder.key);
          if (now !== null && !stopped) keepScanning(now);
        },
        limited: (reason) => {
          log.warn('A folder cannot be watched as a whole', { folder: folder.path, reason });
          events.emit('notice', {
            level: 'info',
            message:
              reason === 'too_many'
                ? `The system does not let ${folder.path} be watched as a whole: it has too many folders (on Linux the limit is fs.inotify.max_user_watches). It is looked through every ten minutes instead.`
                : `The system does not tell what changes in ${folder.path}. It is looked through every ten minutes instead.`,
          });
        },
        lastScanTook: () => took.get(folder.key) ?? 0,
      });
      watches.set(folder.key, watch);
    }
    await watch.refresh();
  }

  const poolsNaming = (folder: string): boolean =>
    store.pools
      .list()
      .some(({ sources }) => sources.some((each) => each.kind === 'folder' && path.resolve(each.path) === folder));

  async function place(given: string): Promise<Result<string>> {
    const folder = path.resolve(given);
    if (!path.isAbsolute(given))
      return fail(
        appError('invalid_input', `"${given}" is not the whole path of a folder, such as /home/you/Pictures.`),
      );
    const found = await stat(folder).catch(() => null);
    if (found?.isFile() === true)
      return fail(
        appError(
          'invalid_input',
          `${folder} is a file. Single pictures come in when they are dropped onto the window, or with: kabegami library add ${folder}`,
        ),
      );
    if (found?.isDirectory() !== true)
      return fail(appError('not_found', `There is no folder ${folder}. Check how it is written.`));
    const [real, data] = await Promise.all([realpath(folder), realpath(dataFolder).catch(() => dataFolder)]);
    if (real === data || real.startsWith(data.replace(/[\\/]?$/, path.sep)))
      return fail(
        appError('invalid_input', "That is Kabegami's own data folder. Its pictures are in the library already."),
      );
    return ok(folder);
  }

  async function letGo(folder: StoredFolder, keep: boolean, signal: AbortSignal): Promise<Result<void>> {
    for (;;) {
      if (signal.aborted) return fail(cancelled);
      const ids = folders.dropFiles(folder.key, slice);
      if (ids === null) break;
      const hashes = ids.flatMap((id) => folders.hashOf(id) ?? []);
      if (!keep && folder.mode === 'copy') parts.letCopiesGo(ids);
      folders.forget(ids);
      for (const hash of hashes) if (folders.imageOf(hash) === null) await pictures.references.drop(hash);
      parts.changed(ids);
      await yieldNow();
    }
    folders.remove(folder.key);
    states.forget(folder.key);
    return ok(undefined);
  }

  async function join(
    id: number,
    onProgress: ScanProgress,
    signal: AbortSignal | undefined,
  ): Promise<Result<ScanReport>> {
    // Its last caller has left it: it ends soon.
    while (running.get(id)?.controller.signal.aborted === true) await running.get(id)?.result;
    const folder = folders.get(id);
    if (folder === null) return missing(id);
    if (stopped || signal?.aborted === true) return fail(cancelled);
    const entry = running.get(id) ?? begin(folder);
    entry.waiting += 1;
    entry.listeners.add(onProgress);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        entry.waiting -= 1;
        entry.listeners.delete(onProgress);
        signal?.removeEventListener('abort', giveUp);
      };
      const giveUp = (): void => {
        leave();
        // Nobody waits for it any more, and whoever began it wants it stopped.
        if (entry.waiting === 0 && !entry.kept) entry.controller.abort();
        resolve(fail(cancelled));
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      void entry.result.then(resolve, reject).finally(() => signal?.aborted !== true && leave());
    });
  }

  const service: Folders = {
    start() {
      started = true;
      for (const folder of folders.list()) {
        // What was broken off goes on; what is watched may have changed meanwhile.
        if (folder.watch || folders.toReadCount(folder.key) > 0) keepScanning(folder);
      }
    },
    list: () => states.list(),
    async add(options) {
      const where = await place(options.path);
      if (!where.ok) return where;
      const before = folders.byPath(where.value);
      const folder = folders.save({ ...options, path: where.value, ofPool: false, picked: false }, clock.now());
      if (before !== null && before.rating !== folder.rating) {
        for (let after: number | null = 0; after !== null; await yieldNow())
          after = folders.rateAgain(folder.key, after, 50);
      }
      if (before !== null) {
        watches.get(folder.key)?.stop();
        watches.delete(folder.key);
        await watchIt(folder);
      }
      states.rest(folder, watches.has(folder.key));
      return ok(states.of(folder));
    },
    async remove(id, keep, signal) {
      const folder = folders.get(id);
      if (folder === null) return missing(id);
      running.get(id)?.controller.abort();
      await running.get(id)?.result;
      watches.get(id)?.stop();
      watches.delete(id);
      // A pool still shows what is in it.
      if (poolsNaming(folder.path))
        folders.save({ ...folder, ofPool: true, mode: 'reference', watch: false }, clock.now());
      else {
        const gone = await letGo(folder, keep, signal);
        if (!gone.ok) return gone;
      }
      states.tell();
      return ok(states.list());
    },
    scan: (id, onProgress, signal) => join(id, onProgress, signal),
    scanSoon(id) {
      const folder = folders.get(id);
      if (folder === null) return missing(id);
      keepScanning(folder);
      return ok(states.of(folder));
    },
    cancel(id) {
      const folder = folders.get(id);
      if (folder === null) return missing(id);
      running.get(id)?.controller.abort();
      return ok(states.of(folder));
    },
    failures: (id, limit) => (folders.get(id) === null ? missing(id) : ok(folders.failures(id, limit))),
    async dryRun(options, onProgress, signal) {
      const where = await place(options.path);
      return where.ok ? dryRun(parts, { ...options, path: where.value }, onProgress, signal) : where;
    },
    async scanForPool(given, rating, signal) {
      const folder = path.resolve(given);
      const known = folders.byPath(folder);
      if (known === null || known.picked || (known.ofPool && known.rating !== rating)) {
        const where = await place(folder);
        if (!where.ok) return where;
        const saved = folders.save(
          {
            path: folder,
            mode: 'reference',
            rating: known?.picked === true ? known.rating : rating,
            watch: known?.picked === true,
            recursive: true,
            // What its owner has chosen pictures of stays when the pool goes.
            ofPool: known?.picked !== true,
            picked: false,
          },
          clock.now(),
        );
        if (known !== null)
          for (let after: number | null = 0; after !== null; await yieldNow())
            after = folders.rateAgain(saved.key, after, 50);
      }
      const key = folders.byPath(folder)?.key;
      if (key === undefined) return missing(0);
      const scanned = await join(key, () => undefined, signal);
      return scanned.ok ? ok(undefined) : scanned;
    },
    pick: createPick({
      store,
      pictures,
      add: (options) => service.add(options),
      scan: (id, onProgress, signal) => join(id, onProgress, signal),
      scanSoon: (id) => void service.scanSoon(id),
      place,
      forgotten(folder) {
        watches.get(folder.key)?.stop();
        watches.delete(folder.key);
        folders.remove(folder.key);
        states.forget(folder.key);
        states.tell();
      },
      allowsAdult: parts.allowsAdult,
      now: clock.now,
    }),
    placesOf: (id) => ({
      places: folders.placesOf(id).map(({ folder, root, path: inside, missing: gone }) => ({
        folder,
        path: path.join(root, ...inside.split('/')),
        missing: gone,
      })),
      copied: store.files.of(id) !== null,
    }),
    async forgetMissing(id, signal) {
      const folder = folders.get(id);
      if (folder === null) return missing(id);
      for (;;) {
        if (signal.aborted) return fail(cancelled);
        const ids = folders.dropMissing(id, slice);
        if (ids === null) break;
        const hashes = ids.flatMap((each) => folders.hashOf(each) ?? []);
        folders.forget(ids);
        for (const hash of hashes) if (folders.imageOf(hash) === null) await pictures.references.drop(hash);
        parts.changed(ids);
        await yieldNow();
      }
      states.rest(folder, watches.has(id));
      return ok(states.of(folder));
    },
    async reread(id, signal) {
      for (const { folder } of folders.placesOf(id))
        if (folders.get(folder) !== null) await join(folder, () => undefined, signal);
    },
    async stop() {
      stopped = true;
      states.stop();
      for (const watch of watches.values()) watch.stop();
      watches.clear();
      const all = [...running.values()];
      for (const { controller } of all) controller.abort();
      await Promise.allSettled(all.map(({ result }) => result));
    },
  };
  return service;
}

export type { Folder };
