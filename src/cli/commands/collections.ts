import { Argument, type Command } from 'commander';
import type { Collection, CollectionChange } from '../../shared/collections.ts';
import type { Image } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Call, Context } from '../context.ts';
import { imageTable } from '../images.ts';
import { wholeNumber } from '../options.ts';
import { count, table } from '../table.ts';

const collectionId = (name = '<id>'): Argument =>
  new Argument(name, 'its number in "collections list"').argParser(wholeNumber(1));
const someImages = ['<images...>', 'such as waifu-im:7622'] as const;
const inWords = ({ collection: { id, name, images }, edit, refused = [] }: CollectionChange): string =>
  [
    edit === null
      ? `Nothing to change in ${id} "${name}".`
      : `${edit.label} ${id} "${name}": ${count(images, 'image')}.`,
    ...refused.map((each) => `Not done: ${each.id}. ${each.reason}`),
  ].join('\n');
const isPart = ({ refused = [] }: CollectionChange): boolean => refused.length > 0;

export function addCollectionCommands(program: Command, context: Context): void {
  const { columns } = context.terminal;
  const collections = program.command('collections').description('Images put together by hand, or by a saved search.');

  collections
    .command('list')
    .description('All of them, in their order.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('collections.list', {}),
        (found) =>
          found.collections.length === 0
            ? 'There are no collections.'
            : table(
                ['ID', 'IMAGES', 'NAME', 'SEARCH'],
                found.collections.map(({ id, images, name, query }) => [id, images, name, query ?? '']),
                columns,
              ),
      ),
    );
  collections
    .command('create')
    .description('Makes one, empty or with images.')
    .argument('<name>')
    .argument('[images...]', someImages[1])
    .action((name: string, images: string[], _options, command: Command) =>
      context.run(command, (call) => call('collections.create', { name, images }), inWords, isPart),
    );
  collections
    .command('smart')
    .description('Makes one that a search fills.')
    .argument('<name>')
    .argument('<query>', 'in the syntax of "library search"')
    .action((name: string, query: string, _options, command: Command) =>
      context.run(command, (call) => call('collections.create', { name, query }), inWords),
    );
  for (const [verb, field, argument, description] of [
    ['rename', 'name', '<name>', 'Gives it another name.'],
    ['search', 'query', '<query>', 'Fills a smart one by another search.'],
  ] as const) {
    collections
      .command(verb)
      .description(description)
      .addArgument(collectionId())
      .argument(argument)
      .action((id: number, value: string, _options, command: Command) =>
        context.run(command, (call) => call('collections.change', { id, patch: { [field]: value } }), inWords),
      );
  }
  collections
    .command('cover')
    .description('Chooses the picture it is shown by; without one: its first.')
    .addArgument(collectionId())
    .argument('[image]', someImages[1])
    .action((id: number, image: string | undefined, _options, command: Command) =>
      context.run(command, (call) => call('collections.change', { id, patch: { cover: image ?? null } }), inWords),
    );
  collections
    .command('note')
    .description('Its notes: shows them, or writes them ("" removes them).')
    .addArgument(collectionId())
    .argument('[text]')
    .action((id: number, text: string | undefined, _options, command: Command) =>
      text === undefined
        ? context.run(
            command,
            (call) => one(call, id),
            ({ notes, name }) => (notes === '' ? `There are no notes on "${name}".` : notes),
          )
        : context.run(command, (call) => call('collections.change', { id, patch: { notes: text } }), inWords),
    );
  collections
    .command('order')
    .description('Puts it before another one, or at the end.')
    .addArgument(collectionId())
    .addArgument(collectionId('[before]'))
    .action((id: number, before: number | undefined, _options, command: Command) =>
      context.run(command, (call) => call('collections.arrange', { id, before: before ?? null }), inWords),
    );
  collections
    .command('remove')
    .description('Removes it; its images stay. "edits undo" brings it back.')
    .addArgument(collectionId())
    .action((id: number, _options, command: Command) =>
      context.run(
        command,
        (call) => call('collections.remove', { id }),
        ({ edit }) => edit?.label ?? 'Removed.',
      ),
    );
  collections
    .command('show')
    .description('Its images.')
    .addArgument(collectionId())
    .option('--limit <n>', 'at most this many', wholeNumber(1))
    .action((id: number, { limit }: { limit?: number }, command: Command) =>
      context.run(
        command,
        (call) => contents(call, id, limit ?? Number.POSITIVE_INFINITY),
        ({ images, hidden, more }) =>
          (images.length === 0 ? 'Nothing is in it.\n' : imageTable(images, columns)) +
          (more ? 'There are more.\n' : '') +
          (hidden > 0 ? `${hidden} hidden by your content setting.\n` : ''),
      ),
    );
  for (const [verb, description] of [
    ['add', 'Puts images into it.'],
    ['move', 'Puts images of it at another place in it.'],
  ] as const) {
    collections
      .command(verb)
      .description(description)
      .addArgument(collectionId())
      .argument(...someImages)
      .option('--before <image>', 'before this image of it, not at the end')
      .action((id: number, images: string[], { before = null }: { before?: string | null }, command: Command) =>
        context.run(command, (call) => call(`collections.${verb}`, { id, images, before }), inWords, isPart),
      );
  }
  collections
    .command('take')
    .description('Takes images out of it.')
    .addArgument(collectionId())
    .argument(...someImages)
    .action((id: number, images: string[], _options, command: Command) =>
      context.run(command, (call) => call('collections.take', { id, images }), inWords, isPart),
    );
  collections
    .command('transfer')
    .description('Takes images out of one and puts them into another.')
    .addArgument(collectionId('<from>'))
    .addArgument(collectionId('<to>'))
    .argument(...someImages)
    .action((from: number, to: number, images: string[], _options, command: Command) =>
      context.run(command, (call) => call('collections.transfer', { from, to, images }), inWords, isPart),
    );

  collections
    .command('albums')
    .description("Brings the account's albums at waifu.im over as collections; again, brings them in step.")
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('collections.albums', {}),
        ({ albums, edit }) =>
          albums.length === 0
            ? 'The account has no albums besides its favorites.'
            : table(
                ['ID', 'NAME', 'PICTURES', 'NEW', 'TAKEN OUT'],
                albums.map(({ collection, name, images, added, taken, created }) => [
                  collection,
                  name,
                  images,
                  created ? 'all' : added,
                  taken,
                ]),
              ) + (edit === null ? 'Nothing has changed.\n' : '"kabegami edits undo" takes it back.\n'),
      ),
    );

  program
    .command('note')
    .description('The note of a picture: shows it, or writes it ("" removes it).')
    .argument('<image>', someImages[1])
    .argument('[text]')
    .action((id: string, text: string | undefined, _options, command: Command) =>
      text === undefined
        ? context.run(
            command,
            (call) => call('notes.get', { id }),
            ({ note }) => (note === '' ? `There is no note on ${id}.` : note),
          )
        : context.run(
            command,
            (call) => call('notes.set', { id, note: text }),
            ({ edit }) => edit?.label ?? 'Nothing to change.',
          ),
    );
}

async function one(call: Call, id: number): Promise<Result<Collection>> {
  // Asked for by its images, so that what is not there is said in the same words.
  const there = await call('collections.images', { id, limit: 1 });
  if (!there.ok) return there;
  const all = await call('collections.list', {});
  if (!all.ok) return all;
  const found = all.value.collections.find((collection) => collection.id === id);
  if (found === undefined) throw new Error(`Collection ${id} went away.`);
  return ok(found);
}

interface Contents {
  readonly images: readonly Image[];
  readonly hidden: number;
  readonly more: boolean;
}

/** A collection, page by page. */
async function contents(call: Call, id: number, limit: number): Promise<Result<Contents>> {
  const images: Image[] = [];
  let hidden = 0;
  let cursor: string | null = null;
  do {
    const wanted = Math.min(500, limit - images.length);
    const page: Awaited<ReturnType<typeof call<'collections.images'>>> = await call('collections.images', {
      id,
      cursor,
      limit: wanted,
    });
    if (!page.ok) return page;
    images.push(...page.value.images);
    hidden += page.value.hidden;
    cursor = page.value.next;
  } while (cursor !== null && images.length < limit);
  return ok({ images, hidden, more: cursor !== null });
}
