import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from '@playwright/test';
import { cliFile, findChromium, sandbox } from '../e2e/fixtures/programs.ts';
import { startServers, tokens, type TestServers } from '../e2e/servers/index.ts';
import { busiest, traced, type Task } from './trace.ts';

/**
 * What the page's main thread does in one go, with thousands of favorites: the built page (`npm run build` first) in a real Chromium, at a host and
 * services of its own. A task over 50 ms of the thread's own processor time is ours, whatever else runs on this machine; of wall-clock time it may be
 * the machine's, which the rows of the calibration tell: the same known loop before everything and in the page.
 *
 *     node bench/responsive.ts [--favorites 5000] [--runs 5] [--only start,views] [--why 30]
 */
const { values } = parseArgs({
  options: {
    favorites: { type: 'string', default: '5000' },
    runs: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    /** What tasks from so many milliseconds on were made of. */
    why: { type: 'string', default: '50' },
  },
});
const count = Number(values.favorites);
const runs = Number(values.runs);
const whyFrom = Number(values.why);
const only = values.only.split(',').filter(Boolean);
const viewport = { width: 1280, height: 800 };
const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Measure {
  /** The longest task of each run. */
  readonly thread: number[];
  readonly wall: number[];
  /** Tasks over 50 ms of thread and of wall-clock time, in all runs. */
  over: number;
  overWall: number;
  reason: Task | null;
}
const measures = new Map<string, Measure>();

function note(action: string, tasks: readonly Task[]): void {
  const measure = measures.get(action) ?? { thread: [], wall: [], over: 0, overWall: 0, reason: null };
  measures.set(action, measure);
  const longest = busiest(tasks);
  measure.thread.push(longest?.thread ?? 0);
  measure.wall.push(Math.max(0, ...tasks.map((task) => task.wall)));
  measure.over += tasks.filter((task) => task.thread > 50).length;
  measure.overWall += tasks.filter((task) => task.wall > 50).length;
  if (longest && longest.thread > (measure.reason?.thread ?? 0)) measure.reason = longest;
}

/** A known amount of work, in one task. */
const loop = `(() => { let x = 1; for (let i = 0; i < 2e7; i += 1) x = (x * 1103515245 + 12345) % 2147483648; return x; })()`;

