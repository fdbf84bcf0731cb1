import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { dataFolder } from '../core/data-folder.ts';
import type { BrowserHost } from '../core/web-server.ts';
import type { CliParts } from './context.ts';
import { runCli } from './run.ts';
import { openLongSession, openSession, visitSession, type Place } from './session.ts';
import type { ExitCode } from './terminal.ts';

export interface Installation {
  /** The folder of package.json. */
  readonly root: string;
  /** A file of the program itself: built, or its source where it runs from its sources. */
  beside(output: string, source: string): string;
}

/** `import` would ask for every name of it, and with that load Node's streams of files: as long as all the rest. */
const fs = process.getBuiltinModule('node:fs');

/** The command line of this process, to its end. */
export function start({ root, beside }: Installation): void {
  // Our own file, so it is as it was written: a schema would take longer to load than most commands take to run.
  const { version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const folder = dataFolder(process.env, process.platform);
  const place: Place = { version, folder, codec: beside('codec.js', '../core/files/codec-process.ts') };

  const interrupt = new AbortController();
  const stop = (): void => {
    // The second time means it.
    if (interrupt.signal.aborted) process.exit(130);
    interrupt.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const output = { broken: false };
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // The reader went away (`kabegami browse | head`): nobody is left to answer, and nothing is amiss. A full disk is.
      if (error.code !== 'EPIPE' && !output.broken) {
        output.broken = true;
        if (stream === process.stdout)
          process.stderr.write(`kabegami: The answer could not be written (${error.code ?? error.message}).\n`);
      }
      interrupt.abort();
    });
  }

  const parts: CliParts = {
    version,
    terminal: {
      out: (line) => void process.stdout.write(line),
      error: (line) => void process.stderr.write(line),
      columns: process.stdout.isTTY ? process.stdout.columns : null,
      drawsProgress: process.stderr.isTTY === true,
      async input() {
        const [{ text }, { addAbortSignal }] = await Promise.all([
          import('node:stream/consumers'),
          import('node:stream'),
        ]);
        return text(addAbortSignal(interrupt.signal, process.stdin));
      },
      signal: interrupt.signal,
    },
    visit: () => visitSession(place),
    open: (signal) => openSession(place, signal),
    openLong: (signal) => openLongSession(place, signal),
    browserHost: async () =>
      (await import(pathToFileURL(beside('web.js', '../web/serve.ts')).href)) as unknown as BrowserHost,
    rendererFolder: path.join(root, 'out', 'renderer'),
    dataFolder: folder,
    show: (target) => void show(target),
    demo: fs.existsSync(path.join(root, 'e2e', 'servers', 'main.ts')) ? (args) => demo(root, args) : null,
  };

  void runCli(process.argv.slice(2), parts).then((code) => leave(code, output));
}

/**
 * Ends once everything is written; sockets and timers that idle in libraries do not hold the command up. What could not be written was not
 * answered, whatever was done.
 */
function leave(code: ExitCode, output: { readonly broken: boolean }): void {
  process.exitCode = code;
  // One turn later: that the last words could not be written is told behind them.
  const end = (): unknown => setImmediate(() => process.exit(output.broken && code === 0 ? 1 : code));
  process.stdout.write('', () => process.stderr.write('', end));
}

async function show(target: string): Promise<void> {
  const { spawn } = await import('node:child_process');
  const [program, ...args] =
    process.platform === 'darwin'
      ? ['open', target]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', target]
        : ['xdg-open', target];
  const child = spawn(program ?? 'xdg-open', args, { stdio: 'ignore', detached: true });
  child.on('error', () => process.stderr.write(`No program was found to show ${target}.\n`));
  child.unref();
}

async function demo(root: string, args: readonly string[]): Promise<ExitCode> {
  const { spawn } = await import('node:child_process');
  return new Promise((resolve) => {
    const script = path.join(root, 'scripts', 'start.mjs');
    const child = spawn(process.execPath, [script, '--demo', ...args], { stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (code) => resolve(code === 0 ? 0 : 1));
  });
}
