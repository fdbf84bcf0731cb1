import { readdir, readFile, readlink } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { askOwner } from '../e2e/fixtures/owner.ts';
import { withProgram, type Program } from './program.ts';

/**
 * Whether the program can be left running for months: the built program (`npm run build` first) does what people do with it, round after round, and after
 * each its memory, open files and processes are counted. What matters is that the last rows are like those in the middle.
 *
 *     node bench/soak.ts [--host browser|desktop] [--rounds 40]
 */
const { values } = parseArgs({
  options: { host: { type: 'string', default: 'browser' }, rounds: { type: 'string', default: '40' } },
});
const rounds = Number(values.rounds);
const say = (text: string): void => void process.stdout.write(`${text}\n`);

interface Usage {
  /** Megabytes of the program, and of the processes it started. */
  readonly own: number;
  readonly others: number;
  readonly processes: number;
  readonly files: number;
  readonly sockets: number;
}

async function resident(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1000;
}

async function childrenOf(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  const own = lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
  const theirs = await Promise.all(own.map(childrenOf));
  return [...own, ...theirs.flat()];
}

async function usageOf(pid: number): Promise<Usage> {
  const others = await childrenOf(pid);
  const sizes = await Promise.all(others.map(resident));
  const open = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(open.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => '')));
  return {
    own: await resident(pid),
    others: sizes.reduce((sum, size) => sum + size, 0),
    processes: others.length,
    files: open.length,
    sockets: links.filter((link) => link.startsWith('socket:')).length,
  };
}

/** What people do in a day or two. Each call is a connection of its own, as a terminal's is. */
async function round({ data }: Program, n: number): Promise<number> {
  let calls = 0;
  const ask: typeof askOwner = (to, name, input) => {
    calls += 1;
    return askOwner(to, name, input);
  };
  const { images } = await ask(data, 'browse', { filter: { provider: 'waifu-im' }, cursor: null });
  const ids = images.map(({ id }) => id);
  for (let step = 0; step < 20; step += 1) {
    await ask(data, 'wallpaper.next', {});
    if (step % 5 === 4) await ask(data, 'wallpaper.previous', {});
    if (step % 7 === 6) await ask(data, 'wallpaper.undo', {});
  }
  for (let step = 0; step < 20; step += 1) {
    const query = `width:>=${500 + n * 20 + step} -tag:none-${step} sort:size`;
    await ask(data, 'library.search', { query, cursor: null, limit: 60 });
    await ask(data, 'library.facets', { query });
  }
  const [first = ''] = ids;
  for (const id of ids.slice(0, 10)) await ask(data, 'favorites.add', { ids: [id] });
  await ask(data, 'favorites.remove', { ids: ids.slice(0, 10) });
  const { collection } = await ask(data, 'collections.create', { name: `Round ${n}`, images: ids.slice(0, 5) });
  await ask(data, 'collections.remove', { id: collection.id });
  await ask(data, 'notes.set', { id: first, note: `Round ${n}` });
  await ask(data, 'rotation.status', {});
  await ask(data, 'wallpaper.history', { limit: 50 });
  return calls;
}

await withProgram(values.host, async (program) => {
  const pid = program.process.pid ?? 0;
  say(`${values.host} host, ${rounds} rounds`);
  say('round   calls   own MB   others MB   processes   files   sockets');
  let calls = 0;
  for (let n = 1; n <= rounds; n += 1) {
    calls += await round(program, n);
    if (n > 3 && n % Math.max(1, Math.floor(rounds / 10)) !== 0 && n !== rounds) continue;
    const { own, others, processes, files, sockets } = await usageOf(pid);
    say(
      `${String(n).padStart(5)} ${String(calls).padStart(7)} ${own.toFixed(0).padStart(8)} ${others.toFixed(0).padStart(11)} ` +
        `${String(processes).padStart(11)} ${String(files).padStart(7)} ${String(sockets).padStart(9)}`,
    );
  }
});
