import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, type ClientOptions } from 'ws';
import { appError } from '../shared/errors.ts';
import { fail, ok } from '../shared/result.ts';
import { createClient } from '../shared/rpc.ts';
import type { Core } from '../core/core.ts';
import { createFakeCore, fakeSettings, silentLog } from '../core/testing/fake-core.ts';
import { describeTransport } from '../core/testing/transport-conformance.ts';
import { openSocketChannel, type Socket } from '../renderer/connection/channels.ts';
import type { ServeOptions, WebServer } from '../core/web-server.ts';
import { serve } from './serve.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-web-'));
  await mkdir(path.join(folder, 'renderer'));
  await writeFile(path.join(folder, 'renderer', 'index.html'), '<!doctype html><title>Kabegami</title>');
  await writeFile(path.join(folder, 'secret.html'), 'secret');
  await writeFile(path.join(folder, 'picture.png'), 'PICTURE-BYTES');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function start(core: Core, more: Pick<ServeOptions, 'heartbeat'> = {}): Promise<WebServer> {
  const server = await serve({
    core,
    port: 0,
    rendererFolder: path.join(folder, 'renderer'),
    log: silentLog,
    ...more,
  });
  if (!server.ok) throw new Error(server.error.message);
  return server.value;
}

const tokenOf = (server: WebServer): string => new URL(server.url).searchParams.get('token') ?? '';
const cookieOf = (server: WebServer): string => `kabegami-${server.port}=${tokenOf(server)}`;

