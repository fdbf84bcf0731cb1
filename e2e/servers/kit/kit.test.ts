import { connect } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers } from '../index.ts';
import type { Fault, TestServers } from '../index.ts';
import { createQueueLimiter } from './limiter.ts';
import { ask, at, list } from './testing.ts';
import type { Answer } from './testing.ts';
import { judgeUserAgent } from './user-agent.ts';

let servers: TestServers;
let now = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  servers = await startServers({ pictures: 24, limits: 'off', clock: () => now });
});
afterAll(() => servers.close());
beforeEach(() => {
  servers.waifuIm.reset();
  servers.pictures.reset();
});

const images = (): Promise<Answer> => ask(`${servers.waifuIm.url}/images?PageSize=3`);
const withFault = (fault: Fault): Promise<Answer> => {
  servers.waifuIm.faults.add({ times: 1, ...fault });
  return images();
};

describe('faults', () => {
  it('hit as many requests as they say, of the path and method they say', async () => {
    servers.waifuIm.faults.add({ kind: 'server_error', times: 2, path: '^/images', method: 'get' });
    expect((await ask(`${servers.waifuIm.url}/tags`)).status).toBe(200);
    expect([(await images()).status, (await images()).status, (await images()).status]).toEqual([500, 500, 200]);
    const off = servers.waifuIm.faults.add({ kind: 'server_error', status: 503 });
    expect((await images()).status).toBe(503);
    off();
    expect((await images()).status).toBe(200);
    expect(servers.waifuIm.requests.map((request) => request.fault)).toEqual([
      null,
      'server_error',
      'server_error',
      null,
      'server_error',
      null,
    ]);
  });

  it('answer 429 with and without Retry-After', async () => {
    const limited = await withFault({ kind: 'rate_limited', retryAfter: 7 });
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    const silent = await withFault({ kind: 'rate_limited', retryAfter: null });
    expect([silent.status, silent.headers.get('retry-after')]).toEqual([429, null]);
  });

  it('answer a challenge page, a given body, a wrong type, no body and half of the JSON', async () => {
    const page = await withFault({ kind: 'html_challenge', status: 503 });
    expect(page.status).toBe(503);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.text).toContain('<!DOCTYPE html>');
    expect(await withFault({ kind: 'answer', status: 418, body: '[1]' })).toMatchObject({ status: 418, json: [1] });
    const typed = await withFault({ kind: 'wrong_type' });
    expect(typed.headers.get('content-type')).toContain('text/html');
    expect(at(typed.json, 'items')).toBeDefined();
    expect((await withFault({ kind: 'empty_body' })).text).toBe('');
    const truncated = await withFault({ kind: 'truncated_json' });
    expect([truncated.status, truncated.json]).toEqual([200, undefined]);
    expect(truncated.headers.get('content-type')).toBe('application/json');
  });

  it('drop the connection before, instead of, and in the middle of the answer', async () => {
    for (const kind of ['reset', 'lost_answer', 'cut_off'] as const) {
      await expect(withFault({ kind })).rejects.toThrow();
    }
    servers.waifuIm.faults.add({ kind: 'lost_answer', times: 1 });
    const insert = `${servers.waifuIm.url}/users/me/albums/favorites/images/7000`;
    await expect(
      ask(insert, { method: 'POST', headers: { 'X-Api-Key': servers.waifuIm.accounts[0]?.token ?? '' } }),
    ).rejects.toThrow();
    expect(servers.waifuIm.favorites()).toEqual([7000]);
  });

  it('never answer, or stop in the middle, until the client gives up', async () => {
    for (const kind of ['stall', 'stall_body'] as const) {
      servers.waifuIm.faults.add({ kind, times: 1 });
      const abort = new AbortController();
      const pending = fetch(`${servers.waifuIm.url}/images`, { signal: abort.signal }).then((r) => r.text());
      await expect.poll(() => servers.waifuIm.count()).toBeGreaterThan(0);
      abort.abort();
      await expect(pending).rejects.toThrow();
      servers.waifuIm.reset();
    }
  });

  it('send a body that is too long, and one that is shorter than the picture', async () => {
    servers.waifuIm.faults.add({ kind: 'huge_body', bytes: 3_000_000, times: 1 });
    expect((await images()).text.length).toBeGreaterThan(3_000_000);
    const image = servers.waifuIm.images[0];
    servers.pictures.faults.add({ kind: 'wrong_length', times: 1 });
    const answer = await fetch(`${servers.pictures.url}/${image?.id}.${image?.picture.extension}`);
    expect((await answer.arrayBuffer()).byteLength).toBe(Math.ceil((image?.picture.bytes ?? 0) / 2));
  });

  it('spoil items: fields missing, null, changed or unknown', async () => {
    const items = (answer: Answer): Record<string, unknown>[] => list(answer.json, 'items');
    const missing = items(await withFault({ kind: 'item_missing', field: 'url' }));
    expect(missing.map((item) => 'url' in item)).toEqual([false, true, true]);
    const all = items(await withFault({ kind: 'item_null', field: 'width', items: 'all' }));
    expect(all.map((item) => item['width'])).toEqual([null, null, null]);
    expect(Object.values(items(await withFault({ kind: 'item_null' }))[0] ?? {}).every((v) => v === null)).toBe(true);
    expect(items(await withFault({ kind: 'item_value', field: 'id', value: '../x' }))[0]?.['id']).toBe('../x');
    expect(items(await withFault({ kind: 'item_extra' }))[0]).toHaveProperty('added_later');
  });
});

