import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withLock } from './lock.ts';
import { root } from './modern-node.mjs';
import { runCaptured } from './processes.ts';

const out = join(root, 'out');
const stampFile = join(out, '.stamp');
const cache = join(root, '.cache');

/** What the build is made from. Tests are not part of it. */
const sources = ['src', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];

export type Built = { readonly ok: true; readonly rebuilt: boolean } | { readonly ok: false; readonly message: string };

/**
 * Builds into `out/` unless it is up to date. Two processes at once wait for one build; the result is built aside and moved into place
 * whole, so that a stopped build leaves what was there.
 */
export async function buildIfStale({ say }: { readonly say: (line: string) => void }): Promise<Built> {
  if ((await readStamp()) === (await fingerprint())) return { ok: true, rebuilt: false };
  await mkdir(cache, { recursive: true });
  return withLock(join(cache, 'build.lock'), async () => {
    const wanted = await fingerprint();
    if ((await readStamp()) === wanted) return { ok: true, rebuilt: false };
    say('Building Kabegami …');
    return build(wanted);
  });
}

async function build(stamp: string): Promise<Built> {
  const aside = join(cache, `build-${process.pid}`);
  const old = join(cache, `build-old-${process.pid}`);
  try {
    // We hold the lock, so any other attempt's folder is of one that was killed.
    for (const name of await readdir(cache)) {
      if (/^build-(old-)?\d+$/.test(name)) await rm(join(cache, name), { recursive: true, force: true });
    }
    const tool = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
    const run = await runCaptured(process.execPath, [tool, 'build', '--outDir', aside, '--logLevel', 'warn'], {
      cwd: root,
    });
    if (run.code !== 0) {
      return { ok: false, message: `The build failed:\n${run.output.trim()}` };
    }
    await writeFile(join(aside, '.stamp'), stamp);
    await rename(out, old).catch(ignoreMissing);
    await rename(aside, out);
    return { ok: true, rebuilt: true };
  } finally {
    await rm(aside, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

/** Names, sizes and modification times of all sources: a few milliseconds, and it sees deletions. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  const visit = async (path: string): Promise<void> => {
    const info = await stat(join(root, path)).catch(ignoreMissing);
    if (info === undefined) return;
    if (info.isDirectory()) {
      for (const name of (await readdir(join(root, path))).sort()) await visit(`${path}/${name}`);
    } else if (!path.endsWith('.test.ts')) {
      hash.update(`${path}\0${info.size}\0${info.mtimeMs}\n`);
    }
  };
  for (const source of sources) await visit(source);
  return hash.digest('hex');
}

async function readStamp(): Promise<string | null> {
  return (await readFile(stampFile, 'utf8').catch(ignoreMissing)) ?? null;
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

/** `npm run build`: builds if anything changed. */
export async function main(): Promise<number> {
  const built = await buildIfStale({ say: (line) => console.error(line) });
  if (!built.ok) console.error(built.message);
  return built.ok ? 0 : 1;
}
