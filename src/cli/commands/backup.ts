import { Option, type Command } from 'commander';
import type {
  BackupMade,
  BackupPreview,
  BackupSource,
  BackupState,
  LibraryCounts,
  Restored,
} from '../../shared/backup.ts';
import { appError } from '../../shared/errors.ts';
import { fail, type Result } from '../../shared/result.ts';
import { orNotFound, type Context } from '../context.ts';
import { localTime } from '../local-time.ts';
import { wholePath } from '../options.ts';
import { bytesText, count, list, table } from '../table.ts';

interface SourceOptions {
  readonly snapshot?: string;
}

export function addBackupCommands(program: Command, context: Context): void {
  const backup = program.command('backup').description('Copies of the library, and how to get it back.');
  const snapshotOption = (): Option =>
    new Option('--snapshot <name>', 'a snapshot of the data folder ("latest": the newest sound one)');

  backup
    .command('create')
    .description('Writes the library into one file: the database, settings and pictures, never secrets.')
    .argument('<file>', 'its name ends with .kabegami', wholePath)
    .addOption(
      new Option('--pictures <which>', 'none, those that are never cleaned up, or all on this disk')
        .choices(['none', 'pinned', 'all'])
        .default('pinned'),
    )
    .option('--overwrite', 'replace the file if it is there')
    .action((file: string, options: { pictures: 'none' | 'pinned' | 'all'; overwrite?: boolean }, command: Command) =>
      context.run(
        command,
        (call) =>
          call('backup.create', {
            path: file,
            pictures: options.pictures,
            overwrite: options.overwrite === true,
          }),
        madeText,
      ),
    );

  backup
    .command('inspect')
    .description('What is in a backup, and whether it is whole.')
    .argument('[file]', 'a backup', wholePath)
    .addOption(snapshotOption())
    .action((file: string | undefined, options: SourceOptions, command: Command) =>
      context.run(
        command,
        async (call): Promise<Result<BackupPreview>> => {
          const source = sourceOf(file, options);
          return source === null ? fail(oneOf) : call('backup.inspect', { source, check: true });
        },
        previewText,
      ),
    );

  backup
    .command('restore')
    .description('Puts a backup in the place of the library; the one that is there now is kept for "backup undo".')
    .argument('[file]', 'a backup', wholePath)
    .addOption(snapshotOption())
    .action((file: string | undefined, options: SourceOptions, command: Command) =>
      context.run(
        command,
        async (call): Promise<Result<Restored>> => {
          const source = sourceOf(file, options);
          return source === null ? fail(oneOf) : call('backup.restore', { source });
        },
        restoredText,
      ),
    );

  backup
    .command('undo')
    .description('Puts the library that the last restore replaced back.')
    .action((_options, command: Command) => context.run(command, (call) => call('backup.undo', {}), restoredText));
  backup
    .command('forget')
    .description('Removes the library that the last restore replaced.')
    .action((_options, command: Command) =>
      context.run(
        command,
        async (call) =>
          orNotFound(
            await call('backup.forget', {}),
            ({ removed }) => removed,
            'There is no library that a restore has replaced.',
          ),
        () => 'Removed.',
      ),
    );
  backup
    .command('snapshot')
    .description("Copies the database into the data folder's backups/ now.")
    .action((_options, command: Command) =>
      context.run(
        command,
        async (call) =>
          orNotFound(
            await call('backup.snapshot', {}),
            ({ snapshot }) => snapshot !== null,
            'There is nothing to copy yet.',
          ),
        ({ snapshot }) => (snapshot === null ? '' : `${snapshot.name}, ${bytesText(snapshot.bytes)}.`),
      ),
    );
  backup
    .command('list')
    .description('Snapshots of the database, the last backup, and what a restore can be undone to.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('backup.list', {}),
        (state) => stateText(state, context.terminal.columns),
      ),
    );
}

