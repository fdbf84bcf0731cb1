import type { Clock } from '../../ports.ts';

/** A clock that stands still until it is moved; sleeping takes no time at all. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): Clock & { advance(ms: number): void } {
  let now = start;
  let timers: { readonly at: number; readonly action: () => void }[] = [];
  return {
    now: () => now,
    sleep: (_ms, signal) => (signal?.aborted ? Promise.reject(signal.reason as Error) : Promise.resolve()),
    after(ms, action) {
      const timer = { at: now + ms, action };
      timers.push(timer);
      return () => void (timers = timers.filter((other) => other !== timer));
    },
    /** Runs what falls due on the way, in order. */
    advance(ms) {
      const end = now + ms;
      for (;;) {
        const [next] = timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at);
        if (next === undefined) break;
        now = Math.max(now, next.at);
        timers = timers.filter((timer) => timer !== next);
        next.action();
      }
      now = end;
    },
  };
}
