import path from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  nativeTheme,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
  type UtilityProcess,
} from 'electron';
import type { AppError } from '../shared/errors.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { createClient } from '../shared/rpc.ts';
import { systemClock } from '../core/clock.ts';
import type { Core } from '../core/core.ts';
import { codecEnvironment } from '../core/files/codec-environment.ts';
import { createProcessCodec } from '../core/files/process-codec.ts';
import { createHostPorts } from '../core/host-ports.ts';
import { connectInMemory } from '../core/memory-channel.ts';
import { claimForLong, type Ownership } from '../core/ownership/ownership.ts';
import { createPage } from '../core/page.ts';
import type { Ports } from '../core/ports.ts';
import { openReopeningCore } from '../core/reopening-core.ts';
import { serveChannel } from '../core/serve-channel.ts';
import { utilityCodecChild } from './codec-child.ts';
import { createDialogs } from './dialogs.ts';
import { electronDisplays } from './displays.ts';
import { isHiddenStart } from './hidden-start.ts';
import { createIpcServer, onFirstMessage } from './ipc.ts';
import { createMachine } from './machine.ts';
import { t } from './messages.ts';
import { scheme } from './origin.ts';
import { createPresence } from './presence.ts';
import { createProtocolHandler } from './protocol.ts';
import { lockDown, lockDownSession } from './security.ts';
import { createUpdateNotice } from './update-notice.ts';
import { openDesktopVault } from './vault.ts';
import { createVoice } from './voice.ts';
import { createMainWindow, type MainWindow } from './window.ts';

export interface DesktopFiles {
  /** The built preload script. */
  readonly preload: string;
  /** The built page's folder. */
  readonly renderer: string;
  /** The built codec process. */
  readonly codec: string;
  /** `resources/` */
  readonly resources: string;
}

export interface Desktop {
  readonly window: MainWindow;
  /** Ends everything in order; the process may exit afterwards. */
  stop(): Promise<void>;
}

/** The desktop host: owns the data folder, runs the core, shows the window and the tray. Called once Electron is ready. */
export async function startDesktop(
  folder: string,
  files: DesktopFiles,
  start: {
    /** Without a window, in the tray. */
    readonly hidden: boolean;
  },
): Promise<Result<Desktop>> {
  const version = app.getVersion();

  const claim = await claimForLong({ folder, host: 'desktop', version, clock: systemClock });
  if (!claim.ok) return claim;
  const ownership = claim.value;
  const ports = createHostPorts({
    host: 'desktop',
    version,
    dataFolder: folder,
    secrets: await openDesktopVault({ folder, platform: process.platform, encryption: safeStorage }),
    codec: createProcessCodec({
      spawn: () => utilityCodecChild(forkCodec, files.codec),
      size: 2,
      idleMs: 30_000,
      clock: systemClock,
    }),
    displays: () => Promise.resolve(electronDisplays(screen)),
    dialogs: createDialogs({ dialog, window: () => BrowserWindow.getFocusedWindow() }),
    machine: createMachine({ powerMonitor, screen, clock: systemClock, platform: process.platform }),
    updating: createUpdateNotice(dialog, start.hidden),
  });
  const core = await openReopeningCore(ports);
  if (!core.ok) return giveUp(ownership, core.error);
  const listening = await ownership.listen(core.value);
  if (!listening.ok) return giveUp(ownership, listening.error, core.value);
  ports.log.info('Started', { version, electron: process.versions.electron, platform: process.platform });
  return ok(showDesktop({ core: core.value, ports, ownership, files, hidden: start.hidden }));
}

/** No variable of the user's reaches the codec: tokens may be among them. */
function forkCodec(entry: string): UtilityProcess {
  return utilityProcess.fork(entry, [], {
    serviceName: 'Kabegami codec',
    stdio: 'ignore',
    env: { ...codecEnvironment },
  });
}

async function giveUp(ownership: Ownership, error: AppError, core?: Core): Promise<Result<never>> {
  await ownership.release(() => core?.close() ?? Promise.resolve());
  return fail(error);
}

function showDesktop(parts: {
  readonly core: Core;
  readonly ports: Ports;
  readonly ownership: Ownership;
  readonly files: DesktopFiles;
  readonly hidden: boolean;
}): Desktop {
  const { core, ports, ownership, files, hidden } = parts;
  const { log } = ports;
  let closing = new AbortController();
  let stopping = false;

  const followTheme = (): void => void (nativeTheme.themeSource = core.settings().theme);
  followTheme();

  lockDown({ app, shell, log });
  lockDownSession(session.defaultSession);
  protocol.handle(
    scheme,
    createProtocolHandler({ page: createPage(core, files.renderer), log, closing: () => closing.signal }),
  );

  const voice = createVoice({
    events: core.events,
    hasWindow: () => window.current() !== null,
    dialog: (type, message) => dialog.showMessageBox({ type, title: t.program, message, buttons: [t.close] }),
  });
  const ipc = createIpcServer({
    ipcMain,
    // What the page says first, it says after it has begun to listen.
    onClient: (channel) =>
      serveChannel(
        core,
        onFirstMessage(channel, () => voice.heard(true)),
      ),
    log,
  });
  const window = createMainWindow({
    preload: files.preload,
    icon: path.join(files.resources, 'icon-256.png'),
    stateFile: path.join(app.getPath('userData'), 'window.json'),
    onCreate: (created) => ipc.attach(created.webContents),
    onCrashed(reason) {
      log.error('The page ended by itself', { reason });
      voice.heard(false);
    },
    onDestroyed() {
      voice.heard(false);
      closing.abort();
      closing = new AbortController();
    },
  });

  const client = createClient(connectInMemory(core));
  client.on('settings.changed', followTheme);
  const presence = createPresence({
    core,
    ports,
    client,
    resources: files.resources,
    voice,
    open: () => window.show(),
    hidden,
  });

  app.on('second-instance', (_event, args) => {
    // The session starts what runs already.
    if (!isHiddenStart(args)) window.show();
  });
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => {
    if (stopping) return;
    if (core.settings().closeToTray) presence.windowClosed();
    else app.quit();
  });
  // What was due while the machine slept is caught up with at once.
  powerMonitor.on('resume', () => {
    void client.call('favorites.state', {}).then((state) => {
      if (state.ok && state.value.account) void client.call('favorites.sync', {});
    });
  });
  if (!hidden) window.show();

  return {
    window,
    async stop() {
      stopping = true;
      presence.stop();
      client.close();
      await window.end();
      await ownership.release(() => core.close());
      log.info('Stopped');
    },
  };
}