const oneOf = appError(
  'invalid_input',
  'Name either a backup file or --snapshot. "kabegami backup list" shows the snapshots.',
);

function sourceOf(file: string | undefined, { snapshot }: SourceOptions): BackupSource | null {
  if ((file === undefined) === (snapshot === undefined)) return null;
  return file === undefined ? { snapshot: snapshot ?? '' } : { path: file };
}

/** What to do about a library that was lost. */
export function lostText({ snapshots }: Pick<BackupState, 'snapshots'>): string {
  return `The library was lost and a new one begun. To put it back: ${
    snapshots.length > 0 ? 'kabegami backup restore --snapshot latest' : 'kabegami backup restore <file>'
  }`;
}

const words: readonly (readonly [keyof LibraryCounts, string])[] = [
  ['images', 'Images known'],
  ['files', 'Pictures'],
  ['favorites', 'Favorites'],
  ['outbox', 'Changes to sync'],
  ['collections', 'Collections'],
  ['blocks', 'Never again'],
  ['pools', 'Pools'],
  ['history', 'Wallpapers shown'],
];

function madeText({ path: file, bytes, pictures, damaged, counts }: BackupMade): string {
  const left =
    damaged > 0
      ? `${count(damaged, 'picture')} on this disk ${damaged === 1 ? 'is' : 'are'} damaged and not in it: run "kabegami library verify".\n`
      : '';
  return `${file}: ${bytesText(bytes)}, ${count(counts.images, 'image')}, ${count(counts.favorites, 'favorite')}, ${count(pictures, 'picture')}.\n${left}`;
}

function previewText({ createdAt, program, schema, older, bytes, pictures, counts, here }: BackupPreview): string {
  return (
    list([
      ['Made', createdAt === null ? null : localTime(createdAt)],
      ['By', program === null ? 'Kabegami, as a snapshot' : `Kabegami ${program}`],
      ['Schema', `${schema}${older ? ', older than this program: it is brought up to date' : ''}`],
      ['Size', bytesText(bytes)],
      [
        'Pictures in it',
        pictures.choice === 'none' ? 'none' : `${pictures.count} (${pictures.choice}), ${bytesText(pictures.bytes)}`,
      ],
      ['Whole', 'yes: all of it was read'],
    ]) +
    table(
      ['', 'IN IT', 'HERE NOW'],
      words.map(([key, name]) => [name, counts[key], here?.[key] ?? null]),
    )
  );
}

function restoredText({ counts, missing, notes, kept }: Restored): string {
  const gone = missing > 0 ? [`${count(missing, 'picture')} not in it and not here: fetched again when wanted.`] : [];
  return [
    `Restored: ${count(counts.images, 'image')}, ${count(counts.favorites, 'favorite')}, ${count(counts.files, 'picture')}.`,
    ...gone,
    ...notes,
    `What was here before is in ${kept}; "kabegami backup undo" puts it back, "kabegami backup forget" removes it.`,
    '',
  ].join('\n');
}

function stateText({ snapshots, kept, last, lost }: BackupState, columns: number | null): string {
  const heads = [
    ...(lost ? [lostText({ snapshots })] : []),
    last === null
      ? 'No backup was made yet.'
      : `Last backup: ${localTime(last.at)}, ${bytesText(last.bytes)}, ${last.path}`,
    ...(kept === null ? [] : [`Replaced ${localTime(kept.at)}: "kabegami backup undo" puts it back.`]),
  ];
  return (
    `${heads.join('\n')}\n` +
    (snapshots.length === 0
      ? 'There are no snapshots yet.\n'
      : table(
          ['TAKEN', 'SIZE', 'SCHEMA', 'NAME'],
          snapshots.map(({ at, bytes, schema, name, damaged }) => [
            localTime(at),
            bytesText(bytes),
            schema,
            damaged === true ? `${name} (damaged)` : name,
          ]),
          columns,
        ))
  );
}
