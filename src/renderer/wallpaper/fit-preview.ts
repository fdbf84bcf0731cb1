import type { Display, Fit } from '../../shared/model.ts';

/** A box in the display's own pixels, from its top left corner. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How much light a blurred layer keeps. */
export const blurredBrightness = 0.65;

/** One painting of the picture on a display; the display cuts off what lies outside. */
export interface PreviewLayer extends Box {
  /** Repeated in both directions from its place on. */
  readonly repeat: boolean;
  /** Blur radius in display pixels; such a layer is dimmed too. 0 is none. */
  readonly blur: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function scaled(picture: Size, area: Size, scale: number): Box {
  const width = picture.width * scale;
  const height = picture.height * scale;
  return { x: (area.width - width) / 2, y: (area.height - height) / 2, width, height };
}
const cover = (picture: Size, area: Size): Box =>
  scaled(picture, area, Math.max(area.width / picture.width, area.height / picture.height));
const contain = (picture: Size, area: Size): Box =>
  scaled(picture, area, Math.min(area.width / picture.width, area.height / picture.height));

/** The smallest box around all displays, in desktop pixels. */
export function boundsOf(displays: readonly Display[]): Box {
  if (displays.length === 0) return { x: 0, y: 0, width: 0, height: 0 };
  const x = Math.min(...displays.map((display) => display.x));
  const y = Math.min(...displays.map((display) => display.y));
  return {
    x,
    y,
    width: Math.max(...displays.map((display) => display.x + display.width)) - x,
    height: Math.max(...displays.map((display) => display.y + display.height)) - y,
  };
}

/**
 * How `picture` will sit on `display`, from the bottom layer to the top one: the same arithmetic the composer uses, for a preview that
 * tells the truth. `together` are the displays the picture is set on; only `span` looks at the others.
 */
export function previewLayers(fit: Fit, picture: Size, display: Display, together: readonly Display[]): PreviewLayer[] {
  const plain = (box: Box): PreviewLayer => ({ ...box, repeat: false, blur: 0 });
  if (picture.width <= 0 || picture.height <= 0) return [];
  switch (fit) {
    case 'fill':
      return [plain(cover(picture, display))];
    case 'fit':
      return [plain(contain(picture, display))];
    case 'blur': {
      const inside = plain(contain(picture, display));
      if (inside.width >= display.width && inside.height >= display.height) return [inside];
      const blur = Math.max(8, Math.round(Math.max(display.width, display.height) / 48));
      // As the composer does: the blurred picture reaches over the edges, where a blur fades.
      const behind = cover(picture, { width: display.width + 4 * blur, height: display.height + 4 * blur });
      return [{ ...behind, x: behind.x - 2 * blur, y: behind.y - 2 * blur, repeat: false, blur }, inside];
    }
    case 'center':
      return [plain(scaled(picture, display, 1))];
    case 'stretch':
      return [plain({ x: 0, y: 0, width: display.width, height: display.height })];
    case 'tile':
      return [{ x: 0, y: 0, width: picture.width, height: picture.height, repeat: true, blur: 0 }];
    case 'span': {
      const all = boundsOf(together.length > 0 ? together : [display]);
      const box = cover(picture, all);
      return [plain({ ...box, x: box.x + all.x - display.x, y: box.y + all.y - display.y })];
    }
  }
}

/** How much a picture is enlarged on a display by this fit: above 1 it will look soft. 0 where the question makes no sense. */
export function enlargement(fit: Fit, picture: Size, display: Display, together: readonly Display[]): number {
  if (fit === 'center' || fit === 'tile') return 1;
  const top = previewLayers(fit, picture, display, together).at(-1);
  return top ? Math.max(top.width / picture.width, top.height / picture.height) : 0;
}
