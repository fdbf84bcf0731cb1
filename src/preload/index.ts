import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { ipcChannels, type Bridge } from '../shared/bridge.ts';
import type { ServerMessage } from '../shared/rpc.ts';

/**
 * The whole bridge: two fixed channels for plain messages, and the path of a file that was dragged onto the page. No Electron object, no channel name and no event reaches the page; what a message
 * may ask for is decided by the owner.
 */
const bridge: Bridge = {
  host: 'desktop',
  post: (message) => ipcRenderer.send(ipcChannels.fromPage, message),
  subscribe(listener) {
    const hear = (_event: unknown, message: ServerMessage): void => listener(message);
    ipcRenderer.on(ipcChannels.toPage, hear);
    return () => void ipcRenderer.removeListener(ipcChannels.toPage, hear);
  },
  // Only a file that its owner has given the page has a path; one that a script made has none.
  pathOf: (file) => webUtils.getPathForFile(file as File),
};

contextBridge.exposeInMainWorld('kabegami', bridge);
