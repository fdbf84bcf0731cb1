import type { ImageId } from '../shared/model.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Images } from './catalog/images.ts';
import type { CollectionChange } from '../shared/collections.ts';
import type { BringAlbums } from './collections/albums.ts';
import type { SmartCollections } from './collections/smart.ts';
import type { Collections } from './collections/collections.ts';
import type { Handlers } from './dispatch.ts';
import type { Store } from './store/store.ts';

type CollectionCall = Extract<keyof Handlers, `collections.${string}` | `notes.${string}`>;

export function collectionHandlers(parts: {
  readonly collections: Collections;
  readonly smart: SmartCollections;
  readonly store: Pick<Store, 'images'>;
  readonly images: Pick<Images, 'get'>;
  readonly albums: BringAlbums;
}): Pick<Handlers, CollectionCall> {
  const { collections, smart, store, images } = parts;
  const filled = async (change: Result<CollectionChange>, signal: AbortSignal): Promise<Result<CollectionChange>> =>
    change.ok ? ok({ ...change.value, collection: await smart.fill(change.value.collection, signal) }) : change;

  /** What the library does not know is asked for at its service. */
  const learn = async (ids: readonly ImageId[], signal: AbortSignal): Promise<Result<void>> => {
    const known = new Set(store.images.getMany(ids).map(({ id }) => id));
    for (const id of ids) {
      if (known.has(id)) continue;
      const image = await images.get(id, signal);
      if (image.ok) continue;
      const { message } = image.error;
      return fail({ ...image.error, message: message.includes(id) ? message : `${id}: ${message}` });
    }
    return ok(undefined);
  };

  return {
    'collections.list': async (_input, { signal }) => {
      const all = [];
      for (const collection of collections.list()) all.push(await smart.fill(collection, signal));
      return ok({ collections: all });
    },
    'collections.create': async (made, { signal }) => {
      const learned = await learn(made.images, signal);
      return learned.ok ? filled(collections.create(made), signal) : learned;
    },
    'collections.change': ({ id, patch }, { signal }) => filled(collections.change(id, patch), signal),
    'collections.remove': ({ id }) => collections.remove(id),
    'collections.arrange': ({ id, before }, { signal }) => filled(collections.arrange(id, before), signal),
    'collections.images': ({ id, cursor, limit }, { signal }) => {
      const query = collections.searchOf(id);
      if (!query.ok) return query;
      return query.value === null
        ? collections.images(id, cursor, limit)
        : smart.page(query.value, cursor, limit, signal);
    },
    'collections.add': async ({ id, images: added, before }, { signal }) => {
      const learned = await learn(added, signal);
      return learned.ok ? collections.add(id, added, before) : learned;
    },
    'collections.take': ({ id, images: taken }) => collections.take(id, taken),
    'collections.move': ({ id, images: moved, before }) => collections.move(id, moved, before),
    'collections.transfer': ({ from, to, images: moved }) => collections.transfer(from, to, moved),
    'collections.of': ({ id }) => {
      const found = collections.of(id);
      return found.ok ? ok({ collections: found.value }) : found;
    },
    'collections.albums': (_input, context) =>
      parts.albums(
        (done, total) => context.progress({ kind: 'import', image: null, done, total, unit: 'items' }),
        context.signal,
      ),
    'notes.get': ({ id }) => collections.note(id),
    'notes.set': ({ id, note }) => collections.setNote(id, note),
  };
}
