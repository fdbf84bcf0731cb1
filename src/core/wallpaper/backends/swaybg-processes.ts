import type { Display } from '../../../shared/model.ts';
import { fits } from '../../../shared/names.ts';
import type { Target, Verdict } from '../backend.ts';
import type { ComposeForeign } from '../foreign-picture.ts';
import type { SessionProcess } from '../processes.ts';

/** What a running swaybg was told: the image of each output, `*` being all others. Null is a plain color. */
export function parseSwaybgArgs(args: readonly string[]): ReadonlyMap<string, { image: string | null; mode: string }> {
  const outputs = new Map<string, { image: string | null; mode: string }>();
  let output = '*';
  const entry = (): { image: string | null; mode: string } => {
    const known = outputs.get(output) ?? { image: null, mode: 'stretch' };
    outputs.set(output, known);
    return known;
  };
  for (let at = 1; at < args.length; at += 1) {
    const value = args[at + 1] ?? '';
    switch (args[at]) {
      case '-o':
      case '--output':
        output = value;
        at += 1;
        break;
      case '-i':
      case '--image':
        entry().image = value;
        at += 1;
        break;
      case '-m':
      case '--mode':
        entry().mode = value;
        at += 1;
        break;
      case '-c':
      case '--color':
        entry();
        at += 1;
        break;
      default:
        break;
    }
  }
  return outputs;
}

export const isSwaybg = (name: string): boolean => name === 'swaybg';

/** The swaybg processes of the session, newest first: a newer one draws over an older. */
export function swaybgProcesses(processes: readonly SessionProcess[]): readonly SessionProcess[] {
  return processes.filter(({ name }) => isSwaybg(name)).sort((one, other) => other.pid - one.pid);
}

/** The newest of these that draws on an output. */
const drawnOn = (processes: readonly SessionProcess[], id: string) =>
  swaybgProcesses(processes)
    .map(({ args }) => parseSwaybgArgs(args))
    .map((outputs) => outputs.get(id) ?? outputs.get('*'))
    .find((each) => each !== undefined);

/** Draws what the running swaybg shows on a display; false where that is a color, or a file that cannot be read. */
export async function captureSwaybg(
  processes: readonly SessionProcess[],
  compose: ComposeForeign,
  display: Display,
  displays: readonly Display[],
  file: string,
): Promise<boolean> {
  const drawn = drawnOn(processes, display.id);
  const fit = fits.find((each) => each === drawn?.mode);
  // Its other ways have the names of ours; a picture across displays it does not know.
  if (!drawn?.image || fit === undefined || fit === 'span' || fit === 'blur') return false;
  return compose(drawn.image, fit, display, displays, file);
}

/** Compares the arguments of the running swaybg processes with the targets. swaybg has no other way to be asked. */
export function compareWithSwaybg(
  processes: readonly SessionProcess[],
  targets: readonly Target[],
): ReadonlyMap<string, Verdict> {
  return new Map(
    targets.map(({ display, file }) => {
      const shown = drawnOn(processes, display.id);
      const verdict: Verdict =
        shown === undefined
          ? { shows: 'other', detail: 'no swaybg process draws on this output' }
          : shown.image === file
            ? { shows: 'target', detail: 'the running swaybg draws it' }
            : { shows: 'other', detail: `the running swaybg draws ${shown.image ?? 'a plain color'}` };
      return [display.id, verdict];
    }),
  );
}
