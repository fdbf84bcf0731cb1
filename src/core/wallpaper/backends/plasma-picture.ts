import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Fit } from '../../../shared/model.ts';
import type { Size } from '../compose.ts';
import { pathOf } from './file-uri.ts';

/** How Plasma calls the ways of placing a picture: Qt's `Image.fillMode`. */
const fitOfMode: Readonly<Record<string, Fit>> = {
  '0': 'stretch',
  '1': 'fit',
  '2': 'fill',
  '3': 'tile',
  '6': 'center',
};

/** The fit of Plasma's `FillMode`; what is not set is its default. */
export function fitOfFillMode(mode: string): Fit | null {
  return mode === '' ? 'fill' : (fitOfMode[mode] ?? null);
}

/**
 * The picture file behind Plasma's `Image`, for a display of this size. It names a file, or a package: a folder with the picture in several sizes, of which
 * the smallest that is large enough is taken. Null where there is none.
 */
export async function plasmaPicture(image: string, size: Size): Promise<string | null> {
  const path = pathOf(image);
  if (path === null) return null;
  try {
    if (!(await stat(path)).isDirectory()) return path;
    const folder = join(path, 'contents', 'images');
    const sizes = (await readdir(folder)).flatMap((name) => {
      const [, width, height] = /^(\d{1,5})x(\d{1,5})\.[a-z]+$/i.exec(name) ?? [];
      return width === undefined || height === undefined
        ? []
        : [{ name, width: Number(width), height: Number(height) }];
    });
    sizes.sort((one, other) => one.width * one.height - other.width * other.height);
    const best = sizes.find(({ width, height }) => width >= size.width && height >= size.height) ?? sizes.at(-1);
    return best === undefined ? null : join(folder, best.name);
  } catch {
    return null;
  }
}
