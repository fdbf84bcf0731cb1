import { Argument, type Command } from 'commander';
import type { Collection } from '../../shared/rotation.ts';
import type { Context } from '../context.ts';
import { imageTable } from '../images.ts';
import { wholeNumber } from '../options.ts';
import { count, table } from '../table.ts';

const collectionId = (): Argument => new Argument('<id>', 'its number in "collections list"').argParser(wholeNumber(1));
const inWords = ({ id, name, images }: Collection): string => `${id} "${name}": ${count(images, 'image')}.`;

export function addCollectionCommands(program: Command, context: Context): void {
  const { columns } = context.terminal;
  const collections = program.command('collections').description('Images put together by hand.');

  collections
    .command('list')
    .description('All of them.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('collections.list', {}),
        (found) =>
          found.collections.length === 0
            ? 'There are no collections.'
            : table(
                ['ID', 'IMAGES', 'NAME'],
                found.collections.map(({ id, images, name }) => [id, images, name]),
                columns,
              ),
      ),
    );
  collections
    .command('create')
    .description('Makes an empty one.')
    .argument('<name>')
    .action((name: string, _options, command: Command) =>
      context.run(command, (call) => call('collections.create', { name }), inWords),
    );
  collections
    .command('rename')
    .description('Gives it another name.')
    .addArgument(collectionId())
    .argument('<name>')
    .action((id: number, name: string, _options, command: Command) =>
      context.run(command, (call) => call('collections.rename', { id, name }), inWords),
    );
  collections
    .command('remove')
    .description('Removes it; its images stay.')
    .addArgument(collectionId())
    .action((id: number, _options, command: Command) =>
      context.run(
        command,
        (call) => call('collections.remove', { id }),
        ({ removed }) => (removed ? 'Removed.' : `There is no collection ${id}.`),
      ),
    );
  collections
    .command('show')
    .description('Its images.')
    .addArgument(collectionId())
    .action((id: number, _options, command: Command) =>
      context.run(
        command,
        (call) => call('collections.images', { id }),
        ({ images, hidden }) =>
          (images.length === 0 ? 'Nothing is in it.\n' : imageTable(images, columns)) +
          (hidden > 0 ? `${hidden} hidden by your content setting.\n` : ''),
      ),
    );
  for (const [verb, name, description] of [
    ['add', 'collections.add', 'Puts images into it.'],
    ['take', 'collections.take', 'Takes images out of it.'],
  ] as const) {
    collections
      .command(verb)
      .description(description)
      .addArgument(collectionId())
      .argument('<images...>', 'such as waifu-im:7622')
      .action((id: number, images: string[], _options, command: Command) =>
        context.run(command, (call) => call(name, { id, images }), inWords),
      );
  }
}
