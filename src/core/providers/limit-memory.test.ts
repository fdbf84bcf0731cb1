import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { startServers, type TestServers } from '../../../e2e/servers/index.ts';
import { createHttp, userAgentOf, type Http } from './http.ts';
import { createLimitMemory } from './limit-memory.ts';
import { createLimiter, hostRules, type HostRule } from './limiter.ts';
import { createJumpingClock, silentLog } from './testing/clock.ts';

const clock = createJumpingClock();
let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ pictures: 24, limits: 'real', clock: clock.now });
});
afterAll(() => servers.close());
afterEach(() => {
  void clock.sleep(60_000);
  servers.waifuIm.reset();
  servers.yiffRest.reset();
});

function createDisk() {
  const values = new Map<string, string>();
  let writes = 0;
  return {
    values,
    writes: () => writes,
    recall: (key: string): unknown => JSON.parse(values.get(key) ?? 'null'),
    remember(key: string, value: unknown): void {
      writes += 1;
      values.set(key, JSON.stringify(value));
    },
  };
}

/** Each is a program of its own; what they share is the disk. */
function start(disk: Pick<ReturnType<typeof createDisk>, 'recall' | 'remember'>, fetcher: typeof fetch = fetch): Http {
  const userAgent = userAgentOf('1.0.0', 'https://example.org/kabegami');
  return createHttp({ fetch: fetcher, clock, random: () => 0.5, log: silentLog, userAgent, ...disk });
}
const yiff = (http: Http, path: string, signal?: AbortSignal) =>
  http.json({ url: servers.yiffRest.url + path, rule: hostRules.yiffRest, service: 'yiff.rest', signal });
const waifu = (http: Http) =>
  http.json({ url: `${servers.waifuIm.url}/tags`, rule: hostRules.waifuIm, service: 'waifu.im' });

describe('programs one after the other', () => {
  it('keep the limits of yiff.rest on a route and over all', async () => {
    const disk = createDisk();
    for (let run = 0; run < 20; run += 1)
      expect(await yiff(start(disk), run % 3 === 2 ? '/online' : '/categories')).toMatchObject({
        value: { status: 200 },
      });
    expect(servers.yiffRest.violations).toEqual([]);
    expect(servers.yiffRest.requests).toHaveLength(20);
    expect(disk.writes()).toBe(20);
  });

  it('keep them when requests are given up before their answer is read', async () => {
    const disk = createDisk();
    for (let run = 0; run < 20; run += 1) {
      const abort = new AbortController();
      const asksInVain: typeof fetch = async (input, init) => {
        const response = await fetch(input, init);
        await response.body?.cancel();
        abort.abort();
        throw new Error('given up');
      };
      const path = ['/online', '/categories', '/categories/nature.hills'][run % 3] ?? '';
      expect((await yiff(start(disk, asksInVain), path, abort.signal)).ok).toBe(false);
    }
    expect(servers.yiffRest.violations).toEqual([]);
    expect(servers.yiffRest.requests).toHaveLength(20);
  });

  it('keep the pause of waifu.im, and what it asked for by Retry-After', async () => {
    const disk = createDisk();
    for (let run = 0; run < 12; run += 1) expect((await waifu(start(disk))).ok).toBe(true);
    const times = servers.waifuIm.requests.map(({ at }) => at);
    expect(times).toHaveLength(12);
    for (const [index, at] of times.slice(1).entries()) expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(200);

    servers.waifuIm.faults.add({ kind: 'rate_limited', retryAfter: 600, times: 1 });
    expect(await waifu(start(disk))).toMatchObject({ error: { code: 'rate_limited' } });
    const asked = servers.waifuIm.count();
    expect(await waifu(start(disk))).toMatchObject({ error: { code: 'rate_limited' } });
    expect(servers.waifuIm.count()).toBe(asked);
    void clock.sleep(600_000);
    expect((await waifu(start(disk))).ok).toBe(true);
    expect(servers.waifuIm.violations).toEqual([]);
  });

  it('remember nothing of the hosts of pictures', async () => {
    const disk = createDisk();
    const url = `${servers.waifuIm.url}/tags`;
    await start(disk).json({ url, rule: hostRules.pictures, service: 'x' });
    expect([...disk.values]).toEqual([]);
  });

  it('are not stopped by a disk that fails', async () => {
    const fails = (): never => {
      throw new Error('The database is closed.');
    };
    expect((await waifu(start({ recall: fails, remember: fails }))).ok).toBe(true);
  });
});

describe('what was remembered', () => {
  const now = clock.now();
  const startAfter = async (stored: unknown, rule: HostRule = hostRules.waifuIm): Promise<number> => {
    const own = createJumpingClock(now);
    const memory = createLimitMemory({ recall: () => stored, clock: own, log: silentLog });
    const entered = await createLimiter(own, memory).enter({ host: 'host', path: '/' }, rule, Infinity);
    expect(entered.ok).toBe(true);
    return own.now() - now;
  };
  const quiet = (until: number) => ({ requests: [], lastAnswer: 'none', quiet: [{ path: '', until }] });
  const asked = (at: number) => ({ requests: [{ at, path: '/' }], lastAnswer: 'none', quiet: [] });

  it('counts while it is fresh', async () => {
    expect(await startAfter(asked(now - 10))).toBe(200);
    expect(await startAfter(quiet(now + 5000))).toBe(5000);
  });

  it('is not believed when it is old, or from a time to come', async () => {
    expect(await startAfter(asked(now - 3_600_000))).toBe(0);
    expect(await startAfter(asked(now + 5000))).toBe(0);
    expect(await startAfter(quiet(now - 1))).toBe(0);
    expect(await startAfter(quiet(now + 25 * 3_600_000))).toBe(0);
  });

  it('holds nobody up for more than a window when it is nonsense', async () => {
    const wild = fc.oneof(
      fc.anything(),
      fc.record({
        requests: fc.array(
          fc.record({
            at: fc.oneof(fc.double(), fc.integer({ min: now - 20_000, max: now + 20_000 })),
            path: fc.constant('/'),
          }),
        ),
        lastAnswer: fc.constantFrom('limits', 'no limits', 'none', 'x'),
        quiet: fc.array(fc.record({ path: fc.string(), until: fc.double({ max: now }) })),
      }),
    );
    await fc.assert(
      fc.asyncProperty(wild, async (stored) => {
        expect(await startAfter(stored, hostRules.yiffRest)).toBeLessThanOrEqual(10_000);
      }),
    );
  });
});
