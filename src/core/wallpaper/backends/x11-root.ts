import { ok } from '../../../shared/result.ts';
import type { Backend } from '../backend.ts';
import type { DetectDesktop } from '../desktop.ts';
import type { Runner } from '../run.ts';
import type { RootReader } from '../x11/root.ts';

/**
 * Plain window managers: feh paints the root window, all monitors at once, in the order of `xrandr --listmonitors`. The pictures are
 * composed at the monitors' sizes, so that `--bg-fill` changes nothing. `--no-fehbg`: no script is left in the home folder.
 */
export function createX11RootBackend({
  run,
  desktop,
  root,
}: {
  readonly run: Runner;
  readonly desktop: DetectDesktop;
  readonly root: RootReader;
}): Backend {
  return {
    id: 'x11-root',
    cure: 'Try "feh --bg-fill <file>" in a terminal, and quit programs that draw their own desktop.',
    takes: 'all',
    forgets: true,
    async detect() {
      const { id, name, session } = await desktop();
      if (session !== 'x11') return { available: false, suits: false, reason: 'It needs an X11 session.' };
      if (id !== 'x11' && id !== 'other')
        return { available: false, suits: false, reason: `${name} draws its own desktop over the root window.` };
      const window = await root.desktopWindow();
      if (window.covered) return { available: false, suits: false, reason: `It does not work here: ${window.reason}.` };
      if ((await run.which('feh')) === null)
        return { available: false, suits: true, reason: 'It needs the program feh. Install feh.' };
      return { available: true, suits: true, reason: 'The root window is free, and feh is installed.' };
    },
    async apply({ targets }, signal) {
      const done = await run.run('feh', ['--no-fehbg', '--bg-fill', '--', ...targets.map(({ file }) => file)], {
        signal,
      });
      return done.ok ? ok(undefined) : done;
    },
    verify: async ({ targets }) => ok(await root.compare(targets)),
    expect: (targets) => root.expect(targets),
    capture: (display, file) => root.capture(display, file),
  };
}
