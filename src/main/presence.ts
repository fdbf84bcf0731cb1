import { homedir } from 'node:os';
import path from 'node:path';
import { app, globalShortcut, Notification } from 'electron';
import type { Client } from '../shared/rpc.ts';
import type { Core } from '../core/core.ts';
import type { Ports } from '../core/ports.ts';
import { createRunner } from '../core/wallpaper/run.ts';
import { createActions } from './actions.ts';
import { announceChanges } from './announce.ts';
import { createAutostart, startCommand } from './autostart.ts';
import { followAutostart } from './follow-autostart.ts';
import { t } from './messages.ts';
import { createOnce } from './once.ts';
import { createSessionServices } from './session-services.ts';
import { createShortcuts } from './shortcuts.ts';
import { trayTemplate, type TrayState } from './tray-menu.ts';
import { createTrayModel } from './tray-state.ts';
import { watchTray } from './tray-watch.ts';
import { createTray } from './tray.ts';
import type { Voice } from './voice.ts';

/** The program in the session, with or without its window. */
export interface Presence {
  /** The last window was closed and the program goes on. */
  windowClosed(): void;
  stop(): void;
}

/** The tray with its menu, the global keys, starting with the session, and notifications. */
export function createPresence(parts: {
  readonly core: Pick<Core, 'settings'>;
  readonly ports: Pick<Ports, 'clock' | 'log' | 'env' | 'platform'>;
  readonly client: Client;
  readonly resources: string;
  readonly voice: Voice;
  readonly open: () => void;
  /** Started with the session: there is no window to tell where the program is. */
  readonly hidden: boolean;
}): Presence {
  const { core, client, resources, voice, open } = parts;
  const { clock, log, env, platform } = parts.ports;
  const services = createSessionServices({ env, run: createRunner({ env, platform }) });

  const notify = createNotify({ icon: path.join(resources, 'icon-128.png'), open });
  const actions = createActions({
    client,
    state: () => model.state(),
    now: () => new Date(clock.now()),
    open,
    quit: () => app.quit(),
    fail: ({ message }) => voice.say('error', message),
    tell: notify,
    done() {
      // A menu has ticked its boxes by itself by now.
      shown = '';
      model.refresh();
    },
    log,
  });

  const tray = createTray({ icons: path.join(resources, 'tray'), platform, open });
  const model = createTrayModel({
    client,
    clock,
    changed: (state) => showMenu(state),
  });
  /** A menu that somebody has open is not replaced by the same. */
  let shown = '';
  const showMenu = (state: TrayState): void => {
    const template = trayTemplate(state, actions.tray);
    const look = JSON.stringify([template, state.wallpapers.map(({ image }) => image.id)]);
    if (look === shown) return;
    shown = look;
    tray.setMenu(template);
  };
  showMenu(model.state());

  const once = createOnce(path.join(app.getPath('userData'), 'said.json'));
  const sayNoTray = (): void => {
    log.info('This desktop has no tray');
    if (once('no-tray')) voice.say('info', t.noTray);
  };
  const watch = watchTray({
    look: () => (platform === 'linux' ? services.tray() : Promise.resolve(true)),
    clock,
    came: () => tray.renew(),
    // Whoever sees the window needs no tray yet.
    missing: () => parts.hidden && sayNoTray(),
  });

  const shortcuts = createShortcuts({
    globalShortcut,
    run: (action) => void actions.key(action),
    forbidden: async () => isWayland(platform, env) && (await services.shortcutPortal()) === false,
    problem: (message) => voice.mention('error', message),
    clock,
    platform,
  });
  const followKeys = (): void => void shortcuts.set(core.settings().globalShortcuts);
  followKeys();

  const stops = [
    client.on('settings.changed', followKeys),
    followAutostart({
      client,
      settings: () => core.settings(),
      autostart: createAutostart({
        platform,
        env,
        home: homedir(),
        packaged: app.isPackaged,
        icon: path.join(resources, 'icon-256.png'),
        app,
        command: startCommand({
          execPath: process.execPath,
          appPath: app.isPackaged ? null : app.getAppPath(),
          noSandbox: app.commandLine.hasSwitch('no-sandbox'),
          env: process.env,
        }),
      }),
      fail: ({ message }) => voice.say('error', message),
    }),
    announceChanges({ client, wanted: () => core.settings().notifyOnChange, show: notify, clock }),
  ];

  return {
    windowClosed() {
      void watch.isMissing().then((missing) => missing && sayNoTray());
    },
    stop() {
      for (const stop of stops) stop();
      watch.stop();
      shortcuts.stop();
      model.stop();
      tray.destroy();
    },
  };
}

/** Keys are the compositor's there, whichever way the window is shown. */
function isWayland(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): boolean {
  return platform === 'linux' && Boolean(env['WAYLAND_DISPLAY']);
}

/** One notification at a time: the newest. A click on it opens the window. */
function createNotify(parts: { readonly icon: string; readonly open: () => void }) {
  let last: Notification | null = null;
  return (title: string, body: string): void => {
    if (!Notification.isSupported()) return;
    last?.close();
    last = new Notification({ title, body, icon: parts.icon, silent: true });
    last.on('click', parts.open);
    last.show();
  };
}
