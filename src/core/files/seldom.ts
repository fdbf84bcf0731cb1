import type { Clock } from '../ports.ts';

/** Passes on the first and the last report, and one now and then: as often as this at most (ms). */
export function seldom<Total extends number | null>(
  report: (done: number, total: Total) => void,
  clock: Pick<Clock, 'now'>,
  every = 100,
): (done: number, total: Total) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (done, total) => {
    const now = clock.now();
    if (Math.abs(now - last) < every && done !== total) return;
    last = now;
    report(done, total);
  };
}
