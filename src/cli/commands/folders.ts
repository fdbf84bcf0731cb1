import { Argument, Option, type Command } from 'commander';
import type { Folder, FolderOptions, PickReport, ScanReport } from '../../shared/folders.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Call, Context } from '../context.ts';
import { wholeNumber, wholePath, wholePaths } from '../options.ts';
import { count, table } from '../table.ts';

interface Options {
  readonly copy?: boolean;
  readonly reference?: boolean;
  readonly rating?: 'safe' | 'adult';
  readonly watch?: boolean;
  readonly recursive?: boolean;
  readonly dryRun?: boolean;
}
/** What came of adding and scanning a folder. */
interface Imported {
  readonly folder: Folder | null;
  readonly report: ScanReport;
  /** Its pictures are hidden by the content setting. */
  readonly hidden: boolean;
}

const folderId = (): Argument => new Argument('<id>', 'its number in "folders list"').argParser(wholeNumber(1));
const ratingOption = (): Option =>
  new Option('--rating <rating>', 'of pictures that nothing else is said of').choices(['safe', 'adult']);

function addOptions(command: Command): Command {
  return command
    .argument('<path>', 'the folder', wholePath)
    .addOption(new Option('--copy', 'brings the pictures into the library').conflicts('reference'))
    .option('--reference', 'leaves them where they are (the default)')
    .addOption(ratingOption())
    .option('--watch', 'notices changes from now on')
    .option('--no-recursive', 'without the folders in it');
}

/** What is not said stays as it is, where the folder is known. */
async function optionsOf(call: Call, folder: string, options: Options): Promise<Result<FolderOptions>> {
  const list = await call('folders.list', {});
  if (!list.ok) return list;
  const before = list.value.folders.find((each) => each.path === folder && !each.ofPool);
  return ok({
    path: folder,
    mode: options.copy === true ? 'copy' : options.reference === true ? 'reference' : (before?.mode ?? 'reference'),
    rating: options.rating ?? before?.rating ?? 'adult',
    watch: options.watch ?? before?.watch ?? false,
    recursive: options.recursive === false ? false : (before?.recursive ?? true),
  });
}

/** `library import`: a folder with its data files (gallery-dl's, Grabber's), in one step. */
export function addImportCommand(library: Command, context: Context): void {
  addOptions(
    library
      .command('import')
      .description('Brings the pictures of a folder in, with what gallery-dl or Grabber wrote beside them.'),
  )
    .option('--dry-run', 'only says what would be done')
    .action((given: string, options: Options, command: Command) =>
      context.run<Imported>(
        command,
        async (call) => {
          const wanted = await optionsOf(call, given, options);
          if (!wanted.ok) return wanted;
          return options.dryRun === true ? preview(call, wanted.value) : importFolder(call, wanted.value);
        },
        (imported) => importText(imported, options.dryRun === true),
        (imported) => options.dryRun !== true && isPart(imported),
      ),
    );
}

/** `library add`: single files, wherever they lie. */
export function addPickCommand(library: Command, context: Context): void {
  library
    .command('add')
    .description('Brings single pictures in, by copy or by reference. Nothing else of their folders comes with them.')
    .argument('<files...>', 'pictures, or folders', wholePaths)
    .addOption(new Option('--copy', 'copies them into the library').conflicts('reference'))
    .option('--reference', 'leaves them where they are (the default)')
    .addOption(ratingOption())
    .action((files: string[], options: Options, command: Command) =>
      context.run(
        command,
        async (call) => {
          const picked = await call('folders.pick', {
            paths: files,
            mode: options.copy === true ? 'copy' : 'reference',
            rating: options.rating ?? 'adult',
          });
          return picked.ok ? readFolders(call, picked.value) : picked;
        },
        pickText,
        ({ failed, scans }) => failed > 0 || scans.some(isPart),
      ),
    );
}

interface Picked extends PickReport {
  /** Of the folders among them, in their order. */
  readonly scans: readonly Imported[];
}

/** Where no program runs, the reading that has begun would end with this process: it is waited for. */
async function readFolders(call: Call, report: PickReport): Promise<Result<Picked>> {
  if (report.folders.length === 0) return ok({ ...report, scans: [] });
  const list = await call('folders.list', {});
  if (!list.ok) return list;
  const scans: Imported[] = [];
  for (const { id, path: place } of list.value.folders) {
    if (!report.folders.includes(place)) continue;
    const scanned = await scan(call, id);
    if (!scanned.ok) return scanned;
    scans.push(scanned.value);
  }
  return ok({ ...report, scans });
}

function pickText({ images, added, hidden, folders, scans, failed, failures }: Picked): string {
  const single = images.length + hidden > 0 || folders.length === 0;
  const lines = [
    ...(single ? [`${count(images.length + hidden, 'picture')} in the library now, ${added} of them new.`] : []),
    ...(failed > 0 ? [`${failed} not taken.`] : []),
    ...scans.map((imported) => `${imported.folder?.path ?? ''}: ${importText(imported, false).trimEnd()}`),
    ...(hidden > 0
      ? [
          `${count(hidden, 'picture')} ${hidden === 1 ? 'is' : 'are'} hidden: nobody has said that they are safe. If they are, run it again with --rating safe.`,
        ]
      : []),
  ];
  const told = failures.map((each) => [each.path, each.reason] as const);
  return `${lines.join('\n')}\n${told.length > 0 ? table(['NOT TAKEN', 'WHY'], told) : ''}`;
}

