import type { ClientMessage, ServerMessage } from './rpc.ts';

/**
 * All that the preload script gives the page in the desktop host: a pipe for messages and where a dragged file lies, no call and no Electron object. The renderer reads
 * it as `(globalThis as BridgeHolder).kabegami`; where it is missing, the page runs in a browser and opens a WebSocket on its own origin
 * (`webSocketPath`), which carries the same messages as JSON text.
 */
export interface Bridge {
  readonly host: 'desktop';
  /** Sends one message to the owner of the core. */
  readonly post: (message: ClientMessage) => void;
  /** Hears every message from the owner; answers how to stop. */
  readonly subscribe: (listener: (message: ServerMessage) => void) => () => void;
  /** Where a `File` that was dragged onto the window lies on this machine; '' where it is none of this machine's files. */
  readonly pathOf: (file: object) => string;
}

/** What `globalThis` may carry. */
export interface BridgeHolder {
  readonly kabegami?: Bridge;
}

/** The two fixed IPC channels of the desktop host. */
export const ipcChannels = { fromPage: 'kabegami:message', toPage: 'kabegami:reply' } as const;

/** Where the browser host listens for WebSockets, on the page's own origin. */
export const webSocketPath = '/rpc';

/** Path of an image's picture on the page's own origin, the same in both hosts. */
export function mediaPath(id: string, variant: 'small' | 'large' | 'full'): string {
  return `/media/${encodeURIComponent(id)}/${variant}`;
}

/** The same, only as far as it is on this disk: nothing is fetched for it, and it does not count as a use. For lists of what may go. */
export function mediaPathHere(id: string, variant: 'small' | 'large' | 'full'): string {
  return `${mediaPath(id, variant)}/here`;
}
