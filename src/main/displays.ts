import type { Display as ElectronDisplay, Screen } from 'electron';
import type { Display } from '../shared/model.ts';

/**
 * The displays as Chromium sees them, in physical pixels. Its positions are device independent; on X11 and Windows multiplying by the display's
 * own scale gives the physical ones as long as all scales are equal, and is only used for order and neighbourhood otherwise.
 */
export function electronDisplays(screen: Pick<Screen, 'getAllDisplays' | 'getPrimaryDisplay'>): readonly Display[] {
  const primary = screen.getPrimaryDisplay().id;
  return screen.getAllDisplays().map((display) => toDisplay(display, display.id === primary));
}

function toDisplay({ id, label, bounds, scaleFactor }: ElectronDisplay, primary: boolean): Display {
  return {
    id: label === '' ? `display-${id}` : label,
    x: Math.round(bounds.x * scaleFactor),
    y: Math.round(bounds.y * scaleFactor),
    width: Math.round(bounds.width * scaleFactor),
    height: Math.round(bounds.height * scaleFactor),
    scaleFactor,
    primary,
  };
}