describe('what the servers watch', () => {
  it('records requests with query, body and status', async () => {
    await ask(`${servers.waifuIm.url}/images/7000?IncludedTags=a&IncludedTags=b`, { body: { a: 1 } });
    expect(servers.waifuIm.requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        path: '/images/7000',
        query: { IncludedTags: ['a', 'b'] },
        body: { a: 1 },
        status: 405,
        at: now,
      }),
    ]);
  });

  it('notes a client that ignores Retry-After, and one that repeats itself', async () => {
    await withFault({ kind: 'rate_limited', retryAfter: 5 });
    now += 1000;
    await images();
    await ask(`${servers.waifuIm.url}/tags`);
    now += 4000;
    await images();
    expect(servers.waifuIm.violations.map((violation) => violation.kind)).toEqual([
      'repeated_while_limited',
      'ignored_retry_after',
    ]);
  });

  it('tells honest User-Agents from others', () => {
    expect(
      [
        'Kabegami/0.1.0 (https://x.example.org)',
        'Mozilla/5.0 Electron/33',
        'node',
        'undici',
        'got (x)',
        ' ',
        undefined,
      ].map(judgeUserAgent),
    ).toEqual(['honest', 'browser', 'library', 'library', 'library', 'empty', 'empty']);
  });

  it('lets ten requests wait and refuses the next', () => {
    const limiter = createQueueLimiter({ intervalMs: 200, queue: 10 }, (seconds) => ({
      status: 429,
      headers: { 'Retry-After': String(seconds) },
    }));
    const exchange = { at: 0 } as Parameters<typeof limiter.admit>[0];
    const verdicts = Array.from({ length: 12 }, () => limiter.admit(exchange));
    expect(verdicts.map((verdict) => (verdict.kind === 'pass' ? verdict.delayMs : 'refused'))).toEqual([
      ...Array.from({ length: 11 }, (_, index) => index * 200),
      'refused',
    ]);
    expect(limiter.admit({ ...exchange, at: 2200 })).toMatchObject({ kind: 'pass', delayMs: 0 });
  });

  it('answers 429 with Retry-After over its own limit', async () => {
    const strict = await startServers({
      pictures: 24,
      waifuIm: { limits: { intervalMs: 500, queue: 0 } },
      clock: () => now,
    });
    try {
      expect((await ask(`${strict.waifuIm.url}/tags`)).status).toBe(200);
      const refused = await ask(`${strict.waifuIm.url}/tags`);
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
      expect(strict.waifuIm.violations.map((violation) => violation.kind)).toEqual(['over_limit']);
    } finally {
      await strict.close();
    }
  });
});

describe('the control endpoint', () => {
  const control = (path: string, body?: unknown, method?: string): Promise<Answer> =>
    ask(`${servers.waifuIm.url}/__control/${path}`, {
      ...(body === undefined ? {} : { body }),
      ...(method === undefined ? {} : { method }),
    });

  it('switches faults, reads counters and changes favorites, and is not counted itself', async () => {
    await control('faults', { kind: 'server_error' });
    expect((await images()).status).toBe(500);
    await control('faults', undefined, 'DELETE');
    expect((await images()).status).toBe(200);
    await control('set-favorites', { ids: [7001, 7003] });
    await control('remove-favorite', { id: 7003 });
    await control('add-favorite', { id: 7005 });
    expect(list((await control('favorites', {})).json, 'value')).toEqual(servers.waifuIm.favorites());
    expect([...servers.waifuIm.favorites()].sort()).toEqual([7001, 7005]);
    expect(list((await control('requests')).json, 'value')).toHaveLength(2);
    expect((await control('state')).json).toMatchObject({ value: { requests: 2, violations: 0, faults: [] } });
    await control('version', { version: 'v5' });
    expect((await images()).status).toBe(404);
    await control('version', { version: 'v7' });
    await control('reset', {});
    expect(servers.waifuIm.requests).toEqual([]);
  });

  it('says what it does not know', async () => {
    expect(await control('no-such-thing', {})).toMatchObject({ status: 400, json: { ok: false } });
    expect(await control('add-favorite', { id: 1 })).toMatchObject({ status: 400, json: { ok: false } });
  });
});

it('answers only on the loopback address, and closes at once with connections open', async () => {
  const short = await startServers({ pictures: 24 });
  const { hostname, port } = new URL(short.waifuIm.url);
  expect(hostname).toBe('127.0.0.1');
  const socket = connect(Number(port), hostname);
  const closed = new Promise((resolve) => socket.on('error', () => {}).on('close', resolve));
  await new Promise((resolve) => socket.on('connect', resolve));
  await short.close();
  await closed;
});
