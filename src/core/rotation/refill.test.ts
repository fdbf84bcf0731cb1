import { expect, it } from 'vitest';
import { filter } from '../../shared/model.ts';
import { ok } from '../../shared/result.ts';
import { silentLog } from '../testing/fake-core.ts';
import { createRefill } from './refill.ts';
import type { ResolvedSource } from './sources.ts';

it('asks a service once a minute, and no later because the clock is set back', async () => {
  let now = Date.UTC(2026, 0, 1);
  let asked = 0;
  const refill = createRefill({
    finds: { add: () => undefined } as never,
    browse: () => {
      asked += 1;
      return Promise.resolve(ok({ images: [{ id: 'waifu-im:1' }], offline: false } as never));
    },
    arrange: undefined as never,
    scan: undefined as never,
    clock: { now: () => now },
    log: silentLog,
  });
  const sources = [
    { refill: { kind: 'query', key: 'a', filter: filter.parse({ provider: 'waifu-im' }) } },
  ] as unknown as readonly ResolvedSource[];
  const ask = () => refill(sources, { urgent: false, need: { orientation: null, minWidth: 0, minHeight: 0 } });

  await ask();
  await ask();
  expect(asked).toBe(1);
  now += 60_000;
  await ask();
  expect(asked).toBe(2);
  now -= 3_600_000;
  await ask();
  await ask();
  expect(asked).toBe(3);
});
