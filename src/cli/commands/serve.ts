import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { appError } from '../../shared/errors.ts';
import { fail, ok } from '../../shared/result.ts';
import { wantsJson, type Context } from '../context.ts';
import { keepPort, lastPort } from '../last-port.ts';
import { report } from '../terminal.ts';

interface ServeOptions {
  readonly port?: number;
  readonly open?: boolean;
}

export function addServeCommands(program: Command, context: Context): void {
  program
    .command('serve')
    .description('Runs the program in your browser, on this machine only, until Ctrl-C.')
    .option('--port <n>', 'listen here; otherwise where it did last, or on any free port', port)
    .option('--open', 'and show it')
    .action((options: ServeOptions, command: Command) => serve(context, options, command));

  program
    .command('demo')
    .description('Shows the program on two services of its own with generated pictures (in a checkout of its sources).')
    .allowUnknownOption()
    .argument('[args...]')
    .action(async (args: readonly string[], _options, command: Command) => {
      if (context.demo === null) {
        const missing = appError(
          'not_found',
          'The demo is part of the sources only: in a checkout, run "npm run demo".',
        );
        return context.end(command, fail(missing), String);
      }
      context.exit(await context.demo(args));
    });
}

async function serve(context: Context, options: ServeOptions, command: Command): Promise<void> {
  const { terminal, dataFolder, rendererFolder } = context;
  const session = await context.openLong(terminal.signal);
  if (!session.ok) return context.end(command, session, String);
  const { core, log, close } = session.value;
  try {
    const host = await context.browserHost();
    const listen = (at: number) => host.serve({ core, log, port: at, rendererFolder });
    // To a browser another port is another site: what the page remembers there would be lost, and open tabs with it.
    const again = options.port === undefined ? lastPort(dataFolder) : 0;
    const first = await listen(options.port ?? again);
    const server = first.ok || again === 0 ? first : await listen(0);
    if (!server.ok) return context.end(command, server, String);
    const { url } = server.value;
    if (options.port === undefined) await keepPort(dataFolder, server.value.port);
    // The address comes first: whoever started this reads one line.
    report(terminal, wantsJson(command), ok({ url }), () => url);
    terminal.error('Kabegami is running in your browser. Press Ctrl-C to stop it.\n');
    const page = options.open === true ? await showPage(context, url) : null;
    await untilAborted(terminal.signal);
    if (page !== null) await rm(page, { force: true });
    await server.value.close();
  } finally {
    await close();
  }
}

/**
 * Shows a private file that leads to the address: the address itself carries the key to the page, and the arguments of a program can be
 * seen by every user of the machine.
 */
async function showPage({ dataFolder, show }: Context, url: string): Promise<string> {
  const file = path.join(dataFolder, 'open.html');
  await writeFile(file, `<!doctype html><meta http-equiv="refresh" content="0; url=${url}"><title>Kabegami</title>\n`, {
    mode: 0o600,
  });
  show(file);
  return file;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535) throw new InvalidArgumentError('It must be a port, 0 to 65535.');
  return value;
}
