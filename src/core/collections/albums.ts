import { z } from 'zod';
import type { AlbumsBrought, BroughtAlbum } from '../../shared/collections.ts';
import type { ImageId } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { RemoteAlbums } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import type { Collections } from './collections.ts';

/** Which collection an album became, and what came of it, so that the next time brings it in step. */
const memory = z.record(
  z.string(),
  z.object({ collection: z.number().int().positive(), name: z.string(), images: z.array(z.string()) }),
);
const memoryKey = 'albums.waifu-im';
const longestName = 100;

export type BringAlbums = (
  progress: (done: number, total: number) => void,
  signal: AbortSignal,
) => Promise<Result<AlbumsBrought>>;

/**
 * Brings the account's albums over as collections: one way, in the order of the album, as one edit. Again, it brings them in step: what came into an album comes in, what was
 * taken out of it is taken out; what was put into the collection here stays, behind the rest. A collection that was removed here is made anew.
 */
export function createAlbums(parts: {
  readonly store: Pick<Store, 'images' | 'settings'>;
  readonly remote: RemoteAlbums;
  readonly collections: Pick<Collections, 'mirror'>;
}): BringAlbums {
  const { store, remote, collections } = parts;

  return async (progress, signal) => {
    const list = await remote.list(signal);
    if (!list.ok) return list;
    const wanted: { readonly album: string; readonly name: string; readonly images: readonly ImageId[] }[] = [];
    for (const [at, { id, name }] of list.value.entries()) {
      progress(at, list.value.length);
      const read = await remote.images(id, signal);
      if (!read.ok) return read;
      store.images.upsert(read.value.images);
      const images = [...new Set(read.value.images.map((image) => image.id))];
      wanted.push({ album: id, name: name.slice(0, longestName), images });
    }
    progress(list.value.length, list.value.length);
    const found = memory.safeParse(store.settings.recall(memoryKey));
    const before = found.success ? found.data : {};
    const made = collections.mirror(
      wanted.map(({ album, name, images }) => {
        const known = before[album];
        return {
          id: known?.collection ?? null,
          name,
          given: known?.name ?? null,
          images,
          gone: (known?.images ?? []).filter((image) => !images.includes(image)),
        };
      }),
      (mirrored) => {
        const now = wanted.map(({ album, name, images }, at) => [
          album,
          { collection: mirrored[at]?.id ?? 0, name, images },
        ]);
        store.settings.remember(memoryKey, { ...before, ...Object.fromEntries(now) });
      },
    );
    const albums = wanted.map(({ images }, at): BroughtAlbum => {
      const { id = 0, name = '', created = false, added = 0, taken = 0 } = made.value[at] ?? {};
      return { collection: id, name, images: images.length, created, added, taken };
    });
    return ok({ albums, edit: made.edit });
  };
}
