import { describe, expect, it, vi } from 'vitest';
import type { ClientChannel, ClientMessage, ServerMessage } from '../../shared/rpc.ts';
import { bridgeChannel, openSocketChannel, type Socket } from './channels.ts';
import { refusesPage } from './connect.ts';
import { createReconnectingClient, type ConnectionStatus } from './reconnecting-client.ts';

/** A channel whose other end the test holds. */
function testChannel() {
  let receive: (message: ServerMessage) => void = () => undefined;
  let closed: () => void = () => undefined;
  const sent: ClientMessage[] = [];
  const channel: ClientChannel = {
    send: (message) => void sent.push(message),
    onMessage: (listener) => void (receive = listener),
    onClose: (listener) => void (closed = listener),
    close: () => closed(),
  };
  return { channel, sent, receive: (message: ServerMessage) => receive(message), drop: () => closed() };
}
const tick = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
const answer = (message: ClientMessage | undefined, value: unknown): ServerMessage => ({
  type: 'result',
  id: message?.id ?? '',
  result: { ok: true, value },
});

describe('the reconnecting client', () => {
  it('holds calls until the first connection, and answers offline while it is lost', async () => {
    const first = testChannel();
    const second = testChannel();
    const channels = [first.channel, null, second.channel];
    const timers: { ms: number; action: () => void }[] = [];
    const client = createReconnectingClient({
      connect: () => Promise.resolve(channels.shift() ?? null),
      later: (ms, action) => void timers.push({ ms, action }),
    });
    const seen: ConnectionStatus[] = [];
    client.onStatus((status) => seen.push(status));
    const early = client.call('status', {});
    await tick();
    first.receive(answer(first.sent[0], 'here'));
    expect(await early).toEqual({ ok: true, value: 'here' });

    const underWay = client.call('status', {});
    await tick();
    first.drop();
    expect(await underWay).toMatchObject({ ok: false, error: { code: 'offline', retryable: true } });
    expect(await client.call('status', {})).toMatchObject({ ok: false, error: { code: 'offline' } });

    timers.shift()?.action(); // fails: null
    await tick();
    expect(timers[0]?.ms).toBeGreaterThan(250);
    timers.shift()?.action();
    await tick();
    expect(seen).toEqual(['connecting', 'connected', 'lost', 'connected']);
  });

  it('keeps listeners over a reconnection, and stops them for good', async () => {
    const [first, second] = [testChannel(), testChannel()];
    const channels = [first.channel, second.channel];
    let again: () => void = () => undefined;
    const client = createReconnectingClient({
      connect: () => Promise.resolve(channels.shift() ?? null),
      later: (_ms, action) => void (again = action),
    });
    const heard = vi.fn();
    const stop = client.on('notice', heard);
    await tick();
    const notice = { type: 'event', name: 'notice', payload: { level: 'info', message: 'hello' } } as const;
    first.receive(notice);
    first.drop();
    again();
    await tick();
    second.receive(notice);
    expect(heard).toHaveBeenCalledTimes(2);
    stop();
    second.receive(notice);
    expect(heard).toHaveBeenCalledTimes(2);
  });
});

describe('a program that was started again on the same port', () => {
  it('is told apart from one that is gone, and tried until its key is here', async () => {
    const [first, second] = [testChannel(), testChannel()];
    const channels = [first.channel, null, null, second.channel];
    const refusals = [false, true];
    let again: () => void = () => undefined;
    const client = createReconnectingClient({
      connect: () => Promise.resolve(channels.shift() ?? null),
      refused: () => Promise.resolve(refusals.shift() ?? false),
      later: (_ms, action) => void (again = action),
    });
    const seen: ConnectionStatus[] = [];
    client.onStatus((status) => seen.push(status));
    await tick();
    first.drop();
    for (let turn = 0; turn < 3; turn += 1) {
      again();
      await tick();
    }
    expect(seen).toEqual(['connecting', 'connected', 'lost', 'replaced', 'connected']);
  });

  it('answers the page itself with a refusal', async () => {
    expect(await refusesPage(() => Promise.resolve({ status: 403 }))).toBe(true);
    expect(await refusesPage(() => Promise.resolve({ status: 200 }))).toBe(false);
    expect(await refusesPage(() => Promise.reject(new TypeError('nobody there')))).toBe(false);
  });
});

describe('channels', () => {
  it('carry messages over the bridge', () => {
    const posted: ClientMessage[] = [];
    let push: (message: ServerMessage) => void = () => undefined;
    const channel = bridgeChannel({
      host: 'desktop',
      post: (message) => void posted.push(message),
      subscribe: (listener) => {
        push = listener;
        return () => (push = () => undefined);
      },
      pathOf: () => '',
    });
    const received: ServerMessage[] = [];
    channel.onMessage((message) => received.push(message));
    channel.send({ type: 'cancel', id: '1' });
    push({ type: 'result', id: '1', result: { ok: true, value: 1 } });
    expect(posted).toEqual([{ type: 'cancel', id: '1' }]);
    expect(received).toHaveLength(1);
    channel.close();
    push({ type: 'result', id: '2', result: { ok: true, value: 1 } });
    expect(received).toHaveLength(1);
  });

  it('carry JSON over a socket, ignore noise, and tell the end', async () => {
    const handlers = new Map<string, (event: { data: unknown }) => void>();
    const sent: string[] = [];
    const socket = {
      readyState: 1,
      send: (text: string) => void sent.push(text),
      close: () => handlers.get('close')?.({ data: null }),
      addEventListener: (name: string, handler: (event: { data: unknown }) => void) => void handlers.set(name, handler),
    } as unknown as Socket;
    const opening = openSocketChannel(() => socket);
    handlers.get('open')?.({ data: null });
    const channel = await opening;
    const received: ServerMessage[] = [];
    const closed = vi.fn();
    channel?.onMessage((message) => received.push(message));
    channel?.onClose(closed);
    channel?.send({ type: 'cancel', id: 'a' });
    for (const data of [
      '{"type":"result","id":"a","result":{"ok":true,"value":1}}',
      '{',
      '7',
      'null',
      '{"type":"x"}',
      5,
    ])
      handlers.get('message')?.({ data });
    expect(sent).toEqual(['{"type":"cancel","id":"a"}']);
    expect(received).toHaveLength(1);
    handlers.get('error')?.({ data: null });
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('answer null when a socket cannot be opened', async () => {
    expect(
      await openSocketChannel(() => {
        throw new Error('no');
      }),
    ).toBeNull();
  });
});
