import type { Collection, CollectionPage } from '../../shared/collections.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Library } from '../library/library.ts';

/** How many pictures stand for a collection without a cover of its own. */
export const mosaic = 4;

/** Collections that a search fills. The search is the judge of what may be seen. */
export interface SmartCollections {
  /** With what its search finds now; others as they are. A search that is not understood (any more) finds nothing. */
  fill(collection: Collection, signal?: AbortSignal): Promise<Collection>;
  page(query: string, cursor: string | null, limit: number, signal?: AbortSignal): Promise<Result<CollectionPage>>;
}

export function createSmartCollections(search: Library['search']): SmartCollections {
  return {
    async fill(collection, signal) {
      const { query, cover } = collection;
      if (query === null) return collection;
      const found = await search({ query, cursor: null, limit: mosaic }, signal);
      if (!found.ok) return collection;
      const { total, images } = found.value;
      return { ...collection, images: total, covers: cover === null ? images : collection.covers };
    },
    async page(query, cursor, limit, signal) {
      const found = await search({ query, cursor, limit: Math.min(limit, 200) }, signal);
      if (!found.ok) return found;
      // Every page tells how many are hidden of all of them.
      const { images, next, hidden } = found.value;
      return ok({ images, next, hidden: cursor === null ? hidden : 0 });
    },
  };
}
