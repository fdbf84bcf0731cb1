import path from 'node:path';
import { pictureTypes } from './picture-type.ts';
import { thumbnailEdges } from './pictures.ts';

/**
 * Where things lie in the data folder. Every name is made from a hash or an id that has passed its schema; nothing from outside becomes a path.
 *
 *     pictures/<ab>/<sha256>.<ext>       full pictures
 *     thumbs/<edge>/<ab>/<sha256>.webp   thumbnails of them
 *     folder-thumbs/<edge>/<ab>/…        thumbnails of pictures that stay in their folders
 *     incoming/                          files under way, and notes of what was about to happen (see `notes.ts`)
 *     backups/                           copies of the database, made before it is migrated
 *     lost+found/                        what `verify --repair` found and could not place
 */
export interface Layout {
  readonly folder: string;
  readonly pictures: string;
  readonly thumbs: string;
  readonly referenceThumbs: string;
  readonly incoming: string;
  readonly backups: string;
  readonly lostAndFound: string;
  picture(file: { readonly hash: string; readonly extension: string }): string;
  thumbnail(hash: string, edge: number): string;
  /** Of a picture that stays in its folder. */
  referenceThumbnail(hash: string, edge: number): string;
  /** For people: the path inside the data folder, with `/`. */
  relative(absolute: string): string;
}

export function createLayout(folder: string): Layout {
  const pictures = path.join(folder, 'pictures');
  const thumbs = path.join(folder, 'thumbs');
  const referenceThumbs = path.join(folder, 'folder-thumbs');
  const thumbnail = (root: string, hash: string, edge: number): string =>
    path.join(root, String(edge), hash.slice(0, 2), `${hash}.webp`);
  return {
    folder,
    pictures,
    thumbs,
    referenceThumbs,
    incoming: path.join(folder, 'incoming'),
    backups: path.join(folder, 'backups'),
    lostAndFound: path.join(folder, 'lost+found'),
    picture: ({ hash, extension }) => path.join(pictures, hash.slice(0, 2), `${hash}.${extension}`),
    thumbnail: (hash, edge) => thumbnail(thumbs, hash, edge),
    referenceThumbnail: (hash, edge) => thumbnail(referenceThumbs, hash, edge),
    relative: (absolute) => path.relative(folder, absolute).split(path.sep).join('/'),
  };
}

/** Hash and extension of a picture's file name; null where it is none of ours. */
export function parsePictureName(name: string): { readonly hash: string; readonly extension: string } | null {
  const match = /^([0-9a-f]{64})\.([a-z0-9]{2,5})$/.exec(name);
  const [, hash, extension] = match ?? [];
  if (hash === undefined || extension === undefined || !Object.hasOwn(pictureTypes, extension)) return null;
  return { hash, extension };
}

/** The edges thumbnails are made for. */
export const edges: readonly number[] = Object.values(thumbnailEdges);
