import { setImmediate as nextTurn } from 'node:timers/promises';
import { favoriteQuery, type Image } from '../../shared/model.ts';
import { listsVersion, type ListedImage, type Lists } from '../../shared/transfer.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Store } from '../store/store.ts';
import type { ListCollections } from './list-collections.ts';

export type ListStore = Pick<Store, 'images' | 'favorites' | 'blocks' | 'pools' | 'savedSearches'>;

const imagesAtOnce = 500;

/** Everything a person has put together, as one document, and how many images were left out of its lists: local ones, and what may not be seen now. */
export async function gatherLists(parts: {
  readonly store: ListStore;
  readonly collections: Pick<ListCollections, 'list' | 'images'>;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly program: string;
  readonly now: number;
}): Promise<{ readonly lists: Lists; readonly leftOut: number }> {
  const { store, gate, program, now } = parts;
  const images = new Map<string, ListedImage>();
  let leftOut = 0;

  async function take(ids: readonly string[]): Promise<string[]> {
    const taken: string[] = [];
    for (let start = 0; start < ids.length; start += imagesAtOnce) {
      if (start > 0) await nextTurn();
      const wanted = ids.slice(start, start + imagesAtOnce);
      for (const image of store.images.getMany(wanted)) {
        if (image.provider === 'local' || !gate.allows(image)) continue;
        images.set(image.id, listed(image, image.provider));
        taken.push(image.id);
      }
    }
    leftOut += ids.length - taken.length;
    return taken;
  }

  const favorites = await take(store.favorites.find(favoriteQuery.parse({}), true).ids);
  const collections = [];
  for (const { id, name, notes, query } of parts.collections.list()) {
    collections.push({
      id,
      name,
      notes,
      query,
      images: query === null ? await take(parts.collections.images(id)) : [],
    });
  }
  return {
    leftOut,
    lists: {
      format: 'kabegami-lists',
      version: listsVersion,
      program,
      createdAt: new Date(now).toISOString(),
      images: [...images.values()],
      favorites,
      collections,
      blocks: store.blocks.list().map(({ kind, value }) => ({ kind, value })),
      pools: store.pools.list().map(({ id, name, sources }) => ({ id, name, sources: [...sources] })),
      searches: store.savedSearches.list().map(({ name, query }) => ({ name, query })),
    },
  };
}

/** What the schema of the document takes of an image, and nothing that is only true here. */
function listed(image: Image, provider: ListedImage['provider']): ListedImage {
  return {
    id: image.id,
    provider,
    remoteId: image.remoteId,
    url: image.url,
    width: image.width,
    height: image.height,
    bytes: image.bytes,
    extension: image.extension,
    rating: image.rating,
    animated: image.animated,
    tags: [...image.tags],
    category: image.category,
    artists: image.artists.map(({ name, links }) => ({
      name,
      links: links.filter((link) => link.startsWith('https://')),
    })),
    sources: [...image.sources],
    dominantColor: image.dominantColor,
    hash: image.hash,
    md5: image.md5,
    pageUrl: image.pageUrl,
    uploadedAt: image.uploadedAt,
    likedAt: image.likedAt,
    likes: image.likes,
  };
}
