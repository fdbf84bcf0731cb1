import { InvalidArgumentError, Option, type Command } from 'commander';
import { appError, type AppError } from '../../shared/errors.ts';
import { pauseUntil } from '../../shared/pause.ts';
import { fail, type Result } from '../../shared/result.ts';
import type { RotationPatch, RotationStatus } from '../../shared/rotation.ts';
import { fits, layouts } from '../../shared/names.ts';
import type { Call, Context } from '../context.ts';
import { collect, wholeNumber } from '../options.ts';
import { count, list, table } from '../table.ts';
import { localTime } from '../local-time.ts';

interface SetOptions {
  readonly every?: number | 'never';
  readonly at?: readonly string[];
  readonly pool?: string;
  readonly layout?: (typeof layouts)[number];
  readonly timeZone?: string;
  readonly onStart?: boolean;
  readonly onWake?: boolean;
  readonly onDisplayChange?: boolean;
  readonly pauseOnBattery?: boolean;
  readonly pauseOnFullScreen?: boolean;
  readonly maxUpscale?: number;
  readonly safeImage?: string;
}

export function addRotationCommands(program: Command, context: Context): void {
  const { columns } = context.terminal;
  const rotation = program.command('rotation').description('Changing the picture by itself.');
  const inWords = (status: RotationStatus): string => statusText(status, columns);
  const run = (command: Command, work: Work) => runRotation(context, command, work, inWords);
  const patch = (command: Command, change: RotationPatch) =>
    run(command, (call) => call('rotation.set', { patch: change }));

  rotation
    .command('status')
    .description('Whether it runs, what comes next, and what is left in the pools.')
    .action((_options, command: Command) => run(command, (call) => call('rotation.status', {})));
  rotation
    .command('start')
    .description('Turns it on; a pause ends.')
    .action((_options, command: Command) =>
      run(command, async (call) => {
        const resumed = await call('rotation.resume', {});
        return resumed.ok ? call('rotation.set', { patch: { on: true } }) : resumed;
      }),
    );
  rotation
    .command('stop')
    .description('Turns it off.')
    .action((_options, command: Command) => patch(command, { on: false }));
  rotation
    .command('run')
    .description('Changes all displays now.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('rotation.run', {}),
        ({ images }) => `Now shown: ${images.join(', ')}.`,
      ),
    );
  rotation
    .command('pause')
    .description('Holds it back, until resumed or for a time.')
    .addOption(new Option('--for <time>', 'such as 45m, 2h or 1d').argParser(duration))
    .addOption(
      new Option('--until <when>', 'such as 17:30, tomorrow or 2026-12-01T08:00:00Z')
        .argParser(instant)
        .conflicts('for'),
    )
    .action((options: { for?: number; until?: number }, command: Command) => {
      const until = options.for === undefined ? options.until : Date.now() + options.for;
      return run(command, (call) =>
        call('rotation.pause', { until: until === undefined ? null : new Date(until).toISOString() }),
      );
    });
  rotation
    .command('resume')
    .description('Ends a pause.')
    .action((_options, command: Command) => run(command, (call) => call('rotation.resume', {})));

  rotation
    .command('set')
    .description('How it is done. What is not named stays.')
    .addOption(new Option('--every <minutes>', '1 to 10080 (a week), or "never"').argParser(minutesOrNever))
    .option('--at <cron>', 'also at this time, such as "0 9 * * 1-5" (may be repeated; "none" clears)', collect)
    .option('--pool <id>', 'where pictures come from (see "pools list")')
    .addOption(
      new Option('--layout <which>', 'a picture for each display, the same on all, or one across all').choices(layouts),
    )
    .option('--time-zone <name>', 'such as Europe/Berlin; "system" is the machine\'s own')
    .option('--on-start', 'another picture when the program starts')
    .option('--no-on-start')
    .option('--on-wake', 'another picture after sleep')
    .option('--no-on-wake')
    .option('--on-display-change', 'another picture when a display comes or goes')
    .option('--no-on-display-change')
    .option('--pause-on-battery', 'not while on battery')
    .option('--no-pause-on-battery')
    .option('--pause-on-full-screen', 'not while a program fills the screen')
    .option('--no-pause-on-full-screen')
    .addOption(new Option('--max-upscale <times>', 'how far a picture may be enlarged, 1 to 4').argParser(times))
    .option('--safe-image <id>', 'what "wallpaper safe" shows; "none" lets Kabegami choose')
    .action((options: SetOptions, command: Command) => {
      const { every, at, timeZone, safeImage, ...plain } = options;
      // Commander turns every pair of --x and --no-x on by default: only what was typed counts.
      const typed = Object.fromEntries(
        Object.entries(plain).filter(([name]) => command.getOptionValueSource(name) === 'cli'),
      );
      const change = {
        ...typed,
        ...(every === undefined ? {} : { everyMinutes: every === 'never' ? null : every }),
        ...(at === undefined ? {} : { times: at.filter((pattern) => pattern !== 'none') }),
        ...(timeZone === undefined ? {} : { timeZone: timeZone === 'system' ? null : timeZone }),
        ...(safeImage === undefined ? {} : { safeImage: safeImage === 'none' ? null : safeImage }),
      };
      return Object.keys(change).length === 0
        ? context.end(command, fail(nothingToSet), String)
        : patch(command, change);
    });

  rotation
    .command('display')
    .description('What is different on one display.')
    .argument('<display>', 'its name or key (see "displays")')
    .option('--pool <id>', 'its own pool; "default" is that of all')
    .addOption(new Option('--fit <fit>', 'its own fit; "default" is the setting').choices([...fits, 'default']))
    .action((name: string, options: { pool?: string; fit?: (typeof fits)[number] | 'default' }, command: Command) =>
      run(command, async (call) => {
        const status = await call('rotation.status', {});
        if (!status.ok) return status;
        const { displays } = status.value.config;
        const found = status.value.displays.find(({ id, key }) => id === name || key === name)?.key;
        // One that is not plugged in now is known by what was set for it.
        const key = found ?? (Object.hasOwn(displays, name) ? name : null);
        if (key === null) return fail(noDisplay(name, status.value));
        const before = displays[key] ?? { pool: null, fit: null };
        const pool = options.pool === undefined ? before.pool : options.pool === 'default' ? null : options.pool;
        const fit = options.fit === undefined ? before.fit : options.fit === 'default' ? null : options.fit;
        return call('rotation.set', { patch: { displays: { ...displays, [key]: { pool, fit } } } });
      }),
    );

  addPlaylistCommands(rotation, context);
}

