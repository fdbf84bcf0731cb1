import { appError, cancelled } from '../../shared/errors.ts';
import { fail, type Result } from '../../shared/result.ts';

/**
 * Runs changes of the wallpaper one after another. A change that waits is dropped when a newer one covers all of its displays: of three
 * quick choices the first (already under way) and the last are carried out.
 */
export interface ChangeQueue {
  /** `displays` null is all of them. */
  run<T>(displays: readonly string[] | null, work: () => Promise<Result<T>>, signal?: AbortSignal): Promise<Result<T>>;
  isIdle(): boolean;
  /** Resolves once nothing is under way and nothing waits. */
  idle(): Promise<void>;
}

interface Waiting {
  readonly displays: readonly string[] | null;
  readonly start: () => Promise<void>;
  readonly drop: () => void;
}

const replaced = fail(appError('cancelled', 'A newer choice of wallpaper replaced this one before it was its turn.'));

export function createChangeQueue(): ChangeQueue {
  let waiting: Waiting[] = [];
  let busy = false;
  const idling: (() => void)[] = [];

  async function work(): Promise<void> {
    if (busy) return;
    busy = true;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next.start();
    busy = false;
    for (const tell of idling.splice(0)) tell();
  }

  return {
    run<T>(displays: readonly string[] | null, change: () => Promise<Result<T>>, signal?: AbortSignal) {
      const covers = (older: Waiting): boolean =>
        displays === null || (older.displays !== null && older.displays.every((id) => displays.includes(id)));
      const dropped = waiting.filter(covers);
      waiting = waiting.filter((older) => !covers(older));
      for (const each of dropped) each.drop();

      return new Promise<Result<T>>((resolve, reject) => {
        waiting.push({
          displays,
          drop: () => resolve(replaced),
          start: async () => {
            try {
              resolve(signal?.aborted ? fail(cancelled) : await change());
            } catch (error) {
              reject(error instanceof Error ? error : new Error(String(error)));
            }
          },
        });
        void work();
      });
    },
    isIdle: () => !busy,
    idle: () => (busy ? new Promise((resolve) => void idling.push(resolve)) : Promise.resolve()),
  };
}
