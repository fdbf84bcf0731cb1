import { opendir, stat } from 'node:fs/promises';
import { appError, cancelled, type AppError, type ErrorCode } from '../../shared/errors.ts';
import type { ScanReport } from '../../shared/folders.ts';
import type { ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pictures } from '../files/pictures.ts';
import type { FolderFile, Store, StoredFolder } from '../store/store.ts';
import type { ReadPicture, Reading } from './read.ts';
import { createTally, type Tally } from './tally.ts';
import { walk, walkPicked } from './walk.ts';

/** Files read between two transactions; few, so that a transaction is short and pictures appear as they come. */
const pageSize = 32;
/** Pictures read at the same time. */
const atOnce = 3;
/** Rows changed in one go. */
const slice = 200;

/** File systems tell times apart this well (ms), at the worst. */
const freshFor = 2_000;

export type ScanProgress = (done: number, total: number | null) => void;

/** Brings the library in step with one folder, or a part of it. */
export type ScanFolder = (
  folder: StoredFolder,
  options: {
    /** '' is all of it; else a folder inside, ending in `/`. */
    readonly prefix: string;
    readonly onProgress: ScanProgress;
    readonly signal: AbortSignal;
  },
) => Promise<Result<ScanReport>>;

/** What of a picture is its own trouble; with any other error the scan stops, as the next picture would meet it too. */
const ownTrouble: ReadonlySet<ErrorCode> = new Set([
  'bad_picture',
  'picture_too_large',
  'not_found',
  'blocked_by_owner',
  'timeout',
]);

