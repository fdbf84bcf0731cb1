import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startDesk, type Desk } from '../e2e/fixtures/desk.ts';
import { askOwner } from '../e2e/fixtures/owner.ts';
import { cliFile, root, sandbox } from '../e2e/fixtures/programs.ts';
import { startServers, type TestServers } from '../e2e/servers/index.ts';
import { findElectron } from '../scripts/lib/electron-runtime.ts';

/**
 * How long a verb takes while the program runs: the built program (`npm run build` first) on an X server of its own with feh, one verb after another as
 * a person would type them, from the start of `kabegami` to its end. The desktop's own time is feh's with the very files that were shown, run right after
 * each change. What is left is ours; the floor of that is a node that does nothing. On a machine that does other things too, look at the
 * processor time: of the command, and of the running program for it.
 *
 *     node bench/verbs.ts [--host browser|desktop] [--runs 20] [--start cli|script] [--verbs "wallpaper next,wallpaper undo"]
 */
const { values } = parseArgs({
  options: {
    host: { type: 'string', default: 'browser' },
    runs: { type: 'string', default: '20' },
    /** `cli` is the built program, `script` the command of a checkout, which looks first whether the build is fresh. */
    start: { type: 'string', default: 'cli' },
    verbs: {
      type: 'string',
      default: 'wallpaper current,rotation status,wallpaper next,wallpaper previous,wallpaper undo',
    },
  },
});
const runs = Number(values.runs);
const verbs = values.verbs.split(',').map((verb) => verb.trim().split(' '));
const starter = values.start === 'script' ? join(root, 'scripts', 'kabegami.mjs') : cliFile;
const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Sample {
  /** Milliseconds from start to end. */
  readonly wall: number;
  /** Of that, the desktop's own. */
  readonly desktop: number;
  /** Processor time of the command, and of the host until the answer, in milliseconds (in steps of 10). */
  readonly command: number;
  readonly host: number;
}

/** The user and system time a process has used, and its ended children, in milliseconds. */
async function processorTime(pid: number): Promise<{ readonly own: number; readonly children: number }> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = (index: number): number => Number(fields[index]) * 10;
  return { own: ticks(11) + ticks(12), children: ticks(13) + ticks(14) };
}

