import { palettes } from './palettes.ts';

/** Raise it when any picture would come out differently: the cache on disk is addressed by it. */
export const generatorVersion = 3;

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

/** Of every five pictures three belong to waifu.im, two to yiff.rest: the services share none. */
export function isWaifuIm(index: number): boolean {
  return index % 5 < 3;
}

const waifuScenes: readonly string[] = [
  ...['hills', 'forest', 'birb', 'mountains', 'sea', 'horizon'],
  ...['night', 'bokeh', 'waves', 'dunes', 'triangles', 'aurora'],
];

/** One list for each category of yiff.rest, taken in turns: nine pictures are enough to have one in each. */
const yiffScenes: readonly (readonly string[])[] = [
  ['birb'],
  ['hills', 'mountains', 'dunes'],
  ['sea'],
  ['forest'],
  ['night', 'aurora'],
  ['waves'],
  ['horizon'],
  ['triangles'],
  ['bokeh'],
];

function sceneOf(index: number): string {
  const five = Math.floor(index / 5);
  if (isWaifuIm(index)) return at(waifuScenes, five * 3 + (index % 5));
  const turn = five * 2 + (index % 5) - 3;
  return at(at(yiffScenes, turn), Math.floor(turn / yiffScenes.length));
}

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
    scene: sceneOf(index),
    palette: (index * 7 + Math.floor(index / 5)) % palettes.length,
    width: size[0],
    height: size[1],
    format,
    frames: animated ? 8 : 1,
  };
}
