// Plain JavaScript: the command `kabegami` reads this at every start, and Node takes longer to strip types than to run it.
import { root } from './modern-node.mjs';

const { lstatSync, readFileSync, readdirSync } = process.getBuiltinModule?.('node:fs') ?? (await import('node:fs'));

/** What the build is made from. Tests are not part of it. */
const sources = ['src', 'resources', 'electron.vite.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json'];

/** Names, sizes and modification times of all sources: a few milliseconds, and it sees deletions. */
export function fingerprint() {
  /** @type {string[]} */
  const lines = [];
  /** @param {string} path */
  const visitFolder = (path) => {
    const entries = readdirSync(root + path, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.isDirectory()) visitFolder(`${path}/${entry.name}`);
      else visitFile(`${path}/${entry.name}`);
    }
  };
  /** @param {string} path */
  const visitFile = (path) => {
    if (path.endsWith('.test.ts')) return;
    const info = lstatSync(root + path, { throwIfNoEntry: false });
    if (info !== undefined) lines.push(`${path}\0${info.size}\0${info.mtimeMs}`);
  };
  for (const source of sources) {
    if (lstatSync(root + source, { throwIfNoEntry: false })?.isDirectory()) visitFolder(source);
    else visitFile(source);
  }
  return lines.join('\n');
}

/** The fingerprint of the sources that `out/` was made from; null where there is none. */
export function readStamp() {
  try {
    return readFileSync(`${root}out/.stamp`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
