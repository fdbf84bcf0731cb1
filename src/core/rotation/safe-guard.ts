import { fail, type Result } from '../../shared/result.ts';
import { safeIsOn } from './rotation.ts';

/**
 * Keeps what was begun before "safe now" from coming over the safe picture: choosing and fetching take long, and whether safe was on when they began says
 * nothing about their end.
 */
export interface SafeGuard {
  /** Safe is asked for: whatever is under way ends. */
  close(): void;
  /** Ends as soon as safe is asked for. */
  untilSafe(signal?: AbortSignal): AbortSignal;
  /** Does what changes the desktop, unless safe is on or is asked for meanwhile. */
  unlessSafe<T>(work: (signal: AbortSignal) => Promise<Result<T>>, signal?: AbortSignal): Promise<Result<T>>;
}

export function createSafeGuard(isSafe: () => boolean): SafeGuard {
  let asked = new AbortController();
  const until = (safe: AbortSignal, signal?: AbortSignal): AbortSignal =>
    signal === undefined ? safe : AbortSignal.any([safe, signal]);
  return {
    close() {
      asked.abort();
      asked = new AbortController();
    },
    untilSafe: (signal) => until(asked.signal, signal),
    async unlessSafe(work, signal) {
      if (isSafe()) return fail(safeIsOn);
      const safe = asked.signal;
      const done = await work(until(safe, signal));
      return !done.ok && done.error.code === 'cancelled' && safe.aborted ? fail(safeIsOn) : done;
    },
  };
}
