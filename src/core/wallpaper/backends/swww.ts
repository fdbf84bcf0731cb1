import { ok } from '../../../shared/result.ts';
import type { Backend, Verdict } from '../backend.ts';
import type { DetectDesktop } from '../desktop.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { Runner } from '../run.ts';
import { layerShellDesktops } from './swaybg.ts';

/** `eDP-1: 1920x1080, scale: 1, currently displaying: image: /a.png` (newer versions begin with a namespace and `: `). */
export function parseSwwwQuery(text: string): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^(?:.*: )?(\S+): \d+x\d+, .*?currently displaying: image: (.+)$/.exec(line.trim());
    if (match?.[1] !== undefined && match[2] !== undefined) shown.set(match[1], match[2]);
  }
  return shown;
}

/** swww, and awww as it is called since 2025: a daemon that draws on wlroots compositors. Used only when its daemon runs. */
export function createSwwwBackend(
  program: 'swww' | 'awww',
  {
    run,
    desktop,
    compose,
  }: { readonly run: Runner; readonly desktop: DetectDesktop; readonly compose: ComposeForeign },
): Backend {
  return {
    id: program,
    cure: `Check that ${program}-daemon runs: "${program} query" must answer.`,
    takes: 'display',
    forgets: true,
    async detect() {
      const running = await desktop();
      if (running.session !== 'wayland' || !layerShellDesktops.includes(running.id))
        return {
          available: false,
          suits: false,
          reason: `It needs a wlroots compositor; the desktop is ${running.name}.`,
        };
      if ((await run.which(program)) === null)
        return { available: false, suits: true, reason: `It needs the program ${program}. Install ${program}.` };
      const query = await run.run(program, ['query']);
      return query.ok
        ? { available: true, suits: true, reason: `${running.name} runs, and so does the daemon of ${program}.` }
        : { available: false, suits: true, reason: `Its daemon does not run. Start ${program}-daemon.` };
    },
    async apply({ targets }, signal) {
      for (const { display, file } of targets) {
        const args = ['img', '--outputs', display.id, '--resize', 'crop', '--transition-type', 'none', file];
        const done = await run.run(program, args, { signal });
        if (!done.ok) return done;
      }
      return ok(undefined);
    },
    async verify({ targets }) {
      const query = await run.run(program, ['query']);
      if (!query.ok) return query;
      const shown = parseSwwwQuery(query.value.stdout);
      return ok(
        new Map(
          targets.map(({ display, file }) => {
            const now = shown.get(display.id);
            const verdict: Verdict =
              now === file
                ? { shows: 'target', detail: `${program} displays it` }
                : { shows: 'other', detail: `${program} displays ${now ?? 'nothing'} on this output` };
            return [display.id, verdict];
          }),
        ),
      );
    },
    async capture(display, file, displays) {
      const query = await run.run(program, ['query']);
      const shown = query.ok ? parseSwwwQuery(query.value.stdout).get(display.id) : undefined;
      // How it was placed it does not tell: as it does unless told otherwise.
      return shown !== undefined && (await compose(shown, 'fill', display, displays, file));
    },
  };
}
