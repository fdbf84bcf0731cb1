import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from './ports.ts';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A wait that began at `from` and lasts until `until`, by the wall clock. */
export interface Wait {
  readonly from: number;
  readonly until: number;
}

/** Milliseconds that are left of a wait: none before it began, for then the clock was set back, and would hold it up for as long as it went back. */
export function leftOf({ from, until }: Wait, now: number): number {
  return now < from ? 0 : Math.max(0, until - now);
}

export const noWait: Wait = { from: 0, until: 0 };
