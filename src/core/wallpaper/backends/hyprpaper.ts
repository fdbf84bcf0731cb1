import { ok } from '../../../shared/result.ts';
import { appError } from '../../../shared/errors.ts';
import { fail } from '../../../shared/result.ts';
import type { Backend, Verdict } from '../backend.ts';
import type { DetectDesktop } from '../desktop.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { ListProcesses } from '../processes.ts';
import type { Runner } from '../run.ts';

/** `hyprctl hyprpaper listactive`: `DP-1 = /a.png` */
export function parseListActive(text: string): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf(' = ');
    if (at > 0) shown.set(line.slice(0, at).trim(), line.slice(at + 3).trim());
  }
  return shown;
}

/** Hyprland's own wallpaper program, driven by hyprctl. Used only when it runs. */
export function createHyprpaperBackend({
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
    id: 'hyprpaper',
    cure: 'Check that hyprpaper runs and that "ipc" is not off in its configuration.',
    takes: 'display',
    forgets: true,
    async detect() {
      const running = await desktop();
      if (running.id !== 'hyprland')
        return { available: false, suits: false, reason: `This is ${running.name}, not Hyprland.` };
      if ((await run.which('hyprctl')) === null)
        return { available: false, suits: true, reason: 'It needs the program hyprctl, which belongs to Hyprland.' };
      if (!(await processes((name) => name === 'hyprpaper')).some(({ name }) => name === 'hyprpaper'))
        return {
          available: false,
          suits: true,
          reason: 'hyprpaper does not run. Install it and start it with Hyprland.',
        };
      return { available: true, suits: true, reason: 'Hyprland and hyprpaper run.' };
    },
    async apply({ targets }, signal) {
      for (const { display, file } of targets) {
        // Versions from 0.8 load by themselves and know no `preload`: its answer does not matter, the read-back does.
        await run.run('hyprctl', ['hyprpaper', 'preload', file], { signal });
        const done = await run.run('hyprctl', ['hyprpaper', 'wallpaper', `${display.id},${file}`], { signal });
        if (!done.ok) return done;
        // hyprctl answers errors with exit code 0.
        const said = done.value.stdout.trim();
        if (said !== '' && said !== 'ok')
          return fail(appError('wallpaper_failed', `hyprpaper answered: ${said.slice(0, 200)}`));
      }
      await run.run('hyprctl', ['hyprpaper', 'unload', 'unused'], { signal });
      return ok(undefined);
    },
    async verify({ targets }) {
      const active = await run.run('hyprctl', ['hyprpaper', 'listactive']);
      if (!active.ok) return active;
      const shown = parseListActive(active.value.stdout);
      return ok(
        new Map(
          targets.map(({ display, file }) => {
            const now = shown.get(display.id);
            const verdict: Verdict =
              now === file
                ? { shows: 'target', detail: 'hyprpaper lists it as active' }
                : shown.size === 0
                  ? { shows: 'unknown', detail: 'hyprpaper does not list what is active' }
                  : { shows: 'other', detail: `hyprpaper lists ${now ?? 'nothing'} for this monitor` };
            return [display.id, verdict];
          }),
        ),
      );
    },
    async capture(display, file, displays) {
      const active = await run.run('hyprctl', ['hyprpaper', 'listactive']);
      const shown = active.ok ? parseListActive(active.value.stdout).get(display.id) : undefined;
      // How it was placed it does not tell: as it does unless told otherwise.
      return shown !== undefined && (await compose(shown, 'fill', display, displays, file));
    },
  };
}
