import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { ok } from '../../shared/result.ts';
import { createClient } from '../../shared/rpc.ts';
import { serveChannel } from '../serve-channel.ts';
import { createFakeCore, fakeSettings } from '../testing/fake-core.ts';
import { describeTransport } from '../testing/transport-conformance.ts';
import { createLineReader } from './lines.ts';
import { connectLocally, protocolVersion, type Hello } from './connect-locally.ts';
import { listenLocally } from './local-socket.ts';

const greeting: Hello = { protocol: protocolVersion, version: '0.1.0', host: 'desktop', pid: 1 };

let folder: string;
let socket: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-socket-'));
  socket = path.join(folder, 'owner.sock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function connected(at: string) {
  const connection = await connectLocally(at);
  if (connection === null) throw new Error('nobody listens');
  return connection;
}

describeTransport('the local socket', async (core) => {
  const server = await listenLocally({
    path: socket,
    hello: greeting,
    onClient: (channel) => serveChannel(core, channel),
  });
  return {
    async connect() {
      const { channel } = await connected(socket);
      // Garbage goes over a connection of its own as well: the line protocol lets nobody write past `send`.
      const raw = connect(socket);
      raw.on('error', () => {});
      return {
        channel,
        garbage: [
          () => raw.write('not json\n'),
          () => raw.write('{"type":"call"\n\n\n{}\n'),
          () => raw.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a])),
          () => raw.write('x'.repeat(4_000_001)),
        ],
        drop: () => channel.close(),
      };
    },
    stop: () => server.close({ drain: false }),
  };
});

describe('the local socket', () => {
  it('is readable by its owner only and replaces one that a crash left', async () => {
    await writeFile(socket, '');
    const server = await listenLocally({ path: socket, hello: greeting, onClient: () => {} });
    expect((await stat(socket)).mode & 0o777).toBe(0o600);
    expect((await connected(socket)).owner).toEqual(greeting);
    await server.close({ drain: false });
    expect(await connectLocally(socket)).toBeNull();
  });

  it('cuts off a client whose line has no end', async () => {
    const server = await listenLocally({ path: socket, hello: greeting, onClient: () => {} });
    const raw = connect(socket);
    raw.on('error', () => {});
    raw.resume();
    const closed = new Promise<void>((resolve) => raw.once('close', () => resolve()));
    raw.write('x'.repeat(4_100_000));
    await closed;
    await server.close({ drain: false });
  });

  it('is not taken in by somebody who does not say hello', async () => {
    const { createServer } = await import('node:net');
    const stranger = createServer((client) => client.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    await new Promise<void>((resolve) => stranger.listen(socket, resolve));
    expect(await connectLocally(socket)).toBeNull();
    await new Promise((resolve) => stranger.close(resolve));

    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(socket, resolve));
    expect(await connectLocally(socket, { timeoutMs: 50 })).toBeNull();
    silent.close();
  });

  it('lets calls under way finish when it drains, and waits for their clients', async () => {
    let finish: () => void = () => {};
    let begun: () => void = () => {};
    const started = new Promise<void>((resolve) => (begun = resolve));
    const core = createFakeCore({
      'settings.get': fakeSettings,
      'library.verify': async () => {
        await new Promise<void>((resolve) => {
          finish = resolve;
          begun();
        });
        return ok({ clean: true, problems: [], checked: 0 });
      },
    });
    const server = await listenLocally({
      path: socket,
      hello: greeting,
      onClient: (channel) => serveChannel(core, channel),
    });
    const busy = createClient((await connected(socket)).channel);
    await connected(socket); // idle, and never says anything
    const answer = busy.call('library.verify', {});
    await started;
    const closed = server.close({ drain: true, idleMs: 20 });
    expect(await connectLocally(socket)).toBeNull();
    finish();
    expect(await answer).toMatchObject({ ok: true });
    await closed;
  });
});

describe('createLineReader', () => {
  it('finds the same lines however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\n', ' '))),
        fc.array(fc.nat(20)),
        (lines, cuts) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''), 'utf8');
          const expected = bytes.toString('utf8').split('\n').slice(0, -1);
          const seen: string[] = [];
          const read = createLineReader(
            1_000_000,
            (line) => seen.push(line),
            () => {},
          );
          let at = 0;
          for (const cut of cuts) {
            read(bytes.subarray(at, at + cut));
            at += cut;
          }
          read(bytes.subarray(at));
          expect(seen).toEqual(expected);
        },
      ),
    );
  });

  it('says once that a line is too long, and nothing after it', () => {
    const seen: string[] = [];
    let overflows = 0;
    const read = createLineReader(
      4,
      (line) => seen.push(line),
      () => overflows++,
    );
    read(Buffer.from('1234\n123'));
    read(Buffer.from('45\n1\n'));
    read(Buffer.from('2\n'));
    expect(seen).toEqual(['1234']);
    expect(overflows).toBe(1);
  });
});
