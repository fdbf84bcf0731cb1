import { Command, CommanderError, Option } from 'commander';
import { appError, cancelled } from '../shared/errors.ts';
import { fail, ok } from '../shared/result.ts';
import { createContext, type CliParts } from './context.ts';
import { groupsFor } from './groups.ts';
import { report, type ExitCode } from './terminal.ts';

/** Runs one command line (without the program's own name) and answers the exit code. Never throws for what the user did. */
export async function runCli(args: readonly string[], parts: CliParts): Promise<ExitCode> {
  const { terminal } = parts;
  const json = args.includes('--json');
  let shown = '';
  const context = createContext(parts);
  const program = new Command('kabegami')
    .description('Finds pictures, keeps them, and puts them on your desktop.')
    .version(parts.version)
    .option('--json', 'answer with one JSON document on stdout')
    .exitOverride()
    .configureOutput({
      getOutHelpWidth: () => Math.min(terminal.columns ?? helpWidth, helpWidth),
      getErrHelpWidth: () => helpWidth,
      writeOut: (text) => (json ? (shown += text) : terminal.out(text)),
      // With --json the same words are in the document.
      writeErr: (text) => (json ? undefined : terminal.error(text.replace(/^(error: .*[^.?!)\n])\n/, '$1.\n'))),
    })
    // Words that are left a narrow column are wrapped, too.
    .configureHelp({ sortSubcommands: false, showGlobalOptions: true, minWidthToWrap: 20, subcommandTerm: verbTerm })
    .addHelpText('after', `\n${exitCodes}`)
    .showHelpAfterError('Run it with --help to see what it takes.');

  for (const group of groupsFor(args)) await group.add(program, context);
  acceptJsonEverywhere(program);

  try {
    await program.parseAsync(args, { from: 'user' });
    return context.exitCode();
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      if (terminal.signal.aborted) return report(terminal, json, fail(cancelled), String);
      const message = `Something went wrong inside Kabegami: ${error instanceof Error ? error.message : String(error)}`;
      return report(terminal, json, fail(appError('internal', message)), String);
    }
    if (error.exitCode === 0) {
      if (!json) return 0;
      const value = error.code === 'commander.version' ? { version: parts.version } : { help: shown };
      return report(terminal, true, ok(value), String);
    }
    if (json) {
      const said = error.message.replace(/^error: /, '').replace(/^\(outputHelp\)$/, 'That needs a command');
      const message = /[.?!)]$/.test(said) ? said : `${said}.`;
      report(
        terminal,
        true,
        fail(appError('invalid_input', `${message} Run it with --help to see what it takes.`)),
        String,
      );
    }
    return 2;
  }
}

const helpWidth = 80;
const exitCodes = 'Ends with 0 (done), 1 (failed, not found, or done in part), 2 (wrong usage) or\n130 (interrupted).';

/** `move [options] <id> <images...>`, as it is typed: an option that no help shows is none there. */
function verbTerm(command: Command): string {
  const words = command.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? `<${name}>` : `[${name}]`;
  });
  const options = command.options.some(({ hidden }) => !hidden) ? ['[options]'] : [];
  return [command.name(), ...options, ...words].join(' ');
}

/** `kabegami status --json` reads as well as `kabegami --json status`. */
function acceptJsonEverywhere(command: Command): void {
  for (const child of command.commands) {
    // Its help shows the program's own.
    child.addOption(new Option('--json').hideHelp());
    acceptJsonEverywhere(child);
  }
}
