import { chmod, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import type { ServerChannel } from '../../shared/rpc.ts';
import { clientMessage } from '../../shared/client-message.ts';
import type { Hello } from './connect-locally.ts';
import { createLineReader, parseLine } from './lines.ts';

/** One JSON message a line. Clients send small things. */
const maxBytesFromClient = 4_000_000;
/** A client that lets this much pile up does not read any more. */
const maxUnread = 64_000_000;

export interface LocalServer {
  /**
   * Stops listening. With `drain`, waits for the clients that are here to finish what they asked for (an idle one is given `idleMs`);
   * without, cuts them off: also those that an earlier `close` still waits for.
   */
  close(options: { readonly drain: boolean; readonly idleMs?: number }): Promise<void>;
}

/**
 * Listens on a Unix socket (readable by this user only) or named pipe. The caller holds the data folder's lock: whatever socket file is there
 * was left by a crash and is replaced. Rejects when listening fails.
 */
export async function listenLocally(options: {
  readonly path: string;
  readonly hello: Hello;
  readonly onClient: (channel: ServerChannel) => void;
}): Promise<LocalServer> {
  const connections = new Set<Connection>();
  const isFile = !options.path.startsWith('\\\\');
  let idleLimit: number | null = null;

  const server = createServer((socket) => {
    const connection: Connection = { socket, open: new Set() };
    connections.add(connection);
    socket.on('timeout', () => socket.destroy());
    socket.on('close', () => connections.delete(connection));
    socket.write(`${JSON.stringify({ hello: options.hello })}\n`);
    options.onClient(serverChannel(connection, () => watchIdle(connection)));
  });

  // Only while draining: a client that waits for an answer is given all the time it needs.
  const watchIdle = ({ socket, open }: Connection): void => {
    if (idleLimit !== null) socket.setTimeout(open.size > 0 ? 0 : idleLimit);
  };

  if (isFile) await rm(options.path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // The file is made inside `listen`, at once: it must never exist with wider rights, not even for a moment.
    const previous = isFile ? process.umask(0o177) : 0;
    try {
      server.listen(options.path, resolve);
    } finally {
      if (isFile) process.umask(previous);
    }
  });
  if (isFile) await chmod(options.path, 0o600);

  return {
    close({ drain, idleMs = 2000 }) {
      return new Promise((resolve) => {
        server.close(() => resolve());
        for (const connection of connections) {
          if (!drain) connection.socket.destroy();
          else {
            idleLimit = idleMs;
            watchIdle(connection);
          }
        }
      });
    },
  };
}

interface Connection {
  readonly socket: Socket;
  /** Calls received and not answered yet. */
  readonly open: Set<string>;
}

function serverChannel({ socket, open }: Connection, changed: () => void): ServerChannel {
  let receive: (message: unknown) => void = () => {};
  let closed: () => void = () => {};
  const read = createLineReader(
    maxBytesFromClient,
    (text) => {
      const message = parseLine(text);
      const id = callId(message);
      if (id !== null) open.add(id);
      changed();
      receive(message);
    },
    () => socket.destroy(),
  );
  socket.on('data', read);
  // An error is always followed by close, which is what counts.
  socket.on('error', () => {});
  socket.on('close', () => closed());
  return {
    send(message) {
      if (message.type === 'result') {
        open.delete(message.id);
        changed();
      }
      if (!socket.writable) return;
      if (socket.writableLength > maxUnread) socket.destroy();
      else socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: (receiver) => (receive = receiver),
    onClose: (receiver) => (closed = receiver),
    close: () => socket.destroy(),
  };
}

/** The id of a call that will be answered; null for anything else. */
function callId(message: unknown): string | null {
  const parsed = clientMessage.safeParse(message);
  return parsed.success && parsed.data.type === 'call' ? parsed.data.id : null;
}
