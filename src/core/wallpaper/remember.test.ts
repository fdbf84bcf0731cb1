import { expect, it } from 'vitest';
import { rememberFor } from './remember.ts';

it('asks once for a while, and shares what is being asked', async () => {
  let now = 0;
  let asked = 0;
  const ask = rememberFor(
    1000,
    () => now,
    () => Promise.resolve((asked += 1)),
  );
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
  now = 999;
  expect(await ask()).toBe(1);
  now = 1000;
  expect(await ask()).toBe(2);
  now = 500;
  expect(await ask()).toBe(3);
});

it('does not remember a failure', async () => {
  let asked = 0;
  const ask = rememberFor(
    1000,
    () => 0,
    () => ((asked += 1) === 1 ? Promise.reject(new Error('no')) : Promise.resolve(asked)),
  );
  await expect(ask()).rejects.toThrow('no');
  expect(await ask()).toBe(2);
});
