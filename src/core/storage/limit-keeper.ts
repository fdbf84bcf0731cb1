import type { AppError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/model.ts';
import type { EventBus } from '../events.ts';
import type { Pictures } from '../files/pictures.ts';
import { inWords } from '../files/quota/quota.ts';
import type { Clock, Log } from '../ports.ts';
import type { Store } from '../store/store.ts';

/** A full library is said at most this often (ms), however many pictures find no room. */
const sayAgainAfter = 24 * 60 * 60_000;

/** Keeps the library to its limit when the limit is lowered, and says once what stands in the way. */
export interface LimitKeeper {
  /** Looks once, now: the limit may be lower than what is there since the last run. */
  start(): void;
  /** A picture found no room. */
  full(error: AppError): void;
  /** Resolves when no eviction is under way. */
  idle(): Promise<void>;
  stop(): Promise<void>;
}

export function createLimitKeeper(parts: {
  readonly pictures: Pick<Pictures, 'evict'>;
  readonly disk: Pick<Store['disk'], 'bytes' | 'pinnedBytes'>;
  readonly settings: () => Pick<Settings, 'cacheLimitBytes'>;
  readonly events: EventBus;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): LimitKeeper {
  const { pictures, disk, settings, events, clock, log } = parts;
  let seen = settings().cacheLimitBytes;
  let last: Promise<void> = Promise.resolve();
  let saidAt = Number.NEGATIVE_INFINITY;

  async function fit(): Promise<void> {
    const limit = settings().cacheLimitBytes;
    try {
      const freed = await pictures.evict(limit);
      if (freed > 0) log.info('Evicted pictures over the limit', { freed, limit });
    } catch (error) {
      log.error('Eviction failed', { error: error instanceof Error ? error.stack : String(error) });
    }
  }

  const unsubscribe = events.subscribe((name) => {
    if (name !== 'settings.changed') return;
    const now = settings().cacheLimitBytes;
    const lowered = now < seen;
    const changed = now !== seen;
    seen = now;
    if (!changed) return;
    saidAt = Number.NEGATIVE_INFINITY;
    last = last.then(async () => {
      await fit();
      const pinned = disk.pinnedBytes();
      if (lowered && pinned > settings().cacheLimitBytes) say(stillAbove(pinned, settings().cacheLimitBytes));
    });
  });

  function say(message: string): void {
    saidAt = clock.now();
    events.emit('notice', { level: 'error', message });
  }

  return {
    start() {
      last = last.then(fit);
    },
    full(error) {
      if (clock.now() - saidAt < sayAgainAfter) return;
      log.warn('A picture found no room', { message: error.message });
      say(error.message);
    },
    idle: () => last,
    async stop() {
      unsubscribe();
      await last;
    },
  };
}

function stillAbove(pinned: number, limit: number): string {
  return (
    `Favorites, collections, wallpapers and downloads take ${inWords(pinned)}, more than the limit of ${inWords(limit)}. ` +
    'They stay, and nothing more is fetched until you raise the limit or let go of some of them.'
  );
}
