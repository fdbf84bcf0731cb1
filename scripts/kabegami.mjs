#!/usr/bin/env node
// The command `kabegami`: builds the program if its sources are newer than the build, then runs its terminal host in this process, so that
// stdin, stdout, signals and the exit code are simply its own. Nothing but the program writes to stdout. While the desktop program runs, most of
// the time a command takes is its start: what is not needed for that is not loaded.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fingerprint, readStamp } from './lib/fingerprint.mjs';
import { onModernNode, root } from './lib/modern-node.mjs';

await onModernNode(async () => {
  // The compiled code is kept beside the build: the default is a folder that every user of the machine may write to.
  process.getBuiltinModule?.('node:module').enableCompileCache?.(join(root, '.cache', 'compiled'));
  if (readStamp() !== fingerprint()) {
    const { buildIfStale } = await import('./lib/build.ts');
    const built = await buildIfStale({ say: process.stderr.isTTY ? console.error : () => undefined });
    if (!built.ok) {
      console.error(built.message);
      process.exitCode = 1;
      return;
    }
  }
  const cli = join(root, 'out', 'main', 'cli.js');
  process.argv.splice(1, 1, cli);
  await import(pathToFileURL(cli).href);
});
