import path from 'node:path';
import { Menu, nativeImage, nativeTheme, Tray } from 'electron';

export interface TrayParts {
  /** The folder of the icons (`resources/tray`). */
  readonly icons: string;
  readonly platform: NodeJS.Platform;
  readonly open: () => void;
  readonly next: () => void;
  readonly quit: () => void;
}

export interface TrayIcon {
  readonly menu: Menu;
  destroy(): void;
}

/** The icon in the panel with its menu; null where the desktop has no place for one. The program works without it. */
export function createTray(parts: TrayParts): TrayIcon | null {
  const icon = (): Electron.NativeImage => {
    const name = nativeTheme.shouldUseDarkColors ? 'light' : 'dark';
    const file =
      parts.platform === 'darwin' ? 'trayTemplate.png' : `${name}-${parts.platform === 'win32' ? 16 : 22}.png`;
    return nativeImage.createFromPath(path.join(parts.icons, file));
  };
  const menu = Menu.buildFromTemplate([
    { id: 'open', label: 'Open Kabegami', click: parts.open },
    { id: 'next', label: 'Next random wallpaper', click: parts.next },
    { type: 'separator' },
    { id: 'quit', label: 'Quit', click: parts.quit },
  ]);
  try {
    const tray = new Tray(icon());
    tray.setToolTip('Kabegami');
    tray.setContextMenu(menu);
    if (parts.platform !== 'darwin') tray.on('click', parts.open);
    const recolor = (): void => tray.setImage(icon());
    nativeTheme.on('updated', recolor);
    return {
      menu,
      destroy() {
        nativeTheme.off('updated', recolor);
        tray.destroy();
      },
    };
  } catch {
    return null;
  }
}
