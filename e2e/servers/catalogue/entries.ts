import { artists } from './people.ts';
import type { CatalogueArtist } from './people.ts';
import { palettes } from './palettes.ts';
import type { Picture } from './pictures.ts';
import { createRandom, pick } from './random.ts';
import { scenes } from './scenes.ts';
import { isWaifuIm } from './specs.ts';
import { adultOnlyTag, tagBySlug } from './tags.ts';
import type { CatalogueTag } from './tags.ts';

/** An image at waifu.im. `adult: null` is a rating that is not known. */
export interface WaifuEntry {
  readonly id: number;
  readonly picture: Picture;
  readonly signature: string;
  readonly baseFavorites: number;
  readonly source: string | null;
  readonly artist: CatalogueArtist | null;
  readonly uploadedAt: string;
  adult: boolean | null;
  readonly tags: readonly CatalogueTag[];
}

/** An image at yiff.rest. */
export interface YiffEntry {
  readonly id: string;
  readonly picture: Picture;
  readonly artists: readonly string[];
  readonly sources: readonly string[];
  readonly reportUrl: string | null;
  /** Hosted elsewhere: then the id is not the md5. */
  readonly external: boolean;
  readonly category: string;
}

export interface YiffCategory {
  readonly name: string;
  readonly db: string;
  /** `undefined`: the flag is missing in the listing. */
  readonly sfw: boolean | undefined;
  readonly listed: boolean;
  /** Scenes whose pictures go here; the first category that wants one gets it. */
  readonly scenes: readonly string[];
}

export function splitPictures(pictures: readonly Picture[]): {
  readonly waifuIm: readonly Picture[];
  readonly yiffRest: readonly Picture[];
} {
  return {
    waifuIm: pictures.filter((picture) => isWaifuIm(picture.index)),
    yiffRest: pictures.filter((picture) => !isWaifuIm(picture.index)),
  };
}

const firstId = 7000;
const day = 86_400_000;
const newest = Date.UTC(2026, 2, 1, 9, 30);

/** `count` images over the given pictures; when there are more images than pictures, files are shown again under other ids. */
export function waifuEntries(pictures: readonly Picture[], count: number): WaifuEntry[] {
  return Array.from({ length: count }, (_, index) => {
    const picture = pictures[index % pictures.length];
    if (!picture) throw new Error('A catalogue needs at least one picture.');
    const random = createRandom(index * 104_729 + 3);
    const adult = index % 9 === 4 ? true : index % 13 === 6 ? null : false;
    const artist = index % 7 === 5 ? null : pick(random, artists);
    return {
      id: firstId + index,
      picture,
      signature: index % 17 === 8 ? '0'.repeat(16) : picture.hash,
      baseFavorites: Math.floor(random() ** 3 * 400),
      source: index % 6 === 1 ? null : `https://pictures.example.org/artworks/${90_000_000 + index * 37}`,
      artist,
      uploadedAt: new Date(newest - index * day * 1.37 - Math.floor(random() * 3_600_000)).toISOString(),
      adult,
      tags: tagsOf(picture, adult === true),
    };
  });
}

function tagsOf(picture: Picture, adult: boolean): readonly CatalogueTag[] {
  const scene = scenes.find((candidate) => candidate.name === picture.scene);
  const slugs = [...(scene?.tags ?? [])];
  const mood = palettes[picture.palette]?.mood;
  if (mood) slugs.push(mood);
  if (picture.animated) slugs.push('animated');
  if (adult) slugs.push(adultOnlyTag);
  return slugs.map(tagBySlug);
}

export const yiffCategories: readonly YiffCategory[] = [
  { name: 'Animals > Birb', db: 'animals.birb', sfw: true, listed: true, scenes: ['birb'] },
  { name: 'Nature > Hills', db: 'nature.hills', sfw: true, listed: true, scenes: ['hills', 'mountains', 'dunes'] },
  { name: 'Nature > Sea', db: 'nature.sea', sfw: true, listed: true, scenes: ['sea'] },
  { name: 'Nature > Forest > Misty', db: 'nature.forest.misty', sfw: true, listed: true, scenes: ['forest'] },
  { name: 'Nature > Night', db: 'nature.night', sfw: true, listed: true, scenes: ['night', 'aurora'] },
  { name: 'Nature > Empty', db: 'nature.empty', sfw: true, listed: true, scenes: [] },
  { name: 'Patterns > Waves', db: 'patterns.waves', sfw: true, listed: true, scenes: ['waves'] },
  { name: 'Grown > Gradients', db: 'grown.gradients', sfw: false, listed: true, scenes: ['horizon'] },
  { name: 'Abstract > Unrated', db: 'abstract.unrated', sfw: undefined, listed: true, scenes: ['triangles'] },
  { name: 'Hidden > Corner', db: 'hidden.corner', sfw: true, listed: false, scenes: ['bokeh'] },
];

export function yiffEntries(pictures: readonly Picture[]): YiffEntry[] {
  return pictures.map((picture, index) => {
    const random = createRandom(picture.index * 15_485_863 + 11);
    const category = yiffCategories.find((candidate) => candidate.scenes.includes(picture.scene));
    const external = index % 3 === 1;
    const post = `https://posts.example.org/posts/${4_000_000 + picture.index * 13}`;
    return {
      id: external ? `${picture.md5.slice(16)}${picture.md5.slice(0, 16)}` : picture.md5,
      picture,
      artists:
        index % 5 === 4
          ? []
          : index % 4 === 2
            ? ['tazumi', 'wren_hollow']
            : [pick(random, ['tazumi', 'otterine', 'mossfeather'])],
      sources: index % 6 === 5 ? [] : [post, `https://galleries.example.org/view/${30_000_000 + picture.index}/`],
      reportUrl: index % 4 === 3 ? null : post,
      external,
      category: category?.db ?? 'nature.hills',
    };
  });
}
