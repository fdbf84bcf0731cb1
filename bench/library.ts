import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { homedir, loadavg } from 'node:os';
import path from 'node:path';
import { createDispatch, type Handlers } from '../src/core/dispatch.ts';
import { libraryHandlers } from '../src/core/library/library-handlers.ts';
import { createLibrary } from '../src/core/library/library.ts';
import { chooseDriver } from '../src/core/store/driver.ts';
import { migrations } from '../src/core/store/migrations/index.ts';
import { configure, databaseName, openStore } from '../src/core/store/open.ts';
import { createSearchRepository, usualLimits } from '../src/core/store/search/search-repository.ts';
import { createTestLog } from '../src/core/store/testing.ts';
import { settings } from '../src/shared/model.ts';
import { bringUpToDate, createRandom, fillLibrary } from './library-fill.ts';
import { callCases, storeCases, type Measure } from './library-cases.ts';

/**
 * What searches cost among a million images (five tags each, most of them rare; artists, sources, colors; a tenth on the disk), in milliseconds: median and 95th
 * percentile of the wall clock, and the 95th percentile of this thread's processor time, which a busy machine does not change; beside the limit. The
 * library is made once and kept in the folder for caches; when the schema moves on, the kept one is copied and migrated.
 *
 *     node bench/library.ts [images] [--again] [--driver libsql]        ONLY=color: only what matches        BEST=5: of each query the best of five runs, for
 *                                                                       a machine on which others work too
 */
const count = Number(process.argv.slice(2).find((word) => /^\d+$/.test(word)) ?? 1_000_000);
const version = migrations.at(-1)?.version ?? 0;
const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'kabegami-bench');
const folderOf = (n: number): string => path.join(cache, `library-${count}-v${n}`);
const folder = folderOf(version);
const driver = chooseDriver(process.argv.includes('libsql') ? '9' : undefined);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

if (process.argv.includes('--again')) rmSync(folder, { recursive: true, force: true });
if (!existsSync(folder)) {
  mkdirSync(cache, { recursive: true });
  const [older] = readdirSync(cache)
    .map((name) => /^library-(\d+)-v(\d+)$/.exec(name))
    .flatMap((match) => (match !== null && Number(match[1]) === count ? [Number(match[2])] : []))
    .filter((n) => n < version)
    .sort((one, other) => other - one);
  const unfinished = `${folder}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  const file = path.join(unfinished, databaseName);
  if (older !== undefined) copyFileSync(path.join(folderOf(older), databaseName), file);
  const db = driver.open(file);
  if (older === undefined) fillLibrary(db, count, say);
  else {
    configure(db);
    bringUpToDate(db, say);
  }
  db.close();
  renameSync(unfinished, folder);
}

const now = Date.UTC(2026, 0, 1);
const opening = performance.now();
const opened = openStore({ folder, log: createTestLog(), clock: { now: () => now }, driver });
if (!opened.ok) throw new Error(opened.error.message);
const store = opened.value;
const openedIn = performance.now() - opening;
const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(1))
    .join(' ');
say(
  `${store.driver.name}, SQLite ${store.driver.version}; ${count} images, ${(statSync(path.join(folder, databaseName)).size / 1e6).toFixed(0)} MB; load ${load()}`,
);
say(`${''.padEnd(52)}   median      p95  p95 CPU    limit`);
const line = (name: string, parts: readonly number[], limit: number): void => {
  const [, p95 = 0, cpu = 0] = parts;
  const verdict = p95 <= limit ? '' : cpu <= limit ? '  waited' : '  OVER';
  say(
    `${name.padEnd(52)} ${parts.map((part) => part.toFixed(2).padStart(8)).join(' ')} ${String(limit).padStart(8)}${verdict}`,
  );
};
line('open', [openedIn, openedIn, openedIn], 100);

const best = Number(process.env['BEST'] ?? 1);
const only = new RegExp(process.env['ONLY'] ?? '.');
/** Milliseconds of processor that this thread has had. */
function processor(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
const measure: Measure = async (name, limit, times, work) => {
  if (!only.test(name)) return;
  const walls: number[] = [];
  const processors: number[] = [];
  for (let n = 0; n < Math.min(3, times); n += 1) await work(n + times);
  for (let n = 0; n < times; n += 1) {
    let [wall, used] = [Infinity, Infinity];
    for (let run = 0; run < best; run += 1) {
      const [start, cpu] = [performance.now(), processor()];
      const result = work(n);
      if (result instanceof Promise) await result;
      wall = Math.min(wall, performance.now() - start);
      used = Math.min(used, processor() - cpu);
    }
    walls.push(wall);
    processors.push(used);
  }
  const at = (values: number[], share: number): number =>
    values.sort((one, other) => one - other)[Math.floor(share * (values.length - 1))] ?? 0;
  line(name, [at(walls, 0.5), at(walls, 0.95), at(processors, 0.95)], limit);
};

/** Keeps nothing: whatever is asked is asked for the first time. */
const search = createSearchRepository(store.database, { ...usualLimits, mostKept: 0 });
await storeCases(store, search, now, measure);

const random = createRandom(7);
const events = { emit: () => undefined };
const library = createLibrary({
  search,
  settings: () => ({ ...settings.parse({}), adultContent: true }),
  clock: { now: () => now },
  random,
});
// Of the handlers only these are asked.
const handlers = libraryHandlers({ library, store, events, now: () => now }) as Handlers;
const dispatch = createDispatch(handlers, { emitProgress: () => undefined, log: createTestLog() });
await callCases(async (name, input) => {
  const signal = new AbortController().signal;
  const answer = await dispatch({ id: '1', name, input: JSON.parse(JSON.stringify(input)) as unknown }, signal);
  if (!answer.ok) throw new Error(answer.error.message);
  // As it goes over a socket.
  return JSON.parse(JSON.stringify(answer.value)) as unknown;
}, measure);
say(`load ${load()}`);
store.close();
