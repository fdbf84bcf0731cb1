import path from 'node:path';
import { Menu, nativeImage, nativeTheme, Tray, type MenuItemConstructorOptions } from 'electron';
import { t } from './messages.ts';

export interface TrayParts {
  /** The folder of the icons (`resources/tray`). */
  readonly icons: string;
  readonly platform: NodeJS.Platform;
  readonly open: () => void;
}

export interface TrayIcon {
  /** Puts a new menu in the place of the old one. */
  setMenu(template: MenuItemConstructorOptions[]): void;
  /** Asks the panel for a place again: there was none when the icon was made. */
  renew(): void;
  destroy(): void;
}

/** A tray has no window a test could drive: this is how the current menu is found in the main process. No page can reach it. */
const hook = Symbol.for('kabegami.tray');

/** The icon in the panel with its menu. On a desktop without a place for one nobody sees it; the program works all the same. */
export function createTray(parts: TrayParts): TrayIcon {
  const icon = (): Electron.NativeImage => {
    const name = nativeTheme.shouldUseDarkColors ? 'light' : 'dark';
    const file =
      parts.platform === 'darwin' ? 'trayTemplate.png' : `${name}-${parts.platform === 'win32' ? 16 : 22}.png`;
    return nativeImage.createFromPath(path.join(parts.icons, file));
  };
  let menu: Menu | null = null;
  const make = (): Tray | null => {
    try {
      const made = new Tray(icon());
      made.setToolTip(t.program);
      made.setContextMenu(menu);
      if (parts.platform !== 'darwin') made.on('click', parts.open);
      return made;
    } catch {
      return null;
    }
  };
  let tray = make();
  const recolor = (): void => tray?.setImage(icon());
  nativeTheme.on('updated', recolor);

  return {
    setMenu(template) {
      menu = Menu.buildFromTemplate(template);
      Object.assign(globalThis, { [hook]: menu });
      // Linux needs to be told of every change.
      tray?.setContextMenu(menu);
    },
    renew() {
      tray?.destroy();
      tray = make();
    },
    destroy() {
      nativeTheme.off('updated', recolor);
      tray?.destroy();
      tray = null;
    },
  };
}
