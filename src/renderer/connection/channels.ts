import type { Bridge } from '../../shared/bridge.ts';
import type { ClientChannel, ServerMessage } from '../../shared/rpc.ts';

/** The channel over the desktop host's bridge. It lives as long as the page. */
export function bridgeChannel(bridge: Bridge): ClientChannel {
  let stop: (() => void) | null = null;
  let ended: (() => void) | null = null;
  return {
    send: (message) => bridge.post(message),
    onMessage(receive) {
      stop?.();
      stop = bridge.subscribe(receive);
    },
    onClose(closed) {
      ended = closed;
    },
    close() {
      stop?.();
      stop = null;
      ended?.();
      ended = null;
    },
  };
}

/** The part of a WebSocket that is used. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'addEventListener' | 'readyState'>;

/** Opens a channel over a WebSocket: JSON text each way. Answers null when it cannot be opened. */
export function openSocketChannel(createSocket: () => Socket): Promise<ClientChannel | null> {
  return new Promise((resolve) => {
    let receive: (message: ServerMessage) => void = () => undefined;
    let closed: (() => void) | null = null;
    let gone = false;
    let socket: Socket;
    try {
      socket = createSocket();
    } catch {
      resolve(null);
      return;
    }
    const end = (): void => {
      gone = true;
      resolve(null);
      closed?.();
      closed = null;
    };
    socket.addEventListener('close', end);
    socket.addEventListener('error', () => socket.close());
    socket.addEventListener('message', (event) => {
      const message = parseMessage(event.data);
      if (message) receive(message);
    });
    socket.addEventListener('open', () => {
      resolve({
        send(message) {
          if (!gone) socket.send(JSON.stringify(message));
        },
        onMessage(listener) {
          receive = listener;
        },
        onClose(listener) {
          if (gone) listener();
          else closed = listener;
        },
        close: () => socket.close(),
      });
    });
  });
}

/** The owner speaks our protocol; anything else on the line is ignored. */
function parseMessage(data: unknown): ServerMessage | null {
  if (typeof data !== 'string') return null;
  try {
    const value: unknown = JSON.parse(data);
    if (typeof value !== 'object' || value === null || !('type' in value)) return null;
    return value.type === 'result' || value.type === 'event' ? (value as ServerMessage) : null;
  } catch {
    return null;
  }
}
