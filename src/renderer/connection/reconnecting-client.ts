import type { EventName, Events } from '../../shared/contract.ts';
import { appError } from '../../shared/errors.ts';
import { fail } from '../../shared/result.ts';
import { createClient, type Client, type ClientChannel } from '../../shared/rpc.ts';

/** `lost` after a connection broke, until it is back; `replaced` when another run of the program answers there and refuses this page's key. */
export type ConnectionStatus = 'connecting' | 'connected' | 'lost' | 'replaced';

export interface ReconnectingClient extends Client {
  /** Hears each change of the connection, beginning with the current state. Answers how to stop. */
  onStatus(listener: (status: ConnectionStatus) => void): () => void;
}

/** Waits between attempts, in milliseconds; the last one repeats. */
export const reconnectDelays = [250, 500, 1000, 2000, 5000] as const;

/**
 * A client that outlives its channel: it connects again by itself, listeners stay registered, and calls made while there is no connection wait
 * for the first one or answer a retryable `offline` error at once when it was lost.
 */
export function createReconnectingClient(options: {
  /** Opens a channel; null when that is not possible now. */
  readonly connect: () => Promise<ClientChannel | null>;
  /** Asked after a failed attempt: whether somebody is there who refuses this page. */
  readonly refused?: () => Promise<boolean>;
  readonly later: (ms: number, action: () => void) => void;
}): ReconnectingClient {
  type Entry = readonly [EventName, (payload: never) => void];
  const listeners = new Set<Entry>();
  const statusListeners = new Set<(status: ConnectionStatus) => void>();
  const waiting: (() => void)[] = [];
  let client: Client | null = null;
  let status: ConnectionStatus = 'connecting';
  let failures = 0;
  let closed = false;

  const setStatus = (next: ConnectionStatus): void => {
    if (status === next) return;
    status = next;
    for (const listener of [...statusListeners]) listener(next);
  };
  const release = (): void => {
    for (const go of waiting.splice(0)) go();
  };

  /** A stopped listener is gone from the set, whichever client still calls it. */
  const attach = (to: Client, entry: Entry): void => {
    const [name, listener] = entry;
    to.on(name, (payload: Events[EventName]) => {
      if (listeners.has(entry)) listener(payload as never);
    });
  };

  async function connect(): Promise<void> {
    const channel = await options.connect();
    if (closed) {
      channel?.close();
      return;
    }
    if (!channel) {
      // Opening the new address in any tab of this browser gives this one its key too: it goes on trying.
      const replaced = (await options.refused?.()) ?? false;
      if (!closed) retry(replaced ? 'replaced' : 'lost');
      return;
    }
    failures = 0;
    const next = createClient({
      ...channel,
      onClose(settleCalls) {
        channel.onClose(() => {
          settleCalls();
          client = null;
          if (!closed) retry();
        });
      },
    });
    for (const entry of listeners) attach(next, entry);
    client = next;
    setStatus('connected');
    release();
  }

  function retry(now: 'lost' | 'replaced' = 'lost'): void {
    setStatus(now);
    release();
    const delay = reconnectDelays[Math.min(failures, reconnectDelays.length - 1)] ?? 5000;
    failures += 1;
    options.later(delay, () => {
      if (!closed) void connect();
    });
  }

  void connect();

  return {
    async call(name, input, callOptions) {
      if (!client && status === 'connecting' && !closed) await new Promise<void>((resolve) => waiting.push(resolve));
      if (!client)
        return fail(
          appError('offline', 'There is no connection to Kabegami. Is it still running? Try again in a moment.'),
        );
      return client.call(name, input, callOptions);
    },
    on(name, listener) {
      const entry = [name, listener as (payload: never) => void] as const;
      listeners.add(entry);
      if (client) attach(client, entry);
      return () => void listeners.delete(entry);
    },
    onStatus(listener) {
      statusListeners.add(listener);
      listener(status);
      return () => void statusListeners.delete(listener);
    },
    close() {
      closed = true;
      client?.close();
      client = null;
      release();
    },
  };
}
