import { connect } from 'node:net';
import type { HostKind } from '../../shared/model.ts';
import type { ClientChannel, ServerMessage } from '../../shared/rpc.ts';
import { createLineReader, parseLine } from './lines.ts';

// This is all that a command needs to speak to a running program: nothing here loads zod or SQLite, which would take longer than the call.

/** One JSON message a line; the owner may answer with a whole library. */
const maxBytesFromOwner = 256_000_000;

/** The owner's first line: who answers, and in which version of this protocol. */
export interface Hello {
  readonly protocol: number;
  readonly version: string;
  readonly host: HostKind;
  readonly pid: number;
}
export const protocolVersion = 1;

/** Connects to an owner; null when nobody listens there or nobody says hello in time. */
export function connectLocally(
  path: string,
  options: { readonly timeoutMs?: number } = {},
): Promise<{ readonly channel: ClientChannel; readonly owner: Hello } | null> {
  return new Promise((resolve) => {
    const socket = connect(path);
    let receive: (message: ServerMessage) => void = () => {};
    let closed: () => void = () => {};
    let ended = false;
    let greeted = false;
    const timer = setTimeout(() => socket.destroy(), options.timeoutMs ?? 2000);

    const channel: ClientChannel = {
      send(message) {
        if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
      },
      onMessage: (receiver) => (receive = receiver),
      onClose(receiver) {
        closed = receiver;
        if (ended) receiver();
      },
      close: () => socket.destroy(),
    };
    const read = createLineReader(
      maxBytesFromOwner,
      (text) => {
        const message = parseLine(text);
        if (greeted) {
          if (message !== undefined) receive(message as ServerMessage);
          return;
        }
        const owner = greeting(message);
        clearTimeout(timer);
        if (owner === null) {
          socket.destroy();
          return;
        }
        greeted = true;
        resolve({ channel, owner });
      },
      () => socket.destroy(),
    );
    socket.on('data', read);
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(timer);
      ended = true;
      if (!greeted) resolve(null);
      closed();
    });
  });
}

const hosts: readonly unknown[] = ['desktop', 'browser', 'terminal'] satisfies readonly HostKind[];

/** What the first line says, where it is a greeting at all. */
function greeting(line: unknown): Hello | null {
  if (typeof line !== 'object' || line === null || !('hello' in line)) return null;
  const { hello } = line;
  if (typeof hello !== 'object' || hello === null) return null;
  const { protocol, version, host, pid } = hello as Partial<Record<keyof Hello, unknown>>;
  return typeof protocol === 'number' && typeof version === 'string' && typeof pid === 'number' && hosts.includes(host)
    ? { protocol, version, host: host as HostKind, pid }
    : null;
}
