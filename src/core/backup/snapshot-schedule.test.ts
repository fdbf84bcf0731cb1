import { describe, expect, it } from 'vitest';
import { ok } from '../../shared/result.ts';
import { createTestLog } from '../store/testing.ts';
import { startSnapshots } from './snapshot-schedule.ts';

const minutes = 60_000;

/** A schedule whose timer is fired by hand; answers how many snapshots it has taken. */
function schedule(state: { lost: boolean; snapshots: { at: string }[] }) {
  let fire = (): void => undefined;
  let waits = 0;
  let taken = 0;
  const now = Date.UTC(2026, 0, 10);
  const running = startSnapshots({
    backups: {
      state: () => state as never,
      snapshot: () => {
        taken += 1;
        return Promise.resolve(ok(null));
      },
    },
    clock: {
      now: () => now,
      after(ms, run) {
        waits = ms;
        fire = run;
        return () => undefined;
      },
    },
    lastCall: () => 0,
    log: createTestLog(),
  });
  return { running, fire: () => fire(), waits: () => waits, taken: () => taken };
}

describe('the schedule of snapshots', () => {
  it('takes one where the newest is a day old, whatever the future says', () => {
    const { fire, taken } = schedule({ lost: false, snapshots: [{ at: '2030-01-01T00:00:00.000Z' }] });
    fire();
    expect(taken()).toBe(1);
  });

  it('takes none of a library that was begun after another was lost, and looks again', () => {
    const state = { lost: true, snapshots: [] };
    const { fire, taken, waits } = schedule(state);
    fire();
    expect([taken(), waits()]).toEqual([0, 60 * minutes]);
    state.lost = false;
    fire();
    expect(taken()).toBe(1);
  });
});
