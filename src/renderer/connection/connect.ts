import { webSocketPath, type BridgeHolder } from '../../shared/bridge.ts';
import { bridgeChannel, openSocketChannel } from './channels.ts';
import { createReconnectingClient, type ReconnectingClient } from './reconnecting-client.ts';

/** The client of this page: over the desktop host's bridge where there is one, otherwise over a WebSocket to the page's own origin. */
export function connect(): ReconnectingClient {
  const bridge = (globalThis as BridgeHolder).kabegami;
  const { protocol, host } = globalThis.location;
  const url = `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${webSocketPath}`;
  return createReconnectingClient({
    connect: () => (bridge ? Promise.resolve(bridgeChannel(bridge)) : openSocketChannel(() => new WebSocket(url))),
    ...(bridge ? {} : { refused: () => refusesPage((url, init) => globalThis.fetch(url, init)) }),
    later: (ms, action) => void globalThis.setTimeout(action, ms),
  });
}

/** Whether the page's own address is answered, but not to this page: its key is from an earlier run. A WebSocket does not tell why it failed. */
export async function refusesPage(
  fetch: (url: string, init: RequestInit) => Promise<Pick<Response, 'status'>>,
): Promise<boolean> {
  try {
    return (await fetch('/', { cache: 'no-store' })).status === 403;
  } catch {
    return false;
  }
}

/** Where a file that was dragged onto the page lies; null where the host does not tell (a browser never does). */
export function filePaths(): ((file: File) => string) | null {
  const bridge = (globalThis as BridgeHolder).kabegami;
  return bridge ? (file) => bridge.pathOf(file) : null;
}

/** Which host shows this page. The tray and closing to it exist on the desktop alone. */
export function isDesktop(): boolean {
  return (globalThis as BridgeHolder).kabegami?.host === 'desktop';
}
