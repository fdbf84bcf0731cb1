import type { Status } from '../../src/shared/model.ts';
import { knownImage, quickServers } from '../fixtures/catalogue.ts';
import { startAgain } from '../fixtures/hosts.ts';
import { changeWithin } from '../fixtures/limits.ts';
import { clearDesktop, desktopLook, difference, expectedLook, same } from '../fixtures/look.ts';
import { expect, test, type App } from '../fixtures/test.ts';
import { closeWindow, electronOf, keepDialogs, pressTray } from '../fixtures/tray.ts';
import { browse } from '../pages/browse.ts';
import { kabegami } from '../pages/kabegami.ts';

test.use({ serverOptions: quickServers });

const windows = (app: App): Promise<number> =>
  electronOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length);

test('says what it runs on', async ({ app, page, cli }, testInfo) => {
  await browse(page).grid.shown();
  const versions = await electronOf(app).evaluate(() => ({ ...process.versions }));
  const status = await cli.json<Status>('status');
  expect(status).toMatchObject({ ok: true, value: { owner: { host: 'desktop' } } });
  const sqlite = status.ok ? status.value.sqlite : { driver: '', version: '' };
  const description = `Electron ${versions['electron']} (Chromium ${versions['chrome']}, Node ${versions.node}), SQLite ${sqlite.version} through ${sqlite.driver}`;
  testInfo.annotations.push({ type: 'runtime', description });
  console.log(description);
  expect(sqlite.driver).toMatch(/^(better-sqlite3|libsql)$/);
});

test('the tray works with no window open: next, open, quit', async ({ app, page, desk, servers, cli }) => {
  // The services' pace, twice, on whatever machine this is.
  test.slow();
  await clearDesktop(desk);
  await browse(page).grid.shown();
  const said = await keepDialogs(app);
  await closeWindow(app);
  expect(await windows(app)).toBe(0);
  await expect.poll(() => page.isClosed()).toBe(true);
  // What is said of the missing tray is no complaint.
  const complaints = async (): Promise<readonly string[]> => (await said()).filter((text) => !text.includes('no tray'));

  const current = async (): Promise<string | null> => {
    const result = await cli.json<{ wallpapers: { image: { id: string } }[] }>('wallpaper', 'current');
    return result.ok ? (result.value.wallpapers[0]?.image.id ?? null) : null;
  };
  const shows = async (id: string): Promise<void> => {
    const look = await expectedLook(knownImage(servers, id).picture.file, 'fill', { width: 1920, height: 1080 });
    await expect.poll(async () => difference(await desktopLook(desk, app), look)).toBeLessThan(same);
  };
  const changes = async (from: string | null): Promise<string> => {
    await pressTray(app, 'next');
    await expect
      .poll(
        async () => {
          const [wrong, now] = [await complaints(), await current()];
          return wrong.length > 0 ? wrong : now === from ? 'the same as before' : 'another';
        },
        { timeout: changeWithin },
      )
      .toBe('another');
    return (await current()) ?? '';
  };
  const first = await changes(null);
  await shows(first);
  const second = await changes(first);
  await shows(second);

  const reopened = electronOf(app).waitForEvent('window');
  await pressTray(app, 'open');
  const again = await reopened;
  await browse(again).grid.shown();
  await kabegami(again).show('Wallpaper');
  await expect(again.getByRole('button', { name: /^Open the picture on / })).toBeVisible();

  const ended = electronOf(app).waitForEvent('close');
  await pressTray(app, 'quit');
  await ended;
});

test('closing the window ends the program where the setting says so', async ({ app, page, cli }) => {
  await browse(page).grid.shown();
  expect(await cli.json('settings', 'set', 'closeToTray', 'false')).toMatchObject({ ok: true });
  const ended = electronOf(app).waitForEvent('close');
  await electronOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await ended;
});

