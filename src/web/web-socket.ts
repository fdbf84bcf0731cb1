import type { WebSocket } from 'ws';
import type { ServerChannel } from '../shared/rpc.ts';

/** A page that lets this much pile up does not read any more; it reconnects and asks anew. */
const maxUnread = 64_000_000;

type Heartbeat = (beat: () => void) => () => void;

/** It keeps no program alive. */
export const everyHalfMinute: Heartbeat = (beat) => {
  const timer = setInterval(beat, 30_000);
  timer.unref();
  return () => clearInterval(timer);
};

/**
 * The owner's end over a WebSocket of the `ws` package. A peer that does not answer a ping until the next one is due is cut off: a laptop
 * that went to sleep never says goodbye.
 */
export function webSocketServerChannel(socket: WebSocket, heartbeat: Heartbeat): ServerChannel {
  let receive: (message: unknown) => void = () => {};
  let closed: () => void = () => {};
  let alive = true;

  const stopBeating = heartbeat(() => {
    if (!alive) {
      socket.terminate();
      return;
    }
    alive = false;
    socket.ping();
  });

  socket.on('pong', () => (alive = true));
  socket.on('message', (data, isBinary) => {
    if (!isBinary) receive(parse(String(data)));
  });
  // Too large or malformed frames: ws closes the connection itself, which is what counts.
  socket.on('error', () => {});
  socket.on('close', () => {
    stopBeating();
    closed();
  });

  return {
    send(message) {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > maxUnread) socket.terminate();
      else socket.send(JSON.stringify(message));
    },
    onMessage: (receiver) => (receive = receiver),
    onClose: (receiver) => (closed = receiver),
    close: () => socket.close(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
