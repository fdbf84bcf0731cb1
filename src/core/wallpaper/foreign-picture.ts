import { stat } from 'node:fs/promises';
import { imageSizeFromFile } from 'image-size/fromFile';
import type { Display, Fit } from '../../shared/model.ts';
import type { Codec } from '../files/codec.ts';
import { pathOf } from './backends/file-uri.ts';
import { boundingBox, layersFor } from './compose.ts';
import { roomOf } from './displays/geometry.ts';

/** Larger pictures than this are not decoded, and larger files not read. */
const maxPixels = 200_000_000;
const maxBytes = 200_000_000;

/**
 * Draws what a picture of somebody else's (set by the desktop's own dialog) shows on one display, so that it can stay there when the others change, and
 * come back when its file is gone. `source` is as the desktop names it: a path or a file URI. False where that is no file, or none that can be read,
 * such as a slide show's XML.
 */
export type ComposeForeign = (
  source: string,
  fit: Fit,
  display: Display,
  displays: readonly Display[],
  target: string,
) => Promise<boolean>;

export function createComposeForeign({ codec }: { readonly codec: Pick<Codec, 'compose'> }): ComposeForeign {
  return async (source, fit, display, displays, target) => {
    try {
      const path = pathOf(source);
      if (path === null) return false;
      const file = await stat(path);
      // A settings key may name anything: a pipe would never end.
      if (!file.isFile() || file.size > maxBytes) return false;
      const { width, height, orientation = 1 } = await imageSizeFromFile(path);
      if (!width || !height || width * height > maxPixels) return false;
      // EXIF orientations from 5 on lie on their side.
      const picture = orientation >= 5 ? { width: height, height: width } : { width, height };
      const place = { box: boundingBox(displays.map(roomOf)), part: roomOf(display) };
      const layers = layersFor({ source: path, ...picture }, display, fit, place);
      const job = { target, width: display.width, height: display.height, background: '#000000', layers };
      return (await codec.compose(job)).ok;
    } catch {
      return false;
    }
  };
}
