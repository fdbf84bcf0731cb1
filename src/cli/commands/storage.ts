import type { Command } from 'commander';
import { fail, ok, type Result } from '../../shared/result.ts';
import type {
  CleanUp,
  CleanUpPlan,
  CleanUpReport,
  KeepClass,
  StorageClass,
  StorageUsage,
} from '../../shared/storage.ts';
import type { Call, Context } from '../context.ts';
import { localTime } from '../local-time.ts';
import { byteSize, timeSpan } from '../options.ts';
import { bytesText, count, table } from '../table.ts';

interface GcOptions {
  readonly dryRun?: boolean;
  readonly to?: number;
  readonly olderThan?: number;
  readonly leftovers?: boolean;
  readonly backups?: boolean;
}

/** `library usage` and `library gc`. */
export function addStorageCommands(library: Command, context: Context): void {
  library
    .command('usage')
    .description('Where the disk goes.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('library.usage', {}),
        (usage) => usageText(usage, context.terminal.columns),
      ),
    );

  library
    .command('gc')
    .description(
      'Removes pictures that are not kept, and leftovers. Favorites, collections, wallpapers and downloads always stay. ' +
        'Without an option: what is above the limit (setting cacheLimitBytes), and leftovers.',
    )
    .option('--dry-run', 'only says what would go')
    .option('--to <size>', 'until pictures and thumbnails take at most this (500MB, 2GB)', byteSize)
    .option('--older-than <time>', 'pictures not used for this long (12h, 30d, 4w)', timeSpan)
    .option('--leftovers', 'thumbnails of pictures that are gone, and downloads that did not finish')
    .option('--backups', 'copies of the database that were not finished')
    .action((options: GcOptions, command: Command) =>
      context.run(
        command,
        (call) => cleanUp(call, options),
        ({ plan, removed }) =>
          removed === null
            ? planText(plan, context.terminal.columns)
            : `${reportText(removed)}\n${aboveText(plan.above)}`,
        ({ plan, removed }) => removed !== null && plan.above > 0,
      ),
    );
}

interface Done {
  readonly plan: CleanUpPlan;
  /** Null: nothing was removed, because only the plan was asked for. */
  readonly removed: CleanUpReport | null;
}

async function cleanUp(call: Call, options: GcOptions): Promise<Result<Done>> {
  const request = await requestOf(call, options);
  if (!request.ok) return request;
  const plan = await call('library.gcPreview', request.value);
  if (!plan.ok) return plan;
  if (options.dryRun === true) return ok({ plan: plan.value, removed: null });
  const removed = await call('library.gc', { ...request.value, plan: plan.value.plan });
  return removed.ok ? ok({ plan: plan.value, removed: removed.value }) : fail(removed.error);
}

async function requestOf(call: Call, options: GcOptions): Promise<Result<CleanUp>> {
  const { to, olderThan, leftovers = false, backups = false } = options;
  const plain = to === undefined && olderThan === undefined && !leftovers && !backups;
  if (!plain) return ok({ to: to ?? null, unusedFor: olderThan ?? null, leftovers, backups });
  const settings = await call('settings.get', {});
  if (!settings.ok) return settings;
  return ok({ to: settings.value.cacheLimitBytes, unusedFor: null, leftovers: true, backups: true });
}

const names: Readonly<Record<StorageClass, string>> = {
  favorite: 'Favorites',
  collection: 'Collections',
  wallpaper: 'Wallpapers and history',
  kept: 'Downloads',
  cache: 'Not kept',
  thumbnail: 'Thumbnails',
  incoming: 'Being fetched',
  composed: 'Made for displays',
  references: 'Thumbnails of pictures in folders',
  outside: 'Set by others',
  lost: 'lost+found',
  database: 'Database',
  backup: 'Backups',
  replaced: 'Before a restore',
  log: 'Log',
};
const why = (kept: KeepClass): string => names[kept].toLowerCase();

function usageText(usage: StorageUsage, columns: number | null): string {
  const { limit, used, pinned, shares, providers, largest, hidden, disk } = usage;
  return [
    `${bytesText(used)} of ${bytesText(limit)} used; ${bytesText(pinned)} of it always stay.\n`,
    used > limit ? `That is ${bytesText(used - limit)} above the limit: nothing more is fetched.\n` : '',
    disk === null ? '' : `${bytesText(disk.free)} of the disk are free.\n`,
    '\n',
    table(
      ['WHAT', 'FILES', 'SIZE', 'COUNTS'],
      shares.map(({ class: name, files, bytes, limited }) => [
        names[name],
        files,
        bytesText(bytes),
        limited ? 'yes' : 'no',
      ]),
    ),
    providers.length === 0 ? '' : '\n',
    providers.length === 0
      ? ''
      : table(
          ['FROM', 'PICTURES', 'SIZE'],
          providers.map(({ provider, files, bytes }) => [
            provider === '' ? 'no image' : provider,
            files,
            bytesText(bytes),
          ]),
        ),
    largest.length === 0 ? '' : '\n',
    largest.length === 0
      ? ''
      : table(
          ['LARGEST', 'SIZE', 'PIXELS', 'STAYS AS'],
          largest.map(({ image, bytes, class: kept }) => [
            image.id,
            bytesText(bytes),
            `${image.width}×${image.height}`,
            kept === 'cache' ? null : why(kept),
          ]),
          columns,
        ),
    hidden > 0 ? `${count(hidden, 'more')} not shown.\n` : '',
  ].join('');
}

function planText({ files, bytes, parts, examples, left, above }: CleanUpPlan, columns: number | null): string {
  if (files === 0) return `Nothing would go.\n${aboveText(above)}`;
  const kinds = { cache: 'pictures not kept', leftover: 'leftovers', backup: 'unfinished copies' };
  return [
    `${count(files, 'file')} would go (${bytesText(bytes)}), ${bytesText(left)} would stay.\n`,
    table(
      ['WHAT', 'FILES', 'SIZE'],
      parts.map((part) => [kinds[part.kind], part.files, bytesText(part.bytes)]),
    ),
    examples.length === 0
      ? ''
      : `\n${table(
          ['FIRST', 'SIZE', 'LAST USED'],
          examples.map(({ image, bytes: size, usedAt }) => [image.id, bytesText(size), localTime(usedAt)]),
          columns,
        )}`,
    aboveText(above),
  ].join('');
}

function aboveText(above: number): string {
  return above === 0 ? '' : `${bytesText(above)} above that stay, because they are kept.\n`;
}

function reportText({ files, bytes, left }: CleanUpReport): string {
  return files === 0
    ? `Nothing had to go; ${bytesText(left)} are used.`
    : `${count(files, 'file')} removed (${bytesText(bytes)}); ${bytesText(left)} are used.`;
}
