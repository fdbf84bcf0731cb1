import type { Command } from 'commander';
import type { LibraryStats, Status, VerifyReport } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Call, Context } from '../context.ts';
import { addImportCommand, addPickCommand } from './folders.ts';
import { lostText } from './backup.ts';
import { bytesText, count, list, table } from '../table.ts';
import { addStorageCommands } from './storage.ts';

/** Answers `library`, for the verbs that live elsewhere. */
export function addLibraryCommands(program: Command, context: Context): Command {
  program
    .command('status')
    .description('Version, data folder, who owns it, the services, the library.')
    .action((_options, command: Command) => context.run(command, statusAndLoss, statusText));

  const library = program.command('library').description('The pictures on this disk.');
  library
    .command('stats')
    .description('How much is there.')
    .action((_options, command: Command) => context.run(command, (call) => call('library.stats', {}), statsText));

  addStorageCommands(library, context);

  library
    .command('verify')
    .description(
      'Compares the database with the disk. Ends with 1 when a problem is left ("clean" is false with --json).',
    )
    .option('--repair', 'and puts right what can be')
    .action(async ({ repair = false }: { repair?: boolean }, command: Command) => {
      await context.run(
        command,
        (call) => call('library.verify', { repair }),
        verifyText,
        ({ clean }) => !clean,
      );
    });
  addImportCommand(library, context);
  addPickCommand(library, context);
  return library;
}

type StatusAndLoss = Status & {
  /** How to put a library back that was lost; null where none was. */
  readonly warning: string | null;
};

async function statusAndLoss(call: Call): Promise<Result<StatusAndLoss>> {
  const status = await call('status', {});
  if (!status.ok) return status;
  const state = await call('backup.list', {});
  return ok({ ...status.value, warning: state.ok && state.value.lost ? lostText(state.value) : null });
}

function statusText(status: StatusAndLoss): string {
  const { owner, providers, library, sqlite, warning } = status;
  return list([
    ...(warning === null ? [] : [['Warning', warning] as const]),
    ['Kabegami', status.version],
    ['Data folder', status.dataFolder],
    ['Owner', `${owner.host}, process ${owner.pid}`],
    ...providers.map(({ id, online, error }) => [id, online ? 'online' : (error?.message ?? 'offline')] as const),
    ['Library', statsLine(library)],
    ['SQLite', `${sqlite.version} (${sqlite.driver})`],
  ]);
}

function statsLine({ images, files, bytes, favorites }: LibraryStats): string {
  return `${count(images, 'image')} known, ${files} on this disk (${bytesText(bytes)}), ${count(favorites, 'favorite')}`;
}

function statsText(stats: LibraryStats): string {
  return list([
    ['Images known', stats.images],
    ['Pictures on this disk', stats.files],
    ['Their size', bytesText(stats.bytes)],
    ['Thumbnails', `${stats.thumbnails} (${bytesText(stats.thumbnailBytes)})`],
    ['Favorites', stats.favorites],
  ]);
}

function verifyText({ clean, problems, checked }: VerifyReport): string {
  if (problems.length === 0) return `All is well: ${count(checked, 'file')} checked.`;
  const end = clean
    ? 'All of it was repaired.'
    : problems.some(({ kind, repaired }) => kind === 'database' && !repaired)
      ? 'Not everything is well. See to the database first, as it says above; then run "kabegami library verify --repair" for the rest.'
      : 'Not everything is well. Run "kabegami library verify --repair" to put right what can be.';
  return (
    table(
      ['PROBLEM', 'WHERE', 'REPAIRED', 'WHAT'],
      problems.map(({ kind, subject, message, repaired }) => [kind, subject, repaired ? 'yes' : 'no', message]),
    ) + `${end}\n`
  );
}
