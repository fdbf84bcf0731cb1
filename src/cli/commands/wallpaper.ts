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
        ({ wallpapers }) =>
          wallpapers.length === 0
            ? 'Nothing was set yet.'
            : table(
                ['DISPLAY', 'IMAGE', 'FIT', 'SINCE'],
                wallpapers.map(({ display, image, fit, setAt }) => [display, image.id, fit, setAt]),
                columns,
              ),
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

function applied({ applied: done, images }: AppliedWallpaper): string {
  const where = done.map(({ display, verified }) => `${display}${verified ? '' : ' (not confirmed by the desktop)'}`);
  return `${images.join(', ')} is on ${count(done.length, 'display')}: ${where.join(', ')}.`;
}
