import type { ListProcesses } from './processes.ts';
import type { Env } from './run.ts';

export type DesktopId =
  | 'gnome'
  | 'unity'
  | 'budgie'
  | 'pantheon'
  | 'cinnamon'
  | 'mate'
  | 'xfce'
  | 'kde'
  | 'sway'
  | 'hyprland'
  | 'wlroots'
  | 'wayland'
  | 'x11'
  | 'macos'
  | 'windows'
  | 'other'
  | 'none';

/** The desktop that runs now, not those that are merely installed. */
export interface Desktop {
  readonly id: DesktopId;
  /** For people: `XFCE`, `sway`, `LXQt` … */
  readonly name: string;
  readonly session: 'x11' | 'wayland' | 'native' | 'none';
  /** What it was recognised by. */
  readonly evidence: string;
}

export type DetectDesktop = () => Promise<Desktop>;

const names: Readonly<Record<DesktopId, string>> = {
  gnome: 'GNOME',
  unity: 'Unity',
  budgie: 'Budgie',
  pantheon: 'Pantheon',
  cinnamon: 'Cinnamon',
  mate: 'MATE',
  xfce: 'XFCE',
  kde: 'KDE Plasma',
  sway: 'sway',
  hyprland: 'Hyprland',
  wlroots: 'a wlroots compositor',
  wayland: 'an unknown Wayland desktop',
  x11: 'a plain X11 window manager',
  macos: 'macOS',
  windows: 'Windows',
  other: 'an unknown desktop',
  none: 'no desktop session',
};

/** Names as they stand in XDG_CURRENT_DESKTOP, XDG_SESSION_DESKTOP and DESKTOP_SESSION, in lower case. More special ones first. */
const byName: readonly (readonly [RegExp, DesktopId])[] = [
  [/^budgie/, 'budgie'],
  [/^unity/, 'unity'],
  [/^pantheon$/, 'pantheon'],
  [/^(x-)?cinnamon/, 'cinnamon'],
  [/^mate$/, 'mate'],
  [/^(xfce|xubuntu)/, 'xfce'],
  [/^(kde|plasma)/, 'kde'],
  [/^sway/, 'sway'],
  [/^hyprland/, 'hyprland'],
  [/^(wlroots|river|wayfire|labwc|niri|dwl|cage|hikari|miracle|mango)/, 'wlroots'],
  [/^(gnome|ubuntu|pop)/, 'gnome'],
  [
    /^(i3|openbox|fluxbox|blackbox|bspwm|awesome|dwm|icewm|herbstluftwm|xmonad|qtile|spectrwm|jwm|fvwm|windowmaker)/,
    'x11',
  ],
];

/** The programs that draw or manage each desktop. `comm` is cut to 15 characters. */
const byProcess: Readonly<Record<string, DesktopId>> = {
  'gnome-shell': 'gnome',
  budgie_wm: 'budgie',
  'budgie-wm': 'budgie',
  'budgie-panel': 'budgie',
  cinnamon: 'cinnamon',
  'mate-session': 'mate',
  xfdesktop: 'xfce',
  'xfce4-session': 'xfce',
  plasmashell: 'kde',
  sway: 'sway',
  Hyprland: 'hyprland',
  river: 'wlroots',
  wayfire: 'wlroots',
  labwc: 'wlroots',
  niri: 'wlroots',
};

/**
 * Recognises the running desktop: by platform; by what the session says of itself; by the compositor's own variables; by the programs
 * that run on this very display; and at last by the display server alone.
 */
export function createDetectDesktop({
  env,
  platform,
  processes,
}: {
  readonly env: Env;
  readonly platform: NodeJS.Platform;
  readonly processes: ListProcesses;
}): DetectDesktop {
  return async () => {
    if (platform === 'darwin')
      return { id: 'macos', name: 'macOS', session: 'native', evidence: 'the operating system' };
    if (platform === 'win32')
      return { id: 'windows', name: 'Windows', session: 'native', evidence: 'the operating system' };
    const session = env['WAYLAND_DISPLAY'] ? 'wayland' : env['DISPLAY'] ? 'x11' : 'none';
    const found = (id: DesktopId, evidence: string, name = names[id]): Desktop => ({ id, name, session, evidence });

    const said = fromVariables(env, ['XDG_CURRENT_DESKTOP']);
    if (said) return found(said.id, said.evidence);
    if (env['HYPRLAND_INSTANCE_SIGNATURE'] && session !== 'x11')
      return found('hyprland', 'HYPRLAND_INSTANCE_SIGNATURE');
    if (env['SWAYSOCK'] && session !== 'x11') return found('sway', 'SWAYSOCK');
    const older = fromVariables(env, ['XDG_SESSION_DESKTOP', 'DESKTOP_SESSION']);
    if (older) return found(older.id, older.evidence);

    if (session !== 'none') {
      for (const process of await processes((name) => Object.hasOwn(byProcess, name))) {
        const id = byProcess[process.name];
        if (id !== undefined) return found(id, `the running program ${process.name}`);
      }
    }
    // A desktop that names itself but is not known here.
    const unknown = (env['XDG_CURRENT_DESKTOP'] ?? '').trim();
    if (session === 'wayland') return found('wayland', 'WAYLAND_DISPLAY', unknown || names.wayland);
    if (session === 'x11') return unknown ? found('other', 'XDG_CURRENT_DESKTOP', unknown) : found('x11', 'DISPLAY');
    return found('none', 'neither WAYLAND_DISPLAY nor DISPLAY is set');
  };
}

function fromVariables(
  env: Env,
  variables: readonly string[],
): { readonly id: DesktopId; readonly evidence: string } | null {
  for (const variable of variables) {
    const parts = (env[variable] ?? '').split(':').map((part) => part.trim().split('/').at(-1)?.toLowerCase() ?? '');
    for (const [pattern, id] of byName) {
      if (parts.some((part) => pattern.test(part))) return { id, evidence: `${variable}=${env[variable]}` };
    }
  }
  return null;
}
