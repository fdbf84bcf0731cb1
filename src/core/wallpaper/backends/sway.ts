import { appError } from '../../../shared/errors.ts';
import { fail, ok } from '../../../shared/result.ts';
import type { Backend } from '../backend.ts';
import type { DetectDesktop } from '../desktop.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { ListProcesses } from '../processes.ts';
import type { Runner } from '../run.ts';
import { captureSwaybg, compareWithSwaybg, isSwaybg } from './swaybg-processes.ts';

/**
 * A path as a word of a sway command. sway takes the outer quotes off and then expands the rest as a shell would (wordexp), so every
 * other character is escaped. Line breaks cannot be, and are refused (null).
 */
export function swayWord(text: string): string | null {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\u0000-\u001f\u007f]/.test(text)) return null;
  return `"${text.replace(/[^A-Za-z0-9_@%+=:,./\u0080-\u{10ffff}-]/gu, '\\$&')}"`;
}

/** sway draws through its own swaybg, which `swaymsg` makes it start anew. What it draws is read from that process's arguments. */
export function createSwayBackend({
  run,
  desktop,
  processes,
  compose,
}: {
  readonly run: Runner;
  readonly desktop: DetectDesktop;
  readonly processes: ListProcesses;
  readonly compose: ComposeForeign;
}): Backend {
  return {
    id: 'sway',
    cure: 'Check that swaybg is installed and that nothing else draws a background in the sway configuration.',
    takes: 'display',
    forgets: true,
    async detect() {
      const running = await desktop();
      if (running.id !== 'sway')
        return { available: false, suits: false, reason: `This is ${running.name}, not sway.` };
      for (const tool of ['swaymsg', 'swaybg']) {
        if ((await run.which(tool)) === null)
          return {
            available: false,
            suits: true,
            reason: `It needs the program ${tool}. Install ${tool === 'swaymsg' ? 'sway' : tool}.`,
          };
      }
      return { available: true, suits: true, reason: 'sway runs, and swaymsg and swaybg are installed.' };
    },
    async apply({ targets }, signal) {
      for (const { display, file } of targets) {
        const [output, path] = [swayWord(display.id), swayWord(file)];
        if (output === null || path === null)
          return fail(
            appError(
              'wallpaper_failed',
              `sway cannot take the path ${JSON.stringify(file)}: it has control characters. Move the data folder.`,
            ),
          );
        const done = await run.run('swaymsg', ['--', 'output', output, 'bg', path, 'fill'], { signal });
        if (!done.ok) return done;
      }
      return ok(undefined);
    },
    verify: async ({ targets }) => ok(compareWithSwaybg(await processes(isSwaybg), targets)),
    capture: async (display, file, displays) =>
      captureSwaybg(await processes(isSwaybg), compose, display, displays, file),
  };
}
