import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { _electron, chromium, type Browser, type Page } from '@playwright/test';
import sharp from 'sharp';
import { startDesk, type Desk } from '../e2e/fixtures/desk.ts';
import { startBrowserHost, startDesktopHost } from '../e2e/fixtures/hosts.ts';
import { findChromium, root, sandbox } from '../e2e/fixtures/programs.ts';
import { findElectron } from '../scripts/lib/electron-runtime.ts';
import { openTestStore, testImage } from '../src/core/store/testing.ts';
import { bareList } from './grid-page.ts';

export type HostName = 'browser' | 'desktop';
export const viewport = { width: 1280, height: 800 } as const;

/** A page, and what shows another in the same way. */
export interface Opened {
  readonly page: Page;
  close(): Promise<void>;
}

/** Serves the bare list, and the same small picture under every other path. */
export async function startPictures(): Promise<{ readonly url: string; readonly server: Server }> {
  const picture = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#5a7fb5' } })
    .jpeg()
    .toBuffer();
  const server = createServer((request, response) => {
    const bare = /^\/bare\/(\d+)$/.exec(request.url ?? '');
    response.setHeader('content-type', bare ? 'text/html; charset=utf-8' : 'image/jpeg');
    response.end(bare ? bareList(Number(bare[1])) : picture);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

/** A data folder whose database holds so many pictures; nothing of them is on the disk. Answers its home. */
export async function makeLibrary(count: number, pictures: string): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'kabegami-grid-'));
  await mkdir(join(home, 'data'), { mode: 0o700 });
  await mkdir(join(home, 'run'), { mode: 0o700 });
  const { store } = openTestStore(join(home, 'data'));
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  for (let n = 0; n < count; n += 5000) {
    store.images.upsert(
      Array.from({ length: Math.min(5000, count - n) }, (_, k) =>
        testImage({
          id: `waifu-im:${n + k}`,
          url: `${pictures}/${n + k}.jpg`,
          width: 900 + Math.floor(random() * 3000),
          height: 900 + Math.floor(random() * 2000),
          uploadedAt: new Date(Date.UTC(2014, 0, 1) + Math.floor(random() * 3.6e11)).toISOString(),
          hash: null,
          tags: [`tag-${Math.floor(random() ** 2 * 300)}`, `tag-${Math.floor(random() * 300)}`],
          artists: [{ name: `Painter ${Math.floor(random() * 500)}`, links: [] }],
          sources: [],
        }),
      ),
    );
  }
  store.close();
  return home;
}

/** Both hosts and an Electron or Chromium of our own for the bare list. */
export interface Hosts {
  readonly version: string;
  openLibrary(home: string): Promise<Opened>;
  openBare(url: string): Promise<Opened>;
  close(): Promise<void>;
}

function environment(home: string, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return {
    PATH: [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
    HOME: home,
    XDG_RUNTIME_DIR: join(home, 'run'),
    LANG: 'C.UTF-8',
    KABEGAMI_HOME: join(home, 'data'),
    KABEGAMI_WAIFU_IM_URL: 'http://127.0.0.1:9',
    KABEGAMI_YIFF_REST_URL: 'http://127.0.0.1:9',
    ...more,
  };
}

/** `scale` is the browser's device pixel ratio; Electron has that of its display. */
export function startHosts(name: HostName, scale: number): Promise<Hosts> {
  return name === 'browser' ? startBrowsers(scale) : startElectrons();
}

async function startBrowsers(scale: number): Promise<Hosts> {
  const executablePath = findChromium();
  const browser: Browser = await chromium.launch({
    ...(executablePath === null ? {} : { executablePath }),
    chromiumSandbox: sandbox,
    args: ['--disable-background-networking', '--disable-component-update', '--disable-sync'],
  });
  return {
    version: `Chromium ${browser.version()}`,
    openLibrary: (home) =>
      startBrowserHost(
        browser,
        { env: environment(home), viewport, colorScheme: 'light' },
        { deviceScaleFactor: scale },
      ),
    async openBare(url) {
      const context = await browser.newContext({ viewport, deviceScaleFactor: scale });
      const page = await context.newPage();
      await page.goto(url);
      return { page, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}

async function startElectrons(): Promise<Hosts> {
  const desk: Desk = await startDesk();
  const runtime = findElectron();
  if (runtime === null) throw new Error('There is no Electron runtime here.');
  const env = (home: string) => environment(home, { DISPLAY: desk.display ?? '' });
  const folder = await mkdtemp(join(tmpdir(), 'kabegami-bare-'));
  await writeFile(join(folder, 'package.json'), '{"name":"bare","version":"1.0.0","main":"main.js"}');
  await writeFile(
    join(folder, 'main.js'),
    `const { app, BrowserWindow } = require('electron');
app.whenReady().then(() => { const window = new BrowserWindow({ width: ${viewport.width}, height: ${viewport.height}, webPreferences: { sandbox: true } }); window.setContentSize(${viewport.width}, ${viewport.height}); window.loadURL(process.env.BARE); });`,
  );
  return {
    version: `Electron ${runtime.version}`,
    openLibrary: (home) => startDesktopHost({ env: env(home), viewport, colorScheme: 'light' }),
    async openBare(url) {
      const electron = await _electron.launch({
        executablePath: runtime.executable,
        chromiumSandbox: sandbox,
        args: [...(sandbox ? [] : ['--no-sandbox']), folder],
        env: { ...env(folder), BARE: url },
      });
      const page = await electron.firstWindow();
      await page.waitForSelector('#list .cell');
      return { page, close: () => electron.close() };
    },
    async close() {
      await desk.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
