import { sessionBusAnswers } from '../core/secrets/session-bus.ts';
import type { Runner } from '../core/wallpaper/run.ts';
import { connectX } from '../core/wallpaper/x11/client.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** The milliseconds a session bus may take to greet, and a question on it to be answered. */
const patience = 2_000;

/** What a Linux session offers to programs. Null: it cannot be told. */
export interface SessionServices {
  /** Is there a place for a tray icon? */
  tray(): Promise<boolean | null>;
  /** Can programs have global keys by asking the desktop (the portal)? */
  shortcutPortal(): Promise<boolean | null>;
}

export function createSessionServices(parts: { readonly env: Env; readonly run: Runner }): SessionServices {
  const { env, run } = parts;

  /** A property on the session bus, as text; null where there is no such thing, undefined where nothing here can ask. */
  const property = async (
    owner: string,
    path: string,
    face: string,
    name: string,
  ): Promise<string | null | undefined> => {
    if (!(await sessionBusAnswers(env, patience))) return null;
    const get = 'org.freedesktop.DBus.Properties.Get';
    const ways: readonly (readonly [string, readonly string[]])[] = [
      ['gdbus', ['call', '--session', '--dest', owner, '--object-path', path, '--method', get, face, name]],
      ['busctl', ['--user', 'get-property', owner, path, face, name]],
      ['dbus-send', ['--session', '--print-reply', `--dest=${owner}`, path, get, `string:${face}`, `string:${name}`]],
    ];
    for (const [program, args] of ways) {
      if ((await run.which(program)) === null) continue;
      const answer = await run.run(program, args, { timeout: patience });
      return answer.ok ? answer.value.stdout : null;
    }
    return undefined;
  };

  /** The old way: whoever owns this selection takes icons in. */
  const xTray = async (): Promise<boolean> => {
    const client = await connectX({ env }).catch(() => null);
    if (client === null) return false;
    try {
      const screen = /:\d+\.(\d+)$/.exec(env['DISPLAY'] ?? '')?.[1] ?? '0';
      return (await client.selectionOwner(await client.atom(`_NET_SYSTEM_TRAY_S${screen}`))) !== 0;
    } catch {
      return false;
    } finally {
      client.close();
    }
  };

  return {
    async tray() {
      const watcher = 'org.kde.StatusNotifierWatcher';
      const host = await property(watcher, '/StatusNotifierWatcher', watcher, 'IsStatusNotifierHostRegistered');
      if (host?.includes('true') === true || (await xTray())) return true;
      return host === undefined ? null : false;
    },
    async shortcutPortal() {
      const version = await property(
        'org.freedesktop.portal.Desktop',
        '/org/freedesktop/portal/desktop',
        'org.freedesktop.portal.GlobalShortcuts',
        'version',
      );
      return version === undefined ? null : version !== null && /\d/.test(version);
    },
  };
}
