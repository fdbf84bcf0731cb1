import { describe, expect, it } from 'vitest';
import { closeInOrder } from './closing.ts';
import type { Log } from './ports.ts';

/** Time passes only when somebody waits for it: the timer that is due next fires as soon as nothing else happens. */
function impatientClock() {
  let now = 0;
  const timers = new Set<{ readonly at: number; readonly action: () => void }>();
  return {
    now: () => now,
    after(ms: number, action: () => void) {
      const timer = { at: now + ms, action };
      timers.add(timer);
      setImmediate(() => {
        if (!timers.delete(timer)) return;
        now = Math.max(now, timer.at);
        action();
      });
      return () => void timers.delete(timer);
    },
  };
}

function setUp() {
  const said: string[] = [];
  const note = (message: string, facts: unknown = {}): void =>
    void said.push(`${message}: ${(facts as { part: string }).part}`);
  const log: Log = { info: note, warn: note, error: note };
  return { clock: impatientClock(), log, said };
}
const never = (): Promise<never> => new Promise(() => undefined);

describe('closeInOrder', () => {
  it('ends each part after the one before it', async () => {
    const { said, ...parts } = setUp();
    const ended: string[] = [];
    const step = (name: string) =>
      [
        name,
        async () => {
          await Promise.resolve();
          ended.push(name);
        },
      ] as const;
    await closeInOrder([step('a'), ['b', () => ended.push('b')], step('c')], parts);
    expect(ended).toEqual(['a', 'b', 'c']);
    expect(said).toEqual([]);
  });

  it('goes on without what hangs, throws or fails, and ends in bounded time', async () => {
    const { said, ...parts } = setUp();
    let closed = false;
    await closeInOrder(
      [
        ['desktop', never],
        [
          'rotation',
          () => {
            throw new Error('no');
          },
        ],
        ['favorites', () => Promise.reject(new Error('no'))],
        ['pictures', never],
        ['one more', never, 5_000],
        ['and more', never],
        ['database', () => (closed = true)],
      ],
      parts,
    );
    expect(closed).toBe(true);
    expect(parts.clock.now()).toBe(8_000);
    expect(said).toEqual([
      'A part did not end in time: desktop',
      'A part did not end well: rotation',
      'A part did not end well: favorites',
      'A part did not end in time: pictures',
      'A part did not end in time: one more',
      'A part did not end in time: and more',
    ]);
  });
});
