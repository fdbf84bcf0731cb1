import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../../shared/model.ts';
import { thumbnailEdges } from '../files/pictures.ts';
import { makeFolder } from '../private-files.ts';

/**
 * Thumbnails of pictures that stay in their folders, in `folder-thumbs/<edge>/<ab>/<sha256>.webp`: a cache and nothing else. The codec writes each whole or not at
 * all, under the hash of the picture, so what is there is right; what is missing is made again.
 */
export interface Thumbs {
  path(hash: string, edge: number): string;
  /** Its size in bytes; null where there is none. */
  sizeOf(hash: string, edge: number): Promise<number | null>;
  /** Makes the folder for one to be written. Answers its path. */
  place(hash: string, edge: number): string;
  drop(hash: string): Promise<void>;
  /** Those of no picture are removed with `repair`; they are no problem, only room. */
  verify(parts: { readonly repair: boolean; readonly isKnown: (hash: string) => boolean }): Promise<readonly Problem[]>;
}

export const thumbsName = 'folder-thumbs';
const edges: readonly number[] = Object.values(thumbnailEdges);

export function createThumbs(dataFolder: string): Thumbs {
  const root = path.join(dataFolder, thumbsName);
  const target = (hash: string, edge: number): string =>
    path.join(root, String(edge), hash.slice(0, 2), `${hash}.webp`);

  return {
    path: target,
    async sizeOf(hash, edge) {
      const found = await stat(target(hash, edge)).catch(() => null);
      return found?.isFile() === true && found.size > 0 ? found.size : null;
    },
    place(hash, edge) {
      const file = target(hash, edge);
      makeFolder(path.dirname(file));
      return file;
    },
    async drop(hash) {
      for (const edge of edges) await rm(target(hash, edge), { force: true });
    },
    async verify({ repair, isKnown }) {
      const problems: Problem[] = [];
      for (const edge of edges) {
        for (const shelf of await readdir(path.join(root, String(edge))).catch(() => [])) {
          for (const name of await readdir(path.join(root, String(edge), shelf)).catch(() => [])) {
            const file = path.join(root, String(edge), shelf, name);
            const hash = /^([0-9a-f]{64})\.webp$/.exec(name)?.[1];
            if (hash !== undefined && (await stat(file).catch(() => null))?.size === 0) {
              if (repair) await rm(file, { force: true });
              problems.push({
                kind: 'bad_thumbnail',
                subject: `${thumbsName}/${edge}/${shelf}/${name}`,
                message: 'The thumbnail is damaged; it is made again when it is next wanted.',
                repaired: repair,
              });
            } else if (repair && (hash === undefined || !isKnown(hash)))
              await rm(file, { force: true, recursive: true });
          }
        }
      }
      return problems;
    },
  };
}
