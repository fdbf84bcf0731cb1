import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createHttp, streamError, userAgentOf, type HttpDeps, type JsonRequest } from './http.ts';
import { hostRules } from './limiter.ts';
import { createPictureFetch } from './picture-fetch.ts';
import { createJumpingClock, silentLog } from './testing/clock.ts';
import { startScriptedServer, type ScriptedServer } from './testing/http-server.ts';

const userAgent = userAgentOf('1.2.3', 'https://example.org/kabegami');
let server: ScriptedServer;
let other: ScriptedServer;
beforeAll(async () => {
  server = await startScriptedServer();
  other = await startScriptedServer();
});
afterAll(() => Promise.all([server.close(), other.close()]));

function setUp(more: Partial<HttpDeps> = {}) {
  const clock = createJumpingClock();
  const http = createHttp({ fetch, clock, random: () => 0.5, log: silentLog, userAgent, ...more });
  const json = (request: Partial<JsonRequest> = {}) =>
    http.json({ url: `${server.url}/x`, rule: hostRules.pictures, service: 'waifu.im', ...request });
  return { clock, http, json };
}
const html = '<!doctype html><html><body>Just a moment…</body></html>';

describe('json', () => {
  it('sends an honest User-Agent and answers any status with its JSON', async () => {
    server.handle((_request, response) => response.writeHead(404).end('{"detail":"Not Found"}'));
    const answer = await setUp().json();
    expect(answer).toMatchObject({ ok: true, value: { status: 404, body: { detail: 'Not Found' } } });
    expect(server.requests[0]?.headers).toMatchObject({
      'user-agent': 'Kabegami/1.2.3 (+https://example.org/kabegami)',
      accept: 'application/json',
    });
    expect(server.requests).toHaveLength(1);
  });

  it('answers null for an empty body and reads compressed ones', async () => {
    server.handle((_request, response) => response.writeHead(204).end());
    expect(await setUp().json()).toMatchObject({ ok: true, value: { status: 204, body: null } });
    server.handle((_request, response) =>
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}')),
    );
    expect(await setUp().json()).toMatchObject({ ok: true, value: { body: { a: 1 } } });
  });

  it.each([500, 502, 503, 504, 429])('tries %i again, three times in all, with growing waits', async (status) => {
    server.handle((_request, response) => response.writeHead(status).end('{"detail":"x"}'));
    const { json, clock } = setUp();
    expect(await json()).toMatchObject({ ok: true, value: { status } });
    expect(server.requests).toHaveLength(3);
    expect(clock.sleeps.filter((ms) => ms === 400 || ms === 800)).toEqual([400, 800]);
  });

  it.each([400, 401, 403, 404, 405, 409, 422])('does not try %i again', async (status) => {
    server.handle((_request, response) => response.writeHead(status).end('{}'));
    await setUp().json();
    expect(server.requests).toHaveLength(1);
  });

  it('gets through when the second try does', async () => {
    let calls = 0;
    server.handle((request, response) => {
      calls += 1;
      if (calls === 1) request.socket.destroy();
      else response.end('{"fine":true}');
    });
    expect(await setUp().json()).toMatchObject({ ok: true, value: { body: { fine: true } } });
  });

  it('sends what is not idempotent once only', async () => {
    server.handle((request) => request.socket.destroy());
    const { json } = setUp();
    expect(await json({ method: 'POST', body: { image_id: 1 } })).toMatchObject({
      ok: false,
      error: { code: 'offline' },
    });
    expect(server.requests).toHaveLength(1);
    server.handle((_request, response) => response.writeHead(500).end('{}'));
    await json({ method: 'POST' });
    expect(server.requests).toHaveLength(1);
    server.handle((_request, response) => response.writeHead(500).end('{}'));
    await json({ method: 'POST', idempotent: true });
    expect(server.requests).toHaveLength(3);
  });

  it('obeys Retry-After for the whole host', async () => {
    const { json, clock } = setUp();
    const start = clock.now();
    let calls = 0;
    server.handle((_request, response) => {
      calls += 1;
      if (calls === 1) response.writeHead(429, { 'retry-after': '7' }).end('{}');
      else response.end(`{"at":${clock.now() - start}}`);
    });
    const [first, second] = await Promise.all([json(), json({ url: `${server.url}/y` })]);
    for (const answer of [first, second]) {
      if (!answer.ok) throw new Error(answer.error.message);
      if (answer === first) expect((answer.value.body as { at: number }).at).toBeGreaterThanOrEqual(7000);
    }
    await json();
    expect(clock.now() - start).toBeGreaterThanOrEqual(7000);
  });

  it('tells instead of waiting for minutes, and asks nothing more meanwhile', async () => {
    server.handle((_request, response) => response.writeHead(429, { 'retry-after': '600' }).end('{}'));
    const { json } = setUp();
    const answer = await json();
    expect(answer).toMatchObject({ ok: false, error: { code: 'rate_limited', retryable: true } });
    if (!answer.ok) expect(answer.error.retryAfter).toBeGreaterThan(590_000);
    await json();
    expect(server.requests).toHaveLength(1);
  });

  it.each([200, 401, 403, 429, 451, 503])(
    'recognises a web page with status %i as a block, with its cure',
    async (status) => {
      server.handle((_request, response) => response.writeHead(status, { 'content-type': 'text/html' }).end(html));
      const answer = await setUp().json();
      expect(answer).toMatchObject({ ok: false, error: { code: 'blocked' } });
      if (!answer.ok) expect(answer.error.message).toContain('x-geo-blocking-bypass');
      expect(server.requests).toHaveLength(1);
    },
  );

  it('takes a web page with 404 or 502 for no answer of the service at all', async () => {
    server.handle((_request, response) => response.writeHead(404).end(html));
    expect(await setUp().json()).toMatchObject({ ok: true, value: { status: 404, body: undefined } });
    server.handle((_request, response) => response.writeHead(502).end(html));
    expect(await setUp().json()).toMatchObject({ ok: true, value: { status: 502, body: undefined } });
    expect(server.requests).toHaveLength(3);
  });

  it('calls truncated JSON a bad response, cut off by the connection or not', async () => {
    server.handle((_request, response) => response.end('{"images":[{"image_id":1'));
    expect(await setUp().json()).toMatchObject({ ok: false, error: { code: 'bad_response' } });
    server.handle((_request, response) => {
      response.writeHead(200, { 'content-length': '1000' });
      response.write('{"images":[', () => response.destroy());
    });
    expect(await setUp().json()).toMatchObject({ ok: false, error: { code: 'bad_response', retryable: true } });
    expect(server.requests).toHaveLength(3);
  });

  it('reads no more than it may, whether or not the size is announced', async () => {
    server.handle((_request, response) => response.end(JSON.stringify('x'.repeat(5000))));
    expect(await setUp().json({ maxBytes: 1000 })).toMatchObject({ ok: false, error: { code: 'too_large' } });
    server.handle((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end(gzipSync(JSON.stringify('x'.repeat(500_000))));
    });
    expect(await setUp().json({ maxBytes: 10_000 })).toMatchObject({ ok: false, error: { code: 'too_large' } });
    expect(server.requests).toHaveLength(1);
  });

  it('tells a host that cannot be reached from one that is slow', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const heard: [string, boolean][] = [];
    const onOnline = (host: string, online: boolean): void => void heard.push([host, online]);
    const { json } = setUp({ onOnline, timeouts: { headers: 30 } });
    expect(await json({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ ok: false, error: { code: 'offline' } });
    server.handle(() => undefined);
    expect(await json()).toMatchObject({ ok: false, error: { code: 'timeout' } });
    server.handle((_request, response) => response.end('{}'));
    await json();
    await json();
    expect(heard).toEqual([
      [`127.0.0.1:${port}`, false],
      [server.host, false],
      [server.host, true],
    ]);
  });

  it('gives up on a body that stands still, and on one that drips for ever', async () => {
    server.handle((_request, response) => void response.writeHead(200).write('{"a":'));
    expect(await setUp({ timeouts: { idle: 30 } }).json()).toMatchObject({ ok: false, error: { code: 'timeout' } });
    server.handle((_request, response) => {
      const drip = setInterval(() => response.write(' '), 10);
      response.on('close', () => clearInterval(drip));
    });
    const dripping = setUp({ timeouts: { idle: 5000, json: 60 } });
    expect(await dripping.json()).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  it('can be cancelled before, during and after', async () => {
    const { json } = setUp();
    const aborted = AbortSignal.abort();
    server.handle(() => undefined);
    expect(await json({ signal: aborted })).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(server.requests).toHaveLength(0);
    const controller = new AbortController();
    server.handle(() => controller.abort());
    expect(await json({ signal: controller.signal })).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(server.requests).toHaveLength(1);
  });

  it('knows a certificate problem from being offline', async () => {
    const refuse = () => Promise.reject(new TypeError('fetch failed', { cause: { code: 'CERT_HAS_EXPIRED' } }));
    expect(await setUp({ fetch: refuse }).json()).toMatchObject({ ok: false, error: { code: 'blocked' } });
    const unknown = () => Promise.reject(new TypeError('fetch failed', { cause: { errors: [{ code: 'ENOTFOUND' }] } }));
    expect(await setUp({ fetch: unknown }).json()).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  it('asks nothing of an address that is not https', async () => {
    const answer = await setUp().json({ url: 'http://api.waifu.im/search' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad_response' } });
  });
});

describe('redirects', () => {
  it('are followed, and secrets stay with the origin they are for', async () => {
    server.handle((_request, response) => response.writeHead(302, { location: `${other.url}/there` }).end());
    other.handle((_request, response) => response.end('{"there":1}'));
    const headers = { authorization: 'Bearer secret', 'x-api-key': 'secret', 'x-geo-blocking-bypass': 'secret' };
    expect(await setUp().json({ headers })).toMatchObject({ ok: true, value: { body: { there: 1 } } });
    expect(server.requests[0]?.headers.authorization).toBe('Bearer secret');
    expect(JSON.stringify(other.requests[0]?.rawHeaders)).not.toContain('secret');
    expect(other.requests[0]?.headers['user-agent']).toBe(userAgent);
  });

  it('within the origin keep them', async () => {
    server.handle((request, response) => {
      if (request.url === '/x') response.writeHead(301, { location: '/y' }).end();
      else response.end(JSON.stringify({ got: request.headers.authorization }));
    });
    expect(await setUp().json({ headers: { authorization: 'k' } })).toMatchObject({ value: { body: { got: 'k' } } });
  });

  it.each(['http://example.org/', 'file:///etc/passwd', 'https://user:pass@example.org/', ''])(
    'to "%s" are refused',
    async (location) => {
      server.handle((_request, response) => response.writeHead(302, { location }).end());
      expect(await setUp().json({})).toMatchObject({ ok: false, error: { code: 'bad_response' } });
    },
  );

  it('from outside to this machine are refused', async () => {
    const asked: string[] = [];
    const outside = (url: unknown) => {
      asked.push(String(url));
      return Promise.resolve(new Response(null, { status: 302, headers: { location: `${server.url}/x` } }));
    };
    const answer = await setUp({ fetch: outside as typeof fetch }).json({ url: 'https://api.waifu.im/search' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'bad_response' } });
    expect(asked).toEqual(['https://api.waifu.im/search']);
  });

  it('in a circle and after a change end', async () => {
    server.handle((_request, response) => response.writeHead(302, { location: '/x' }).end());
    expect(await setUp().json()).toMatchObject({ ok: false, error: { code: 'bad_response' } });
    expect(server.requests).toHaveLength(6);
    server.handle((_request, response) => response.writeHead(302, { location: '/y' }).end());
    expect(await setUp().json({ method: 'POST' })).toMatchObject({ ok: false });
    expect(server.requests).toHaveLength(1);
  });
});

describe('pictures', () => {
  const picture = Buffer.alloc(100_000, 7);
  const readAll = async (body: ReadableStream<Uint8Array>): Promise<number> => {
    let bytes = 0;
    for await (const chunk of body) bytes += chunk.byteLength;
    return bytes;
  };
  const fetchPicture = (more: Partial<HttpDeps> = {}) => createPictureFetch(setUp(more).http);

  it('come with their length and type, uncompressed', async () => {
    server.handle((_request, response) => response.writeHead(200, { 'content-type': 'image/PNG; x=y' }).end(picture));
    const answer = await fetchPicture()(`${server.url}/1.png`, { maxBytes: 200_000 });
    if (!answer.ok) throw new Error(answer.error.message);
    expect(answer.value.contentType).toBe('image/png');
    expect(await readAll(answer.value.body)).toBe(100_000);
    expect(server.requests[0]?.headers['accept-encoding']).toBe('identity');
    expect(server.requests[0]?.headers.authorization).toBeUndefined();
  });

  it('go on where they stopped', async () => {
    server.handle((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1]);
      response.writeHead(206, { 'content-range': `bytes ${from}-99999/100000` }).end(picture.subarray(from));
    });
    const answer = await fetchPicture()(`${server.url}/1.png`, { maxBytes: 200_000, from: 60_000 });
    if (!answer.ok) throw new Error(answer.error.message);
    expect(answer.value.from).toBe(60_000);
    expect(await readAll(answer.value.body)).toBe(40_000);
    server.handle((_request, response) => response.end(picture));
    expect(await fetchPicture()(`${server.url}/1.png`, { maxBytes: 2e5, from: 60_000 })).toMatchObject({
      value: { from: 0 },
    });
    server.handle((_request, response) => response.writeHead(206, { 'content-range': 'bytes 5-9/10' }).end('12345'));
    expect(await fetchPicture()(`${server.url}/1.png`, { maxBytes: 2e5, from: 6 })).toMatchObject({
      error: { code: 'bad_response' },
    });
  });

  it.each([
    [404, 'not_found'],
    [410, 'not_found'],
    [403, 'blocked'],
    [429, 'rate_limited'],
    [500, 'server_error'],
    [418, 'bad_response'],
  ])('with status %i are an error: %s', async (status, code) => {
    server.handle((_request, response) => response.writeHead(status).end('x'));
    expect(await fetchPicture()(`${server.url}/1.png`, { maxBytes: 10 })).toMatchObject({ ok: false, error: { code } });
  });

  it('that are web pages are a block', async () => {
    server.handle((_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end(html));
    expect(await fetchPicture()(`${server.url}/1.png`, { maxBytes: 1e6 })).toMatchObject({
      error: { code: 'blocked' },
    });
  });

  it('that are too large are not read to the end', async () => {
    server.handle((_request, response) => response.end(picture));
    expect(await fetchPicture()(`${server.url}/1.png`, { maxBytes: 10 })).toMatchObject({
      error: { code: 'too_large' },
    });
    server.handle((_request, response) => {
      response.write(picture);
      response.end();
    });
    const answer = await fetchPicture()(`${server.url}/1.png`, { maxBytes: 1000 });
    if (!answer.ok) throw new Error(answer.error.message);
    const failure: unknown = await readAll(answer.value.body).catch((error: unknown) => error);
    expect(streamError(failure)).toMatchObject({ code: 'too_large' });
  });

  it('that break off, stand still or are cancelled fail with a reason', async () => {
    /** `begun`: the answer is there, and its body is to come. */
    const outcome = async (
      more: Partial<HttpDeps>,
      { begun, signal }: { readonly begun?: () => void; readonly signal?: AbortSignal } = {},
    ): Promise<unknown> => {
      const answer = await fetchPicture(more)(`${server.url}/1.png`, { maxBytes: 1e6, signal });
      if (!answer.ok) throw new Error(answer.error.message);
      begun?.();
      return readAll(answer.value.body).catch(streamError);
    };
    let breakOff = (): void => undefined;
    server.handle((_request, response) => {
      breakOff = () => void response.destroy();
      response.writeHead(200, { 'content-length': '100000' }).write(picture.subarray(0, 500));
    });
    expect(await outcome({}, { begun: () => breakOff() })).toMatchObject({ code: 'bad_response', retryable: true });
    server.handle((_request, response) => void response.writeHead(200).write('x'));
    expect(await outcome({ timeouts: { idle: 30 } })).toMatchObject({ code: 'timeout' });
    const controller = new AbortController();
    const { signal } = controller;
    expect(await outcome({}, { begun: () => controller.abort(), signal })).toMatchObject({ code: 'cancelled' });
  });

  it('come at most four at a time from one host, and a picture given up frees its place', async () => {
    let open = 0;
    let most = 0;
    server.handle((_request, response) => {
      open += 1;
      most = Math.max(most, open);
      response.on('close', () => (open -= 1));
      response.writeHead(200).write('x');
    });
    const get = fetchPicture();
    const answers = Array.from({ length: 8 }, async () => {
      const answer = await get(`${server.url}/1.png`, { maxBytes: 10 });
      if (answer.ok) await answer.value.body.cancel();
      return answer.ok;
    });
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 8 }, () => true));
    expect(most).toBeLessThanOrEqual(4);
  });
});
