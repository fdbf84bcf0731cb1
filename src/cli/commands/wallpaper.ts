import type { Command } from 'commander';
import type { AppliedWallpaper, Fit } from '../../shared/model.ts';
import type { Context } from '../context.ts';
import { collect, fitOption } from '../options.ts';
import { count, table } from '../table.ts';

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
              ? 'Nothing was set yet.'
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
            ['DISPLAY', 'SIZE', 'POSITION', 'SCALE', ''],
            displays.map((display) => [
              display.id,
              `${display.width}×${display.height}`,
              `${display.x},${display.y}`,
              display.scaleFactor,
              display.primary ? 'primary' : '',
            ]),
            columns,
          ),
      ),
    );
}

/** `2026-01-31 18:05`, in the time zone of this machine. */
export function localTime(iso: string): string {
  const at = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function applied({ applied: done, images }: AppliedWallpaper): string {
  const where = done.map(({ display, verified }) => `${display}${verified ? '' : ' (not confirmed by the desktop)'}`);
  return `${images.join(', ')} is on ${count(done.length, 'display')}: ${where.join(', ')}.`;
}
