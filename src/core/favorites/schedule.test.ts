import { describe, expect, it } from 'vitest';
import { createFakeClock } from './testing/fake-clock.ts';
import { createSchedule, debounce, longestDebounce, syncInterval } from './schedule.ts';

function setup() {
  const clock = createFakeClock();
  const runs: string[] = [];
  const next: { failure: { retryable: boolean; failures: number; retryAfter: number } | null } = { failure: null };
  const schedule = createSchedule({
    clock,
    run(kind, now) {
      runs.push(`${kind}${now ? ' now' : ''}`);
      return Promise.resolve(next.failure);
    },
  });
  /** Lets a finished run plan the next one. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return { clock, runs, next, schedule, settle };
}

describe('the schedule', () => {
  it('syncs at start and every half hour', async () => {
    const { clock, runs, schedule, settle } = setup();
    schedule.start();
    await settle();
    expect(runs).toEqual(['full now']);
    for (let half = 0; half < 3; half++) {
      clock.advance(syncInterval - 1);
      await settle();
      expect(runs).toHaveLength(half + 1);
      clock.advance(1);
      await settle();
      expect(runs).toHaveLength(half + 2);
    }
    schedule.stop();
    clock.advance(10 * syncInterval);
    expect(runs).toHaveLength(4);
  });

  it('waits for the end of a burst of changes, but not for ever', async () => {
    const { clock, runs, schedule, settle } = setup();
    schedule.start();
    await settle();
    runs.length = 0;
    for (let change = 0; change < 3; change++) {
      schedule.changed();
      clock.advance(debounce - 1);
    }
    expect(runs).toEqual([]);
    clock.advance(1);
    expect(runs).toEqual(['push']);
    runs.length = 0;
    for (let change = 0; change < 10; change++) {
      schedule.changed();
      clock.advance(debounce - 1);
    }
    expect(runs.length).toBeGreaterThanOrEqual(Math.floor((10 * (debounce - 1)) / longestDebounce));
  });

  it('tries again sooner after an outage, later each time, and never before the service allows it', async () => {
    const { clock, runs, next, schedule, settle } = setup();
    next.failure = { retryable: true, failures: 1, retryAfter: 0 };
    schedule.start();
    await settle();
    clock.advance(30_000);
    await settle();
    expect(runs).toHaveLength(2);
    next.failure = { retryable: true, failures: 2, retryAfter: 500_000 };
    clock.advance(30_000);
    await settle();
    expect(runs).toHaveLength(3);
    clock.advance(499_999);
    await settle();
    expect(runs).toHaveLength(3);
    clock.advance(1);
    await settle();
    expect(runs).toHaveLength(4);
  });

  it('keeps to the half hour when only the user can help, and wakes at once when told', async () => {
    const { clock, runs, next, schedule, settle } = setup();
    next.failure = { retryable: false, failures: 1, retryAfter: 0 };
    schedule.start();
    await settle();
    clock.advance(syncInterval - 1);
    expect(runs).toHaveLength(1);
    schedule.wake();
    await settle();
    expect(runs).toEqual(['full now', 'full now']);
  });
});
