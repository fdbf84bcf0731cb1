import { ok, type Result } from '../../../shared/result.ts';
import type { Fit } from '../../../shared/model.ts';
import type { ApplyRequest, Backend, Verdict } from '../backend.ts';
import type { DetectDesktop } from '../desktop.ts';
import type { ListProcesses } from '../processes.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { Runner } from '../run.ts';

const channel = 'xfce4-desktop';
const root = '/backdrop/screen0';
/** xfdesktop's "zoomed": the picture has the display's size already. */
const zoomed = '5';
/** Its other ways; 0 shows a color. */
const fitOfStyle: Readonly<Record<string, Fit>> = {
  '1': 'center',
  '2': 'tile',
  '3': 'stretch',
  '4': 'fit',
  '5': 'fill',
  '6': 'span',
};
/** What xfwm4 starts with. */
const defaultWorkspaces = 4;

/**
 * XFCE: xfdesktop reads `…/monitor<name>/workspace<n>/last-image` of each monitor and workspace; `monitor<name>/image-path` is what
 * versions before 4.11 read, and is set only where it exists. Missing properties are made, or the change would not be seen.
 */
export function createXfceBackend({
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
  const query = (args: readonly string[], signal?: AbortSignal) =>
    run.run('xfconf-query', ['--channel', ...args], { signal });

  async function listProperties(): Promise<Result<readonly string[]>> {
    const list = await query([channel, '--list']);
    // A channel without any property does not exist yet: that is an error to xfconf-query, and an empty list here.
    if (!list.ok) return /does not exist|no property/i.test(list.error.message) ? ok([]) : list;
    return ok(
      list.value.stdout
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line.startsWith('/')),
    );
  }

  async function workspaceCount(): Promise<number> {
    const answer = await query(['xfwm4', '--property', '/general/workspace_count']);
    const count = answer.ok ? Number.parseInt(answer.value.stdout, 10) : NaN;
    return Number.isInteger(count) && count > 0 && count <= 64 ? count : defaultWorkspaces;
  }

  /** The property names of each target: those that exist for its monitor, and those that must. */
  async function plan(request: ApplyRequest): Promise<Result<readonly Planned[]>> {
    const existing = await listProperties();
    if (!existing.ok) return existing;
    const workspaces = await workspaceCount();
    return ok(
      request.targets.map(({ display, file }) => {
        const index = request.displays.findIndex((each) => each.id === display.id);
        // Where the connector has no name xfdesktop numbers its monitors.
        const folders = [`${root}/monitor${display.id}`];
        const numbered = `${root}/monitor${index}`;
        if (existing.value.some((name) => name.startsWith(`${numbered}/workspace`))) folders.push(numbered);
        const images = new Set(
          Array.from({ length: workspaces }, (_none, n) => `${folders[0]}/workspace${n}/last-image`),
        );
        for (const folder of folders) {
          for (const name of existing.value)
            if (name.startsWith(`${folder}/workspace`) && name.endsWith('/last-image')) images.add(name);
        }
        const legacy = existing.value.filter(
          (name) => name === `${numbered}/image-path` || name === `${folders[0]}/image-path`,
        );
        return { id: display.id, file, images: [...images].sort(), legacy };
      }),
    );
  }

  async function set(
    property: string,
    type: 'string' | 'int',
    value: string,
    signal?: AbortSignal,
  ): Promise<Result<void>> {
    const done = await query([channel, '--property', property, '--create', '--type', type, '--set', value], signal);
    return done.ok ? ok(undefined) : done;
  }

  return {
    id: 'xfce',
    cure: 'Check that xfdesktop runs and that "xfconf-query -c xfce4-desktop -l" answers.',
    takes: 'display',
    async detect() {
      const running = await desktop();
      if (running.id !== 'xfce')
        return { available: false, suits: false, reason: `This is ${running.name}, not XFCE.` };
      if ((await run.which('xfconf-query')) === null)
        return { available: false, suits: true, reason: 'It needs the program xfconf-query. Install xfconf.' };
      return { available: true, suits: true, reason: 'XFCE runs, and xfconf-query is installed.' };
    },
    async apply(request, signal) {
      const planned = await plan(request);
      if (!planned.ok) return planned;
      for (const { file, images, legacy } of planned.value) {
        for (const image of images) {
          const style = await set(image.replace(/last-image$/, 'image-style'), 'int', zoomed, signal);
          if (!style.ok) return style;
          const done = await set(image, 'string', file, signal);
          if (!done.ok) return done;
        }
        for (const property of legacy) {
          const done = await set(property, 'string', file, signal);
          if (!done.ok) return done;
        }
      }
      return ok(undefined);
    },
    async verify(request) {
      const planned = await plan(request);
      if (!planned.ok) return planned;
      const drawn = (await processes((name) => name === 'xfdesktop')).some(({ name }) => name === 'xfdesktop');
      const verdicts = new Map<string, Verdict>();
      for (const { id, file, images } of planned.value) verdicts.set(id, await read(file, images, drawn));
      return ok(verdicts);
    },
    async capture(display, file, displays) {
      const planned = await plan({ targets: [{ display, file, fit: 'fill' }], displays });
      // The workspace one begins with stands for all.
      const [image] = planned.ok ? (planned.value[0]?.images ?? []) : [];
      if (image === undefined) return false;
      const [source, style] = await Promise.all([valueOf(image), valueOf(image.replace(/last-image$/, 'image-style'))]);
      const fit = fitOfStyle[style ?? zoomed];
      return source !== null && fit !== undefined && compose(source, fit, display, displays, file);
    },
  };

  async function valueOf(property: string): Promise<string | null> {
    const answer = await query([channel, '--property', property]);
    return answer.ok ? answer.value.stdout.replace(/\n$/, '') : null;
  }

  async function read(file: string, images: readonly string[], drawn: boolean): Promise<Verdict> {
    for (const property of images) {
      const value = (await valueOf(property)) ?? 'nothing';
      if (value !== file) return { shows: 'other', detail: `XFCE's setting ${property} is ${value}` };
    }
    return drawn
      ? { shows: 'target', detail: "XFCE's settings name it and xfdesktop runs" }
      : { shows: 'unknown', detail: "XFCE's settings name it, but xfdesktop, which draws it, does not run" };
  }
}

interface Planned {
  readonly id: string;
  readonly file: string;
  readonly images: readonly string[];
  readonly legacy: readonly string[];
}
