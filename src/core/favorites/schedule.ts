import type { Clock } from '../ports.ts';
import { backoff } from './backoff.ts';

export const syncInterval = 30 * 60_000;
/** After the last change of a burst. */
export const debounce = 3_000;
/** However long a burst goes on. */
export const longestDebounce = 15_000;

export interface Schedule {
  /** Runs a full sync at once, then every half hour. */
  start(): void;
  /** Something is pending: push it once the user pauses. */
  changed(): void;
  /** The service can be reached again, or there is a new account: everything, now. */
  wake(): void;
  stop(): void;
}

/**
 * When to sync. `run` answers the outcome: after a failure that may pass by itself the next try comes earlier than the half hour, but later each time,
 * and never before the service allows it.
 */
export function createSchedule(parts: {
  readonly clock: Clock;
  readonly run: (
    kind: 'full' | 'push',
    now: boolean,
  ) => Promise<{ readonly retryable: boolean; readonly failures: number; readonly retryAfter: number } | null>;
}): Schedule {
  const { clock, run } = parts;
  let started = false;
  let cancelNext = (): void => undefined;
  let cancelPush = (): void => undefined;
  let firstChange: number | null = null;

  const plan = (ms: number): void => {
    cancelNext();
    if (started) cancelNext = clock.after(ms, () => void go('full', false));
  };
  const go = async (kind: 'full' | 'push', now: boolean): Promise<void> => {
    if (!started) return;
    const failure = await run(kind, now);
    if (failure?.retryable) plan(Math.min(syncInterval, backoff(failure.failures, failure.retryAfter)));
    else if (kind === 'full') plan(syncInterval);
  };

  return {
    start() {
      if (started) return;
      started = true;
      void go('full', true);
    },
    changed() {
      if (!started) return;
      firstChange ??= clock.now();
      cancelPush();
      const wait = Math.max(0, Math.min(debounce, firstChange + longestDebounce - clock.now()));
      cancelPush = clock.after(wait, () => {
        firstChange = null;
        void go('push', false);
      });
    },
    wake() {
      cancelPush();
      firstChange = null;
      void go('full', true);
    },
    stop() {
      started = false;
      cancelNext();
      cancelPush();
    },
  };
}
