import { palettes } from './palettes.ts';
import { scenes } from './scenes.ts';

/** Raise it when any picture would come out differently: the cache on disk is addressed by it. */
export const generatorVersion = 1;

export type PictureFormat = 'jpg' | 'png' | 'webp' | 'gif';

/** What picture number `index` is. Depends on nothing but the index, so that small catalogues are the beginning of large ones. */
export interface PictureSpec {
  readonly index: number;
  readonly scene: string;
  readonly palette: number;
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
  /** More than one: animated. */
  readonly frames: number;
}

/** The first pictures are small: unit tests use a few only and must start at once. */
const smallCatalogue = 24;

type Size = readonly [number, number];
const smallSizes: readonly Size[] = [
  [1280, 720],
  [720, 1280],
  [640, 640],
  [960, 540],
  [800, 1200],
  [1024, 640],
  [640, 960],
];
const commonSizes: readonly Size[] = [
  [1920, 1080],
  [1080, 1920],
  [1600, 900],
  [900, 1400],
  [1080, 1080],
  [1280, 800],
  [1920, 1200],
  [768, 1366],
  [1366, 768],
  [1200, 1600],
  [640, 480],
];
const largeSizes: readonly Size[] = [
  [3840, 2160],
  [2560, 1440],
  [2160, 3840],
  [3440, 1440],
  [1440, 2560],
];

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;

export function pictureSpec(index: number): PictureSpec {
  const small = index < smallCatalogue;
  const format: PictureFormat = index % 12 === 5 ? 'gif' : index % 7 === 3 ? 'png' : index % 5 === 2 ? 'webp' : 'jpg';
  const animated = format === 'gif' && index % 24 === 5;
  let size = small ? at(smallSizes, index) : at(commonSizes, index * 7 + Math.floor(index / 11));
  if (!small && index % 30 === 26) size = at(largeSizes, Math.floor(index / 30));
  if (format === 'gif') size = animated ? [640, 360] : index % 36 === 17 ? [640, 640] : [640, 800];
  // PNG grows large and WebP encodes slowly: both stay under a megapixel and a bit, so that the first start is quick.
  if ((format === 'png' || format === 'webp') && size[0] * size[1] > 1_300_000)
    size = size[0] > size[1] ? [1440, 900] : [900, 1440];
  return {
    index,
    scene: at(scenes, index * 5 + Math.floor(index / 12)).name,
    palette: (index * 7 + Math.floor(index / 5)) % palettes.length,
    width: size[0],
    height: size[1],
    format,
    frames: animated ? 8 : 1,
  };
}
