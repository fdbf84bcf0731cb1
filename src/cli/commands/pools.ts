import type { Command } from 'commander';
import { appError } from '../../shared/errors.ts';
import { fail } from '../../shared/result.ts';
import type { PoolInfo, PoolSource } from '../../shared/rotation.ts';
import type { Context } from '../context.ts';
import { addFilterOptions, collect, filterInput, wholeNumber, wholePaths, type FilterOptions } from '../options.ts';
import { count, table } from '../table.ts';

interface AddOptions extends FilterOptions {
  readonly name?: string;
  readonly favorites?: boolean;
  readonly library?: boolean;
  readonly lastSearch?: boolean;
  readonly search?: boolean;
  readonly onDisk?: boolean;
  readonly collection?: readonly number[];
  readonly folder?: readonly string[];
  readonly find?: readonly string[];
  readonly safe?: boolean;
  readonly weight?: number;
  readonly category?: string;
  readonly more?: boolean;
}

export function addPoolCommands(program: Command, context: Context): void {
  const { columns } = context.terminal;
  const pools = program.command('pools').description('Where pictures come from when they change by themselves.');
  const all = (found: { readonly pools: readonly PoolInfo[] }): string =>
    table(
      ['POOL', 'NAME', 'LEFT', 'SOURCES', ''],
      found.pools.map(({ id, name, left, total, sources, builtIn }) => [
        id,
        name,
        `${left} of ${total}`,
        sources.map(sourceText).join(' + '),
        builtIn ? 'built in' : '',
      ]),
      columns,
    );

  pools
    .command('list')
    .description('All of them.')
    .action((_options, command: Command) => context.run(command, (call) => call('pools.list', {}), all));

  addFilterOptions(
    pools
      .command('add')
      .description('Makes a pool of what the options name, or replaces the one of this id; with --more it adds to it.')
      .argument('<id>', 'such as calm')
      .option('--name <name>', 'for people')
      .option('--favorites', 'your favorites')
      .option('--library', 'everything on this disk')
      .option('--last-search', 'the last search of Browse')
      .option('--search', 'what the service finds for the filter options below')
      .option('--on-disk', 'what is on this disk and fits the filter options below')
      .option('--category <db>', 'a category of yiff.rest, for --search and --on-disk')
      .option('--collection <id>', 'a collection, by its number (may be repeated)', collectNumbers)
      .option(
        '--find <query>',
        'what a search of the library finds, as "library search" takes it (may be repeated)',
        collect,
      )
      .option('--folder <path>', 'a folder of this machine (may be repeated)', wholePaths)
      .option('--safe', 'the pictures of the folders are safe for work: only you know')
      .option('--weight <n>', 'how often these sources are drawn from, beside others', wholeNumber(1))
      .option('--more', 'add these sources to the pool'),
  ).action((id: string, options: AddOptions, command: Command) =>
    context.run(
      command,
      async (call) => {
        const sources = sourcesOf(options);
        if (sources.length === 0)
          return fail(
            appError('invalid_input', 'Name at least one source, such as --favorites, --search or --folder <path>.'),
          );
        const before = await call('pools.list', {});
        if (!before.ok) return before;
        const known = before.value.pools.find((pool) => pool.id === id);
        return call('pools.save', {
          id,
          name: options.name ?? known?.name ?? id,
          sources: options.more === true && known !== undefined ? [...known.sources, ...sources] : sources,
        });
      },
      ({ name, total, left }) =>
        total === 0
          ? `The pool "${name}" has no picture yet: what is in it is looked for now, and what a service has when it has its turn.`
          : `The pool "${name}" has ${count(total, 'picture')} so far, ${left} of them not shown yet.`,
    ),
  );

  pools
    .command('remove')
    .description('Removes a pool; whatever used it goes back to the last search.')
    .argument('<id>')
    .action((id: string, _options, command: Command) =>
      context.run(command, (call) => call('pools.remove', { id }), all),
    );
  pools
    .command('use')
    .description('Pictures come from this pool from now on.')
    .argument('<id>')
    .action((id: string, _options, command: Command) =>
      context.run(
        command,
        (call) => call('rotation.set', { patch: { pool: id } }),
        () => `Pictures come from the pool "${id}" now.`,
      ),
    );
}

/** A mistake is told while the line is read: later it would be nobody's. */
function collectNumbers(value: string, previous: readonly number[] | undefined): readonly number[] {
  return [...(previous ?? []), wholeNumber(1)(value)];
}

function sourcesOf(options: AddOptions): PoolSource[] {
  const weight = options.weight ?? 1;
  const filter = {
    provider: options.provider ?? ('waifu-im' as const),
    tags: [],
    excludedTags: [],
    category: options.category ?? null,
    orientation: null,
    minWidth: 0,
    minHeight: 0,
    maxBytes: null,
    order: 'random' as const,
    rating: 'safe' as const,
    animated: 'any' as const,
    ...filterInput(options),
  };
  return [
    ...(options.favorites === true ? [{ kind: 'favorites' as const, weight }] : []),
    ...(options.library === true ? [{ kind: 'library' as const, weight }] : []),
    ...(options.lastSearch === true ? [{ kind: 'browse' as const, weight }] : []),
    ...(options.search === true ? [{ kind: 'query' as const, filter, weight }] : []),
    ...(options.onDisk === true ? [{ kind: 'filter' as const, filter, weight }] : []),
    ...(options.collection ?? []).map((collection) => ({ kind: 'collection' as const, collection, weight })),
    ...(options.find ?? []).map((query) => ({ kind: 'search' as const, query, weight })),
    ...(options.folder ?? []).map((path) => ({
      kind: 'folder' as const,
      path,
      rating: options.safe === true ? ('safe' as const) : ('adult' as const),
      weight,
    })),
  ];
}

function sourceText(source: PoolSource): string {
  const times = source.weight === 1 ? '' : ` ×${source.weight}`;
  switch (source.kind) {
    case 'favorites':
      return `favorites${times}`;
    case 'library':
      return `this disk${times}`;
    case 'browse':
      return `last search${times}`;
    case 'collection':
      return `collection ${source.collection}${times}`;
    case 'search':
      return `library: ${source.query}${times}`;
    case 'folder':
      return `${source.path}${source.rating === 'safe' ? '' : ' (not said to be safe)'}${times}`;
    case 'filter':
    case 'query': {
      const { provider, tags, category } = source.filter;
      const what = [provider, ...tags, category ?? ''].filter(Boolean).join(' ');
      return `${source.kind === 'query' ? 'search' : 'on disk'}: ${what}${times}`;
    }
  }
}
