import { Argument, type Command } from 'commander';
import type { BlockTarget } from '../../shared/rotation.ts';
import { orNotFound, type Context } from '../context.ts';
import { count, table } from '../table.ts';
import { localTime } from '../local-time.ts';

const kind = (): Argument => new Argument('<kind>').choices(['image', 'artist', 'tag']);
const value = (): Argument => new Argument('<value>', 'an image id, an artist or a tag');

export function addBlockCommands(program: Command, context: Context): void {
  const { columns } = context.terminal;
  const block = program.command('block').description('What is never to be seen again.');

  block
    .command('add')
    .description('Blocks an image with its near-duplicates, an artist, or a tag.')
    .addArgument(kind())
    .addArgument(value())
    .action((what: BlockTarget['kind'], named: string, _options, command: Command) =>
      context.run(
        command,
        (call) => call('blocks.add', { kind: what, value: named }),
        ({ block: made, replaced }) =>
          `Never again: ${made.label} (${count(made.images, 'known image')}).` +
          (replaced.length === 0 ? '' : ` Replaced on: ${replaced.join(', ')}.`),
      ),
    );
  block
    .command('list')
    .description('Everything that is blocked.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('blocks.list', {}),
        ({ blocks }) =>
          blocks.length === 0
            ? 'Nothing is blocked.'
            : table(
                ['KIND', 'VALUE', 'IMAGES', 'SINCE', ''],
                blocks.map((each) => [each.kind, each.value, each.images, localTime(each.at), each.label]),
                columns,
              ),
      ),
    );
  block
    .command('remove')
    .description('Allows it again.')
    .addArgument(kind())
    .addArgument(value())
    .action((what: BlockTarget['kind'], named: string, _options, command: Command) =>
      context.run(
        command,
        async (call) =>
          orNotFound(
            await call('blocks.remove', { kind: what, value: named }),
            ({ removed }) => removed,
            `The ${what} "${named}" is not blocked.`,
          ),
        () => 'Allowed again.',
      ),
    );
}