type Work = (call: Call) => Promise<Result<RotationStatus>>;

const nothingToSet = appError('invalid_input', 'Name what to set, such as --every 30. "rotation set --help" lists it.');

/** What is set here is carried out by a program that stays; where none runs, that is said. */
async function runRotation(
  context: Context,
  command: Command,
  work: Work,
  inWords: (status: RotationStatus) => string,
): Promise<void> {
  let on = false;
  await context.run(
    command,
    async (call) => {
      const result = await work(call);
      on = result.ok && result.value.config.on;
      return result;
    },
    inWords,
  );
  if (on && context.isAlone())
    context.terminal.error(
      'Kabegami does not run: nothing changes by itself until it does. Start it with: npm start (or: kabegami serve)\n',
    );
}

const longDayNames = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];
const dayNames = longDayNames.map((name) => name.slice(0, 3));

function addPlaylistCommands(rotation: Command, context: Context): void {
  const { columns } = context.terminal;
  const playlists = rotation
    .command('playlists')
    .description('Pools by weekday and time of day; the first that applies wins.');
  const inWords = ({ config }: RotationStatus): string =>
    config.playlists.length === 0
      ? 'There are no playlists.'
      : table(
          ['PLAYLIST', 'DAYS', 'FROM', 'TO', 'POOL', ''],
          config.playlists.map(({ id, days, from, to, pool, safeOnly }) => [
            id,
            days.map((day) => dayNames[day]).join(','),
            from,
            to,
            pool,
            safeOnly ? 'safe only' : '',
          ]),
          columns,
        );

  playlists
    .command('list')
    .description('All of them.')
    .action((_options, command: Command) => context.run(command, (call) => call('rotation.status', {}), inWords));
  playlists
    .command('add')
    .description('Adds one at the end, or replaces the one of this id.')
    .argument('<id>', 'such as work')
    .requiredOption('--days <days>', 'such as mon-fri or sat,sun', days)
    .requiredOption('--from <time>', 'such as 09:00')
    .requiredOption('--to <time>', 'such as 17:00; not after --from: on the next day')
    .requiredOption('--pool <id>', 'see "pools list"')
    .option('--name <name>', 'for people')
    .option('--safe-only', 'nothing but certainly safe pictures')
    .action(
      (
        id: string,
        options: { days: readonly number[]; from: string; to: string; pool: string; name?: string; safeOnly?: boolean },
        command: Command,
      ) =>
        runRotation(
          context,
          command,
          async (call) => {
            const status = await call('rotation.status', {});
            if (!status.ok) return status;
            const { from, to, pool, name = id, safeOnly = false } = options;
            const made = { id, name, days: [...options.days], from, to, pool, safeOnly };
            const before = status.value.config.playlists;
            const known = before.some((playlist) => playlist.id === id);
            const all = known ? before.map((playlist) => (playlist.id === id ? made : playlist)) : [...before, made];
            return call('rotation.set', { patch: { playlists: all } });
          },
          inWords,
        ),
    );
  playlists
    .command('remove')
    .description('Removes one.')
    .argument('<id>')
    .action((id: string, _options, command: Command) =>
      context.run(
        command,
        async (call) => {
          const status = await call('rotation.status', {});
          if (!status.ok) return status;
          const before = status.value.config.playlists;
          const all = before.filter((playlist) => playlist.id !== id);
          if (all.length === before.length) return fail(appError('not_found', `There is no playlist "${id}".`));
          return call('rotation.set', { patch: { playlists: all } });
        },
        inWords,
      ),
    );
}

