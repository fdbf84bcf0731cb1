import type { Image, ImageId } from '../../shared/model.ts';
import { ok } from '../../shared/result.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { FavoritesStore } from './context.ts';
import type { Favorites } from './favorites.ts';

/** Images read between two breaths: a few milliseconds. */
const batchSize = 500;

/** The Favorites view's list. Matching and sorting are one query over ids; the images follow in parts, so that thousands never block. */
export function createListing(parts: {
  readonly store: Pick<FavoritesStore, 'favorites' | 'images'>;
  readonly adult: () => boolean;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly yieldNow: () => Promise<void>;
}): Pick<Favorites, 'list'> {
  const { store, adult, gate } = parts;

  const imagesOf = async (ids: readonly ImageId[]): Promise<Image[]> => {
    const images: Image[] = [];
    for (let start = 0; start < ids.length; start += batchSize) {
      if (start > 0) await parts.yieldNow();
      images.push(...store.images.getMany(ids.slice(start, start + batchSize)));
    }
    return images;
  };
  return {
    async list(query) {
      const matches = store.favorites.find(query, adult());
      const part = <T>(all: readonly T[]): readonly T[] => all.slice(query.offset, query.offset + query.limit);
      const images = await imagesOf(part(matches.ids));
      const removedAt = new Map(part(matches.tombstones).map((tombstone) => [tombstone.id, tombstone.removedAt]));
      const tombstones = await imagesOf([...removedAt.keys()]);
      return ok({
        // Asked again at the end: the opt-in may have gone off, or one may have been blocked, while the images were read.
        images: images.filter((image) => image.favorite && gate.allows(image)),
        total: matches.ids.length,
        hidden: matches.hidden,
        tombstones: tombstones.filter(gate.allows).map((image) => ({
          image,
          removedAt: new Date(removedAt.get(image.id) ?? 0).toISOString(),
        })),
      });
    },
  };
}
