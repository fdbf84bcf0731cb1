import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Codec } from '../files/codec.ts';
import type { Size } from './compose.ts';
import { temporaryName } from './composed.ts';
import { decodePng } from './png.ts';

/**
 * A picture is compared with what a screen shows by small patches of it, taken at its own resolution: nothing is resampled, so equal
 * pictures have equal patches, and only a few kilobytes travel.
 */
export const patchSize = 4;
const columns = 12;
const rows = 8;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** The top left corners of the patches of a picture, spread evenly. */
export function patchPlaces({ width, height }: Size): readonly Point[] {
  const places: Point[] = [];
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const x = Math.floor(((column + 0.5) * width) / columns - patchSize / 2);
      const y = Math.floor(((row + 0.5) * height) / rows - patchSize / 2);
      places.push({ x: clamp(x, width), y: clamp(y, height) });
    }
  }
  return places;
}

const clamp = (value: number, size: number): number => Math.max(0, Math.min(value, size - patchSize));

/** A patch's pixels: 3 bytes each, row by row. */
export type Patch = Uint8Array;

/** Lossy files decode a little differently from library to library, and a screen of 16 bits shows fewer colors. */
const tolerance = 12;

/** Do two patches look the same? Compares the mean color difference. */
export function samePatch(one: Patch, other: Patch): boolean {
  if (one.length !== other.length) return false;
  let sum = 0;
  for (let index = 0; index < one.length; index += 1) sum += Math.abs((one[index] ?? 0) - (other[index] ?? 0));
  return sum / one.length <= tolerance;
}

/** Reads the patches of a picture file, in the order of `patchPlaces(size)`. */
export type ReadPatches = (file: string, size: Size) => Promise<Result<readonly Patch[]>>;

/** So many pictures' patches are remembered, some 5 kB each. */
const remembered = 64;

/**
 * The same, asking once for each file: the names of composed files are their content. A picture that is prepared ahead is read ahead, so that
 * looking at the screen afterwards needs no decoding.
 */
export function rememberPatches(read: ReadPatches): ReadPatches {
  const known = new Map<string, readonly Patch[]>();
  return async (file, size) => {
    const name = `${size.width} ${size.height} ${file}`;
    const before = known.get(name);
    if (before !== undefined) {
      // The newest are last: those asked for least recently go first.
      known.delete(name);
      known.set(name, before);
      return ok(before);
    }
    const patches = await read(file, size);
    if (!patches.ok) return patches;
    known.set(name, patches.value);
    for (const oldest of known.keys()) {
      if (known.size <= remembered) break;
      known.delete(oldest);
    }
    return patches;
  };
}

/** Lets the codec copy the patches onto one small canvas, and reads that. `folder` holds it for a moment. */
export function createReadPatches({
  codec,
  folder,
}: {
  readonly codec: Pick<Codec, 'compose'>;
  readonly folder: string;
}): ReadPatches {
  return async (file, size) => {
    const target = join(folder, temporaryName('png'));
    const square = { width: patchSize, height: patchSize };
    try {
      await mkdir(folder, { recursive: true });
      const composed = await codec.compose({
        target,
        width: columns * patchSize,
        height: rows * patchSize,
        background: '#000000',
        layers: patchPlaces(size).map((place, index) => ({
          source: file,
          from: { ...place, ...square },
          to: { x: (index % columns) * patchSize, y: Math.floor(index / columns) * patchSize, ...square },
          blur: 0,
          brightness: 1,
        })),
      });
      if (!composed.ok) return composed;
      const pixels = await decodePng(await readFile(target));
      if (pixels === null) return fail(appError('internal', 'The codec wrote patches that are no plain PNG.'));
      const line = columns * patchSize * 3;
      return ok(
        patchPlaces(size).map((_place, index) => {
          const patch = new Uint8Array(patchSize * patchSize * 3);
          const start = Math.floor(index / columns) * patchSize * line + (index % columns) * patchSize * 3;
          for (let y = 0; y < patchSize; y += 1) {
            const from = start + y * line;
            patch.set(pixels.rgb.subarray(from, from + patchSize * 3), y * patchSize * 3);
          }
          return patch;
        }),
      );
    } catch (error) {
      return fail(appError('internal', `The composed picture could not be read again: ${String(error)}.`));
    } finally {
      await rm(target, { force: true });
    }
  };
}
