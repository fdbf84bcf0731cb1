import type { Clock, Log } from '../../ports.ts';

/** A clock whose sleeps take no time: each moves the time on at once. Timeouts (`after`) run in real time. */
export interface JumpingClock extends Clock {
  readonly sleeps: readonly number[];
}

export function createJumpingClock(start = Date.UTC(2026, 0, 1)): JumpingClock {
  let time = start;
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => time,
    sleep(ms, signal) {
      if (signal?.aborted) return Promise.reject(new Error('aborted'));
      sleeps.push(ms);
      time += ms;
      return Promise.resolve();
    },
    after(ms, action) {
      const timer = setTimeout(action, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}

export const silentLog: Log = { info() {}, warn() {}, error() {} };
