import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

/** In device independent pixels, as Electron counts windows and displays. */
const rectangle = z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() });
export type Rectangle = z.infer<typeof rectangle>;

const shape = z.object({ bounds: rectangle, maximized: z.boolean() });
export type WindowState = z.infer<typeof shape>;

export const minimum = { width: 480, height: 400 } as const;
const preferred = { width: 1280, height: 800 } as const;

/**
 * Where the window goes: where it was, if a good part of it (its title bar above all) is still on a display, and never larger than that display;
 * otherwise centered on the primary one. `workAreas` has the primary one first.
 */
export function placeWindow(saved: WindowState | null, workAreas: readonly Rectangle[]): WindowState {
  const primary = workAreas[0] ?? { x: 0, y: 0, ...preferred };
  const home = saved === null ? undefined : workAreas.find((area) => shows(area, saved.bounds));
  if (saved === null || home === undefined) {
    const width = clamp(saved?.bounds.width ?? preferred.width, minimum.width, primary.width);
    const height = clamp(saved?.bounds.height ?? preferred.height, minimum.height, primary.height);
    const x = Math.round(primary.x + (primary.width - width) / 2);
    const y = Math.round(primary.y + (primary.height - height) / 2);
    return { bounds: { x, y, width, height }, maximized: saved?.maximized ?? false };
  }
  const width = clamp(saved.bounds.width, minimum.width, home.width);
  const height = clamp(saved.bounds.height, minimum.height, home.height);
  return {
    bounds: {
      x: clamp(saved.bounds.x, home.x, home.x + home.width - width),
      y: clamp(saved.bounds.y, home.y, home.y + home.height - height),
      width,
      height,
    },
    maximized: saved.maximized,
  };
}

/** Enough of the title bar to take hold of. */
function shows(area: Rectangle, { x, y, width }: Rectangle): boolean {
  const visible = Math.min(x + width, area.x + area.width) - Math.max(x, area.x);
  return visible >= 100 && y >= area.y - 10 && y <= area.y + area.height - 50;
}

/** `low` wins where the two bounds cross: a window is never smaller than its minimum. */
function clamp(value: number, low: number, high: number): number {
  return Math.round(Math.max(low, Math.min(value, high)));
}

/** The state of the last run; null when there is none or it is unreadable. */
export function loadWindowState(file: string): WindowState | null {
  try {
    const parsed = shape.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Remembers the state; not being able to is no reason to trouble anybody. */
export function saveWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  } catch {
    // The window will open in its usual place.
  }
}