export function addFolderCommands(program: Command, context: Context): void {
  const { columns } = context.terminal;
  const folders = program.command('folders').description('Folders of this machine whose pictures are in the library.');

  folders
    .command('list')
    .description('All of them.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('folders.list', {}),
        (found) => (found.folders.length === 0 ? 'There are no folders.' : folderTable(found.folders, columns)),
      ),
    );
  addOptions(
    folders
      .command('add')
      .description('Adds one; "folders scan" then reads it. The same path again changes what is said of it.'),
  ).action((given: string, options: Options, command: Command) =>
    context.run(
      command,
      async (call) => {
        const wanted = await optionsOf(call, given, options);
        return wanted.ok ? call('folders.add', wanted.value) : wanted;
      },
      (folder) => folderTable([folder], columns),
    ),
  );
  folders
    .command('remove')
    .description('Lets one go. Nothing in it is changed.')
    .addArgument(folderId())
    .option('--no-keep', 'its copies in the library may go when room is needed')
    .action((id: number, { keep }: { keep: boolean }, command: Command) =>
      context.run(
        command,
        (call) => call('folders.remove', { id, keep }),
        ({ folders: left }) =>
          left.some((folder) => folder.id === id) ? 'A pool names it: it stays for that.' : 'Removed.',
      ),
    );
  folders
    .command('forget-missing')
    .description('Lets go of what is missing of it. What was liked, collected or noted stays in the library.')
    .addArgument(folderId())
    .action((id: number, _options, command: Command) =>
      context.run(
        command,
        (call) => call('folders.forgetMissing', { id }),
        (folder) => folderTable([folder], columns),
      ),
    );
  folders
    .command('scan')
    .description('Brings the library in step with it.')
    .addArgument(folderId())
    .action((id: number, _options, command: Command) =>
      context.run<Imported>(
        command,
        (call) => scan(call, id),
        (imported) => importText(imported, false),
        isPart,
      ),
    );
}

async function importFolder(call: Call, wanted: FolderOptions): Promise<Result<Imported>> {
  const added = await call('folders.add', wanted);
  return added.ok ? scan(call, added.value.id) : added;
}

async function scan(call: Call, id: number): Promise<Result<Imported>> {
  const scanned = await call('folders.scan', { id });
  if (!scanned.ok) return scanned;
  const [list, settings] = [await call('folders.list', {}), await call('settings.get', {})];
  if (!list.ok) return list;
  if (!settings.ok) return settings;
  const folder = list.value.folders.find((each) => each.id === id) ?? null;
  return scanned.value.report === null
    ? { ok: false, error: { code: 'internal', message: 'The scan ended without a report.', retryable: false } }
    : ok({ folder, report: scanned.value.report, hidden: (folder?.adult ?? 0) > 0 && !settings.value.adultContent });
}

async function preview(call: Call, wanted: FolderOptions): Promise<Result<Imported>> {
  const report = await call('folders.preview', wanted);
  return report.ok ? ok({ folder: null, report: report.value, hidden: false }) : report;
}

/** Some of it could not be taken in. */
const isPart = ({ report }: Imported): boolean => report.failed + report.unreadable.length > 0;

function importText({ folder, report, hidden }: Imported, dry: boolean): string {
  const { found, added, changed, known, failed, missing, failures, unreadable, others, sidecars } = report;
  const lines = [
    `${count(found, 'picture')} found: ${added} ${dry ? 'would be added' : 'added'}, ${known} known before` +
      `${changed > 0 ? `, ${changed} changed` : ''}${failed > 0 ? `, ${failed} not taken` : ''}.`,
    ...(missing > 0 ? [`${count(missing, 'file')} no longer there.`] : []),
    ...(sidecars.read + sidecars.bad > 0
      ? [`${count(sidecars.read, 'data file')} read${sidecars.bad > 0 ? `, ${sidecars.bad} not understood` : ''}.`]
      : []),
    ...(others.length > 0
      ? [
          `Not pictures: ${others.map(({ ending, files }) => `${files} ${ending === '' ? 'without ending' : `.${ending}`}`).join(', ')}.`,
        ]
      : []),
    ...(hidden && folder !== null
      ? [
          `${count(folder.adult, 'picture')} ${folder.adult === 1 ? 'is' : 'are'} hidden: nobody has said that they are safe. If they are, run it again with --rating safe.`,
        ]
      : []),
  ];
  const told = [
    ...failures.map((each) => [each.path, each.reason] as const),
    ...unreadable.map((each) => [each === '' ? '.' : each, 'It cannot be looked at.'] as const),
  ];
  return `${lines.join('\n')}\n${told.length > 0 ? table(['NOT TAKEN', 'WHY'], told) : ''}`;
}

function folderTable(folders: readonly Folder[], columns: number | null): string {
  return table(
    ['ID', 'PICTURES', 'RATING', 'HOW', 'STATE', 'PATH'],
    folders.map((folder) => [
      folder.id,
      folder.pictures,
      folder.rating,
      folder.mode +
        (folder.watch ? ', watched' : '') +
        (folder.ofPool ? ', of a pool' : '') +
        (folder.picked ? ', chosen ones' : ''),
      stateText(folder),
      folder.path,
    ]),
    columns,
  );
}

function stateText({ state, failed, missing, mode }: Folder): string {
  if (state.kind === 'scanning')
    return state.total === null ? `looking (${state.done})` : `${state.done} of ${state.total}`;
  if (state.kind === 'absent') return 'not there now';
  if (state.kind === 'failed') return state.message;
  return (
    [failed > 0 ? `${failed} failed` : '', missing > 0 && mode === 'reference' ? `${missing} missing` : '']
      .filter(Boolean)
      .join(', ') || state.kind
  );
}