function noDisplay(name: string, { displays, config }: RotationStatus): AppError {
  const here = displays.map(({ id }) => id);
  const keys = displays.map(({ key }) => key);
  const names = [...here, ...Object.keys(config.displays).filter((key) => !keys.includes(key))];
  const known = names.length === 0 ? 'None is connected.' : `There are: ${names.map((id) => `"${id}"`).join(', ')}.`;
  return appError('no_display', `There is no display called "${name}". ${known}`);
}

function statusText(status: RotationStatus, columns: number | null): string {
  const { config, state, pausedUntil, nextAt, playlist, lastChange, lastError, displays } = status;
  const words: Readonly<Record<RotationStatus['state'], string>> = {
    off: 'off',
    running: 'running',
    paused: pausedUntil === null ? 'paused until resumed' : `paused until ${localTime(pausedUntil)}`,
    battery: 'waiting: on battery',
    'full-screen': 'waiting: a program fills the screen',
    safe: 'safe: nothing changes until released',
  };
  const lines = list([
    ['State', words[state]],
    ['Every', config.everyMinutes === null ? 'not by the clock' : count(config.everyMinutes, 'minute')],
    ['At', config.times.join('; ')],
    ['Next change', nextAt === null ? null : localTime(nextAt)],
    ['Playlist', playlist?.name ?? null],
    ['Last change', lastChange === null ? null : `${localTime(lastChange.at)} (${lastChange.reason})`],
    ['Last error', lastError === null ? null : `${localTime(lastError.at)} ${lastError.message}`],
  ]);
  if (displays.length === 0) return lines;
  return `${lines}\n${table(
    ['DISPLAY', 'POOL', 'LEFT', 'COMES NEXT', 'GAVE WAY'],
    displays.map(({ id, pool, left, total, upcoming, relaxed }) => [
      id,
      pool.name,
      `${left} of ${total}`,
      upcoming?.id ?? null,
      relaxed.join(', '),
    ]),
    columns,
  )}`;
}

function minutesOrNever(text: string): number | 'never' {
  return text === 'never' ? 'never' : wholeNumber(1)(text);
}

function times(text: string): number {
  const value = Number(text);
  if (!(value >= 1 && value <= 4)) throw new InvalidArgumentError('It must be a number from 1 to 4.');
  return value;
}

/** `mon,wed`, `mon-fri`, `sat-mon`; names as short as three letters. */
function days(text: string): readonly number[] {
  const found = text
    .toLowerCase()
    .split(',')
    .flatMap((part) => {
      const [from = -1, to = from, ...more] = part.split('-').map((name) => dayOf(name.trim()));
      if (from < 0 || to < 0 || more.length > 0)
        throw new InvalidArgumentError('They must be weekdays such as mon,wed or mon-fri.');
      return Array.from({ length: ((to - from + 7) % 7) + 1 }, (_, n) => (from + n) % 7);
    });
  return [...new Set(found)];
}

function dayOf(name: string): number {
  return name.length < 3 ? -1 : longDayNames.findIndex((day) => day.startsWith(name));
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `45m`, `2h`, `1d` in milliseconds. */
function duration(text: string): number {
  const match = /^(\d{1,5})([mhd])$/.exec(text);
  const unit = units[match?.[2] ?? ''];
  if (!match || unit === undefined || match[1] === undefined)
    throw new InvalidArgumentError('It must be a time such as 45m, 2h or 1d.');
  return Number(match[1]) * unit;
}

/**
 * The next such time of day, the next morning, or an ISO date; in milliseconds since the epoch. A date without a zone is
 * one of this machine's clock, with or without a time of day.
 */
function instant(text: string): number {
  const at = new Date();
  const time = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text);
  if (text === 'tomorrow') return Date.parse(pauseUntil('tomorrow', at) ?? '');
  if (time) {
    at.setHours(Number(time[1]), Number(time[2]), 0, 0);
    if (at.getTime() <= Date.now()) at.setDate(at.getDate() + 1);
    return at.getTime();
  }
  // What else is understood as a date is seldom the one that was meant: "12" is a December.
  const day = /^\d{4}-\d\d-\d\d$/.test(text);
  const parsed = day ? Date.parse(`${text}T00:00`) : /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(parsed))
    throw new InvalidArgumentError('It must be a time such as 17:30, tomorrow or 2026-12-01T08:00:00Z.');
  if (parsed <= Date.now()) throw new InvalidArgumentError('That time is over already.');
  return parsed;
}
