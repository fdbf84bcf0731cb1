import type { ClientChannel, ClientMessage, ServerMessage } from '../shared/rpc.ts';
import type { Dispatch } from './dispatch.ts';
import type { EventBus } from './events.ts';
import { serveChannel } from './serve-channel.ts';

/** A client channel to a core in this very process: the same protocol, without a wire. Messages arrive in order, after the sender is done. */
export function connectInMemory(core: { readonly dispatch: Dispatch; readonly events: EventBus }): ClientChannel {
  let toClient: (message: ServerMessage) => void = () => {};
  let toServer: (message: unknown) => void = () => {};
  let clientClosed: () => void = () => {};
  let serverClosed: () => void = () => {};
  let open = true;

  const later = (deliver: () => void): void => queueMicrotask(() => open && deliver());
  const close = (): void => {
    if (!open) return;
    open = false;
    serverClosed();
    clientClosed();
  };
  serveChannel(core, {
    send: (message) => later(() => toClient(message)),
    onMessage: (receiver) => (toServer = receiver),
    onClose: (receiver) => (serverClosed = receiver),
    close,
  });
  return {
    send: (message: ClientMessage) => later(() => toServer(message)),
    onMessage: (receiver) => (toClient = receiver),
    onClose: (receiver) => (clientClosed = receiver),
    close,
  };
}
