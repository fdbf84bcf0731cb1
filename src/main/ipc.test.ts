import { EventEmitter } from 'node:events';
import type { IpcMain, IpcMainEvent } from 'electron';
import { describe, expect, it } from 'vitest';
import { ipcChannels, type Bridge } from '../shared/bridge.ts';
import { createClient, type ServerMessage } from '../shared/rpc.ts';
import { serveChannel } from '../core/serve-channel.ts';
import { createFakeCore, fakeSettings, silentLog } from '../core/testing/fake-core.ts';
import { describeTransport } from '../core/testing/transport-conformance.ts';
import { bridgeChannel } from '../renderer/connection/channels.ts';
import { createIpcServer, type PageContents } from './ipc.ts';
import { pageUrl } from './origin.ts';

const ourFrame = { url: pageUrl, parent: null };

/** Electron's two ends as plain objects: messages are cloned as Electron clones them, and arrive later. */
function fakeElectron() {
  const main = new EventEmitter();
  let nextId = 1;

  function openWindow() {
    const page = new EventEmitter();
    const life = new EventEmitter();
    let destroyed = false;
    const id = nextId++;
    const contents = {
      id,
      isDestroyed: () => destroyed,
      send(channel: string, message: unknown) {
        if (destroyed) throw new Error('Object has been destroyed');
        const copy = structuredClone(message);
        setImmediate(() => page.emit(channel, copy));
      },
      on: (name: string, listener: (...args: unknown[]) => void) => life.on(name, listener),
    } as unknown as PageContents;
    const post = (message: unknown, frame: unknown = ourFrame, sender: unknown = contents): void => {
      const copy: unknown = structuredClone(message);
      setImmediate(() => main.emit(ipcChannels.fromPage, { sender, senderFrame: frame } as IpcMainEvent, copy));
    };
    const bridge: Bridge = {
      host: 'desktop',
      post,
      subscribe(listener) {
        const hear = (message: ServerMessage): void => listener(message);
        page.on(ipcChannels.toPage, hear);
        return () => void page.off(ipcChannels.toPage, hear);
      },
      pathOf: () => '',
    };
    return {
      contents,
      post,
      bridge,
      page,
      navigate: () => life.emit('did-navigate'),
      destroy() {
        destroyed = true;
        life.emit('destroyed');
      },
    };
  }
  return { ipcMain: main as unknown as Pick<IpcMain, 'on'>, openWindow };
}

describeTransport('Electron IPC', (core) => {
  const electron = fakeElectron();
  const server = createIpcServer({
    ipcMain: electron.ipcMain,
    onClient: (channel) => serveChannel(core, channel),
    log: silentLog,
  });
  const windows: (() => void)[] = [];
  return Promise.resolve({
    connect() {
      const window = electron.openWindow();
      server.attach(window.contents);
      const channel = bridgeChannel(window.bridge);
      // A page ends with its window; there is no closing a bridge from the owner's side.
      const end = (): void => {
        window.destroy();
        channel.close();
      };
      windows.push(end);
      return Promise.resolve({
        channel: { ...channel, close: end },
        garbage: [
          () => window.post(undefined),
          () => window.post(new Map([['type', 'call']])),
          () => window.post({ type: 'call', id: 1n, name: new Date() }),
          () => window.post(new Uint8Array(1000)),
        ],
        drop: window.destroy,
      });
    },
    stop() {
      for (const end of windows) end();
      return Promise.resolve();
    },
  });
});

describe('the one listener', () => {
  function setUp() {
    const electron = fakeElectron();
    const warnings: string[] = [];
    const core = createFakeCore({ 'settings.get': fakeSettings });
    const server = createIpcServer({
      ipcMain: electron.ipcMain,
      onClient: (channel) => serveChannel(core, channel),
      log: { ...silentLog, warn: (message) => warnings.push(message) },
    });
    return { electron, server, warnings };
  }

  it.each<[string, unknown]>([
    ['a frame inside the page', { url: pageUrl, parent: {} }],
    ['a frame that is gone', null],
    ['another site', { url: 'https://example.org/', parent: null }],
    ['a file', { url: 'file:///app/kabegami/index.html', parent: null }],
    ['another host of our scheme', { url: 'app://evil/', parent: null }],
    ['an address that only begins like ours', { url: 'app://kabegami.evil/', parent: null }],
    ['an empty page', { url: 'about:blank', parent: null }],
  ])('drops messages from %s', async (_what, frame) => {
    const { electron, server, warnings } = setUp();
    const window = electron.openWindow();
    server.attach(window.contents);
    const heard: unknown[] = [];
    window.page.on(ipcChannels.toPage, (message) => heard.push(message));
    window.post({ type: 'call', id: 'evil', name: 'settings.get', input: {} }, frame);
    // Messages keep their order: once ours is answered, the other one would have been.
    expect(await createClient(bridgeChannel(window.bridge)).call('settings.get', {})).toEqual(fakeSettings());
    expect(heard).toHaveLength(1);
    expect(warnings).toHaveLength(1);
  });

  it('drops messages from windows that are not ours', async () => {
    const { electron, server, warnings } = setUp();
    const ours = electron.openWindow();
    const other = electron.openWindow();
    server.attach(ours.contents);
    other.post({ type: 'call', id: 'evil', name: 'settings.get', input: {} });
    await createClient(bridgeChannel(ours.bridge)).call('settings.get', {});
    expect(warnings).toHaveLength(1);
  });

  it('gives a reloaded page a channel of its own and cancels what the old one asked', async () => {
    const electron = fakeElectron();
    let seen: (signal: AbortSignal) => void = () => {};
    const started = new Promise<AbortSignal>((resolve) => (seen = resolve));
    const core = createFakeCore({
      'settings.get': fakeSettings,
      'library.verify': (_input, { signal }) => {
        seen(signal);
        return new Promise(() => {});
      },
    });
    const server = createIpcServer({
      ipcMain: electron.ipcMain,
      onClient: (channel) => serveChannel(core, channel),
      log: silentLog,
    });
    const window = electron.openWindow();
    server.attach(window.contents);
    void createClient(bridgeChannel(window.bridge)).call('library.verify', {});
    const signal = await started;
    window.navigate();
    expect(signal.aborted).toBe(true);
    expect(await createClient(bridgeChannel(window.bridge)).call('settings.get', {})).toEqual(fakeSettings());
  });
});
