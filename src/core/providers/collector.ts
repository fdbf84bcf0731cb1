import type { Filter, RemoteImage } from '../../shared/model.ts';
import { matches } from './matches.ts';
import type { ParsedImages } from './parse-all.ts';

/** Gathers one page: each image once, none that does not match, what does not fit left for the next page. */
export interface Collector {
  readonly images: readonly RemoteImage[];
  full(): boolean;
  missing(): number;
  dropped(): number;
  /** Takes what fits; answers how many images were new, and whether some had to stay behind. */
  take(batch: ParsedImages): { readonly news: number; readonly left: boolean };
}

/**
 * `seen` holds what the pages before have dealt with (shown, or found not to match) and grows along. `keyOf` turns a remote id into what
 * `seen` remembers of it.
 */
export function createCollector<K>(
  { filter, limit }: { readonly filter: Filter; readonly limit: number },
  seen: Set<K>,
  keyOf: (remoteId: string) => K,
): Collector {
  const images: RemoteImage[] = [];
  let dropped = 0;
  return {
    images,
    full: () => images.length >= limit,
    missing: () => Math.max(0, limit - images.length),
    dropped: () => dropped,
    take(batch) {
      dropped += batch.dropped;
      // They need not be sent again.
      for (const id of batch.droppedIds) seen.add(keyOf(id));
      let news = 0;
      let left = false;
      for (const image of batch.images) {
        const key = keyOf(image.remoteId);
        if (seen.has(key)) continue;
        const wanted = matches(filter, image);
        if (wanted && images.length >= limit) {
          left = true;
          continue;
        }
        seen.add(key);
        news += 1;
        if (wanted) images.push(image);
      }
      return { news, left };
    },
  };
}
