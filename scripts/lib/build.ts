import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprint, readStamp } from './fingerprint.mjs';
import { withLock } from './lock.ts';
import { root } from './modern-node.mjs';
import { runCaptured } from './processes.ts';

const out = join(root, 'out');
const cache = join(root, '.cache');

export type Built = { readonly ok: true; readonly rebuilt: boolean } | { readonly ok: false; readonly message: string };

/**
 * Builds into `out/` unless it is up to date. Two processes at once wait for one build; the result is built aside and moved into place
 * whole, so that a stopped build leaves what was there.
 */
export async function buildIfStale({ say }: { readonly say: (line: string) => void }): Promise<Built> {
  if (readStamp() === fingerprint()) return { ok: true, rebuilt: false };
  await mkdir(cache, { recursive: true });
  return withLock(join(cache, 'build.lock'), async () => {
    const wanted = fingerprint();
    if (readStamp() === wanted) return { ok: true, rebuilt: false };
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
    // What Node compiled of the last build (scripts/kabegami.mjs) is of files that are gone.
    await rm(join(cache, 'compiled'), { recursive: true, force: true });
    return { ok: true, rebuilt: true };
  } finally {
    await rm(aside, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
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
