import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelled } from '../../shared/errors.ts';
import type { Progress } from '../../shared/model.ts';
import { ok } from '../../shared/result.ts';
import { createClient, type ClientChannel, type ClientMessage } from '../../shared/rpc.ts';
import type { Core } from '../core.ts';
import { createFakeCore, fakeSettings } from './fake-core.ts';

/** A transport as the suite drives it. */
export interface TransportUnderTest {
  /** Connects one more client. */
  connect(): Promise<ConnectionUnderTest>;
  stop(): Promise<void>;
}
export interface ConnectionUnderTest {
  readonly channel: ClientChannel;
  /** Things no well-behaved client sends; each is put on the wire as it is. */
  readonly garbage: readonly (() => void)[];
  /** Ends the connection from the client's side without a word. */
  drop(): void;
}

/** Lets a test wait for something that happens elsewhere, without sleeping. */
function signalled<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}

/**
 * What every transport of the contract must do, the same for Electron IPC, WebSocket and the local socket. `start` serves the given core
 * with the real server side of the transport.
 */
export function describeTransport(name: string, start: (core: Core) => Promise<TransportUnderTest>): void {
  describe(`${name} carries the contract`, () => {
    let started = signalled<AbortSignal>();
    let release = signalled<null>();
    let core: Core;
    let transport: TransportUnderTest;

    beforeEach(async () => {
      started = signalled();
      release = signalled();
      core = createFakeCore({
        'settings.get': fakeSettings,
        // Echoes its input: large payloads and order.
        'favorites.add': ({ ids }) => ok({ changed: ids }),
        'wallpaper.current': () => {
          throw new Error('a bug');
        },
        // Runs until it is let go or cancelled.
        'library.verify': async (_input, { signal, progress }) => {
          progress({ kind: 'verify', image: null, done: 1, total: 2, unit: 'items' });
          started.resolve(signal);
          const stopped = signalled<null>();
          signal.addEventListener('abort', () => stopped.resolve(null), { once: true });
          await Promise.race([release.promise, stopped.promise]);
          return signal.aborted ? { ok: false, error: cancelled } : ok({ clean: true, problems: [], checked: 2 });
        },
      });
      transport = await start(core);
    });
    afterEach(() => transport.stop());

    const client = async () => createClient((await transport.connect()).channel);

    it('answers results', async () => {
      expect(await (await client()).call('settings.get', {})).toEqual(fakeSettings());
    });

    it('answers errors as values', async () => {
      expect(await (await client()).call('status', {})).toMatchObject({
        ok: false,
        error: { code: 'not_found', retryable: false },
      });
      expect(await (await client()).call('wallpaper.current', {})).toMatchObject({
        ok: false,
        error: { code: 'internal' },
      });
    });

    it('refuses unknown calls, names of the prototype included', async () => {
      const calls = await client();
      for (const unknown of ['nothing', '__proto__', 'constructor', 'toString', '']) {
        expect(await calls.call(unknown as 'status', {})).toMatchObject({ ok: false, error: { code: 'unknown_call' } });
      }
    });

    it('refuses bad input with its place', async () => {
      const answer = await (await client()).call('image.get', { id: '../../etc/passwd' });
      expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
      if (!answer.ok) expect(answer.error.message).toMatch(/^image\.get: id: /);
    });

    it('survives garbage', async () => {
      const connection = await transport.connect();
      const calls = createClient(connection.channel);
      for (const send of connection.garbage) send();
      const odd: unknown[] = [
        null,
        17,
        'text',
        [],
        {},
        { type: 'call' },
        { type: 'call', id: 'x'.repeat(65), name: 'status', input: {} },
        { type: 'cancel', id: 'nobody' },
        { type: 'result', id: 'a', result: { ok: true, value: 1 } },
      ];
      for (const message of odd) connection.channel.send(message as ClientMessage);
      expect(await calls.call('settings.get', {})).toEqual(fakeSettings());
    });

    it('answers a malformed message that has an id', async () => {
      const { channel } = await transport.connect();
      const answer = signalled<unknown>();
      channel.onMessage(answer.resolve);
      channel.send({ type: 'call', id: 'mine' } as ClientMessage);
      expect(await answer.promise).toMatchObject({
        type: 'result',
        id: 'mine',
        result: { ok: false, error: { code: 'invalid_input' } },
      });
    });

    it('brings progress to its caller, and to no other call', async () => {
      const [one, other] = [await client(), await client()];
      const mine: Progress[] = [];
      const others: Progress[] = [];
      const verify = one.call('library.verify', {}, { onProgress: (progress) => mine.push(progress) });
      await started.promise;
      await other.call('settings.get', {}, { onProgress: (progress) => others.push(progress) });
      release.resolve(null);
      expect(await verify).toMatchObject({ ok: true });
      expect(mine).toMatchObject([{ kind: 'verify', done: 1, total: 2 }]);
      expect(others).toEqual([]);
    });

    it('cancels the work when the caller aborts', async () => {
      const calls = await client();
      const controller = new AbortController();
      const answer = calls.call('library.verify', {}, { signal: controller.signal });
      const atOwner = await started.promise;
      const seen = signalled<null>();
      atOwner.addEventListener('abort', () => seen.resolve(null));
      controller.abort();
      expect(await answer).toEqual({ ok: false, error: cancelled });
      await seen.promise;
      expect(atOwner.aborted).toBe(true);
      expect(await calls.call('settings.get', {})).toEqual(fakeSettings());
    });

    it.each(['close', 'drop'] as const)('cancels the work when the client is gone (%s)', async (how) => {
      const connection = await transport.connect();
      void createClient(connection.channel).call('library.verify', {});
      const atOwner = await started.promise;
      const seen = signalled<null>();
      atOwner.addEventListener('abort', () => seen.resolve(null));
      if (how === 'close') connection.channel.close();
      else connection.drop();
      await seen.promise;
      expect(atOwner.aborted).toBe(true);
      expect(await (await client()).call('settings.get', {})).toEqual(fakeSettings());
    });

    it('tells every client of every event, in order', async () => {
      const clients = [await client(), await client(), await client()];
      const count = 500;
      const heard = clients.map((calls) => {
        const texts: string[] = [];
        const all = signalled<string[]>();
        calls.on('notice', ({ message }) => {
          texts.push(message);
          if (texts.length === count) all.resolve(texts);
        });
        return all.promise;
      });
      // A client counts as connected once it was answered.
      await Promise.all(clients.map((calls) => calls.call('settings.get', {})));
      const sent = Array.from({ length: count }, (_, index) => `notice ${index}`);
      for (const message of sent) core.events.emit('notice', { level: 'info', message });
      for (const texts of await Promise.all(heard)) expect(texts).toEqual(sent);
    });

    it('carries many calls at once', async () => {
      const calls = await client();
      const answers = await Promise.all(
        Array.from({ length: 200 }, (_, index) => calls.call('favorites.add', { ids: [`waifu-im:${index}`] })),
      );
      expect(answers).toEqual(answers.map((_, index) => ok({ changed: [`waifu-im:${index}`] })));
    });

    it('refuses more calls than one client may have open', async () => {
      const calls = await client();
      const running = Array.from({ length: 256 }, () => calls.call('library.verify', {}));
      await started.promise;
      expect(await calls.call('settings.get', {})).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
      release.resolve(null);
      expect((await Promise.all(running)).every((answer) => answer.ok)).toBe(true);
      expect(await calls.call('settings.get', {})).toEqual(fakeSettings());
    });

    it('carries large payloads and any character, both ways', async () => {
      const ids = Array.from({ length: 10_000 }, (_, index) => `yiff-rest:${'0'.repeat(50)}${index}`);
      expect(await (await client()).call('favorites.add', { ids })).toEqual(ok({ changed: ids }));

      const message = `\u58c1\u7d19 \u{1f5bc} \u2028 \n \0 "\\`.repeat(100_000);
      const calls = await client();
      const heard = signalled<string>();
      calls.on('notice', (notice) => heard.resolve(notice.message));
      await calls.call('settings.get', {});
      core.events.emit('notice', { level: 'info', message });
      expect((await heard.promise) === message).toBe(true);
    });

    it('tells the client when the owner goes away', async () => {
      const calls = await client();
      const answer = calls.call('library.verify', {});
      await started.promise;
      await transport.stop();
      expect(await answer).toMatchObject({ ok: false, error: { code: 'offline', retryable: true } });
      expect(await calls.call('settings.get', {})).toMatchObject({ ok: false, error: { code: 'offline' } });
    });
  });
}
