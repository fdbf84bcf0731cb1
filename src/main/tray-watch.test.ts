import { expect, it } from 'vitest';
import { createFakeClock } from '../core/favorites/testing/fake-clock.ts';
import { watchTray } from './tray-watch.ts';

async function watched(answers: readonly (boolean | null)[]): Promise<string[]> {
  const clock = createFakeClock();
  const heard: string[] = [];
  let asked = 0;
  const watch = watchTray({
    look: () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)] ?? null),
    clock,
    came: () => heard.push('came'),
    missing: () => heard.push('missing'),
  });
  for (let second = 0; second < 60; second += 1) {
    clock.advance(1_000);
    await new Promise(setImmediate);
  }
  watch.stop();
  return heard;
}

it('waits for a panel that comes up after the program', async () => {
  expect(await watched([false, false, true])).toEqual(['came']);
});

it('says at the end, once, that there is none', async () => {
  expect(await watched([false])).toEqual(['missing']);
});

it('says nothing where there is one, or nobody knows', async () => {
  expect(await watched([true])).toEqual([]);
  expect(await watched([null])).toEqual([]);
});
