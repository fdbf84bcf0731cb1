import { rm } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { CDPSession, Page } from '@playwright/test';
import { makeLibrary, startHosts, startPictures, type HostName } from './grid-hosts.ts';
import { mean, scrollThrough, share, type Pass } from './grid-page.ts';
import { busiest, traced, type Task } from './trace.ts';

/**
 * The grid with very many pictures, in a real Chromium and in Electron (`npm run build` first): scrolled from end to end, beside the barest virtual list in the
 * same run; then a million, and End. A frame is by the clock; a task also by the thread's own processor time, which a busy machine does not change.
 *
 *     node bench/grid.ts [--items 100000] [--million 1000000] [--passes 5] [--hosts browser,desktop] [--scale 1]
 */
const { values } = parseArgs({
  options: {
    items: { type: 'string', default: '100000' },
    million: { type: 'string', default: '1000000' },
    passes: { type: 'string', default: '5' },
    frames: { type: 'string', default: '600' },
    hosts: { type: 'string', default: 'browser,desktop' },
    scale: { type: 'string', default: '1' },
  },
});
const items = Number(values.items);
const million = Number(values.million);
const passes = Number(values.passes);
const frames = Number(values.frames);
const scale = Number(values.scale);
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const grid = { scroller: '.library .scroller', list: '.canvas' } as const;
const bare = { scroller: '#scroller', list: '#list' } as const;

async function heap(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

interface Measured extends Pass {
  /** Processor time of the page's main thread a frame, in milliseconds. */
  readonly busy: number;
}

async function measure(
  { page, session }: { readonly page: Page; readonly session: CDPSession },
  options: Parameters<typeof scrollThrough>[1],
): Promise<Measured> {
  const used = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return (metrics.find(({ name }) => name === 'ThreadTime')?.value ?? 0) * 1000;
  };
  await page.bringToFront();
  const before = await used();
  const pass = await scrollThrough(page, options);
  return { ...pass, busy: ((await used()) - before) / pass.frames.length };
}

async function sessionOf(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  await session.send('Performance.enable');
  return session;
}

async function openList(page: Page, count: number): Promise<void> {
  await page.evaluate(`location.hash = 'library'`);
  await page.locator('.library [role=gridcell][data-id]').first().waitFor({ timeout: 120_000 });
  await page
    .getByText(`${new Intl.NumberFormat('en').format(count)} pictures shown`)
    .waitFor({ state: 'attached', timeout: 300_000 });
}

const ms = (value: number): string => value.toFixed(1).padStart(7);
function tell(what: string, { frames: taken, long, nodes, busy }: Measured): void {
  const times = [mean(taken), share(taken, 0.5), share(taken, 0.95), Math.max(...taken), busy].map(ms).join(' ');
  say(`  ${what.padEnd(30)} ${times}   ${String(long.length).padStart(5)}  ${String(nodes).padStart(5)}`);
}