/** Runs a program to its end. Throws when it fails: a verb that did nothing would be quick. */
async function timed(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const start = performance.now();
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let complaint = '';
  child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', resolve);
  });
  const took = performance.now() - start;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} failed (${code}): ${complaint}`);
  return took;
}

interface World {
  readonly env: NodeJS.ProcessEnv;
  readonly data: string;
  readonly host: ChildProcess;
}

async function startHost(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  if (values.host === 'browser') return spawn(process.execPath, [cliFile, 'serve'], { env, stdio: 'ignore' });
  const runtime = findElectron();
  if (runtime === null) throw new Error('There is no Electron runtime here: "npm test" fetches one.');
  return spawn(runtime.executable, [...(sandbox ? [] : ['--no-sandbox']), root, '--hidden'], { env, stdio: 'ignore' });
}

/** Until somebody answers for the data folder. */
async function answers(data: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await askOwner(data, 'settings.get', {});
      return;
    } catch (error) {
      if (tries > 200) throw error;
      await wait(100);
    }
  }
}

/** Enough pictures on the disk that a change needs no network. */
async function furnish({ data }: World): Promise<void> {
  const filter = { orientation: 'landscape', minWidth: 1920, minHeight: 1080 } as const;
  const { images } = await askOwner(data, 'browse', { filter: { provider: 'waifu-im', ...filter }, cursor: null });
  for (const { id } of images.slice(0, 30)) await askOwner(data, 'image.download', { id });
  await askOwner(data, 'rotation.set', { patch: { pool: 'library', everyMinutes: null, on: true } });
}

/** The next picture is chosen, fetched and composed. */
async function ready({ data }: World): Promise<void> {
  const composed = async (): Promise<string> => (await readdir(join(data, 'composed')).catch(() => [])).join();
  for (let still = 0, tries = 0; still < 2; tries += 1) {
    if (tries > 300) throw new Error('No next picture was prepared within a minute.');
    const before = await composed();
    await wait(200);
    const status = await askOwner(data, 'rotation.status', {});
    const chosen = status.displays.length > 0 && status.displays.every(({ upcoming }) => upcoming !== null);
    still = chosen && (await composed()) === before ? still + 1 : 0;
  }
}

/** feh with the files that are on the displays now: what the desktop itself takes. */
async function desktopTime({ env, data }: World): Promise<number> {
  const shown = JSON.parse(await readFile(join(data, 'composed', 'shown.json'), 'utf8')) as {
    pieces: Record<string, { file: string }>;
  };
  const files = Object.values(shown.pieces).map(({ file }) => join(data, 'composed', file));
  return timed('feh', ['--no-fehbg', '--bg-fill', '--', ...files], env);
}

const changing = new Set(['next', 'previous', 'undo']);

async function sample(world: World, verb: readonly string[]): Promise<Sample> {
  const changes = changing.has(verb[1] ?? '');
  await ready(world);
  const [us, them] = [await processorTime(process.pid), await processorTime(world.host.pid ?? 0)];
  const wall = await timed(process.execPath, [starter, ...verb], world.env);
  const [usNow, themNow] = [await processorTime(process.pid), await processorTime(world.host.pid ?? 0)];
  const desktop = changes ? await desktopTime(world) : 0;
  return { wall, desktop, command: usNow.children - us.children, host: themNow.own - them.own };
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

async function measure(desk: Desk, servers: TestServers): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'kabegami-verbs-'));
  const data = join(folder, 'data');
  await mkdir(join(folder, 'run'), { mode: 0o700 });
  const env: NodeJS.ProcessEnv = {
    PATH: [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter),
    HOME: folder,
    XDG_RUNTIME_DIR: join(folder, 'run'),
    LANG: 'C.UTF-8',
    KABEGAMI_HOME: data,
    KABEGAMI_WAIFU_IM_URL: servers.waifuIm.url,
    KABEGAMI_YIFF_REST_URL: servers.yiffRest.url,
    ...(desk.display === null ? {} : { DISPLAY: desk.display }),
  };
  const host = await startHost(env);
  const ended = new Promise<void>((resolve) => host.once('exit', () => resolve()));
  try {
    const world = { env, data, host };
    await answers(data);
    await furnish(world);
    // A history to go back in, and everything compiled.
    for (let n = 0; n < 4; n += 1) {
      await timed(process.execPath, [starter, 'wallpaper', 'next'], env);
      await ready(world);
    }
    const samples = new Map<string, Sample[]>(verbs.map((verb) => [verb.join(' '), []]));
    const floor: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      floor.push(await timed(process.execPath, ['-e', '0'], env));
      for (const verb of verbs) samples.get(verb.join(' '))?.push(await sample(world, verb));
      // `previous` and `undo` went back: forth again, so that the next `next` is a new picture.
      if (run % 5 === 4)
        for (let n = 0; n < 4; n += 1) await timed(process.execPath, [starter, 'wallpaper', 'next'], env);
    }
    say(
      `${values.host} host, ${runs} runs, ms. node -e 0: median ${at(floor, 0.5).toFixed(0)}, p95 ${at(floor, 0.95).toFixed(0)}`,
    );
    say('verb                  wall           desktop        without it     processor: command, host (mean)');
    for (const [verb, all] of samples) {
      const two = (of: (one: Sample) => number): string =>
        `${at(all.map(of), 0.5).toFixed(0).padStart(4)} p95 ${at(all.map(of), 0.95).toFixed(0).padEnd(6)}`;
      const mean = (of: (one: Sample) => number): string =>
        (all.reduce((sum, one) => sum + of(one), 0) / all.length).toFixed(0).padStart(4);
      say(
        `${verb.padEnd(20)} ${two((one) => one.wall)} ${two((one) => one.desktop)} ${two((one) => one.wall - one.desktop)} ` +
          `${mean((one) => one.command)} ${mean((one) => one.host)}`,
      );
    }
  } finally {
    host.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const servers = await startServers({ limits: 'off', pictures: 60 });
const desk = await startDesk();
try {
  await measure(desk, servers);
} finally {
  await desk.close();
  await servers.close();
}
