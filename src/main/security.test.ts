import { EventEmitter } from 'node:events';
import type { App, Session, WebContents } from 'electron';
import { describe, expect, it } from 'vitest';
import { silentLog } from '../core/testing/fake-core.ts';
import { isOwnRequest, lockDown, lockDownSession, webPreferences } from './security.ts';

/** A window's contents after lockDown has seen them. */
function lockedContents() {
  const app = new EventEmitter();
  const opened: string[] = [];
  lockDown({
    app: app as unknown as App,
    shell: { openExternal: (url) => Promise.resolve(void opened.push(url)) },
    log: silentLog,
  });
  const events = new EventEmitter();
  const handlers: { open: (details: { url: string }) => { action: string } } = { open: () => ({ action: 'allow' }) };
  const contents = Object.assign(events, {
    setWindowOpenHandler: (handler: typeof handlers.open) => (handlers.open = handler),
  });
  app.emit('web-contents-created', {}, contents as unknown as WebContents);
  /** True when the event was prevented. */
  const prevented = (name: string, details: Record<string, unknown>): boolean => {
    let stopped = false;
    events.emit(name, { ...details, preventDefault: () => (stopped = true) });
    return stopped;
  };
  return { open: (url: string) => handlers.open({ url }).action, opened, prevented };
}

describe('webPreferences', () => {
  it('gives the page nothing beyond a browser’s', () => {
    expect(webPreferences('/preload.cjs')).toMatchObject({
      preload: '/preload.cjs',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
    });
    expect(webPreferences('/preload.cjs')).not.toHaveProperty('enableBlinkFeatures');
  });
});

describe('lockDown', () => {
  it('opens no window, and only vetted links outside', () => {
    const { open, opened } = lockedContents();
    for (const url of ['https://example.org/a', 'http://example.org/', 'file:///etc/passwd', 'app://kabegami/']) {
      expect(open(url)).toBe('deny');
    }
    expect(opened).toEqual(['https://example.org/a']);
  });

  it('leads the page nowhere else', () => {
    const { prevented } = lockedContents();
    for (const name of ['will-navigate', 'will-redirect']) {
      expect(prevented(name, { url: 'https://example.org/' })).toBe(true);
      expect(prevented(name, { url: 'file:///etc/passwd' })).toBe(true);
      expect(prevented(name, { url: 'app://kabegami/' })).toBe(false);
    }
    expect(prevented('will-frame-navigate', { url: 'app://kabegami/', isMainFrame: false })).toBe(true);
    expect(prevented('will-frame-navigate', { url: 'https://example.org/', isMainFrame: true })).toBe(true);
    expect(prevented('will-frame-navigate', { url: 'app://kabegami/', isMainFrame: true })).toBe(false);
  });

  it('attaches no webview', () => {
    expect(lockedContents().prevented('will-attach-webview', {})).toBe(true);
  });
});

describe('lockDownSession', () => {
  it('grants no permission but to put text into the clipboard, no device, no screen, no download and no request to anywhere else', () => {
    const answers: unknown[] = [];
    const events = new EventEmitter();
    type Handler = (...args: unknown[]) => unknown;
    let filter: Handler = () => undefined;
    lockDownSession(
      Object.assign(events, {
        setPermissionRequestHandler: (handler: Handler) => {
          for (const wanted of ['media', 'clipboard-read', 'clipboard-sanitized-write'])
            handler({}, wanted, (yes: unknown) => answers.push([wanted, yes]));
        },
        setPermissionCheckHandler: (handler: Handler) => {
          for (const wanted of ['notifications', 'clipboard-read', 'clipboard-sanitized-write'])
            answers.push([wanted, handler({}, wanted)]);
        },
        setDevicePermissionHandler: (handler: Handler) => answers.push(handler({})),
        setDisplayMediaRequestHandler: (handler: Handler) => handler({}, (given: unknown) => answers.push(given)),
        webRequest: { onBeforeRequest: (handler: Handler) => (filter = handler) },
      }) as unknown as Session,
    );
    expect(answers).toEqual([
      ['media', false],
      ['clipboard-read', false],
      ['clipboard-sanitized-write', true],
      ['notifications', false],
      ['clipboard-read', false],
      ['clipboard-sanitized-write', true],
      false,
      {},
    ]);
    let stopped = false;
    events.emit('will-download', { preventDefault: () => (stopped = true) });
    expect(stopped).toBe(true);
    const cancels = (url: string): unknown => {
      let answer: unknown;
      filter({ url }, (value: unknown) => (answer = value));
      return answer;
    };
    expect(cancels('https://api.waifu.im/')).toEqual({ cancel: true });
    expect(cancels('app://kabegami/media/a/full')).toEqual({ cancel: false });
  });

  it('knows its own requests', () => {
    expect(['app://kabegami/', 'data:image/png,x', 'blob:app://kabegami/1'].map(isOwnRequest)).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      ['http://127.0.0.1/', 'ws://127.0.0.1/', 'file:///a', 'app://evil/', 'database:x'].map(isOwnRequest),
    ).toEqual([false, false, false, false, false]);
  });
});