async function scrolling(host: HostName, pictures: string): Promise<void> {
  const filled = performance.now();
  const home = await makeLibrary(items, pictures);
  say(`\n${items} pictures made in ${((performance.now() - filled) / 1000).toFixed(0)} s`);
  const hosts = await startHosts(host, scale);
  const own = await hosts.openLibrary(home);
  const other = await hosts.openBare(`${pictures}/bare/${items}`);
  try {
    await openList(own.page, items);
    const ours = { page: own.page, session: await sessionOf(own.page) };
    const plain = { page: other.page, session: await sessionOf(other.page) };
    say(`${hosts.version}, device pixel ratio ${scale}, ${passes} passes of ${frames} frames from end to end`);
    say('  frame intervals (ms)              mean  median     p95     max    busy   >50ms  nodes');
    const slow = { frames: 240, distance: -240 * 120 };
    const kinds = [
      { what: 'end to end', options: { frames } },
      { what: '120 px a frame', options: slow },
    ];
    let first = 0;
    const all = kinds.map(() => ({ own: [] as Measured[], plain: [] as Measured[] }));
    for (let pass = 1; pass <= passes; pass += 1) {
      for (const [at, { what, options }] of kinds.entries()) {
        const mine = await measure(ours, { ...grid, ...options });
        const bares = await measure(plain, { ...bare, ...options });
        tell(`${pass}. grid, ${what}`, mine);
        tell('   bare list', bares);
        all[at]?.own.push(mine);
        all[at]?.plain.push(bares);
      }
      if (pass === 1) first = await heap(ours.session);
    }
    const last = await heap(ours.session);
    for (const [at, { what }] of kinds.entries()) {
      const middle = (which: 'own' | 'plain', value: (measured: Measured) => number): number =>
        share((all[at]?.[which] ?? []).map(value), 0.5);
      const ratio = (value: (measured: Measured) => number): string =>
        (middle('own', value) / middle('plain', value)).toFixed(2);
      say(
        `  ${what}, grid / bare list: mean frame ${ratio((each) => mean(each.frames))}, p95 ${ratio((each) => share(each.frames, 0.95))}; ` +
          `processor time a frame ${middle('own', (each) => each.busy).toFixed(1)} and ${middle('plain', (each) => each.busy).toFixed(1)} ms`,
      );
    }
    say(`  heap after pass 1: ${first.toFixed(1)} MB, after pass ${passes}: ${last.toFixed(1)} MB`);
    const { tasks } = await traced(ours.session, async () => {
      for (const { options } of kinds) await scrollThrough(own.page, { ...grid, ...options });
    });
    const longest = busiest(tasks);
    if (longest === null) throw new Error('Nothing was recorded.');
    say(
      `  longest task ${longest.thread.toFixed(1)} ms of processor time (${longest.wall.toFixed(1)} by the clock); ` +
        `over 50 ms: ${tasks.filter((task) => task.thread > 50).length} of processor time, ${tasks.filter((task) => task.wall > 50).length} by the clock`,
    );
    for (const part of longest.parts.slice(0, 5)) say(`    ${part.thread.toFixed(1).padStart(6)} ms  ${part.name}`);
  } finally {
    await own.close();
    await other.close();
    await hosts.close();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function reaching(host: HostName, home: string): Promise<void> {
  const hosts = await startHosts(host, scale);
  const { page, close } = await hosts.openLibrary(home);
  try {
    const session = await page.context().newCDPSession(page);
    const opened = performance.now();
    const { tasks } = await traced(session, () => openList(page, million));
    const arranged = performance.now() - opened;
    await page.locator('[role=gridcell] .open').first().focus();
    const pressed = performance.now();
    const end = await traced(session, async () => {
      await page.keyboard.press('End');
      await page.locator(`[role=gridcell][data-index="${million - 1}"][data-id]`).waitFor({ timeout: 60_000 });
    });
    const reached = performance.now() - pressed;
    // A pixel more or less: scroll positions are rounded to the device's pixels.
    const seen = await page.evaluate<{
      ratio: number;
      focused: string | null;
      inside: boolean;
      nodes: number;
    }>(`(() => {
      const box = document.querySelector('[role=gridcell][data-index="${million - 1}"]')?.getBoundingClientRect();
      return {
        ratio: devicePixelRatio,
        focused: document.activeElement?.closest('[data-index]')?.getAttribute('data-index') ?? null,
        inside: box !== undefined && box.top >= -1 && box.bottom <= innerHeight + 1 && box.height > 20,
        nodes: document.querySelectorAll('.canvas *').length,
      };
    })()`);
    const longest = (all: readonly Task[]): string => {
      const task = busiest(all);
      return task === null ? 'under 5 ms' : `${task.thread.toFixed(1)} ms (${task.wall.toFixed(1)} by the clock)`;
    };
    say(`\n${hosts.version}, device pixel ratio ${seen.ratio}, ${million} pictures`);
    say(`  all arranged after ${(arranged / 1000).toFixed(1)} s; longest task ${longest(tasks)}`);
    say(
      `  End: picture ${Number(seen.focused) + 1} has the focus after ${reached.toFixed(0)} ms, ${seen.inside ? 'wholly' : 'NOT'} in view; longest task ${longest(end.tasks)}; ${seen.nodes} nodes`,
    );
    if (Number(seen.focused) !== million - 1 || !seen.inside) process.exitCode = 1;
  } finally {
    await close();
    await hosts.close();
  }
}

const { url, server } = await startPictures();
const names = values.hosts.split(',').filter((name): name is HostName => name === 'browser' || name === 'desktop');
try {
  if (items > 0) for (const name of names) await scrolling(name, url);
  if (million > 0) {
    const filled = performance.now();
    const home = await makeLibrary(million, url);
    say(`\n${million} pictures made in ${((performance.now() - filled) / 1000).toFixed(0)} s`);
    for (const name of names) await reaching(name, home);
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
} finally {
  server.close();
}
