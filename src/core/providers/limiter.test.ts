import { describe, expect, it } from 'vitest';
import { createLimiter, hostRules, type HostRule } from './limiter.ts';
import { createJumpingClock } from './testing/clock.ts';

const rule: HostRule = { id: 'test', concurrency: 1, pause: 200, adaptive: false };

const at = (host: string, path = '/') => ({ host, path });

describe('limiter', () => {
  it('keeps the pause from one answer to the next request, first come first served', async () => {
    const clock = createJumpingClock(0);
    const limiter = createLimiter(clock);
    const starts: [string, number][] = [];
    const run = async (name: string): Promise<void> => {
      const entered = await limiter.enter(at('host'), rule, 1000);
      if (!entered.ok) throw new Error(entered.error.message);
      starts.push([name, clock.now()]);
      await clock.sleep(50);
      entered.value();
    };
    await Promise.all([run('a'), run('b'), run('c')]);
    expect(starts).toEqual([
      ['a', 0],
      ['b', 250],
      ['c', 500],
    ]);
  });

  it('lets as many in as the rule says, and hands a place over', async () => {
    const limiter = createLimiter(createJumpingClock());
    const entered = await Promise.all([1, 2, 3, 4].map(() => limiter.enter(at('host'), hostRules.pictures, 0)));
    let fifth = false;
    const waiting = limiter.enter(at('host'), hostRules.pictures, 0).then((result) => {
      fifth = result.ok;
    });
    await Promise.resolve();
    expect(fifth).toBe(false);
    const first = entered[0];
    if (first?.ok === true) first.value();
    await waiting;
    expect(fifth).toBe(true);
  });

  it('waits when a host asks for quiet, up to its patience; then says so at once', async () => {
    const clock = createJumpingClock(0);
    const limiter = createLimiter(clock);
    limiter.quiet('host', 3000);
    expect((await limiter.enter(at('other'), rule, 1000)).ok).toBe(true);
    expect(clock.now()).toBe(0);
    expect(await limiter.enter(at('host'), rule, 1000)).toMatchObject({
      ok: false,
      error: { code: 'rate_limited', retryAfter: 3000, retryable: true },
    });
    const patient = await limiter.enter(at('host'), rule, 5000);
    expect(patient.ok).toBe(true);
    expect(clock.now()).toBe(3000);
  });

  it('keeps one path quiet and lets the others through', async () => {
    const clock = createJumpingClock(0);
    const limiter = createLimiter(clock);
    limiter.quiet('host', 900, '/a');
    const enter = async (path: string): Promise<number> => {
      const entered = await limiter.enter(at('host', path), hostRules.pictures, 1000);
      if (entered.ok) entered.value();
      return clock.now();
    };
    expect([await enter('/b'), await enter('/a')]).toEqual([0, 900]);
  });

  it('goes by what a host announces instead of its own pause', async () => {
    const clock = createJumpingClock(0);
    const limiter = createLimiter(clock);
    const once = async (announced: boolean): Promise<number> => {
      const entered = await limiter.enter(at('host'), hostRules.yiffRest, 1000);
      limiter.answered('host', announced);
      if (entered.ok) entered.value();
      return clock.now();
    };
    expect([await once(false), await once(false), await once(true)]).toEqual([0, 500, 1000]);
    expect([await once(true), await once(true), await once(true)]).toEqual([1000, 1000, 1000]);
  });

  it('goes by the windows of the rule when an answer is missing', async () => {
    const clock = createJumpingClock(0);
    const limiter = createLimiter(clock);
    const unanswered = async (path: string): Promise<number> => {
      const entered = await limiter.enter(at('host', path), hostRules.yiffRest, 20_000);
      if (entered.ok) entered.value();
      return clock.now();
    };
    const times: number[] = [];
    for (const path of ['/a', '/a', '/a', '/b', '/c', '/d', '/e', '/f']) times.push(await unanswered(path));
    expect(times).toEqual([0, 500, 2000, 2500, 3000, 3500, 4000, 10_000]);
    expect(await limiter.enter(at('host', '/g'), hostRules.yiffRest, 400)).toMatchObject({
      error: { code: 'rate_limited', retryAfter: 500 },
    });
  });

  it('waits no longer when the clock is set back', async () => {
    const clock = createJumpingClock();
    const start = clock.now();
    let back = 0;
    const limiter = createLimiter({ ...clock, now: () => clock.now() - back });
    const enter = async (host: string, of: HostRule): Promise<void> => {
      const entered = await limiter.enter(at(host), of, 20_000);
      if (!entered.ok) throw new Error(entered.error.message);
      entered.value();
    };
    const hour = 3_600_000;
    await enter('pause', rule);
    back += hour;
    await enter('pause', rule);
    expect(clock.now() - start).toBe(200);
    limiter.quiet('quiet', 3000);
    back += hour;
    await enter('quiet', rule);
    expect(clock.now() - start).toBe(3200);
    for (let n = 0; n < 2; n += 1) await enter('windows', hostRules.yiffRest);
    expect(clock.now() - start).toBe(3700);
    back += hour;
    await enter('windows', hostRules.yiffRest);
    expect(clock.now() - start).toBe(5700);
  });

  it('lets an aborted one go without holding up the others', async () => {
    const limiter = createLimiter(createJumpingClock());
    const first = await limiter.enter(at('host'), rule, 0);
    const abort = new AbortController();
    const second = limiter.enter(at('host'), rule, 0, abort.signal);
    const third = limiter.enter(at('host'), rule, 0);
    abort.abort();
    expect(await second).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    if (first.ok) first.value();
    expect((await third).ok).toBe(true);
  });
});
