import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { askOwner } from '../e2e/fixtures/owner.ts';
import { cliFile, root } from '../e2e/fixtures/programs.ts';
import { withProgram, type Program } from './program.ts';

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

/** The next picture is chosen, fetched and composed. */
async function ready({ data }: Program): Promise<void> {
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
async function desktopTime({ env, data }: Program): Promise<number> {
  const shown = JSON.parse(await readFile(join(data, 'composed', 'shown.json'), 'utf8')) as {
    pieces: Record<string, { file: string }>;
  };
  const files = Object.values(shown.pieces).map(({ file }) => join(data, 'composed', file));
  return timed('feh', ['--no-fehbg', '--bg-fill', '--', ...files], env);
}

const changing = new Set(['next', 'previous', 'undo']);

async function sample(program: Program, verb: readonly string[]): Promise<Sample> {
  const changes = changing.has(verb[1] ?? '');
  await ready(program);
  const [us, them] = [await processorTime(process.pid), await processorTime(program.process.pid ?? 0)];
  const wall = await timed(process.execPath, [starter, ...verb], program.env);
  const [usNow, themNow] = [await processorTime(process.pid), await processorTime(program.process.pid ?? 0)];
  const desktop = changes ? await desktopTime(program) : 0;
  return { wall, desktop, command: usNow.children - us.children, host: themNow.own - them.own };
}

function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

async function measure(program: Program): Promise<void> {
  // A history to go back in, and everything compiled.
  for (let n = 0; n < 4; n += 1) {
    await timed(process.execPath, [starter, 'wallpaper', 'next'], program.env);
    await ready(program);
  }
  const samples = new Map<string, Sample[]>(verbs.map((verb) => [verb.join(' '), []]));
  const floor: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    floor.push(await timed(process.execPath, ['-e', '0'], program.env));
    for (const verb of verbs) samples.get(verb.join(' '))?.push(await sample(program, verb));
    // `previous` and `undo` went back: forth again, so that the next `next` is a new picture.
    if (run % 5 === 4)
      for (let n = 0; n < 4; n += 1) await timed(process.execPath, [starter, 'wallpaper', 'next'], program.env);
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
}

await withProgram(values.host, measure);
