import type { App, Session, Shell, WebContents, WebPreferences } from 'electron';
import type { Log } from '../core/ports.ts';
import { externalLink, isPage } from './origin.ts';

/** How every window of the program is made: a page with no more rights than one in a browser, plus the bridge. */
export function webPreferences(preload: string): WebPreferences {
  return {
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
  };
}

export interface LockDownParts {
  readonly app: Pick<App, 'on'>;
  readonly shell: Pick<Shell, 'openExternal'>;
  readonly log: Log;
}

/** Takes away what no page of ours needs, for every page there ever is. See docs/security.md. */
export function lockDown({ app, shell, log }: LockDownParts): void {
  app.on('web-contents-created', (_event, contents) => {
    lockDownContents(contents, shell, log);
  });
}

function lockDownContents(contents: WebContents, shell: Pick<Shell, 'openExternal'>, log: Log): void {
  const openOutside = (url: string): void => {
    const link = externalLink(url);
    if (link === null) {
      log.warn('A link was not opened', { url: url.slice(0, 200) });
      return;
    }
    shell
      .openExternal(link)
      .catch((error: unknown) => log.warn('No browser opened the link', { error: String(error) }));
  };

  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
  // Our page is one document: wherever else it is led, it does not go.
  const stay = (event: { preventDefault(): void; readonly url: string }): void => {
    if (!isPage(event.url)) event.preventDefault();
  };
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame) event.preventDefault();
    else stay(event);
  });
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** What the page may do without a question: put text into the clipboard, at the press of a button. */
const granted = 'clipboard-sanitized-write';

/** Refuses every permission but that (camera, notifications, file system …), every device, and every request that is not for our own page. */
export function lockDownSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => answer(permission === granted));
  session.setPermissionCheckHandler((_contents, permission) => permission === granted);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isOwnRequest(details.url) });
  });
}

/** The renderer has no network of its own: only our scheme, what the page made itself, and the developer tools. */
export function isOwnRequest(url: string): boolean {
  return isPage(url) || /^(data|blob|devtools):/.test(url);
}
