#!/usr/bin/env node
// The command `kabegami`: builds the program if its sources are newer than the build, then runs its terminal host in this process, so that
// stdin, stdout, signals and the exit code are simply its own. Nothing but the program writes to stdout.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { onModernNode, root } from './lib/modern-node.mjs';

await onModernNode(async () => {
  const { buildIfStale } = await import('./lib/build.ts');
  const built = await buildIfStale({ say: process.stderr.isTTY ? console.error : () => undefined });
  if (!built.ok) {
    console.error(built.message);
    process.exitCode = 1;
    return;
  }
  const cli = join(root, 'out', 'main', 'cli.js');
  process.argv.splice(1, 1, cli);
  await import(pathToFileURL(cli).href);
});
