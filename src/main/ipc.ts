import type { IpcMain, IpcMainEvent, WebContents } from 'electron';
import { ipcChannels } from '../shared/bridge.ts';
import type { ServerChannel } from '../shared/rpc.ts';
import type { Log } from '../core/ports.ts';
import { isPage } from './origin.ts';

/** What is used of a window's contents. */
export type PageContents = Pick<WebContents, 'id' | 'send' | 'isDestroyed' | 'on'>;

export interface IpcServer {
  /** Serves the page in `contents`: one channel a document, a new one after each reload. */
  attach(contents: PageContents): void;
}

/**
 * The owner's end over Electron IPC. The sender is checked here, in the only listener there is: the top frame of a window that was
 * attached, showing our page. Anything else is dropped and logged.
 */
export function createIpcServer(parts: {
  readonly ipcMain: Pick<IpcMain, 'on'>;
  readonly onClient: (channel: ServerChannel) => void;
  readonly log: Log;
}): IpcServer {
  const { ipcMain, onClient, log } = parts;
  const receivers = new Map<number, (message: unknown) => void>();

  ipcMain.on(ipcChannels.fromPage, (event, message: unknown) => {
    const receive = isTrusted(event) ? receivers.get(event.sender.id) : undefined;
    if (receive === undefined) {
      log.warn('A message from somewhere else was dropped', { url: event.senderFrame?.url.slice(0, 200) ?? null });
      return;
    }
    receive(message);
  });

  const open = (contents: PageContents): (() => void) => {
    let closed: () => void = () => {};
    let live = true;
    const end = (): void => {
      if (!live) return;
      live = false;
      receivers.delete(contents.id);
      closed();
    };
    onClient({
      send(message) {
        if (live && !contents.isDestroyed()) contents.send(ipcChannels.toPage, message);
      },
      onMessage: (receiver) => receivers.set(contents.id, receiver),
      onClose: (receiver) => (closed = receiver),
      close: end,
    });
    return end;
  };

  return {
    attach(contents) {
      let end = open(contents);
      // A new document has taken the place of the one that asked: what that one asked for is cancelled.
      contents.on('did-navigate', () => {
        end();
        end = open(contents);
      });
      contents.on('render-process-gone', () => {
        end();
        end = open(contents);
      });
      contents.on('destroyed', () => end());
    },
  };
}

/** The same channel; `heard` is called at its first message. */
export function onFirstMessage(channel: ServerChannel, heard: () => void): ServerChannel {
  let first = true;
  return {
    ...channel,
    onMessage: (receive) =>
      channel.onMessage((message) => {
        receive(message);
        if (!first) return;
        first = false;
        heard();
      }),
  };
}

function isTrusted(event: Pick<IpcMainEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isPage(frame.url);
}