test('the page has no rights but those of a page, and no way out', async ({ app, page }) => {
  await browse(page).grid.shown();
  const electron = electronOf(app);
  expect(page.url()).toMatch(/^app:\/\/kabegami\//);

  const inside = await page.evaluate(async () => {
    const names = ['require', 'process', 'module', 'Buffer', 'global', '__dirname', 'electron'];
    const refused = async (url: string): Promise<string> => {
      try {
        return `answered ${(await fetch(url)).status}`;
      } catch {
        return 'refused';
      }
    };
    const script = document.createElement('script');
    script.textContent = 'globalThis.inline = true';
    document.head.append(script);
    return {
      found: names.filter((name) => name in globalThis),
      bridge: Object.keys((globalThis as { kabegami?: object }).kabegami ?? {}).sort(),
      inline: 'inline' in globalThis,
      outside: await refused('https://example.org/'),
      loopback: await refused('http://127.0.0.1:1/'),
      file: await refused('file:///etc/hostname'),
      geolocation: (await navigator.permissions.query({ name: 'geolocation' })).state,
      notifications: await Notification.requestPermission(),
      policy: (await fetch('/')).headers.get('content-security-policy') ?? '',
      sniff: (await fetch('/')).headers.get('x-content-type-options'),
    };
  });
  expect(inside).toMatchObject({
    found: [],
    bridge: ['host', 'pathOf', 'post', 'subscribe'],
    inline: false,
    outside: 'refused',
    loopback: 'refused',
    file: 'refused',
    geolocation: 'denied',
    notifications: 'denied',
    sniff: 'nosniff',
  });
  expect(inside.policy).toContain("default-src 'none'");
  expect(inside.policy).toContain("script-src 'self'");

  const preferences = await electron.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents as unknown as {
      getLastWebPreferences(): Record<string, unknown>;
    };
    const { sandbox: isSandboxed, contextIsolation, nodeIntegration, webSecurity } = contents.getLastWebPreferences();
    return { isSandboxed, contextIsolation, nodeIntegration, webSecurity };
  });
  expect(preferences).toEqual({
    isSandboxed: true,
    contextIsolation: true,
    nodeIntegration: false,
    webSecurity: true,
  });

  // Paths that try to leave the page's folder or the media.
  const statuses = await page.evaluate(
    (paths) => Promise.all(paths.map(async (path) => (await fetch(path)).status)),
    [
      '/..%2f..%2fpackage.json',
      '/%2e%2e/%2e%2e/package.json',
      '/..%5c..%5cpackage.json',
      '/%2fetc%2fpasswd',
      '/media/..%2f..%2flibrary.db/full',
      '/media/waifu-im%3A..%2f..%2flibrary/full',
      '/media/waifu-im%3A7000/..%2ffull',
      '/no-such-file.js',
    ],
  );
  for (const status of statuses) expect([400, 403, 404]).toContain(status);

  // Links: only https, only outside, and never in a window of the program.
  await electron.evaluate(({ shell, BrowserWindow }) => {
    const seen: { opened: string[]; navigations: [string, boolean][] } = { opened: [], navigations: [] };
    Object.assign(globalThis, { seen });
    shell.openExternal = (url) => {
      seen.opened.push(url);
      return Promise.resolve();
    };
    // Heard after the program's own listener.
    BrowserWindow.getAllWindows()[0]?.webContents.on('will-frame-navigate', (event) => {
      seen.navigations.push([event.url, event.defaultPrevented]);
    });
  });
  await page.evaluate(() => {
    for (const url of ['https://example.org/a', 'http://example.org/b', 'file:///etc/passwd', 'javascript:alert(1)'])
      window.open(url);
  });
  const seen = () =>
    electron.evaluate(
      () => (globalThis as unknown as { seen: { opened: string[]; navigations: [string, boolean][] } }).seen,
    );
  await expect.poll(async () => (await seen()).opened).toEqual(['https://example.org/a']);
  await page.evaluate(() => {
    location.href = 'https://example.org/away';
  });
  await expect.poll(async () => (await seen()).navigations).toEqual([['https://example.org/away', true]]);
  // Playwright goes on waiting for a navigation that is never made: the window is asked without it.
  const still = await electron.evaluate(async ({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents;
    const tiles: unknown = await contents?.executeJavaScript('document.querySelectorAll("[data-id]").length');
    return { url: contents?.getURL(), tiles };
  });
  expect(still.url).toMatch(/^app:\/\/kabegami\//);
  expect(still.tiles).toBeGreaterThan(0);
  expect(await windows(app)).toBe(1);
});

test('a second start shows the first one, and its window comes back where it was', async ({ app, page, env }) => {
  await browse(page).grid.shown();
  const electron = electronOf(app);
  const bounds = { x: 140, y: 90, width: 900, height: 640 };
  await electron.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setBounds(to), bounds);
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  await expect.poll(() => windows(app)).toBe(0);

  const reopened = electron.waitForEvent('window');
  expect(await startAgain(env)).toBe(0);
  await browse(await reopened).grid.shown();
  expect(await windows(app)).toBe(1);
  const now = await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  expect(now).toEqual(bounds);

  // Also after the program itself was ended. (The fixture sets the size it wants; the place is the program's.)
  await app.restart();
  const later = await electronOf(app).evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
  expect(later).toMatchObject({ x: bounds.x, y: bounds.y });
});

test('a page whose process ends by itself comes back, and is taken away where it would go on ending', async ({
  app,
  page,
}) => {
  await browse(page).grid.shown();
  const electron = electronOf(app);
  const crash = (): Promise<void> =>
    electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer());
  const tiles = (): Promise<number> =>
    electron.evaluate(async ({ BrowserWindow }) =>
      Number(
        await BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(
          'document.querySelectorAll("[role=gridcell]").length',
        ),
      ),
    );
  /** A page that is not there yet would never answer. */
  const crashAndWait = (): Promise<void> =>
    electron.evaluate(
      ({ BrowserWindow }) =>
        new Promise<void>((resolve) => {
          const contents = BrowserWindow.getAllWindows()[0]?.webContents;
          contents?.once('did-finish-load', () => resolve());
          contents?.forcefullyCrashRenderer();
        }),
    );
  await crashAndWait();
  await expect.poll(tiles).toBeGreaterThan(3);
  await crash();
  await expect.poll(() => windows(app)).toBe(0);
  const reopened = electron.waitForEvent('window');
  await pressTray(app, 'open');
  await browse(await reopened).grid.shown();
});