async function serve(servers: TestServers, home: string): Promise<{ readonly url: string; end(): Promise<void> }> {
  const child = spawn(process.execPath, [cliFile, 'serve'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      XDG_RUNTIME_DIR: home,
      KABEGAMI_HOME: join(home, 'data'),
      KABEGAMI_WAIFU_IM_URL: servers.waifuIm.url,
      KABEGAMI_YIFF_REST_URL: servers.yiffRest.url,
      KABEGAMI_WAIFU_IM_TOKEN: tokens.owner,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\/\/\S+/.exec(line);
      if (found) resolve(found[0]);
    });
    child.once('close', () => reject(new Error('"kabegami serve" ended without a URL. Run "npm run build" first.')));
  });
  return {
    url,
    async end() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** Where to press. Asked for outside of what is measured: asking costs the page time. */
async function middleOf(page: Page, selector: string): Promise<{ readonly x: number; readonly y: number }> {
  const box = await page.locator(selector).first().boundingBox();
  if (!box) throw new Error(`There is no ${selector} to press.`);
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

async function run(browser: Browser, servers: TestServers): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'kabegami-bench-'));
  const host = await serve(servers, home);
  // A context of its own has no compiled code from an earlier start.
  const context = await browser.newContext({ viewport, colorScheme: 'light' });
  const page = await context.newPage();
  const session = await browser.newBrowserCDPSession();
  const measured = async (action: string, settle: number, work: () => Promise<unknown>): Promise<void> => {
    const wanted = only.length === 0 || only.some((name) => action.startsWith(name));
    if (!wanted) {
      await work();
      await wait(settle);
      return;
    }
    const { tasks } = await traced(session, async () => {
      await work();
      await wait(settle);
    });
    note(action, tasks);
  };
  const press = (key: string) => (): Promise<void> => page.keyboard.press(key);
  const click = ({ x, y }: { readonly x: number; readonly y: number }, options = {}): Promise<void> =>
    page.mouse.click(x, y, options);
  try {
    servers.waifuIm.setFavorites([]);
    // On an idle page: what the machine makes of a known loop.
    await measured('calibration, empty page', 50, () => page.evaluate(loop));
    await measured('start, nothing compiled yet', 2500, () => page.goto(host.url));
    await page.locator('[role=gridcell] img.shown').first().waitFor();

    await page.keyboard.press('3');
    await page.getByRole('region', { name: 'Favorites' }).waitFor();
    const asked = servers.pictures.requests.length;
    servers.waifuIm.setFavorites(
      servers.waifuIm.images
        .filter((image) => image.adult === false)
        .slice(0, count)
        .map((image) => image.id),
    );
    await page.locator('.sync').click();
    const syncNow = await middleOf(page, '.sync-panel .head button');
    await measured(`first pull of ${count}`, 200, async () => {
      await click(syncNow);
      // Seen from outside: the page is not asked while it is measured.
      for (let waited = 0; waited < 60; waited += 1) {
        await wait(1000);
        if (servers.pictures.requests.length > asked + 100) break;
      }
      await wait(2000);
    });
    await page.keyboard.press('Escape');
    await page
      .getByText(`${new Intl.NumberFormat('en').format(count)} favorites`)
      .first()
      .waitFor();
    await measured('files trickle in', 4000, () => Promise.resolve());

    const views = { 1: 'Browse', 2: 'Library', 3: 'Favorites', 4: 'Wallpaper', 5: 'History', 6: 'Settings' } as const;
    await page.keyboard.press('1');
    await wait(800);
    for (const key of [3, 1, 2, 3, 4, 3, 5, 2, 6, 4, 5, 6, 1] as const)
      await measured(`view ${views[key]}`, 800, press(String(key)));

    await page.keyboard.press('3');
    await page.locator('[role=gridcell] img.shown').first().waitFor();
    await page.mouse.move(700, 500);
    await measured('scroll, wheel', 1000, async () => {
      for (let step = 0; step < 60; step += 1) {
        await page.mouse.wheel(0, 500);
        await wait(16);
      }
    });
    await measured('scroll, to the end and back', 1500, async () => {
      for (let step = 0; step < 30; step += 1) {
        await page.mouse.wheel(0, 12_000);
        await wait(16);
      }
      await page.mouse.wheel(0, -500_000);
    });

    const tile = await middleOf(page, '[role=gridcell][data-index="8"] .open');
    await measured('viewer, open', 1200, () => click(tile));
    await measured('viewer, next', 1000, press('ArrowRight'));
    await measured('viewer, details', 800, press('i'));
    await page.keyboard.press('i');
    await measured('viewer, close', 1000, press('Escape'));

    await measured('wallpaper dialog', 1000, press('w'));
    await page.keyboard.press('Escape');
    await wait(400);
    await measured('heart off', 1500, press('f'));
    await measured('undo', 2500, press('Control+z'));
    await page.locator('[role=gridcell] .open').nth(3).focus();
    await measured('select all', 1200, press('Control+a'));
    await measured('unselect all', 800, press('Escape'));
    await page.keyboard.press('Control+a');
    await wait(600);
    const unlike = await middleOf(page, '.bulk button:last-child');
    await measured('unlike all', 4000, () => click(unlike));
    await measured('undo all', 8000, press('Control+z'));
    await page.locator('[role=gridcell] .open').nth(3).focus();
    await measured('narrow panel', 800, async () => click(await middleOf(page, '[aria-haspopup=dialog] >> nth=-1')));
    await page.keyboard.press('Escape');
    await measured('sort', 2500, async () => {
      await page.locator('.choice').nth(1).click();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
    });
    await measured('search', 2500, async () => {
      await page.keyboard.press('/');
      await page.keyboard.type('a');
    });
    await measured('shortcuts', 600, async () => {
      await page.keyboard.press('Tab');
      await page.keyboard.press('?');
    });
    await page.keyboard.press('Escape');

    await measured('calibration, this page', 50, () => page.evaluate(loop));
    await measured('start again, compiled', 3000, () => page.reload());
  } finally {
    await session.detach();
    await context.close();
    await host.end();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

say('Painting pictures and starting the services …');
const servers = await startServers({ limits: 'off', pictures: 60, waifuIm: { images: Math.ceil(count * 1.4) } });
const executablePath = findChromium();
const browser = await chromium.launch({
  ...(executablePath === null ? {} : { executablePath }),
  chromiumSandbox: sandbox,
  args: ['--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
say(`Chromium ${browser.version()}, ${count} favorites, ${runs} runs.`);
try {
  for (let at = 1; at <= runs; at += 1) {
    await run(browser, servers);
    say(`run ${at} of ${runs} done`);
  }
} finally {
  await browser.close();
  await servers.close();
}

const ms = (value: number): string => value.toFixed(0).padStart(5);
const median = (all: readonly number[]): number => [...all].sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
say('');
say('                                 thread time (ms)     wall clock (ms)     tasks over 50 ms');
say('longest task while             median     max       median     max       thread   wall   measured');
for (const [action, { thread, wall, over, overWall }] of measures) {
  say(
    `${action.padEnd(30)} ${ms(median(thread))}   ${ms(Math.max(...thread))}        ${ms(median(wall))}   ${ms(Math.max(...wall))}        ${ms(over)}  ${ms(overWall)}      ${ms(thread.length)}`,
  );
}
for (const [action, { reason }] of measures) {
  if (!reason || reason.thread < whyFrom || action.startsWith('calibration')) continue;
  say(`\n${action}: a task of ${reason.thread.toFixed(1)} ms`);
  for (const part of reason.parts.slice(0, 8)) say(`  ${part.thread.toFixed(1).padStart(6)} ms  ${part.name}`);
}
