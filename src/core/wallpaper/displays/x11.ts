import { parseEdidHex, type Identity } from './edid.ts';
import { withOnePrimary, type FoundDisplay } from './identity.ts';

/**
 * `xrandr --listmonitors`: ` 0: +*eDP-1 1920/309x1080/174+0+0  eDP-1`. Monitors, not outputs: they are what window managers and feh see
 * (a monitor may be half an output, or two). In xrandr's order.
 */
export function parseListMonitors(text: string): FoundDisplay[] {
  const displays: FoundDisplay[] = [];
  for (const line of text.split('\n')) {
    const match = /^\s*\d+:\s+\+?(\*?)(\S+)\s+(\d+)\/\d+x(\d+)\/\d+([+-]\d+)([+-]\d+)(.*)/.exec(line);
    if (!match) continue;
    const [, primary, id = '', width, height, x, y, outputs = ''] = match;
    displays.push({
      ...display(id, Number(x), Number(y), Number(width), Number(height), primary === '*'),
      outputs: outputs.split(/\s+/).filter((name) => name !== ''),
    });
  }
  return withOnePrimary(displays);
}

/** Plain `xrandr`, for versions without monitors: `HDMI-1 connected primary 1920x1080+0+0 (normal …`. */
export function parseXrandr(text: string): FoundDisplay[] {
  const displays: FoundDisplay[] = [];
  for (const line of text.split('\n')) {
    const match = /^(\S+) connected( primary)? (\d+)x(\d+)([+-]\d+)([+-]\d+)/.exec(line);
    if (!match) continue;
    const [, id = '', primary, width, height, x, y] = match;
    displays.push({
      ...display(id, Number(x), Number(y), Number(width), Number(height), primary !== undefined),
      outputs: [id],
    });
  }
  return withOnePrimary(displays);
}

/** `xdpyinfo`: `  dimensions:    1280x720 pixels (339x191 millimeters)`. One display, named as Xvfb names its own. */
export function parseXdpyinfo(text: string): FoundDisplay[] {
  const match = /^\s*dimensions:\s+(\d+)x(\d+) pixels/m.exec(text);
  return match ? [display('screen', 0, 0, Number(match[1]), Number(match[2]), true)] : [];
}

/** `xrandr --props`: what the monitor on each output says of itself. The EDID stands in lines of 32 digits below its name. */
export function parseOutputIdentities(text: string): ReadonlyMap<string, Identity> {
  const found = new Map<string, Identity>();
  let output: string | null = null;
  let digits: string | null = null;
  const end = (): void => {
    const identity = digits === null ? null : parseEdidHex(digits);
    if (output !== null && identity !== null) found.set(output, identity);
    digits = null;
  };
  for (const line of text.split('\n')) {
    const name = /^(\S+) (?:connected|disconnected|unknown connection)/.exec(line)?.[1];
    const more: string | undefined = digits === null ? undefined : /^\s+([0-9a-fA-F]{2,})\s*$/.exec(line)?.[1];
    if (name !== undefined) {
      end();
      output = name;
    } else if (/^\s+EDID:\s*$/.test(line)) {
      end();
      digits = '';
    } else if (more !== undefined) digits = (digits ?? '') + more;
    else end();
  }
  end();
  return found;
}

function display(id: string, x: number, y: number, width: number, height: number, primary: boolean): FoundDisplay {
  return { id, x, y, width, height, scaleFactor: 1, primary };
}
