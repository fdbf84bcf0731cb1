import path from 'node:path';
import {
  app,
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
import { createCore, type Core } from '../core/core.ts';
import { createProcessCodec } from '../core/files/process-codec.ts';
import { createHostPorts } from '../core/host-ports.ts';
import { connectInMemory } from '../core/memory-channel.ts';
import { claimForLong, type Ownership } from '../core/ownership/ownership.ts';
import { createPage } from '../core/page.ts';
import type { Log } from '../core/ports.ts';
import { serveChannel } from '../core/serve-channel.ts';
import { utilityCodecChild } from './codec-child.ts';
import { electronDisplays } from './displays.ts';
import { createIpcServer } from './ipc.ts';
import { scheme } from './origin.ts';
import { createProtocolHandler } from './protocol.ts';
import { lockDown, lockDownSession } from './security.ts';
import { createTray, type TrayIcon } from './tray.ts';
import { openDesktopVault } from './vault.ts';
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
  readonly tray: TrayIcon | null;
  /** Ends everything in order; the process may exit afterwards. */
  stop(): Promise<void>;
}

/** The desktop host: owns the data folder, runs the core, shows the window and the tray. Called once Electron is ready. */
export async function startDesktop(folder: string, files: DesktopFiles): Promise<Result<Desktop>> {
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
  });
  const core = await createCore(ports);
  if (!core.ok) return giveUp(ownership, core.error);
  const listening = await ownership.listen(core.value);
  if (!listening.ok) return giveUp(ownership, listening.error, core.value);
  ports.log.info('Started', { version, electron: process.versions.electron, platform: process.platform });
  return ok(showDesktop(core.value, ownership, files, ports.log));
}

/** No variable of the user's reaches the codec: tokens may be among them. */
function forkCodec(entry: string): UtilityProcess {
  return utilityProcess.fork(entry, [], { serviceName: 'Kabegami codec', stdio: 'ignore', env: {} });
}

async function giveUp(ownership: Ownership, error: AppError, core?: Core): Promise<Result<never>> {
  await ownership.release(() => core?.close() ?? Promise.resolve());
  return fail(error);
}

function showDesktop(core: Core, ownership: Ownership, files: DesktopFiles, log: Log): Desktop {
  let closing = new AbortController();
  let stopping = false;

  const followTheme = (): void => void (nativeTheme.themeSource = core.settings().theme);
  followTheme();
  const unsubscribe = core.events.subscribe((name) => {
    if (name === 'settings.changed') followTheme();
  });

  lockDown({ app, shell, log });
  lockDownSession(session.defaultSession);
  protocol.handle(
    scheme,
    createProtocolHandler({ page: createPage(core, files.renderer), log, closing: () => closing.signal }),
  );
  const ipc = createIpcServer({ ipcMain, onClient: (channel) => serveChannel(core, channel), log });

  const window = createMainWindow({
    preload: files.preload,
    icon: path.join(files.resources, 'icon-256.png'),
    stateFile: path.join(app.getPath('userData'), 'window.json'),
    onCreate: (created) => ipc.attach(created.webContents),
    onDestroyed() {
      closing.abort();
      closing = new AbortController();
    },
  });

  const client = createClient(connectInMemory(core));
  const nextWallpaper = async (): Promise<void> => {
    const result = await client.call('wallpaper.next', {});
    if (result.ok) return;
    const { code, message } = result.error;
    log.warn('Next wallpaper failed', { code, message });
    // The page says it where there is one; otherwise nobody would hear.
    if (window.current() !== null) core.events.emit('notice', { level: 'error', message });
    else await dialog.showMessageBox({ type: 'error', title: 'Kabegami', message, buttons: ['Close'] });
  };
  const tray = createTray({
    icons: path.join(files.resources, 'tray'),
    platform: process.platform,
    open: () => window.show(),
    next: () => void nextWallpaper(),
    quit: () => app.quit(),
  });

  app.on('second-instance', () => window.show());
  app.on('activate', () => window.show());
  app.on('window-all-closed', () => {
    if (!stopping && (tray === null || !core.settings().closeToTray)) app.quit();
  });
  // What was due while the machine slept is caught up with at once.
  powerMonitor.on('resume', () => {
    void client.call('favorites.state', {}).then((state) => {
      if (state.ok && state.value.account) void client.call('favorites.sync', {});
    });
  });
  window.show();
  // A tray has no window a test could drive: this is how the menu is found in the main process. No page can reach it.
  Object.assign(globalThis, { [Symbol.for('kabegami.tray')]: tray?.menu ?? null });

  return {
    window,
    tray,
    async stop() {
      stopping = true;
      unsubscribe();
      client.close();
      tray?.destroy();
      await window.end();
      await ownership.release(() => core.close());
      log.info('Stopped');
    },
  };
}
