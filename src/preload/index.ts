import { contextBridge, ipcRenderer } from 'electron';
import { ipcChannels, type Bridge } from '../shared/bridge.ts';
import type { ServerMessage } from '../shared/rpc.ts';

/**
 * The whole bridge: two fixed channels for plain messages. No Electron object, no channel name and no event reaches the page; what a message
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
};

contextBridge.exposeInMainWorld('kabegami', bridge);