export function createScanFolder(parts: {
  readonly store: Pick<Store, 'folders' | 'images' | 'blocks' | 'transaction'>;
  readonly read: ReadPicture;
  readonly pictures: Pick<Pictures, 'keep'>;
  /** May this be shown now? Nothing else gets a thumbnail. */
  readonly allowsAdult: () => boolean;
  readonly changed: (ids: readonly ImageId[]) => void;
  readonly now: () => number;
  readonly yieldNow: () => Promise<void>;
  readonly dataFolder: string;
}): ScanFolder {
  const { store, read, pictures, allowsAdult, changed, now, yieldNow, dataFolder } = parts;
  const { folders } = store;

  return async (folder, { prefix, onProgress, signal }) => {
    const there = await rootOf(folder, folders.counts(folder.key).pictures > 0);
    if (there !== null) return fail(there);
    const scan = folders.begin(folder.key);
    const tally = createTally();
    const seen = await look(folder, scan, prefix, tally, onProgress, signal);
    if (!seen.ok) return seen;
    for (;;) {
      if (signal.aborted) return fail(cancelled);
      const missed = folders.sweep(folder.key, scan, prefix, slice);
      tally.missing += missed.left;
      if (missed.left === 0) break;
      if (missed.images.length > 0) changed(missed.images);
      await yieldNow();
    }
    while (folders.spreadSidecars(folder.key, slice) > 0) {
      if (signal.aborted) return fail(cancelled);
      await yieldNow();
    }
    const done = await readAll(folder, tally, onProgress, signal);
    if (!done.ok) return done;
    if (prefix === '') folders.ended(folder.key, now());
    return ok(tally.report(folders.failures(folder.key, 100), folders.counts(folder.key).failed));
  };

  /** First everything is looked at, so that a picture that was moved is known for what it is before its old place is called empty. */
  async function look(
    folder: StoredFolder,
    scan: number,
    prefix: string,
    tally: Tally,
    onProgress: ScanProgress,
    signal: AbortSignal,
  ): Promise<Result<void>> {
    const all = folder.picked
      ? walkPicked(folder.path, {
          page: (after) => folders.paths(folder.key, after, pageSize),
          sidecarNames: folders.sidecarNames,
        })
      : walk(folder.path, { prefix, recursive: folder.recursive, skip: dataFolder });
    for await (const found of all) {
      if (signal.aborted) return fail(cancelled);
      const { back } = folders.seen(folder.key, scan, found.pictures);
      if (back.length > 0) changed(back);
      folders.seenSidecars(folder.key, scan, found.sidecars);
      for (const unreadable of found.unreadable) {
        if (unreadable === '' || unreadable === prefix) return fail(notThere(folder.path));
        if (unreadable.endsWith('/')) folders.spare(folder.key, scan, unreadable);
      }
      tally.look(found);
      onProgress(tally.found, null);
    }
    return ok(undefined);
  }

  async function readAll(
    folder: StoredFolder,
    tally: Tally,
    onProgress: ScanProgress,
    signal: AbortSignal,
  ): Promise<Result<void>> {
    const total = folders.toReadCount(folder.key);
    let doneSoFar = 0;
    onProgress(0, total);
    // What has never been read comes first: a file that lies elsewhere now is then found there, and not taken for the edited one in its old place.
    for (const kind of ['new', 'known'] as const) {
      for (let after = 0; ;) {
        const page = folders.toRead(folder.key, kind, after, pageSize);
        const last = page.at(-1);
        if (last === undefined) break;
        after = last.key;
        let steps = 0;
        // A page of large pictures takes a while: each is told of.
        const step = await readPage(folder, page, tally, signal, () => {
          steps += folder.mode === 'copy' ? 0.5 : 1;
          onProgress(Math.min(Math.floor(doneSoFar + steps), total), total);
        });
        if (!step.ok) return step;
        doneSoFar += page.length;
        onProgress(Math.min(doneSoFar, total), total);
        await yieldNow();
      }
    }
    return ok(undefined);
  }

  async function readPage(
    folder: StoredFolder,
    page: readonly FolderFile[],
    tally: Tally,
    signal: AbortSignal,
    /** Hears of each picture that was read, and again when it was copied. */
    advance: () => void,
  ): Promise<Result<void>> {
    const isKnown = (hash: string): boolean => folders.imageOf(hash) !== null;
    const thumbnail = folder.mode === 'reference' && (folder.rating === 'safe' || allowsAdult());
    const readings = new Map<FolderFile, Reading>();
    const trouble = await inParallel(page, async (file) => {
      const place = { root: folder.path, path: file.path, sidecars: folders.sidecarsOf(folder.key, file.path) };
      const reading = await read(place, isKnown, { thumbnail }, signal);
      if (!reading.ok) return reading.error;
      readings.set(file, reading.value);
      advance();
      return null;
    });
    // What has been read is written down even when the next one met trouble.
    const settled: { readonly file: FolderFile; readonly image: ImageId; readonly fresh: boolean }[] = [];
    store.transaction(() => {
      for (const file of page) {
        const reading = readings.get(file);
        const image = reading === undefined ? null : settle(folder, file, reading, tally);
        if (image !== null && reading?.kind === 'read')
          settled.push({ file, image, fresh: isFresh(reading.seen.mtime) });
      }
    });
    changed(settled.map(({ image }) => image));
    if (trouble !== null) return fail(trouble);
    if (folder.mode === 'reference') return ok(undefined);

    const refused = new Map<FolderFile, AppError>();
    const failure = await inParallel(settled, async ({ file, image }) => {
      const known = store.images.get(image);
      const kept = known === null ? null : await pictures.keep(known, { signal });
      advance();
      if (kept === null || kept.ok) return null;
      if (!ownTrouble.has(kept.error.code)) return kept.error;
      refused.set(file, kept.error);
      return null;
    });
    if (failure !== null) return fail(failure);
    store.transaction(() => {
      for (const { file, fresh } of settled) {
        const error = refused.get(file);
        if (error === undefined && fresh) continue;
        if (error === undefined) folders.done(file.key);
        else folders.refuse(file.key, error.message, error.retryable);
      }
    });
    return ok(undefined);
  }

  /** Written so lately that the next change may bear the same time: it is looked into again by the next scan. */
  function isFresh(mtime: number): boolean {
    return now() - mtime < freshFor;
  }

  /** Writes down what reading has shown. Answers the image of what was read well. */
  function settle(folder: StoredFolder, file: FolderFile, reading: Reading, tally: Tally): ImageId | null {
    switch (reading.kind) {
      case 'gone':
        folders.gone(file.key);
        tally.missing += 1;
        return null;
      case 'busy':
        return null;
      case 'refused':
        folders.refuse(file.key, reading.reason, reading.retry);
        return null;
      case 'read': {
        tally.sidecars.read += reading.sidecars.read;
        tally.sidecars.bad += reading.sidecars.bad;
        const { bytes, mtime } = reading.seen;
        if (bytes !== file.bytes || mtime !== file.mtime) folders.restamp(file.key, bytes, mtime);
        const outcome = folders.settle(file.key, reading.file, folder.mode === 'reference' && !isFresh(mtime));
        if (outcome === null) return null;
        if (outcome.added) tally.added += 1;
        else if (file.image !== null && file.hash !== reading.file.hash) tally.changed += 1;
        // Its owner may never want to see this content again: then it is marked, and nothing shows it.
        store.blocks.refuses(outcome.image, {
          hash: reading.file.hash,
          md5: reading.md5,
          ownHash: reading.file.facts?.ownHash ?? null,
        });
        return outcome.image;
      }
    }
  }
}

/** Runs `work` on each, some at a time; stops at the first error and answers it. */
async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<AppError | null>,
): Promise<AppError | null> {
  let next = 0;
  let error: AppError | null = null;
  const worker = async (): Promise<void> => {
    for (let item = items[next++]; item !== undefined && error === null; item = items[next++]) {
      error ??= await work(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return error;
}

/** Null: the folder is there. A disk that is not plugged in leaves its mount point behind, empty. */
async function rootOf(folder: StoredFolder, hadPictures: boolean): Promise<AppError | null> {
  try {
    if (!(await stat(folder.path)).isDirectory()) return notThere(folder.path);
    const root = await opendir(folder.path);
    const first = await root.read();
    await root.close();
    return first === null && hadPictures ? notThere(folder.path) : null;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    return code === 'EACCES' || code === 'EPERM'
      ? appError('not_found', `The folder ${folder.path} may not be read. Check its permissions.`)
      : notThere(folder.path);
  }
}

function notThere(folder: string): AppError {
  return appError('not_found', `The folder ${folder} is not there now. Is its disk plugged in? Nothing was forgotten.`);
}
