import type { Command } from 'commander';
import type { EditTurn } from '../../shared/edits.ts';
import { orNotFound, type Context } from '../context.ts';
import { wholeNumber } from '../options.ts';
import { count, table } from '../table.ts';
import { localTime } from '../local-time.ts';

export function addEditCommands(program: Command, context: Context): void {
  const { columns } = context.terminal;
  const edits = program.command('edits').description('What you changed in your library, to take back and make again.');

  edits
    .command('list')
    .description('The changes, newest first.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('edits.list', {}),
        (found) =>
          found.edits.length === 0
            ? 'Nothing was changed yet.'
            : table(
                ['EDIT', 'WHEN', '', 'WHAT'],
                found.edits.map(({ key, at, undone, label }) => [key, localTime(at), undone ? 'undone' : '', label]),
                columns,
              ),
      ),
    );
  for (const [verb, name, description, to, nothing] of [
    ['undo', 'edits.undo', 'Takes the newest change back.', 'all down to this edit', 'There is nothing to undo.'],
    ['redo', 'edits.redo', 'Makes the last undone change again.', 'all up to this edit', 'There is nothing to redo.'],
  ] as const) {
    edits
      .command(verb)
      .description(description)
      .option('--to <edit>', `${to} of "edits list"`, wholeNumber(1))
      .action((options: { to?: number }, command: Command) =>
        context.run(
          command,
          async (call) => orNotFound(await call(name, options), ({ edit }) => edit !== null, nothing),
          (turn) => turnText(turn, verb === 'undo' ? 'Undone' : 'Made again'),
          ({ missed }) => missed.length > 0,
        ),
      );
  }
}

function turnText({ edit, count: turned, missed }: EditTurn, done: string): string {
  const label = edit?.label ?? '';
  const what = turned === 1 ? label : `${count(turned, 'change')}, to: ${label}`;
  return [`${done}: ${what}`, ...missed.map((sentence) => `Not done: ${sentence}`)].join('\n');
}
