import { ok } from '../../../shared/result.ts';
import type { Backend } from '../backend.ts';
import type { DesktopId, DetectDesktop } from '../desktop.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { ListProcesses } from '../processes.ts';
import type { Runner } from '../run.ts';
import { captureSwaybg, compareWithSwaybg, isSwaybg, parseSwaybgArgs, swaybgProcesses } from './swaybg-processes.ts';

/** Compositors with the layer-shell protocol. `wayland` is one that is not known by name: it may have it. */
export const layerShellDesktops: readonly DesktopId[] = ['wlroots', 'hyprland', 'wayland', 'sway'];

/**
 * swaybg as a process of its own, one for all outputs. A new one is started before the old ones are ended, so that nothing flashes;
 * outputs that are not set keep what the old ones drew.
 */
export function createSwaybgBackend({
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
    id: 'swaybg',
    cure: 'Check that the compositor has the layer-shell protocol: run "swaybg -i <file>" in a terminal.',
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
      if ((await run.which('swaybg')) === null)
        return { available: false, suits: true, reason: 'It needs the program swaybg. Install swaybg.' };
      return { available: true, suits: true, reason: `${running.name} runs, and swaybg is installed.` };
    },
    async apply({ targets, displays }) {
      const old = swaybgProcesses(await processes(isSwaybg));
      const drawn = old.map(({ args }) => parseSwaybgArgs(args));
      const args: string[] = [];
      for (const { id } of displays) {
        const target = targets.find(({ display }) => display.id === id);
        const before = drawn.map((outputs) => outputs.get(id) ?? outputs.get('*')).find((each) => each !== undefined);
        if (target) args.push('-o', id, '-i', target.file, '-m', 'fill');
        else if (before?.image) args.push('-o', id, '-i', before.image, '-m', before.mode);
      }
      const started = await run.start('swaybg', args);
      if (!started.ok) return started;
      for (const { pid } of old) run.stop(pid);
      return ok(undefined);
    },
    verify: async ({ targets }) => ok(compareWithSwaybg(await processes(isSwaybg), targets)),
    capture: async (display, file, displays) =>
      captureSwaybg(await processes(isSwaybg), compose, display, displays, file),
  };
}
