import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { _electron, type ElectronApplication } from '@playwright/test';
import type { Settings } from '../../src/shared/model.ts';
import { shortcutKeys } from '../../src/shared/shortcuts.ts';
import { findElectron } from '../../scripts/lib/electron-runtime.ts';
import { createCli } from '../fixtures/cli.ts';
import { askOwner } from '../fixtures/owner.ts';
import { cutNetwork, quickServers } from '../fixtures/catalogue.ts';
import { startAgain } from '../fixtures/hosts.ts';
import { changeWithin } from '../fixtures/limits.ts';
import { clearDesktop, plain, screenPixels } from '../fixtures/look.ts';
import { root, sandbox, which, whyNot } from '../fixtures/programs.ts';
import { closeWindow, electronOf, keepDialogs, pressTray } from '../fixtures/tray.ts';
import { expect, test } from '../fixtures/test.ts';
import { browse } from '../pages/browse.ts';

test.use({ serverOptions: quickServers });

/** Starts the desktop program without waiting for a window. */
function launch(env: Readonly<Record<string, string>>, ...args: string[]): Promise<ElectronApplication> {
  return _electron.launch({
    executablePath: findElectron()?.executable ?? '',
    chromiumSandbox: sandbox,
    args: [...(sandbox ? [] : ['--no-sandbox']), root, ...args],
    cwd: root,
    env: { ...env },
  });
}

