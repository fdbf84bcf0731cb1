import { tmpdir } from 'node:os';
import path from 'node:path';
import { app, dialog, protocol } from 'electron';
import type { AppError } from '../shared/errors.ts';
import { systemClock } from '../core/clock.ts';
import { within } from '../core/closing.ts';
import { dataFolder } from '../core/data-folder.ts';
import { unwritable } from '../core/prepare-data-folder.ts';
import { makeFolder } from '../core/private-files.ts';
import { startDesktop, type Desktop } from './desktop.ts';
import { restoreNewest } from './restore-newest.ts';
import { t } from './messages.ts';
import { isHiddenStart } from './hidden-start.ts';
import { customScheme } from './protocol.ts';

// Every renderer is sandboxed, whatever its options say. Electron would also take back a `--no-sandbox` from the command line, without which
// it cannot run as root at all: whoever gave it meant it.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();
protocol.registerSchemesAsPrivileged([customScheme]);
// Under Wayland global keys are asked for at the desktop's portal.
if (process.platform === 'linux' && process.env['WAYLAND_DISPLAY']) {
  const features = [app.commandLine.getSwitchValue('enable-features'), 'GlobalShortcutsPortal'];
  app.commandLine.appendSwitch('enable-features', features.filter(Boolean).join(','));
}

const here = import.meta.dirname;
const root = path.join(here, '..', '..');
const folder = dataFolder(process.env, process.platform);

/** Milliseconds for everything to end: each part is given less (`closeInOrder`), so this is for what nobody has thought of. */
const longestEnd = 12_000;

/** A signal has asked the program to end; `leave` does it, once it can be done. */
let asked = false;
let leave: (() => void) | null = null;
listenToSignals();

const prepared = prepareUserData();
// One desktop program a data folder: a second one shows the first one's window and ends.
if (prepared === null && !app.requestSingleInstanceLock()) app.exit(0);
else app.whenReady().then(run).catch(crash);

function prepareUserData(): AppError | null {
  try {
    const userData = path.join(folder, 'electron');
    makeFolder(userData);
    app.setPath('userData', userData);
    return null;
  } catch (error) {
    app.setPath('userData', tmpdir());
    return unwritable(folder, error);
  }
}

async function run(): Promise<void> {
  if (prepared !== null) return refuse(prepared);
  const files = {
    preload: path.join(here, '..', 'preload', 'index.cjs'),
    renderer: path.join(here, '..', 'renderer'),
    codec: path.join(here, 'codec.js'),
    resources: path.join(root, 'resources'),
  };
  // macOS gives a login item no arguments, but tells.
  const atLogin = process.platform === 'darwin' && app.getLoginItemSettings().wasOpenedAtLogin;
  const started = await startDesktop(folder, files, { hidden: isHiddenStart(process.argv) || atLogin });
  if (!started.ok) return refuse(started.error);
  endInOrder(started.value);
}

/**
 * A signal only asks: whoever it reaches in the middle of starting finishes that first, because Chromium does not take it well to be taken down
 * while it comes up.
 */
function listenToSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      asked = true;
      leave?.();
    });
  }
}

/**
 * An attempt to quit, wherever it comes from (tray, menu, signal, end of the session), is held back until everything is written and the data
 * folder is free.
 */
function endInOrder(desktop: Desktop): void {
  let ended: Promise<void> | null = null;
  app.on('before-quit', (event) => {
    event.preventDefault();
    ended ??= within(longestEnd, systemClock, desktop.stop())
      .then((inTime) => void (inTime || process.stderr.write('kabegami: not everything ended in time.\n')))
      .catch((error: unknown) => void process.stderr.write(`${String(error)}\n`))
      .finally(() => app.exit(0));
  });
  leave = () => app.quit();
  if (asked) leave();
}

/** Says why the program cannot start, to the terminal and in a dialog, and ends. A damaged database can be replaced by its newest snapshot first. */
async function refuse(error: AppError): Promise<void> {
  process.stderr.write(`kabegami: ${error.message}\n`);
  leave = () => app.exit(1);
  if (asked) return leave();
  const snapshot = error.code === 'database_corrupt';
  const { response } = await dialog.showMessageBox({
    type: 'error',
    title: t.cannotStart.title,
    message: t.cannotStart.title,
    detail: error.message,
    buttons: snapshot ? [t.cannotStart.restore, t.close] : [t.close],
    defaultId: 0,
    cancelId: snapshot ? 1 : 0,
  });
  if (!snapshot || response !== 0) return app.exit(1);
  const restored = await restoreNewest(folder, app.getVersion());
  if (!restored.ok)
    return refuse(
      restored.error.code === 'database_corrupt' ? { ...restored.error, code: 'internal' } : restored.error,
    );
  leave = null;
  await run();
}

function crash(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  app.exit(1);
}
