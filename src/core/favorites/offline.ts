import type { AppError } from '../../shared/errors.ts';
import type { Image, ImageId } from '../../shared/model.ts';
import type { ContentGate } from '../catalog/gate.ts';
import { mediaVariants, type Pictures } from '../files/pictures.ts';
import type { Clock, Log } from '../ports.ts';
import type { FavoritePlace } from '../store/favorite-repository.ts';
import { leftOf, noWait, type Wait } from '../clock.ts';
import { backoff } from './backoff.ts';
import type { FavoritesStore } from './context.ts';

/** Milliseconds between two downloads: nobody is waiting for these. */
export const pace = 250;
/** How many favorites are looked at between two breaths. */
const walkBatch = 100;
/** Milliseconds until a picture that was refused for good (gone, broken) is asked for again. */
const refusedPause = 6 * 60 * 60_000;
/** After so many failures in a row it is not the pictures. */
const failuresInARow = 3;

export interface Offline {
  /** Goes over all favorites, now or right after the pass under way; waits out a failing network. */
  wake(): void;
  /** Stops what may not be fetched any more (the opt-in went off, its owner has blocked it). */
  recheck(): void;
  /** Favorites that are not fetched because there is no room for them under the limit. They are tried again when it grows. */
  waiting(): number;
  /** The limit was raised: they are tried again now. */
  roomGrew(): void;
  stop(): Promise<void>;
}

/**
 * Fetches every favorite's picture and thumbnails in the background. What is missing is read from the database and the disk each time, so a pass
 * that was cut short is simply done again; favorites are never evicted because the store pins them.
 */
