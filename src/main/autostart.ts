import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { App } from 'electron';
import { appError } from '../shared/errors.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { desktopEntry, isTurnedOff, type Command } from './desktop-entry.ts';
import { hiddenSwitch } from './hidden-start.ts';
import { t } from './messages.ts';

/** Starting with the session, in the tray. */
export interface Autostart {
  /** Done when the system was asked and agrees. */
  set(on: boolean): Promise<Result<void>>;
  /** Has its owner turned it off where the system lists such programs? */
  turnedOff(): Promise<boolean>;
}

export type LoginItems = Pick<App, 'setLoginItemSettings' | 'getLoginItemSettings'>;

/** How this very program is started again: the same runtime, the same sources, the same data folder; no switch it was not given itself. */
export function startCommand(from: {
  readonly execPath: string;
  /** The folder of the sources; null in an installed program. */
  readonly appPath: string | null;
  readonly noSandbox: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}): Command {
  const home = from.env['KABEGAMI_HOME'];
  return {
    // An AppImage runs from a place that is gone with it.
    program: from.env['APPIMAGE'] || from.execPath,
    args: [...(from.noSandbox ? ['--no-sandbox'] : []), ...(from.appPath === null ? [] : [from.appPath]), hiddenSwitch],
    env: home ? { KABEGAMI_HOME: path.resolve(home) } : {},
  };
}

/** The system's own way: a file of XDG on Linux, a login item elsewhere. */
export function createAutostart(parts: {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The user's home folder. */
  readonly home: string;
  readonly command: Command;
  readonly packaged: boolean;
  readonly icon: string;
  readonly app: LoginItems;
}): Autostart {
  const { platform, command } = parts;
  if (platform === 'linux') return xdgAutostart(path.join(configFolder(parts), 'autostart', 'kabegami.desktop'), parts);
  if (platform === 'darwin' && !parts.packaged) {
    return {
      set: (on) => Promise.resolve(on ? failed(t.autostart.unpackaged) : ok(undefined)),
      turnedOff: () => Promise.resolve(false),
    };
  }
  return loginItem(
    parts.app,
    platform === 'win32' ? { path: command.program, args: command.args.map(windowsQuoted) } : {},
  );
}

function failed(reason: string): Result<never> {
  return fail(appError('internal', t.autostart.failed(reason)));
}

function configFolder({
  env,
  home,
}: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}) {
  const xdg = env['XDG_CONFIG_HOME'];
  // The XDG specification says that a relative path must be ignored.
  return xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(home, '.config');
}

function xdgAutostart(file: string, parts: { readonly command: Command; readonly icon: string }): Autostart {
  const text = desktopEntry({
    name: t.program,
    comment: t.autostart.comment,
    icon: parts.icon,
    command: parts.command,
  });
  const present = (): Promise<string | null> => readFile(file, 'utf8').catch(() => null);
  return {
    async set(on) {
      try {
        if (!on) await rm(file, { force: true });
        else if ((await present()) !== text) {
          await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
          const temporary = `${file}.new`;
          await writeFile(temporary, text, { mode: 0o600 });
          await rename(temporary, file);
        }
        return ok(undefined);
      } catch (error) {
        return failed(t.autostart.unreadable(file, error instanceof Error ? error.message : String(error)));
      }
    },
    turnedOff: async () => isTurnedOff((await present()) ?? ''),
  };
}

function loginItem(app: LoginItems, item: { readonly path?: string; readonly args?: string[] }): Autostart {
  return {
    set(on) {
      try {
        app.setLoginItemSettings({ openAtLogin: on, ...item });
        const agrees = app.getLoginItemSettings(item).openAtLogin === on;
        return Promise.resolve(agrees ? ok(undefined) : failed(t.autostart.refused));
      } catch (error) {
        return Promise.resolve(failed(error instanceof Error ? error.message : String(error)));
      }
    },
    turnedOff() {
      // Windows keeps an entry that its owner has switched off in the task manager.
      const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings(item);
      return Promise.resolve(openAtLogin && item.path !== undefined && !executableWillLaunchAtLogin);
    },
  };
}

/** Electron writes the arguments into the registry as they are. */
function windowsQuoted(arg: string): string {
  return /[\s"]/.test(arg) ? `"${arg.replaceAll('"', '\\"')}"` : arg;
}
