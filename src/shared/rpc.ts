import type { CallInput, CallName, CallOutput, EventName, Events } from './contract.ts';
import { appError, cancelled } from './errors.ts';
import { fail, type Result } from './result.ts';

/**
 * The messages of every transport (Electron IPC, WebSocket, local socket). Plain JSON. Their schema is apart, in client-message.ts: this file is part of the page, which
 * parses nothing and goes without zod.
 */
export type ClientMessage =
  | { readonly type: 'call'; readonly id: string; readonly name: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly id: string };

export type ServerMessage =
  | { readonly type: 'result'; readonly id: string; readonly result: Result<unknown> }
  | { readonly type: 'event'; readonly name: EventName; readonly payload: unknown };

/** One end of a transport: ordered, reliable messages until it closes. */
export interface Channel<In, Out> {
  send(message: Out): void;
  /** Registers the one receiver of messages. */
  onMessage(receive: (message: In) => void): void;
  /** Registers the one receiver of the end of the channel; it is called at most once. */
  onClose(closed: () => void): void;
  close(): void;
}
/** What a client sees. */
export type ClientChannel = Channel<ServerMessage, ClientMessage>;
/** What the owner of the core sees. Messages from outside are unknown until parsed. */
export type ServerChannel = Channel<unknown, ServerMessage>;

export interface Client {
  /** Runs a call. Never rejects. An aborted `signal` cancels the work at the owner and answers `cancelled`. */
  call<N extends CallName>(
    name: N,
    input: CallInput<N>,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (progress: Events['progress']) => void },
  ): Promise<Result<CallOutput<N>>>;
  /** Listens to an event; answers how to stop. */
  on<N extends EventName>(name: N, listener: (payload: Events[N]) => void): () => void;
  close(): void;
}

/**
 * The client end of the contract over any channel. When the channel closes, calls under way answer a retryable `offline` error.
 */
export function createClient(
  channel: ClientChannel,
  newId: () => string = () => globalThis.crypto.randomUUID(),
): Client {
  interface Waiting {
    readonly settle: (result: Result<unknown>) => void;
    readonly onProgress: ((progress: Events['progress']) => void) | undefined;
  }
  const waiting = new Map<string, Waiting>();
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  let closed = false;

  channel.onMessage((message) => {
    if (message.type === 'result') {
      waiting.get(message.id)?.settle(message.result);
      return;
    }
    if (message.name === 'progress') {
      const progress = message.payload as Events['progress'];
      if (progress.request !== null) waiting.get(progress.request)?.onProgress?.(progress);
    }
    for (const listener of listeners.get(message.name) ?? []) listener(message.payload as never);
  });

  const lost = fail(appError('offline', 'The connection to Kabegami was lost. Is it still running?'));
  channel.onClose(() => {
    closed = true;
    for (const entry of [...waiting.values()]) entry.settle(lost);
  });

  return {
    call<N extends CallName>(name: N, input: CallInput<N>, options: Parameters<Client['call']>[2] = {}) {
      const { signal, onProgress } = options;
      if (signal?.aborted) return Promise.resolve(fail(cancelled));
      if (closed) return Promise.resolve(lost);
      const id = newId();
      return new Promise<Result<CallOutput<N>>>((resolve) => {
        const onAbort = (): void => {
          channel.send({ type: 'cancel', id });
          settle(fail(cancelled));
        };
        const settle = (result: Result<unknown>): void => {
          waiting.delete(id);
          signal?.removeEventListener('abort', onAbort);
          // The owner runs the same contract: its output is this call's.
          resolve(result as Result<CallOutput<N>>);
        };
        waiting.set(id, { settle, onProgress });
        signal?.addEventListener('abort', onAbort, { once: true });
        channel.send({ type: 'call', id, name, input });
      });
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set);
      set.add(listener as (payload: never) => void);
      return () => void set.delete(listener as (payload: never) => void);
    },
    close: () => channel.close(),
  };
}
