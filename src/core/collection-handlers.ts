import { appError } from '../shared/errors.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Collection } from '../shared/rotation.ts';
import type { ContentGate } from './catalog/gate.ts';
import type { Handlers } from './dispatch.ts';
import type { EventBus } from './events.ts';
import type { Store } from './store/store.ts';

type CollectionCall = Extract<keyof Handlers, `collections.${string}`>;

/** Collections are rows and nothing else: these calls are the store's, with words for what can go wrong. */
export function collectionHandlers(parts: {
  readonly store: Pick<Store, 'collections' | 'images'>;
  readonly gate: ContentGate;
  readonly now: () => number;
  readonly events: Pick<EventBus, 'emit'>;
}): Pick<Handlers, CollectionCall> {
  const { store, gate, now, events } = parts;
  const { collections } = store;
  const missing = (id: number): Result<never> => fail(appError('not_found', `There is no collection ${id}.`));
  const taken = (name: string): Result<never> =>
    fail(appError('invalid_input', `There is a collection called "${name}" already. Choose another name.`));
  const changed = (collection: Collection | null, id: number): Result<Collection> => {
    if (collection === null) return missing(id);
    events.emit('pools.changed', { what: 'collections' });
    return ok(collection);
  };

  return {
    'collections.list': () => ok({ collections: collections.list() }),
    'collections.create': ({ name }) => {
      const made = collections.create(name, now());
      return made === null ? taken(name) : changed(made, made.id);
    },
    'collections.rename': ({ id, name }) => {
      const outcome = collections.rename(id, name);
      return outcome === 'taken' ? taken(name) : changed(outcome === 'done' ? collections.get(id) : null, id);
    },
    'collections.remove': ({ id }) => {
      const removed = collections.remove(id);
      if (removed) events.emit('pools.changed', { what: 'collections' });
      return ok({ removed });
    },
    'collections.images': ({ id }) => {
      if (collections.get(id) === null) return missing(id);
      const { seen, hidden } = gate.split(store.images.getMany(collections.images(id)));
      return ok({ images: seen, hidden });
    },
    'collections.add': ({ id, images }) => {
      if (collections.get(id) === null) return missing(id);
      const known = store.images.getMany(images).filter(gate.allows);
      collections.add(
        id,
        known.map((image) => image.id),
      );
      return changed(collections.get(id), id);
    },
    'collections.take': ({ id, images }) => {
      if (collections.get(id) === null) return missing(id);
      collections.take(id, images);
      return changed(collections.get(id), id);
    },
  };
}
