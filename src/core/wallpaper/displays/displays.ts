import { appError } from '../../../shared/errors.ts';
import type { Display } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Desktop } from '../desktop.ts';
import type { Env, Runner } from '../run.ts';
import type { ReadMonitors } from '../x11/monitors.ts';
import { drmFolder, readDrmIdentities } from './drm.ts';
import { identityKey } from './edid.ts';
import { withKeys, type FoundDisplay } from './identity.ts';
import { parsePowershellScreens, parseSystemProfiler, powershellScreens } from './native.ts';
import { parseHyprlandMonitors, parseKscreen, parseMutterState, parseSwayOutputs, parseWlrRandr } from './wayland.ts';
import { parseListMonitors, parseOutputIdentities, parseXdpyinfo, parseXrandr } from './x11.ts';

export type ListDisplays = (desktop: Desktop, signal?: AbortSignal) => Promise<Result<readonly Display[]>>;

interface Source {
  readonly program: string;
  readonly args: readonly string[];
  readonly parse: (text: string) => readonly FoundDisplay[];
}

const xrandrMonitors: Source = { program: 'xrandr', args: ['--listmonitors'], parse: parseListMonitors };
/** For servers that cannot be asked themselves (another machine's, an old RandR). */
const x11: readonly Source[] = [
  xrandrMonitors,
  { program: 'xrandr', args: ['--query'], parse: parseXrandr },
  { program: 'xdpyinfo', args: [], parse: parseXdpyinfo },
];
const sway: Source = { program: 'swaymsg', args: ['-t', 'get_outputs', '--raw'], parse: parseSwayOutputs };
const wlroots: Source = { program: 'wlr-randr', args: ['--json'], parse: parseWlrRandr };
const hyprland: Source = { program: 'hyprctl', args: ['monitors', '-j'], parse: parseHyprlandMonitors };
const kde: Source = { program: 'kscreen-doctor', args: ['-j'], parse: parseKscreen };
const mutter: Source = {
  program: 'busctl',
  args: [
    '--user',
    '--json=short',
    'call',
    'org.gnome.Mutter.DisplayConfig',
    '/org/gnome/Mutter/DisplayConfig',
    'org.gnome.Mutter.DisplayConfig',
    'GetCurrentState',
  ],
  parse: parseMutterState,
};
const macos: Source = {
  program: 'system_profiler',
  args: ['SPDisplaysDataType', '-json'],
  parse: parseSystemProfiler,
};
const windows: Source = {
  program: 'powershell.exe',
  args: ['-NoProfile', '-NonInteractive', '-Command', powershellScreens],
  parse: parsePowershellScreens,
};

/**
 * The displays in physical pixels, with their lasting keys. On Linux the running desktop itself is asked first: Electron knows outputs, not monitors,
 * and only one of them under Xvfb. On macOS and Windows the host knows better (it knows positions) and is asked first; who the monitors are only the
 * system's own tool knows.
 */
