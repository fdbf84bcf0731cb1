import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { filesBelow, sizeOf } from '../disk.ts';
import { edges, type Layout } from '../layout.ts';
import { parseNote } from '../notes.ts';
import type { PictureIndex } from '../picture-index.ts';
import type { Shelf } from '../shelf.ts';

/** A file that nothing needs: it can be made or fetched again. */
export interface Leftover {
  /** Inside the data folder, with `/`. */
  readonly name: string;
  readonly bytes: number;
}

/**
 * Thumbnails of pictures that are gone, and what did not finish. Picture files that the library does not know are none of these: they may be somebody's
 * only copy, and are for `verify --repair` to move to `lost+found/`.
 */
export interface Leftovers {
  list(signal?: AbortSignal): AsyncGenerator<Leftover>;
  /** Removes it, if it is still one. Answers the bytes freed. */
  remove(leftover: Pick<Leftover, 'name'>): Promise<number>;
}

export function createLeftovers(parts: {
  readonly layout: Layout;
  readonly index: Pick<PictureIndex, 'byHash'>;
  readonly shelf: Pick<Shelf, 'exclusively'>;
  /** Files in `incoming/` that are being written right now. */
  readonly isOurs: (name: string) => boolean;
}): Leftovers {
  const { layout, index, shelf, isOurs } = parts;

  /** By where it lies and what it is called: names that are none of ours are not touched. */
  function isLeftover(file: string): boolean {
    const name = path.basename(file);
    // A note is finished at the next start, and empty.
    if (path.dirname(file) === layout.incoming) return !isOurs(name) && parseNote(name) === null;
    const hash = path.basename(file, '.webp');
    return edges.some((edge) => layout.thumbnail(hash, edge) === file) && index.byHash(hash) === null;
  }

  return {
    async *list(signal) {
      const unfinished = (await readdir(layout.incoming).catch(() => [])).map((name) =>
        path.join(layout.incoming, name),
      );
      const all = async function* (): AsyncGenerator<string> {
        yield* unfinished;
        yield* filesBelow(layout.thumbs);
      };
      for await (const file of all()) {
        if (signal?.aborted === true) return;
        const bytes = isLeftover(file) ? await sizeOf(file) : null;
        if (bytes !== null) yield { name: layout.relative(file), bytes };
      }
    },
    remove({ name }) {
      const file = path.join(layout.folder, name);
      return shelf.exclusively(async () => {
        const bytes = isLeftover(file) ? await sizeOf(file) : null;
        if (bytes === null) return 0;
        await rm(file, { force: true });
        return bytes;
      });
    },
  };
}
