import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appError } from '../../../shared/errors.ts';
import { createAccountant, type Reservation } from './accountant.ts';

/** An accountant over numbers: `kept` stays, `cache` may go. */
function setUp(limit: number, kept = 0, cache = 0) {
  const world = { limit, kept, cache, evicted: 0, evictions: 0 };
  const accountant = createAccountant({
    counted: () => world.kept + world.cache,
    limit: () => world.limit,
    async evict(bytes) {
      await Promise.resolve();
      world.evictions += 1;
      const freed = Math.min(world.cache, bytes);
      world.cache -= freed;
      world.evicted += freed;
      return freed;
    },
    full: (bytes) => appError('quota_full', `no room for ${bytes}`),
    broken: (error) => appError('internal', String(error)),
  });
  return { world, accountant };
}

async function get(work: ReturnType<ReturnType<typeof createAccountant>['reserve']>): Promise<Reservation> {
  const got = await work;
  if (!got.ok) throw new Error(got.error.message);
  return got.value;
}

/** Lets everything that can go on do so. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the accountant', () => {
  it('gives out what is free, evicts what may go for more, and refuses what has no place', async () => {
    const { world, accountant } = setUp(100, 40, 30);
    const first = await get(accountant.reserve(30));
    expect([first.bytes, accountant.reserved(), world.evicted]).toEqual([30, 30, 0]);
    const second = await get(accountant.reserve(10));
    expect(world.evicted).toBe(10);
    expect(await first.grow(50)).toEqual({ ok: true, value: undefined });
    expect([world.evicted, world.cache, accountant.reserved()]).toEqual([30, 0, 60]);
    second.release();
    second.release();
    expect(accountant.reserved()).toBe(50);
    expect(await first.grow(61)).toMatchObject({ ok: false, error: { code: 'quota_full' } });
    expect(first.bytes).toBe(50);
    first.shrink(20);
    expect(accountant.reserved()).toBe(20);
    first.shrink(30);
    expect(first.bytes).toBe(20);
  });

  it('is settled once nothing is evicted any more, also for whoever has given up', async () => {
    const { world, accountant } = setUp(100, 0, 90);
    const impatient = new AbortController();
    const asked = accountant.reserve(50, impatient.signal);
    impatient.abort();
    expect(await asked).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    await accountant.settled();
    const { cache } = world;
    await settled();
    expect([cache, world.cache]).toEqual([50, 50]);
  });

  it('evicts nothing for what could never fit', async () => {
    const { world, accountant } = setUp(100, 0, 90);
    expect(await accountant.reserve(101)).toMatchObject({ ok: false, error: { message: 'no room for 101' } });
    expect(world.cache).toBe(90);
  });

  it('waits for others who are at work, and goes on when they give room back', async () => {
    const { accountant } = setUp(100);
    const first = await get(accountant.reserve(80));
    let second: Reservation | null = null;
    const waiting = get(accountant.reserve(50)).then((got) => (second = got));
    await settled();
    expect(second).toBeNull();
    first.shrink(60);
    await settled();
    expect(second).toBeNull();
    first.shrink(50);
    await waiting;
    expect(accountant.reserved()).toBe(100);
  });

  it('lets those who hold something go first, and ends a circle of waiting by refusing one', async () => {
    const { accountant } = setUp(100);
    const first = await get(accountant.reserve(40));
    const second = await get(accountant.reserve(40));
    const newcomer = accountant.reserve(30);
    await settled();
    // There is room for the newcomer's like, but not for its thirty; the holder's twenty fit.
    expect((await first.grow(60)).ok).toBe(true);
    const grown = second.grow(60);
    await settled();
    first.release();
    expect((await grown).ok).toBe(true);
    expect((await newcomer).ok).toBe(true);

    const circle = setUp(100).accountant;
    const [one, other] = [await get(circle.reserve(50)), await get(circle.reserve(50))];
    const answers = [one.grow(70), other.grow(70)];
    const refused = await Promise.race(answers);
    expect(refused).toMatchObject({ ok: false, error: { code: 'quota_full' } });
    one.release();
    expect((await answers[1])?.ok).toBe(true);
  });

  it('answers whoever stops waiting, and serves the next', async () => {
    const { accountant } = setUp(100);
    const first = await get(accountant.reserve(90));
    const stop = new AbortController();
    const second = accountant.reserve(50, stop.signal);
    const third = accountant.reserve(5);
    await settled();
    stop.abort();
    expect(await second).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect((await third).ok).toBe(true);
    expect(await accountant.reserve(1, stop.signal)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await first.grow(95, stop.signal)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(accountant.reserved()).toBe(95);
  });

  it('goes on when the limit grows', async () => {
    const { world, accountant } = setUp(100);
    const first = await get(accountant.reserve(100));
    const second = accountant.reserve(50);
    await settled();
    world.limit = 150;
    accountant.changed();
    expect((await second).ok).toBe(true);
    expect(first.bytes).toBe(100);
  });

  it('tells all who wait when evicting fails', async () => {
    const accountant = createAccountant({
      counted: () => 100,
      limit: () => 100,
      evict: () => Promise.reject(new Error('no disk')),
      full: () => appError('quota_full', ''),
      broken: (error) => appError('disk_full', String(error)),
    });
    expect(await Promise.all([accountant.reserve(1), accountant.reserve(2)])).toMatchObject([
      { ok: false, error: { code: 'disk_full' } },
      { ok: false, error: { code: 'disk_full' } },
    ]);
  });

  it('never gives out more than the limit, never forgets anybody, and has all back at the end', async () => {
    const worker = fc.record({
      start: fc.nat(60),
      steps: fc.array(fc.record({ by: fc.integer({ min: -30, max: 40 }), turns: fc.nat(3) }), { maxLength: 5 }),
      lands: fc.boolean(),
      stopsAfter: fc.option(fc.nat(6), { nil: null }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(worker, { maxLength: 12 }), fc.nat(120), async (workers, kept) => {
        const { world, accountant } = setUp(100, Math.min(kept, 100), 20);
        if (world.kept + world.cache > world.limit) world.cache = 0;
        const check = (): void =>
          expect(world.kept + world.cache + accountant.reserved()).toBeLessThanOrEqual(world.limit);
        await Promise.all(
          workers.map(async ({ start, steps, lands, stopsAfter }) => {
            const stop = new AbortController();
            if (stopsAfter !== null)
              void (async () => {
                for (let turn = 0; turn < stopsAfter; turn += 1) await settled();
                stop.abort();
              })();
            const got = await accountant.reserve(start, stop.signal);
            if (!got.ok) return;
            const room = got.value;
            try {
              for (const { by, turns } of steps) {
                for (let turn = 0; turn < turns; turn += 1) await settled();
                if (by < 0) room.shrink(room.bytes + by);
                else if (!(await room.grow(room.bytes + by, stop.signal)).ok) return;
                check();
              }
              // The file gets its place: it is counted there, then no longer here.
              if (lands) {
                world.cache += room.bytes;
                room.release();
              }
            } finally {
              room.release();
              check();
            }
          }),
        );
        expect(accountant.reserved()).toBe(0);
      }),
      { numRuns: 100 },
    );
  });
});
