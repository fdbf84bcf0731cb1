import { afterEach, beforeEach, expect, it } from 'vitest';
import { createNoticeSoon } from './notice-soon.ts';
import { createChangesWorld, quietly } from './testing/changes-world.ts';

let test: ReturnType<typeof createChangesWorld>;
beforeEach(() => void (test = createChangesWorld()));
afterEach(() => test.close());

it('finds out what others have done, once a minute at most, and after the answer', async () => {
  const timers: (() => void)[] = [];
  let now = 0;
  const { looked } = createNoticeSoon({
    changes: test.changes,
    clock: { now: () => now, after: (_ms, action) => (timers.push(action), () => undefined) },
    log: { info: quietly, warn: quietly, error: quietly },
  });
  const elapse = async (): Promise<void> => {
    for (const action of timers.splice(0)) action();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const entries = () => test.changes.list({ display: null, before: null, limit: 10 }).entries.length;

  looked();
  const { looks } = test.world;
  for (const action of timers.splice(0)) action();
  expect(test.world.looks).toBe(looks);

  await test.show(test.place('A', 'waifu-im:1'));
  test.outside('A', 'theirs.png');
  looked();
  expect(timers).toHaveLength(0);
  now += 60_000;
  looked();
  looked();
  expect(timers).toHaveLength(1);
  expect(entries()).toBe(1);
  await elapse();
  expect(entries()).toBe(2);
  expect(test.changes.current()).toEqual([]);
});

it('asks nothing of a library that is closed', () => {
  const timers = new Set<() => void>();
  const noticing = createNoticeSoon({
    changes: test.changes,
    clock: { now: () => 0, after: (_ms, action) => (timers.add(action), () => void timers.delete(action)) },
    log: { info: quietly, warn: quietly, error: quietly },
  });
  noticing.looked();
  expect(timers.size).toBe(1);
  noticing.stop();
  expect(timers.size).toBe(0);
});