export function createListDisplays({
  run,
  env,
  monitors,
  host,
  drm = drmFolder,
}: {
  readonly run: Runner;
  readonly env: Env;
  /** The X server's own answer. */
  readonly monitors: ReadMonitors;
  readonly host: (() => Promise<readonly Display[]>) | null;
  readonly drm?: string;
}): ListDisplays {
  const shared = new Set<string>();
  /** Of the host's displays, as long as these are the same. */
  let recognised: { readonly of: string; readonly displays: readonly Display[] } | null = null;

  const fromHost = async (): Promise<readonly Display[]> => {
    try {
      return (await host?.()) ?? [];
    } catch {
      return [];
    }
  };

  return async (desktop, signal) => {
    const native = desktop.session === 'native';
    if (native) {
      const known = await fromHost();
      if (known.length > 0) return ok(await recognise(known, desktop, signal));
    }
    const tried: string[] = [];
    const found = await fromTools(desktop, tried, signal);
    if (!found.ok) return found;
    if (found.value !== null) return ok(withKeys(await identified(found.value, desktop, signal), shared));
    const known = native ? [] : await fromHost();
    return known.length > 0 ? ok(known) : fail(appError('no_display', explain(desktop, tried)));
  };

  async function fromTools(
    desktop: Desktop,
    tried: string[],
    signal?: AbortSignal,
  ): Promise<Result<readonly FoundDisplay[] | null>> {
    for (const source of sourcesFor(desktop, env)) {
      if (source === xrandrMonitors) {
        const told = await monitors();
        if (told !== null) return ok(told);
      }
      if ((await run.which(source.program)) === null) {
        tried.push(`${source.program} is not installed`);
        continue;
      }
      const answer = await run.run(source.program, source.args, { signal });
      if (!answer.ok) {
        if (answer.error.code === 'cancelled') return answer;
        tried.push(answer.error.message);
        continue;
      }
      const displays = source.parse(answer.value.stdout);
      if (displays.length > 0) return ok(displays);
      tried.push(`${source.program} lists no display`);
    }
    return ok(null);
  }

  /** What the monitors' EDIDs say comes before what a compositor makes of them, so that a monitor has one key in every desktop. */
  async function identified(
    found: readonly FoundDisplay[],
    desktop: Desktop,
    signal?: AbortSignal,
  ): Promise<readonly FoundDisplay[]> {
    if (found.some(({ outputs }) => outputs?.some((name) => name !== 'none'))) {
      // `--current`: without it xrandr probes every output, which takes long and makes some screens flicker.
      const props = await run.run('xrandr', ['--current', '--props'], { signal });
      const edids = parseOutputIdentities(props.ok ? props.value.stdout : '');
      return found.map((display) => {
        const named = (display.outputs ?? []).map((name) => edids.get(name)).find((each) => each !== undefined);
        return named === undefined ? display : { ...display, identity: named };
      });
    }
    if (desktop.session !== 'wayland') return found;
    const edids = await readDrmIdentities(drm);
    return found.map((display) => {
      const edid = edids.get(display.id) ?? null;
      return identityKey(edid) === null ? display : { ...display, identity: edid };
    });
  }

  /** The host's displays with the keys that the system's tool gives them: matched by name (macOS) or by place (Windows). */
  async function recognise(
    known: readonly Display[],
    desktop: Desktop,
    signal?: AbortSignal,
  ): Promise<readonly Display[]> {
    const of = JSON.stringify(known);
    if (recognised?.of === of) return recognised.displays;
    const found = await fromTools(desktop, [], signal);
    if (!found.ok || found.value === null) return known;
    const keyed = withKeys(found.value, shared);
    const place = ({ x, y, width, height }: Display): string => `${x} ${y} ${width} ${height}`;
    // Two of one model are numbered on both sides, but who knows in which order.
    const model = ({ id }: Display): string => id.replace(/ \(\d+\)$/, '');
    const same = (one: Display, other: Display): boolean =>
      desktop.id === 'windows' ? place(one) === place(other) : model(one) === model(other);
    const displays = known.map((display) => {
      const matches = keyed.filter((each) => same(each, display));
      const twins = known.filter((each) => same(each, display));
      const [match] = matches;
      const certain = matches.length === 1 && twins.length === 1 && match !== undefined && match.key !== match.id;
      return certain ? { ...display, key: match.key } : display;
    });
    recognised = { of, displays };
    return displays;
  }
}

function sourcesFor(desktop: Desktop, env: Env): readonly Source[] {
  if (desktop.id === 'macos') return [macos];
  if (desktop.id === 'windows') return [windows];
  const sources: Source[] = [];
  if (desktop.session === 'wayland') {
    if (desktop.id === 'hyprland') sources.push(hyprland);
    else if (desktop.id === 'sway') sources.push(sway);
    else if (desktop.id === 'kde') sources.push(kde);
    else if (['gnome', 'unity', 'budgie', 'pantheon', 'cinnamon'].includes(desktop.id)) sources.push(mutter);
    if (['sway', 'hyprland', 'wlroots', 'wayland', 'xfce', 'mate', 'budgie'].includes(desktop.id))
      sources.push(wlroots);
  } else if (desktop.id === 'sway' && env['SWAYSOCK']) sources.push(sway);
  // XWayland is better than nothing: its sizes may be logical ones.
  if (env['DISPLAY']) sources.push(...x11);
  return sources;
}

function explain(desktop: Desktop, tried: readonly string[]): string {
  if (desktop.session === 'none' && tried.length === 0)
    return 'No display was found: neither DISPLAY nor WAYLAND_DISPLAY is set. Run this inside the desktop session.';
  const why = [...new Set(tried.map((each) => each.replace(/\.$/, '')))].join('; ');
  const cure =
    desktop.session === 'x11'
      ? 'Install xrandr (Debian: x11-xserver-utils).'
      : 'Install the tool that lists its outputs (wlr-randr for most compositors).';
  return `No display of ${desktop.name} was found${why === '' ? '' : `: ${why}`}. ${cure}`;
}