test.describe('starting with the session', () => {
  test('is a file in the owner’s autostart folder while the setting is on', async ({ app, page, cli, home }) => {
    await browse(page).grid.shown();
    const file = join(home.folder, '.config', 'autostart', 'kabegami.desktop');
    expect(existsSync(file)).toBe(false);
    expect(await cli.json('settings', 'set', 'openAtLogin', 'true')).toMatchObject({ ok: true });
    await expect.poll(() => existsSync(file)).toBe(true);
    const entry = readFileSync(file, 'utf8');
    expect(entry).toContain(`KABEGAMI_HOME=${home.data}`);
    expect(entry).toMatch(/^Exec=.* --hidden$/m);
    expect(entry).toContain(root);
    expect(await cli.json('settings', 'set', 'openAtLogin', 'false')).toMatchObject({ ok: true });
    await expect.poll(() => existsSync(file)).toBe(false);

    // What cannot be done is said, and the setting tells the truth.
    await writeFile(join(home.folder, 'blocked'), '');
    await app.restart({ XDG_CONFIG_HOME: join(home.folder, 'blocked') });
    await browse(app.page).grid.shown();
    expect(await cli.json('settings', 'set', 'openAtLogin', 'true')).toMatchObject({ ok: true });
    await expect(app.page.getByText('Starting with the session could not be set up')).toBeVisible();
    expect(await cli.json<Settings>('settings', 'get')).toMatchObject({ ok: true, value: { openAtLogin: false } });
  });

  test('shows no window, says once where there is no tray, and a second start opens it', async ({ env }) => {
    const reason = whyNot('desktop');
    test.skip(reason !== null, reason ?? '');
    test.slow();
    const hidden = await launch(env, '--hidden');
    try {
      const said = await keepDialogs({ electron: hidden });
      // A panel may come up after the program: it is waited for.
      await expect.poll(said, { timeout: 60_000 }).toEqual([expect.stringContaining('start Kabegami again')]);
      expect(await hidden.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);

      // What the session starts again opens nothing; a person does.
      expect(await startAgain(env, '--hidden')).toBe(0);
      expect(await hidden.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(0);
      const opened = hidden.waitForEvent('window');
      expect(await startAgain(env)).toBe(0);
      await browse(await opened).grid.shown();
      expect(await said()).toHaveLength(1);
    } finally {
      await hidden.close();
    }
  });
});

test('the pictures of before come back after a restart, without a network', async ({
  app,
  page,
  desk,
  env,
  home,
  servers,
}) => {
  test.slow();
  await clearDesktop(desk);
  await browse(page).grid.shown();
  await keepDialogs(app);
  await closeWindow(app);
  await plain(desk);
  const empty = await screenPixels(desk);
  await pressTray(app, 'next');
  // It is seen, in parts, before it is verified and recorded.
  await expect
    .poll(async () => (await askOwner(home.data, 'wallpaper.current', {})).wallpapers.length, { timeout: changeWithin })
    .toBe(1);
  const before = await screenPixels(desk);
  expect(before).not.toBe(empty);

  const restore = cutNetwork(servers);
  // As in a new session: nothing is left of the picture, nor of where it was.
  await clearDesktop(desk);
  for (const name of ['_XROOTPMAP_ID', 'ESETROOT_PMAP_ID']) await desk.x('xprop', '-root', '-remove', name);
  await plain(desk);
  expect(await screenPixels(desk)).toBe(empty);
  await app.close();
  const hidden = await launch(env, '--hidden');
  try {
    await expect.poll(() => screenPixels(desk), { timeout: changeWithin }).toBe(before);
  } finally {
    await hidden.close();
    restore();
  }
});

test('the global keys work in front of any program, and are given back', async ({ app, page, desk, env, home }) => {
  test.skip(which('xdotool') === null, 'xdotool is not installed; "npm test" says the line to run');
  test.slow();
  await clearDesktop(desk);
  await browse(page).grid.shown();
  await keepDialogs(app);
  await closeWindow(app);
  const registered = (): Promise<boolean[]> =>
    electronOf(app).evaluate(
      ({ globalShortcut }, all) => all.map((accelerator) => globalShortcut.isRegistered(accelerator)),
      shortcutKeys.map(({ accelerator }) => accelerator),
    );
  const every = (is: boolean): boolean[] => shortcutKeys.map(() => is);
  expect(await registered()).toEqual(every(false));
  const turn = async (on: boolean): Promise<void> => {
    await askOwner(home.data, 'settings.set', { patch: { globalShortcuts: on } });
    await expect.poll(registered).toEqual(every(on));
  };
  await turn(true);
  // A key that was pressed a moment ago is taken for one that is held down, unless it was given back and taken again since.
  const anew = async (): Promise<void> => {
    await turn(false);
    await turn(true);
  };

  const press = (key: string): Promise<string> => desk.x('xdotool', 'key', `ctrl+alt+shift+${key}`);
  // A change is over when the program says so: on the screen it is seen before, and in parts. Only then the next key is pressed.
  const standing = async (): Promise<string> => {
    const { wallpapers } = await askOwner(home.data, 'wallpaper.current', {});
    return JSON.stringify(wallpapers.map(({ display, setAt, image }) => [display, setAt, image.id]));
  };
  const changed = async (key: string): Promise<string> => {
    const before = await standing();
    await press(key);
    // The first picture is looked for, fetched and composed meanwhile.
    await expect.poll(standing, { timeout: changeWithin }).not.toBe(before);
    return screenPixels(desk);
  };
  const first = await changed('Right');
  await anew();
  await changed('Right');
  expect(await changed('Left')).toBe(first);
  // Safe now, whatever is pressed; release brings back the same.
  await changed('s');
  // The safe picture is drawn from what is here, and may be the very one that was shown.
  await expect.poll(async () => (await askOwner(home.data, 'rotation.status', {})).safe).toBe(true);
  await anew();
  await press('Right');
  expect(await changed('r')).toBe(first);
  const opened = electronOf(app).waitForEvent('window');
  await press('k');
  await browse(await opened).grid.shown();

  // Another program that wants the same keys is told which it cannot have.
  const others = { ...env, KABEGAMI_HOME: join(home.folder, 'other') };
  const other = await launch(others);
  try {
    const window = await other.firstWindow();
    await browse(window).grid.shown();
    await createCli(others).json('settings', 'set', 'globalShortcuts', 'true');
    await expect(window.getByText(/Ctrl\+Alt\+Shift\+→ \(Next\), .+ and Ctrl\+Alt\+Shift\+K/)).toBeVisible();
  } finally {
    await other.close();
  }
  expect(await registered()).toEqual(every(true));

  await turn(false);
});
