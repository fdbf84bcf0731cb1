import path from 'node:path';

// This file is `src/cli/main.ts` or, built, `out/main/cli.js`; both are two folders below the root. It loads the rest of the command only once
// Node keeps what it compiles: most of the time of a command that a running program carries out is its own start.
const here = import.meta.dirname;
const root = path.join(here, '..', '..');
const built = import.meta.filename.endsWith('.js');

// Beside the build: the default is a folder that every user of the machine may write to. Where it cannot be written, nothing is kept.
if (built) process.getBuiltinModule('node:module').enableCompileCache?.(path.join(root, '.cache', 'compiled'));

const { start } = await import('./start.ts');
start({ root, beside: (output, source) => path.join(here, built ? output : source) });
