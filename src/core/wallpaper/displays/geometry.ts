import type { Display } from '../../../shared/model.ts';
import type { Rect } from '../../files/codec.ts';
import type { Identity } from './edid.ts';
import { withOnePrimary, type FoundDisplay } from './identity.ts';

/** An output as most desktops tell it: a mode in physical pixels, at a position in logical ones. */
export interface Output {
  readonly id: string;
  readonly mode: { readonly width: number; readonly height: number };
  readonly position: { readonly x: number; readonly y: number };
  readonly scaleFactor: number;
  readonly turned: boolean;
  readonly primary: boolean;
  readonly identity: Identity | null;
}

/**
 * Logical places become pixels of the largest scale factor there is, so that nothing overlaps and neighbours touch. A display with a smaller one keeps
 * its own pixels as its size, and says as `area` how much room it takes there.
 */
export function inPixels(outputs: readonly Output[]): FoundDisplay[] {
  const largest = Math.max(1, ...outputs.map(({ scaleFactor }) => scaleFactor));
  const displays = outputs.map(({ mode, position, turned, ...output }): FoundDisplay => {
    const [width, height] = turned ? [mode.height, mode.width] : [mode.width, mode.height];
    const zoom = largest / output.scaleFactor;
    return {
      ...output,
      x: Math.round(position.x * largest),
      y: Math.round(position.y * largest),
      width,
      height,
      ...(zoom === 1 ? {} : { area: { width: Math.round(width * zoom), height: Math.round(height * zoom) } }),
    };
  });
  return withOnePrimary(displays);
}

/** Where positions are physical pixels already, whatever the scale factors. */
export function asTheyAre(outputs: readonly Output[]): FoundDisplay[] {
  return inPixels(outputs.map((output) => ({ ...output, scaleFactor: 1 }))).map((display, index) => ({
    ...display,
    scaleFactor: outputs[index]?.scaleFactor ?? 1,
  }));
}

/** The room a display takes among the others, where it is not its own size: pictures across displays go by it. */
export function roomOf({ x, y, width, height, area }: Display): Rect {
  return { x, y, width: area?.width ?? width, height: area?.height ?? height };
}