function dial(
  server: WebServer,
  headers: Record<string, string> = {},
  at = '/rpc',
  more: ClientOptions = {},
): WebSocket {
  const origin = `http://127.0.0.1:${server.port}`;
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${at}`, {
    ...more,
    headers: { origin, cookie: cookieOf(server), ...headers },
  });
  socket.on('error', () => {});
  return socket;
}

async function channelOf(socket: WebSocket) {
  // ws fits the part of the browser's WebSocket that the page uses.
  const channel = await openSocketChannel(() => socket as unknown as Socket);
  if (channel === null) throw new Error('refused');
  return channel;
}

describeTransport('the WebSocket', async (core) => {
  const server = await start(core);
  return {
    async connect() {
      const socket = dial(server);
      return {
        channel: await channelOf(socket),
        garbage: [
          () => socket.send('not json'),
          () => socket.send(''),
          () => socket.send(Buffer.from([1, 2, 3])),
          () => socket.ping(),
        ],
        drop: () => socket.terminate(),
      };
    },
    stop: () => server.close(),
  };
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Node's own client: unlike fetch it sends any Host, Origin and path as they are. */
function ask(
  server: WebServer,
  at: string,
  { method = 'GET', ...headers }: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port: server.port, path: at, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', reject);
    });
    request.on('error', reject);
    request.end();
  });
}

describe('the browser host', () => {
  let server: WebServer;
  let cookie: string;
  const asked: string[] = [];
  beforeAll(async () => {
    const core = createFakeCore(
      { 'settings.get': fakeSettings },
      {
        openMedia: (id) => {
          asked.push(id);
          if (id === 'waifu-im:18') return Promise.resolve(fail(appError('content_blocked', 'Adult content is off.')));
          if (id === 'waifu-im:404') {
            return Promise.resolve(
              ok({ path: path.join(folder, 'gone'), contentType: 'image/png', bytes: 3, hash: 'h' }),
            );
          }
          const file = path.join(folder, 'picture.png');
          return Promise.resolve(ok({ path: file, contentType: 'image/png', bytes: 13, hash: 'h' }));
        },
      },
    );
    server = await start(core);
    cookie = cookieOf(server);
  });
  afterAll(() => server.close());

  it('prints an address on this machine with a token of 256 bits', () => {
    const url = new URL(server.url);
    expect(url.hostname).toBe('127.0.0.1');
    expect(Buffer.from(tokenOf(server), 'base64url')).toHaveLength(32);
  });

  it('exchanges the token for a cookie that scripts and other sites cannot use', async () => {
    const answer = await ask(server, `/?token=${tokenOf(server)}`);
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(answer.headers['set-cookie']).toEqual([`${cookie}; Path=/; HttpOnly; SameSite=Strict`]);
  });

  it('lets the printed link be followed from a terminal in a web page', async () => {
    const site = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const answer = await ask(server, `/?token=${tokenOf(server)}`, site);
    expect(answer).toMatchObject({ status: 200, headers: { refresh: '0; url=/' } });
    expect((await ask(server, '/', { cookie, ...site })).status).toBe(403);
    expect((await ask(server, '/?token=wrong', site)).status).toBe(403);
  });

  it('serves the page to the cookie, with the policy', async () => {
    const answer = await ask(server, '/', { cookie });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Kabegami');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['content-security-policy']).toContain("script-src 'self';");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
  });

  it.each<[string, string, Record<string, string>]>([
    ['no token', '/', {}],
    ['a wrong token', '/?token=AAAA', {}],
    ['an empty token', '/?token=', {}],
    ['a wrong cookie', '/', { cookie: 'kabegami-1=x' }],
    ['no cookie for pictures', '/media/waifu-im%3A1/full', {}],
  ])('refuses %s', async (_what, at, headers) => {
    const before = asked.length;
    const answer = await ask(server, at, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers['content-security-policy']).toBeDefined();
    expect(asked).toHaveLength(before);
  });

  it.each<[string, Record<string, string>]>([
    ['another name for this machine', { host: 'evil.example' }],
    ['its own name with another port', { host: '127.0.0.1:1' }],
    ['no port', { host: '127.0.0.1' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['a null origin', { origin: 'null' }],
    ['another port’s origin', { origin: 'http://127.0.0.1:1' }],
    ['another site’s request', { 'sec-fetch-site': 'cross-site' }],
    ['another port’s request', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
  ])('refuses %s, cookie or token or not', async (_what, headers) => {
    for (const at of ['/', '/media/waifu-im%3A1/full', `/?token=${tokenOf(server)}`]) {
      expect((await ask(server, at, { cookie, ...headers })).status).toBe(403);
    }
  });

  it('refuses a request without Host and one for another server', async () => {
    const raw = (text: string) =>
      new Promise<string>((resolve) => {
        const socket = connect(server.port, '127.0.0.1', () => socket.end(text));
        let answer = '';
        socket.on('data', (data) => (answer += String(data)));
        socket.on('close', () => resolve(answer));
      });
    expect(await raw(`GET / HTTP/1.0\r\nCookie: ${cookie}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    const host = `Host: 127.0.0.1:${server.port}`;
    expect(await raw(`GET http://evil.example/ HTTP/1.1\r\n${host}\r\nCookie: ${cookie}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it('never leaves the folder of the page', async () => {
    for (const at of [
      '/../secret.html',
      '/..%2fsecret.html',
      '/%2e%2e/secret.html',
      '/..\\secret.html',
      '//secret.html',
    ]) {
      const answer = await ask(server, at, { cookie });
      expect(answer.status).toBe(404);
      expect(answer.body).not.toContain('secret');
    }
  });

  it('serves pictures by id, whole and in part', async () => {
    const whole = await ask(server, '/media/waifu-im%3A1/full', { cookie });
    expect(whole).toMatchObject({ status: 200, body: 'PICTURE-BYTES', headers: { 'content-type': 'image/png' } });
    const part = await ask(server, '/media/waifu-im%3A1/full', { cookie, range: 'bytes=8-' });
    expect(part).toMatchObject({ status: 206, body: 'BYTES', headers: { 'content-range': 'bytes 8-12/13' } });
    const same = await ask(server, '/media/waifu-im%3A1/full', { cookie, 'if-none-match': String(whole.headers.etag) });
    expect(same).toMatchObject({ status: 304, body: '' });
    expect(await ask(server, '/media/waifu-im%3A18/full', { cookie })).toMatchObject({ status: 403 });
    expect(await ask(server, '/media/waifu-im%3A404/full', { cookie })).toMatchObject({ status: 404 });
    expect(await ask(server, '/media/waifu-im%3A1/full', { cookie, method: 'DELETE' })).toMatchObject({ status: 405 });
  });

  it('aborts the work for a picture whose reader has left', async () => {
    let begun: (signal: AbortSignal) => void = () => {};
    const started = new Promise<AbortSignal>((resolve) => (begun = resolve));
    const slow = await start(
      createFakeCore(
        {},
        {
          openMedia: (_id, _variant, options) => {
            if (options?.signal !== undefined) begun(options.signal);
            return new Promise(() => {});
          },
        },
      ),
    );
    const request = httpRequest({
      host: '127.0.0.1',
      port: slow.port,
      path: '/media/waifu-im%3A1/full',
      headers: { cookie: cookieOf(slow) },
    });
    request.on('error', () => {});
    request.end();
    const signal = await started;
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    request.destroy();
    await aborted;
    await slow.close();
  });

  it('says which port is taken', async () => {
    const again = await serve({ core: createFakeCore(), port: server.port, rendererFolder: folder, log: silentLog });
    expect(again).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    if (!again.ok) expect(again.error.message).toContain(String(server.port));
  });
});

describe('the WebSocket door', () => {
  let server: WebServer;
  const beats = new Set<() => void>();
  const beat = (): void => {
    for (const each of beats) each();
  };
  beforeAll(async () => {
    server = await start(createFakeCore({ 'settings.get': fakeSettings }), {
      heartbeat(each) {
        beats.add(each);
        return () => beats.delete(each);
      },
    });
  });
  afterAll(() => server.close());

  const outcome = (socket: WebSocket) =>
    new Promise<string>((resolve) => {
      socket.on('open', () => {
        socket.terminate();
        resolve('open');
      });
      socket.on('unexpected-response', (_request, response) => resolve(String(response.statusCode)));
    });

  it('opens for our own page', async () => {
    expect(await outcome(dial(server))).toBe('open');
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['another origin', { origin: 'http://evil.example' }, '/rpc', '403'],
    ['a missing origin', { origin: '' }, '/rpc', '403'],
    ['another host', { host: 'evil.example' }, '/rpc', '403'],
    ['no cookie', { cookie: '' }, '/rpc', '403'],
    ['a wrong cookie', { cookie: 'kabegami=1' }, '/rpc', '403'],
    ['another path', {}, '/other', '404'],
  ])('stays shut for %s', async (_what, headers, at, status) => {
    expect(await outcome(dial(server, headers, at))).toBe(status);
  });

  it('is not kept open by a visitor that was turned away and does not go', async () => {
    const house = await start(createFakeCore());
    // It keeps its half of the connection open whatever the other side does.
    const visitor = connect({ host: '127.0.0.1', port: house.port, allowHalfOpen: true });
    const answered = new Promise((resolve) => visitor.once('data', resolve));
    visitor.write(
      `GET /rpc HTTP/1.1\r\nHost: 127.0.0.1:${house.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await answered;
    await house.close();
    visitor.destroy();
  });

  it('closes on a message that is too large', async () => {
    const socket = dial(server);
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.on('open', () => socket.send('x'.repeat(4_000_001)));
    expect(await closed).toBe(1009);
  });

  it('cuts off a peer that answers no ping, and no other', async () => {
    const deaf = dial(server, {}, '/rpc', { autoPong: false });
    await new Promise((resolve) => deaf.on('open', resolve));
    const cutOff = new Promise((resolve) => deaf.on('close', resolve));
    const alive = dial(server);
    const pinged = new Promise((resolve) => alive.on('ping', resolve));
    const calls = createClient(await channelOf(alive));
    beat();
    await pinged;
    // By then its answer to the ping is sent: it is heard before what is asked after it.
    expect(await calls.call('settings.get', {})).toEqual(fakeSettings());
    beat();
    await cutOff;
    expect(await calls.call('settings.get', {})).toEqual(fakeSettings());
    alive.terminate();
  });
});
