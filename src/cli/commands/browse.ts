import { Option, type Command } from 'commander';
import type { Filter, Image, Page } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Call, Context } from '../context.ts';
import { imageDetails, imageTable } from '../images.ts';
import { addFilterOptions, filterInput, providerOption, type FilterOptions } from '../options.ts';
import { count, table } from '../table.ts';

interface BrowseOptions extends FilterOptions {
  readonly category?: string;
  readonly order?: Filter['order'];
}

/** A service with random answers never says that it is at its end: so many pages without anything new are taken as one. */
const fruitlessPages = 10;
const pageLimit = 200;
const defaultLimit = 30;

export function addBrowseCommands(program: Command, context: Context): void {
  const { terminal } = context;

  program
    .command('providers')
    .description('The image services and what they can do.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('providers.list', {}),
        ({ providers }) =>
          table(
            ['ID', 'NAME', 'ADDRESS', 'CAN'],
            providers.map(({ id, name, baseUrl, has }) => [
              id,
              name,
              baseUrl,
              Object.entries(has)
                .filter(([, can]) => can)
                .map(([what]) => what)
                .join(', '),
            ]),
            terminal.columns,
          ),
      ),
    );

  program
    .command('categories')
    .description('The categories of a service (yiff-rest unless said otherwise).')
    .addOption(providerOption().default('yiff-rest'))
    .action(({ provider }: { provider: 'yiff-rest' }, command: Command) =>
      context.run(
        command,
        (call) => call('categories.list', { provider }),
        ({ categories, hidden, offline }) =>
          (categories.length === 0
            ? `No categories of ${provider}.\n`
            : table(
                ['CATEGORY', 'NAME', 'IMAGES', 'RATING'],
                categories.map((category) => [category.db, category.name, category.count, category.rating]),
                terminal.columns,
              )) + remarks({ hidden, offline }, 'category'),
      ),
    );

  program
    .command('tags')
    .description('The tags of a service (waifu-im unless said otherwise).')
    .addOption(providerOption().default('waifu-im'))
    .action(({ provider }: { provider: 'waifu-im' }, command: Command) =>
      context.run(
        command,
        (call) => call('tags.list', { provider }),
        ({ tags, hidden, offline }) =>
          (tags.length === 0
            ? `No tags of ${provider}.\n`
            : table(
                ['TAG', 'IMAGES', 'DESCRIPTION'],
                tags.map((tag) => [tag.name, tag.count, tag.description]),
                terminal.columns,
              )) + remarks({ hidden, offline }, 'tag'),
      ),
    );

  addFilterOptions(program.command('browse').description('Looks for images.'))
    .option('--category <category>', 'a category of yiff-rest, such as animals.birb')
    .addOption(new Option('--order <order>').choices(['random', 'newest', 'favorites']))
    .action((options: BrowseOptions, command: Command) =>
      context.run(
        command,
        (call) => browse(call, options),
        ({ images, ...page }) => imageTable(images, terminal.columns) + remarks(page, 'image'),
      ),
    );

  program
    .command('image')
    .description('One image with all that is known of it.')
    .argument('<id>', 'such as waifu-im:7622')
    .action((id: string, _options, command: Command) =>
      context.run(command, (call) => call('image.get', { id }), imageDetails),
    );

  program
    .command('download')
    .description('Fetches the full picture and keeps it.')
    .argument('<id>', 'such as waifu-im:7622')
    .action((id: string, _options, command: Command) =>
      context.run(
        command,
        (call) => call('image.download', { id }),
        (image) => `${image.id} is on this disk.`,
      ),
    );
}

type Found = Pick<Page, 'images' | 'dropped' | 'hidden' | 'offline'>;

/** Follows the pages until there are `--limit` images or no more. */
export async function browse(call: Call, options: BrowseOptions): Promise<Result<Found>> {
  const {
    limit = defaultLimit,
    category,
    order,
    provider = category === undefined ? 'waifu-im' : 'yiff-rest',
  } = options;
  const filter = {
    ...filterInput(options),
    provider,
    ...(category === undefined ? {} : { category }),
    ...(order === undefined ? {} : { order }),
  };
  const images = new Map<string, Image>();
  let dropped = 0;
  let hidden = 0;
  let offline = false;
  let trouble: string | undefined;
  let fruitless = 0;
  let cursor: string | null = null;
  do {
    const page: Result<Page> = await call('browse', {
      filter,
      cursor,
      limit: Math.min(pageLimit, limit - images.size),
    });
    if (!page.ok) return page;
    const before = images.size;
    for (const image of page.value.images) if (images.size < limit) images.set(image.id, image);
    dropped += page.value.dropped;
    hidden = Math.max(hidden, page.value.hidden);
    offline ||= page.value.offline;
    trouble ??= page.value.trouble;
    fruitless = images.size === before ? fruitless + 1 : 0;
    cursor = page.value.cursor;
  } while (cursor !== null && images.size < limit && fruitless < fruitlessPages);
  return ok({ images: [...images.values()], dropped, hidden, offline, ...(trouble === undefined ? {} : { trouble }) });
}

function remarks(
  { hidden, offline, trouble }: { readonly hidden: number; readonly offline: boolean; readonly trouble?: string },
  noun: string,
): string {
  const because = trouble ?? 'The service cannot be reached.';
  const plural = noun === 'category' && hidden !== 1 ? `${hidden} categories` : count(hidden, noun);
  return (
    (offline ? `${because} This is what is on this disk.\n` : '') +
    (hidden > 0 ? `${plural} hidden by your content setting.\n` : '')
  );
}
