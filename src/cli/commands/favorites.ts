import { Option, type Command } from 'commander';
import type { FavoriteList, PendingEntry, SyncReport } from '../../shared/model.ts';
import { favoriteSorts } from '../../shared/names.ts';
import type { Context } from '../context.ts';
import { imageTable } from '../images.ts';
import { addFilterOptions, filterInput, type FilterOptions } from '../options.ts';
import { count, table } from '../table.ts';

interface ListOptions extends FilterOptions {
  readonly search?: string;
  readonly sort?: (typeof favoriteSorts)[number];
}

export function addFavoriteCommands(program: Command, context: Context): void {
  const { columns } = context.terminal;
  const favorites = program.command('favorites').description('What you like, on this disk and at waifu.im.');

  addFilterOptions(favorites.command('list').description('Your favorites.'))
    .option('--search <words>', 'words in tags, artists and ids')
    .addOption(new Option('--sort <by>').choices(favoriteSorts))
    .action((options: ListOptions, command: Command) => {
      const { provider, search, sort, limit } = options;
      return context.run(
        command,
        (call) =>
          call('favorites.list', {
            ...filterInput(options),
            ...(provider === undefined ? {} : { provider }),
            ...(search === undefined ? {} : { search }),
            ...(sort === undefined ? {} : { sort }),
            ...(limit === undefined ? {} : { limit }),
          }),
        (found) => listText(found, columns),
      );
    });

  favorites
    .command('add')
    .description('Likes images.')
    .argument('<ids...>', 'such as waifu-im:7622')
    .action((ids: string[], _options, command: Command) =>
      context.run(
        command,
        (call) => call('favorites.add', { ids }),
        ({ changed }) => (changed.length === 0 ? 'Nothing to change.' : `Added: ${changed.join(', ')}.`),
      ),
    );
  const endings = [
    ['remove', 'favorites.remove', 'Takes likes back.', 'Removed', 'No favorite'],
    [
      'restore',
      'favorites.restore',
      'Brings back favorites that were removed at the service.',
      'Restored',
      'Not removed at the service',
    ],
    [
      'let-go',
      'favorites.letGo',
      'Forgets favorites that were removed at the service.',
      'Let go',
      'Not removed at the service',
    ],
  ] as const;
  for (const [verb, name, description, done, otherwise] of endings) {
    favorites
      .command(verb)
      .description(description)
      .argument('<ids...>', 'such as waifu-im:7622')
      .action((ids: string[], _options, command: Command) => {
        const others = (changed: readonly string[]): readonly string[] => ids.filter((id) => !changed.includes(id));
        return context.run(
          command,
          (call) => call(name, { ids }),
          ({ changed }) =>
            [
              ...(changed.length === 0 ? [] : [`${done}: ${changed.join(', ')}.`]),
              ...(others(changed).length === 0 ? [] : [`${otherwise}: ${others(changed).join(', ')}.`]),
            ].join('\n'),
          // What was no favorite is none now, as was asked.
          ({ changed }) => verb !== 'remove' && others(changed).length > 0,
        );
      });
  }

  favorites
    .command('toggle')
    .description('Likes an image, or takes the like back.')
    .argument('<id>', 'such as waifu-im:7622')
    .action((id: string, _options, command: Command) =>
      context.run(
        command,
        (call) => call('favorites.toggle', { id }),
        ({ favorite }) => `${id} is ${favorite ? 'a favorite now' : 'no favorite any more'}.`,
      ),
    );

  favorites
    .command('sync')
    .description(
      'Brings this disk and the service in step now. Ends with 1 when that was not done (see "error" with --json).',
    )
    .option('--accept-removals', 'also removals that were held back because they are so many')
    .action(({ acceptRemovals = false }: { acceptRemovals?: boolean }, command: Command) =>
      context.run(
        command,
        (call) => call('favorites.sync', { acceptRemovals }),
        syncText,
        ({ error }) => error !== null,
      ),
    );

  favorites
    .command('pending')
    .description('Changes that the service does not know yet.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('favorites.pending', {}),
        ({ entries }) => pendingText(entries, columns),
      ),
    );
}

function listText({ images, total, hidden, tombstones }: FavoriteList, columns: number | null): string {
  return (
    imageTable(images, columns) +
    (images.length < total ? `${images.length} of ${total}.\n` : '') +
    (hidden > 0 ? `${count(hidden, 'favorite')} hidden by your content setting.\n` : '') +
    (tombstones.length > 0
      ? `Removed at the service (restore them or let them go): ${tombstones.map(({ image }) => image.id).join(', ')}\n`
      : '')
  );
}

function syncText({ pulled, pushed, dropped, held, error }: SyncReport): string {
  return (
    `${pulled} pulled, ${pushed} pushed, ${dropped} removed at the service.\n` +
    (held > 0
      ? `${count(held, 'removal')} held back because that is a lot. If it is right: kabegami favorites sync --accept-removals\n`
      : '') +
    (error === null ? '' : `Not all was done: ${error.message}\n`)
  );
}

function pendingText(entries: readonly PendingEntry[], columns: number | null): string {
  if (entries.length === 0) return 'Nothing is waiting.';
  return table(
    ['IMAGE', 'WANTED', 'TRIES', 'STATE', 'WHY'],
    entries.map(({ id, desired, attempts, parked, reason }) => [
      id,
      desired,
      attempts,
      parked ? 'parked' : 'waiting',
      reason,
    ]),
    columns,
  );
}
