import type { Display as ElectronDisplay, Rectangle, Screen } from 'electron';
import { inPixels } from '../core/wallpaper/displays/geometry.ts';
import { firstFree, withKeys } from '../core/wallpaper/displays/identity.ts';
import type { Display } from '../shared/model.ts';

type ScreenPart = Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay'> & {
  /** Windows only. */
  readonly dipToScreenRect?: (window: null, rect: Rectangle) => Rectangle;
};

/**
 * The displays as Chromium sees them. Its positions are device independent; Windows alone has physical ones besides and tells them. Two displays of one
 * name get numbers in the order of Chromium's ids, which stay with the display.
 */
export function electronDisplays(screen: ScreenPart): readonly Display[] {
  const primary = screen.getPrimaryDisplay().id;
  const all = screen.getAllDisplays();
  const names = namesOf(all);
  const outputs = all.map(({ id, bounds, scaleFactor }) => ({
    id: names.get(id) ?? `display-${id}`,
    mode: { width: Math.round(bounds.width * scaleFactor), height: Math.round(bounds.height * scaleFactor) },
    position: bounds,
    scaleFactor,
    // Bounds are as the display stands.
    turned: false,
    primary: id === primary,
    identity: null,
  }));
  return withKeys(
    inPixels(outputs).map((display, index) => {
      const physical = screen.dipToScreenRect?.(null, outputs[index]?.position ?? display);
      if (physical === undefined) return display;
      const { x, y, width, height } = physical;
      const { area: _area, ...rest } = display;
      return { ...rest, x, y, width, height };
    }),
  );
}

function namesOf(displays: readonly ElectronDisplay[]): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { id, label } of displays.toSorted((one, other) => one.id - other.id))
    names.set(id, label === '' ? `display-${id}` : firstFree(label, new Set(names.values())));
  return names;
}
