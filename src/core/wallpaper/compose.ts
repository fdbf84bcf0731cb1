import type { ComposeLayer, Rect } from '../files/codec.ts';
import type { Fit } from '../../shared/model.ts';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A picture and how large it really is (EXIF orientation applied). */
export interface SourcePicture extends Size {
  readonly source: string;
}

/** More tiles than this are drawn larger instead: a 1 px picture would otherwise take millions. */
const maxTiles = 2_000;

/**
 * The layers that show `picture` on a canvas of `canvas` pixels. Pure geometry: source rectangles never leave the picture, and only
 * `stretch` distorts.
 *
 * @param span Where this canvas lies in the box around all displays the picture spans; needed for `span`, which is `fill` without it.
 */
export function layersFor(picture: SourcePicture, canvas: Size, fit: Fit, span?: SpanPlace): readonly ComposeLayer[] {
  const all: Rect = { x: 0, y: 0, width: picture.width, height: picture.height };
  const whole: Rect = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  const layer = (from: Rect, to: Rect, more: Partial<ComposeLayer> = {}): ComposeLayer => ({
    source: picture.source,
    from,
    to,
    blur: 0,
    brightness: 1,
    ...more,
  });
  switch (fit) {
    case 'fill':
      return [layer(coverCrop(picture, canvas), whole)];
    case 'fit':
      return [layer(all, contain(picture, canvas))];
    case 'blur': {
      const inside = contain(picture, canvas);
      const radius = Math.max(8, Math.round(Math.max(canvas.width, canvas.height) / 48));
      const covers = inside.width >= canvas.width && inside.height >= canvas.height;
      const behind = layer(coverCrop(picture, canvas), whole, { blur: radius, brightness: 0.65 });
      return covers ? [layer(all, inside)] : [behind, layer(all, inside)];
    }
    case 'center':
      return [centered(picture, canvas, layer)];
    case 'stretch':
      return [layer(all, whole)];
    case 'tile':
      return tiles(picture, canvas, layer);
    case 'span':
      return [layer(span ? spanCrop(picture, span) : coverCrop(picture, canvas), whole)];
  }
}

/** One display's place in the box around all displays that share a picture. */
export interface SpanPlace {
  readonly box: Rect;
  readonly part: Rect;
}

/** The smallest box around all rectangles. */
export function boundingBox(rects: readonly Rect[]): Rect {
  const x = Math.min(...rects.map((rect) => rect.x));
  const y = Math.min(...rects.map((rect) => rect.y));
  const right = Math.max(...rects.map((rect) => rect.x + rect.width));
  const bottom = Math.max(...rects.map((rect) => rect.y + rect.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** The largest centered part of the picture with the canvas's proportions. */
export function coverCrop(picture: Size, canvas: Size): Rect {
  const scale = Math.max(canvas.width / picture.width, canvas.height / picture.height);
  const width = Math.min(picture.width, canvas.width / scale);
  const height = Math.min(picture.height, canvas.height / scale);
  return { x: (picture.width - width) / 2, y: (picture.height - height) / 2, width, height };
}

/** The whole picture as large as fits, centered, on whole pixels. */
function contain(picture: Size, canvas: Size): Rect {
  const scale = Math.min(canvas.width / picture.width, canvas.height / picture.height);
  const width = Math.max(1, Math.min(canvas.width, Math.round(picture.width * scale)));
  const height = Math.max(1, Math.min(canvas.height, Math.round(picture.height * scale)));
  return { x: Math.floor((canvas.width - width) / 2), y: Math.floor((canvas.height - height) / 2), width, height };
}

type MakeLayer = (from: Rect, to: Rect) => ComposeLayer;

/** At its own size; what does not fit is cropped evenly. */
function centered(picture: Size, canvas: Size, layer: MakeLayer): ComposeLayer {
  const width = Math.min(picture.width, canvas.width);
  const height = Math.min(picture.height, canvas.height);
  return layer(
    { x: Math.floor((picture.width - width) / 2), y: Math.floor((picture.height - height) / 2), width, height },
    { x: Math.floor((canvas.width - width) / 2), y: Math.floor((canvas.height - height) / 2), width, height },
  );
}

/** From the top left, at its own size (or a whole multiple, where there would be too many). */
function tiles(picture: Size, canvas: Size, layer: MakeLayer): readonly ComposeLayer[] {
  let zoom = 1;
  const count = (): number =>
    Math.ceil(canvas.width / (picture.width * zoom)) * Math.ceil(canvas.height / (picture.height * zoom));
  while (count() > maxTiles) zoom += 1;
  const [stepX, stepY] = [picture.width * zoom, picture.height * zoom];
  const layers: ComposeLayer[] = [];
  for (let y = 0; y < canvas.height; y += stepY) {
    for (let x = 0; x < canvas.width; x += stepX) {
      const width = Math.min(stepX, canvas.width - x);
      const height = Math.min(stepY, canvas.height - y);
      layers.push(layer({ x: 0, y: 0, width: width / zoom, height: height / zoom }, { x, y, width, height }));
    }
  }
  return layers;
}

/** The part of the picture that falls on `part` when the picture fills `box`. */
function spanCrop(picture: Size, { box, part }: SpanPlace): Rect {
  const crop = coverCrop(picture, box);
  const scale = crop.width / box.width;
  const scaleY = crop.height / box.height;
  const x = crop.x + (part.x - box.x) * scale;
  const y = crop.y + (part.y - box.y) * scaleY;
  return {
    x: Math.max(0, x),
    y: Math.max(0, y),
    width: Math.min(part.width * scale, picture.width - x),
    height: Math.min(part.height * scaleY, picture.height - y),
  };
}
