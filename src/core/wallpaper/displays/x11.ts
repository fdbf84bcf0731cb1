import type { Display } from '../../../shared/model.ts';

/**
 * `xrandr --listmonitors`: ` 0: +*eDP-1 1920/309x1080/174+0+0  eDP-1`. Monitors, not outputs: they are what window managers and feh see
 * (a monitor may be half an output, or two). In xrandr's order.
 */
export function parseListMonitors(text: string): Display[] {
  const displays: Display[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*\d+:\s+\+?(\*?)(\S+)\s+(\d+)\/\d+x(\d+)\/\d+([+-]\d+)([+-]\d+)/.exec(line);
    if (!match) continue;
    const [, primary, id = '', width, height, x, y] = match;
    displays.push(display(id, Number(x), Number(y), Number(width), Number(height), primary === '*'));
  }
  return withOnePrimary(displays);
}

/** Plain `xrandr`, for versions without monitors: `HDMI-1 connected primary 1920x1080+0+0 (normal …`. */
export function parseXrandr(text: string): Display[] {
  const displays: Display[] = [];
  for (const line of text.split('\n')) {
    const match = /^(\S+) connected( primary)? (\d+)x(\d+)([+-]\d+)([+-]\d+)/.exec(line);
    if (!match) continue;
    const [, id = '', primary, width, height, x, y] = match;
    displays.push(display(id, Number(x), Number(y), Number(width), Number(height), primary !== undefined));
  }
  return withOnePrimary(displays);
}

/** `xdpyinfo`: `  dimensions:    1280x720 pixels (339x191 millimeters)`. One display, named as Xvfb names its own. */
export function parseXdpyinfo(text: string): Display[] {
  const match = /^\s*dimensions:\s+(\d+)x(\d+) pixels/m.exec(text);
  return match ? [display('screen', 0, 0, Number(match[1]), Number(match[2]), true)] : [];
}

function display(id: string, x: number, y: number, width: number, height: number, primary: boolean): Display {
  return { id, key: id, x, y, width, height, scaleFactor: 1, primary };
}

/** Exactly one display is primary: the first where the desktop names none. */
export function withOnePrimary(displays: readonly Display[]): Display[] {
  const chosen = Math.max(
    0,
    displays.findIndex((each) => each.primary),
  );
  return displays.map((each, index) => ({ ...each, primary: index === chosen }));
}
