import { BrowserWindow, nativeTheme, screen } from 'electron';
import { pageUrl } from './origin.ts';
import { webPreferences } from './security.ts';
import { loadWindowState, minimum, placeWindow, saveWindowState } from './window-state.ts';

export interface MainWindow {
  /** Shows the window, making it when there is none. */
  show(): void;
  /** Null while there is none. */
  current(): BrowserWindow | null;
  /** Remembers where the window is and takes it away, once it has come up: Chromium may crash on a window taken away in its first moments. */
  end(): Promise<void>;
}

export interface MainWindowParts {
  readonly preload: string;
  readonly icon: string;
  readonly stateFile: string;
  /** Before the page is loaded. */
  readonly onCreate: (window: BrowserWindow) => void;
  readonly onDestroyed: () => void;
  /** The page's process ended by itself: nobody hears anything until the page is there again. */
  readonly onCrashed: (reason: string) => void;
}

/** Painted before the page is: the page's own background, so that nothing flashes. */
const background = { dark: '#101012', light: '#fbfbfc' } as const;

/** Milliseconds after which a window that has not painted counts as up. */
const longestWait = 3000;

/** A page that crashes again within so many milliseconds would go on doing so. */
const calm = 60_000;

/** The one window. Closing it destroys it and gives its memory back; showing it again makes a new one in the same place. */
export function createMainWindow(parts: MainWindowParts): MainWindow {
  let window: BrowserWindow | null = null;
  let shown: Promise<void> = Promise.resolve();
  let crashedAt = Number.NEGATIVE_INFINITY;

  const open = (): BrowserWindow => {
    const primary = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== primary.id);
    const state = placeWindow(
      loadWindowState(parts.stateFile),
      [primary, ...others].map(({ workArea }) => workArea),
    );
    const created = new BrowserWindow({
      ...state.bounds,
      minWidth: minimum.width,
      minHeight: minimum.height,
      title: 'Kabegami',
      icon: parts.icon,
      show: false,
      autoHideMenuBar: true,
      backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
      webPreferences: webPreferences(parts.preload),
    });
    if (state.maximized) created.maximize();
    shown = new Promise((resolve) => {
      created.once('ready-to-show', resolve);
      created.once('closed', resolve);
      setTimeout(resolve, longestWait);
    });
    created.once('ready-to-show', () => created.show());
    created.on('close', () => remember(created, parts.stateFile));
    created.on('closed', () => {
      window = null;
      parts.onDestroyed();
    });
    created.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason === 'clean-exit' || created.isDestroyed()) return;
      parts.onCrashed(reason);
      const now = performance.now();
      const again = now - crashedAt < calm;
      crashedAt = now;
      // A window that stays blank helps nobody; one that was taken away is made anew when it is asked for.
      if (again) created.destroy();
      // Within its own event it takes no orders.
      else setImmediate(() => created.isDestroyed() || created.webContents.reload());
    });
    const repaint = (): void => {
      created.setBackgroundColor(nativeTheme.shouldUseDarkColors ? background.dark : background.light);
    };
    nativeTheme.on('updated', repaint);
    created.once('closed', () => nativeTheme.off('updated', repaint));
    parts.onCreate(created);
    // A page that cannot be loaded is shown all the same: an invisible program helps nobody.
    created.loadURL(pageUrl).catch(() => created.isDestroyed() || created.show());
    return created;
  };

  return {
    show() {
      if (window === null) {
        window = open();
        return;
      }
      if (window.isMinimized()) window.restore();
      window.show();
      window.focus();
    },
    current: () => window,
    async end() {
      await shown;
      if (window === null) return;
      remember(window, parts.stateFile);
      window.destroy();
    },
  };
}

function remember(window: BrowserWindow, file: string): void {
  saveWindowState(file, { bounds: window.getNormalBounds(), maximized: window.isMaximized() });
}
