import { appError } from '../../../shared/errors.ts';
import type { Display } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Desktop } from '../desktop.ts';
import type { Env, Runner } from '../run.ts';
import { parsePowershellScreens, parseSystemProfiler, powershellScreens } from './native.ts';
import { parseHyprlandMonitors, parseKscreen, parseMutterState, parseSwayOutputs, parseWlrRandr } from './wayland.ts';
import { parseListMonitors, parseXdpyinfo, parseXrandr } from './x11.ts';

export type ListDisplays = (desktop: Desktop, signal?: AbortSignal) => Promise<Result<readonly Display[]>>;

interface Source {
  readonly program: string;
  readonly args: readonly string[];
  readonly parse: (text: string) => readonly Display[];
}

const xrandrMonitors: Source = { program: 'xrandr', args: ['--listmonitors'], parse: parseListMonitors };
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
 * The displays in physical pixels. On Linux the running desktop itself is asked first: Electron knows outputs, not monitors, and only one
 * of them under Xvfb. On macOS and Windows the host knows better (it knows positions) and is asked first.
 */
export function createListDisplays({
  run,
  env,
  host,
}: {
  readonly run: Runner;
  readonly env: Env;
  readonly host: (() => Promise<readonly Display[]>) | null;
}): ListDisplays {
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
      if (known.length > 0) return ok(known);
    }
    const tried: string[] = [];
    for (const source of sourcesFor(desktop, env)) {
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
    const known = native ? [] : await fromHost();
    return known.length > 0 ? ok(known) : fail(appError('no_display', explain(desktop, tried)));
  };
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