export function createOffline(parts: {
  readonly store: Pick<FavoritesStore, 'favorites' | 'images'>;
  readonly pictures: Pick<Pictures, 'open' | 'peek'>;
  readonly adult: () => boolean;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly yieldNow: () => Promise<void>;
  readonly progress: (image: ImageId, done: number, total: number) => void;
  /** An image's picture is on disk now. */
  readonly fetched: (id: ImageId) => void;
  /** Nothing could be fetched and trying again will not help by itself. */
  readonly failed: (error: AppError) => void;
  /** `waiting` is another number now. */
  readonly waitingChanged?: () => void;
}): Offline {
  const { store, pictures, clock } = parts;
  /** Seen whole on disk in this process; forgotten when the file goes. */
  const complete = new Set<ImageId>();
  const failing = new Map<ImageId, Wait & { readonly attempts: number }>();
  const stopping = new AbortController();
  let job: { readonly image: Image; readonly controller: AbortController } | null = null;
  let pass: Promise<void> | null = null;
  let again = false;
  let cancelRetry = (): void => undefined;
  let waiting = 0;
  /** Found no room, while `roomlessFor` lasts; how many favorites there were then. */
  const roomless = new Set<ImageId>();
  let roomlessFor = noWait;
  let favoritesThen = 0;

  const wait = (count: number): void => {
    if (count === waiting) return;
    if (count > waiting) parts.log.warn('There is no room for favorites', { favorites: count });
    waiting = count;
    parts.waitingChanged?.();
  };

  const missing = async (): Promise<ImageId[]> => {
    const found: ImageId[] = [];
    let after: FavoritePlace | null = null;
    for (;;) {
      const rows = store.favorites.walk(after, walkBatch);
      for (const row of rows) {
        if (!row.cached) complete.delete(row.id);
        if (complete.has(row.id) || (row.rating !== 'safe' && !parts.adult())) continue;
        const whole = row.cached && (await everyVariant(row.id));
        if (whole) complete.add(row.id);
        else found.push(row.id);
      }
      after = rows.at(-1) ?? null;
      if (after === null || stopping.signal.aborted) return found;
      await parts.yieldNow();
    }
  };
  const everyVariant = async (id: ImageId): Promise<boolean> => {
    for (const variant of mediaVariants) if ((await pictures.peek(id, variant)) === null) return false;
    return true;
  };

  /** Asked right before each download: it may have been unliked, or the opt-in gone. */
  const stillWanted = (id: ImageId): Image | null => {
    const image = store.images.get(id);
    return image !== null && image.favorite && parts.gate.allows(image) ? image : null;
  };

  const fetchOne = async (image: Image): Promise<AppError | null> => {
    const controller = new AbortController();
    const onStop = (): void => controller.abort();
    stopping.signal.addEventListener('abort', onStop, { once: true });
    job = { image, controller };
    try {
      for (const variant of ['full', 'small', 'large'] as const) {
        const file = await pictures.open(image, variant, { signal: controller.signal });
        if (!file.ok) return file.error;
      }
      return null;
    } finally {
      job = null;
      stopping.signal.removeEventListener('abort', onStop);
    }
  };

  const run = async (): Promise<void> => {
    cancelRetry();
    const ids = await missing();
    let inARow = 0;
    let earliest = Infinity;
    const { favorites } = store.favorites.counts(parts.adult());
    // Somebody let go of one, or hours have passed: there may be room again.
    if (favorites < favoritesThen || leftOf(roomlessFor, clock.now()) === 0) roomless.clear();
    for (const [index, id] of ids.entries()) {
      if (stopping.signal.aborted) return;
      if (roomless.has(id)) continue;
      const before = failing.get(id);
      if (before !== undefined && leftOf(before, clock.now()) > 0) {
        earliest = Math.min(earliest, before.until);
        continue;
      }
      const image = stillWanted(id);
      if (image === null) continue;
      const error = await fetchOne(image);
      if (stopping.signal.aborted) return;
      if (error === null) {
        inARow = 0;
        complete.add(id);
        failing.delete(id);
        parts.fetched(id);
        parts.progress(id, index + 1, ids.length);
      } else if (error.code === 'blocked_by_owner') {
        // Settled: it is marked now, and not missing any more.
        failing.delete(id);
      } else if (error.code === 'quota_full') {
        // Nothing is wrong with it: it waits. A smaller one may fit.
        favoritesThen = favorites;
        roomlessFor = { from: clock.now(), until: clock.now() + refusedPause };
        roomless.add(id);
        if (++inARow >= failuresInARow) {
          for (const rest of ids.slice(index + 1)) roomless.add(rest);
          break;
        }
      } else if (error.code !== 'cancelled') {
        const attempts = (before?.attempts ?? 0) + 1;
        const from = clock.now();
        const until = from + Math.max(backoff(attempts, error.retryAfter), error.retryable ? 0 : refusedPause);
        failing.set(id, { attempts, from, until });
        earliest = Math.min(earliest, until);
        parts.log.warn('A favorite could not be fetched', { id, code: error.code, message: error.message });
        if (givesUp(error) || ++inARow >= failuresInARow) {
          parts.failed(error);
          earliest = until;
          break;
        }
      }
      try {
        await clock.sleep(pace, stopping.signal);
      } catch {
        return;
      }
    }
    const stillMissing = new Set(ids);
    for (const id of roomless) if (!stillMissing.has(id)) roomless.delete(id);
    wait(roomless.size);
    if (roomless.size > 0) earliest = Math.min(earliest, roomlessFor.until);
    if (earliest !== Infinity && !stopping.signal.aborted)
      cancelRetry = clock.after(Math.max(1_000, earliest - clock.now()), wake);
  };

  const wake = (): void => {
    if (stopping.signal.aborted) return;
    if (pass !== null) {
      again = true;
      return;
    }
    pass = run()
      .catch((error: unknown) => {
        parts.log.error('Fetching favorites failed', { error: error instanceof Error ? error.stack : String(error) });
      })
      .finally(() => {
        pass = null;
        if (!again) return;
        again = false;
        wake();
      });
  };

  return {
    wake,
    waiting: () => waiting,
    roomGrew() {
      if (roomless.size === 0) return;
      roomless.clear();
      wake();
    },
    recheck() {
      if (job !== null && stillWanted(job.image.id) === null) job.controller.abort();
    },
    async stop() {
      again = false;
      stopping.abort();
      cancelRetry();
      await pass;
    },
  };
}

/** Errors that the next picture would meet too. */
function givesUp(error: AppError): boolean {
  return (
    error.code === 'offline' ||
    error.code === 'rate_limited' ||
    error.code === 'disk_full' ||
    error.code === 'data_folder_unwritable' ||
    error.code === 'blocked'
  );
}
