import { Argument, type Command } from 'commander';
import type { AppliedWallpaper, Fit } from '../../shared/model.ts';
import type { HistoryEntry } from '../../shared/rotation.ts';
import type { Context } from '../context.ts';
import { collect, fitOption, wholeNumber } from '../options.ts';
import { count, table } from '../table.ts';
import { localTime } from '../local-time.ts';

export function addWallpaperCommands(program: Command, context: Context): void {
  const { columns } = context.terminal;
  const wallpaper = program.command('wallpaper').description('What is on the desktop.');

  wallpaper
    .command('set')
    .description('Puts an image on the desktop and makes sure that it is there.')
    .argument('<id>', 'such as waifu-im:7622')
    .option('--display <id>', 'only on this display (may be repeated)', collect)
    .addOption(fitOption())
    .action((id: string, options: { display?: readonly string[]; fit?: Fit }, command: Command) =>
      context.run(
        command,
        (call) =>
          call('wallpaper.set', {
            id,
            displays: options.display === undefined ? null : [...options.display],
            fit: options.fit ?? null,
          }),
        applied,
      ),
    );

  wallpaper
    .command('next')
    .description('Puts another random image on the desktop.')
    .addOption(fitOption())
    .action((options: { fit?: Fit }, command: Command) =>
      context.run(command, (call) => call('wallpaper.next', { fit: options.fit ?? null }), applied),
    );

  wallpaper
    .command('previous')
    .description('Goes back to what was shown before.')
    .option('--display <id>', 'only on this display (may be repeated)', collect)
    .action((options: { display?: readonly string[] }, command: Command) =>
      context.run(
        command,
        (call) => call('wallpaper.previous', { displays: options.display === undefined ? null : [...options.display] }),
        applied,
      ),
    );

  wallpaper
    .command('undo')
    .description('Takes back the last change, on all its displays; again: the one before.')
    .action((_options, command: Command) => context.run(command, (call) => call('wallpaper.undo', {}), applied));

  wallpaper
    .command('restore')
    .description('Puts back what was last shown on displays that have lost it. Needs no network.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('wallpaper.restore', {}),
        (done) => (done.applied.length === 0 ? 'Nothing was lost.' : applied(done)),
      ),
    );

  wallpaper
    .command('jump')
    .description('Shows an entry of the history again.')
    .argument('<entry>', 'its number in "wallpaper history"', wholeNumber(1))
    .action((entry: number, _options, command: Command) =>
      context.run(command, (call) => call('wallpaper.jump', { entry }), applied),
    );

  wallpaper
    .command('history')
    .description('What was shown on the displays, newest first.')
    .option('--display <display>', 'only this one, by its name or key (see "displays")')
    .option('--limit <n>', 'at most this many, up to 200', wholeNumber(1), 20)
    .option('--before <entry>', 'older than this entry', wholeNumber(1))
    .action((options: { display?: string; limit: number; before?: number }, command: Command) =>
      context.run(
        command,
        (call) =>
          call('wallpaper.history', {
            display: options.display ?? null,
            before: options.before ?? null,
            limit: options.limit,
          }),
        ({ entries, next, hidden }) =>
          (entries.length === 0
            ? 'Nothing was shown yet.'
            : table(
                ['', 'ENTRY', 'WHEN', 'DISPLAY', 'IMAGE', 'FIT', 'WHY'],
                entries.map((entry) => [
                  entry.current ? '*' : ' ',
                  entry.key,
                  localTime(entry.at),
                  entry.displayName,
                  pictureText(entry),
                  entry.fit,
                  entry.reason,
                ]),
                columns,
              )) +
          (hidden > 0 ? `${hidden} hidden by your content setting.\n` : '') +
          (next === null ? '' : `Older ones: --before ${next}\n`),
      ),
    );

  wallpaper
    .command('safe')
    .description('Puts a safe picture on every display at once, until it is released ("safe off").')
    .addArgument(new Argument('[state]').choices(['on', 'off']).default('on'))
    .action((state: 'on' | 'off', _options, command: Command) =>
      context.run(
        command,
        (call) => call('wallpaper.safe', { on: state === 'on' }),
        ({ safe }) => (safe ? 'Safe: nothing changes until "kabegami wallpaper safe off".' : 'Released.'),
      ),
    );

  wallpaper
    .command('current')
    .description('What was put on each display last.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('wallpaper.current', {}),
        ({ wallpapers, hidden }) =>
          (wallpapers.length > 0
            ? table(
                ['DISPLAY', 'IMAGE', 'FIT', 'SINCE'],
                wallpapers.map(({ display, image, fit, setAt }) => [display, image.id, fit, localTime(setAt)]),
                columns,
              )
            : hidden === 0
              ? 'No picture of the library is shown.'
              : '') + (hidden > 0 ? `${hidden} hidden by your content setting.\n` : ''),
      ),
    );

  wallpaper
    .command('backends')
    .description('The ways of setting a wallpaper, and which of them work here.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('wallpaper.backends', {}),
        ({ desktop, backends }) =>
          `Desktop: ${desktop}\n` +
          table(
            ['BACKEND', 'USABLE', 'WHY'],
            backends.map(({ id, available, reason }) => [id, available ? 'yes' : 'no', reason]),
            columns,
          ),
      ),
    );

  program
    .command('displays')
    .description('The displays of this desktop, in physical pixels.')
    .action((_options, command: Command) =>
      context.run(
        command,
        (call) => call('displays.list', {}),
        ({ displays }) =>
          table(
            ['DISPLAY', 'SIZE', 'POSITION', 'SCALE', '', 'KEY'],
            displays.map((display) => [
              display.id,
              `${display.width}×${display.height}`,
              `${display.x},${display.y}`,
              display.scaleFactor,
              display.primary ? 'primary' : '',
              display.key === display.id ? '' : display.key,
            ]),
            columns,
          ),
      ),
    );
}

function pictureText({ image, hidden, outside }: HistoryEntry): string {
  if (hidden) return '(hidden)';
  return image?.id ?? (outside ? '(set by another program)' : '(a plain one, drawn by Kabegami)');
}

function applied({ applied: done, images, note }: AppliedWallpaper): string {
  const where = done.map(({ display, verified }) => `${display}${verified ? '' : ' (not confirmed by the desktop)'}`);
  const what = images.length === 0 ? 'What was there before' : images.join(', ');
  const shown = `${what} is on ${count(done.length, 'display')}: ${where.join(', ')}.`;
  return note === undefined ? shown : `${shown}\n${note}`;
}
