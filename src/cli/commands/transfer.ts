import { Option, type Command } from 'commander';
import { appError } from '../../shared/errors.ts';
import { fail, type Result } from '../../shared/result.ts';
import type {
  ExportChoice,
  ListCounts,
  ListsExported,
  ListsImported,
  PicturesExported,
} from '../../shared/transfer.ts';
import type { Context } from '../context.ts';
import { collect, wholeNumber, wholePath } from '../options.ts';
import { bytesText, count, table } from '../table.ts';

interface PictureOptions {
  readonly query?: string;
  readonly favorites?: boolean;
  readonly collection?: number;
  readonly id?: readonly string[];
  readonly sidecars: 'both' | 'json' | 'xmp' | 'none';
}

export function addTransferCommands(program: Command, context: Context): void {
  const out = program.command('export').description('Takes pictures and lists out of the library.');
  out
    .command('pictures')
    .description(
      'Copies pictures into a folder, by artist, with what is known of them beside each. Overwrites nothing.',
    )
    .argument('<folder>', 'made where it is not there', wholePath)
    .option('--query <search>', 'those a search finds, such as "tag:sky is:favorite"; "" is all on this disk')
    .option('--favorites', 'the favorites')
    .option('--collection <id>', 'those of a collection', wholeNumber(1))
    .option('--id <image>', 'this one (may be repeated)', collect)
    .addOption(
      new Option('--sidecars <which>', 'files of tags, artist and source')
        .choices(['both', 'json', 'xmp', 'none'])
        .default('both'),
    )
    .action((folder: string, options: PictureOptions, command: Command) =>
      context.run(
        command,
        async (call): Promise<Result<PicturesExported>> => {
          const choice = choiceOf(options);
          if (choice === null) return fail(oneOf);
          const { sidecars } = options;
          return call('export.pictures', {
            choice,
            folder,
            json: sidecars === 'both' || sidecars === 'json',
            xmp: sidecars === 'both' || sidecars === 'xmp',
          });
        },
        picturesText,
        ({ missing, kept }) => missing + kept > 0,
      ),
    );
  out
    .command('lists')
    .description('Writes favorites, collections, blocks, pools and saved searches into one JSON file.')
    .argument('<file>', 'its name ends with .json', wholePath)
    .option('--overwrite', 'replace the file if it is there')
    .action((file: string, { overwrite = false }: { overwrite?: boolean }, command: Command) =>
      context.run(command, (call) => call('export.lists', { path: file, overwrite }), exportedText),
    );

  const into = program.command('import').description('Takes lists into the library. Pictures: see "library add".');
  into.on('command:*', ([what = '']: readonly string[]) => into.error(`error: ${notLists(what)}`));
  into
    .command('lists')
    .description('Adds what an export of lists holds; nothing that is here is changed.')
    .argument('<file>', 'what "export lists" wrote', wholePath)
    .action((file: string, _options, command: Command) =>
      context.run(
        command,
        async (call) => {
          const done = await call('import.lists', { path: file });
          if (done.ok || done.error.code !== 'invalid_input' || !looksLikePicture.test(file)) return done;
          return fail({ ...done.error, message: `${done.error.message} ${picturesHint(file)}` });
        },
        importedText,
        ({ notes }) => notes.length > 0,
      ),
    );
}

const oneOf = appError('invalid_input', 'Say which pictures: one of --query, --favorites, --collection, --id.');

/** What was meant most likely, by who gives a picture or a folder to a verb that takes lists. */
const notLists = (what: string): string =>
  `"import" takes lists: kabegami import lists <file>. ${picturesHint(what)} Folders: kabegami library import ${what}`;
const picturesHint = (what: string): string => `Pictures come in with: kabegami library add ${what}.`;
const looksLikePicture = /\.(jpe?g|png|gif|webp|bmp|avif)$/i;

function choiceOf({ query, favorites, collection, id }: PictureOptions): ExportChoice | null {
  const choices: readonly ExportChoice[] = [
    ...(query === undefined ? [] : [{ query }]),
    ...(favorites === true ? [{ favorites: true } as const] : []),
    ...(collection === undefined ? [] : [{ collection }]),
    ...(id === undefined ? [] : [{ ids: [...id] }]),
  ];
  return choices.length === 1 ? (choices[0] ?? null) : null;
}

function picturesText({ folder, exported, same, missing, failures, hidden, kept, bytes }: PicturesExported): string {
  const lines = [
    `${count(exported, 'picture')} exported to ${folder} (${bytesText(bytes)}).`,
    ...(same > 0 ? [`${count(same, 'picture')} there already.`] : []),
    ...(missing > 0 ? [`${count(missing, 'picture')} not exported.`] : []),
    ...(hidden > 0 ? [`${hidden} hidden by your content setting.`] : []),
    ...(kept > 0 ? [`${count(kept, 'sidecar')} not written: another file has the name.`] : []),
  ];
  const told = failures.map(({ id, reason }) => [id, reason] as const);
  return `${lines.join('\n')}\n${told.length > 0 ? table(['NOT EXPORTED', 'WHY'], told) : ''}`;
}

function countsText({ favorites, collections, blocks, pools, searches }: ListCounts): string {
  return [
    count(favorites, 'favorite'),
    count(collections, 'collection'),
    count(blocks, 'block'),
    count(pools, 'pool'),
    `${searches} saved ${searches === 1 ? 'search' : 'searches'}`,
  ].join(', ');
}

function exportedText(lists: ListsExported): string {
  const left =
    lists.leftOut > 0 ? `${count(lists.leftOut, 'image')} left out: local, or hidden by your content setting.\n` : '';
  return `${lists.path}: ${countsText(lists)}.\n${left}`;
}

function importedText(lists: ListsImported): string {
  return [`Added: ${countsText(lists)}, ${count(lists.collected, 'image')} in collections.`, ...lists.notes, ''].join(
    '\n',
  );
}
