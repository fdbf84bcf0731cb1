import type { ImageId } from '../../shared/model.ts';
import { createContentGate } from '../catalog/gate.ts';
import { createCollections, type Collections } from '../collections/collections.ts';
import { createEdits } from '../edits/edits.ts';
import { createEventBus } from '../events.ts';
import type { CollectionPlace } from '../store/collections.ts';
import type { Store } from '../store/store.ts';

/** Collections as lists travel: all that a person has put into them. */
export interface ListedCollection {
  readonly id: number;
  readonly name: string;
  readonly notes: string;
  /** Of one that is a search. */
  readonly query: string | null;
}

export interface ListCollections {
  list(): readonly ListedCollection[];
  /** All of those that were put in by hand, in their order. */
  images(id: number): readonly ImageId[];
  /** With a name that is free. Null: it cannot be made. */
  create(made: {
    readonly name: string;
    readonly notes: string;
    readonly query: string | null;
    readonly images: readonly ImageId[];
  }): number | null;
  /** At the end; those that are in it keep their places. */
  add(id: number, images: readonly ImageId[]): void;
}

const placesAtOnce = 1_000;

/** What is made here are edits, which can be undone. */
export function createListCollections(
  { collections: stored }: Pick<Store, 'collections'>,
  collections: Pick<Collections, 'create' | 'change' | 'add'>,
): ListCollections {
  return {
    list: () => stored.list().map(({ id, name, notes, query }) => ({ id, name, notes, query })),
    images(id) {
      const found: ImageId[] = [];
      for (let place: CollectionPlace | null = null; ;) {
        const page: readonly CollectionPlace[] = stored.after(id, place, placesAtOnce);
        found.push(...page.map(({ image }) => image));
        place = page.at(-1) ?? null;
        if (place === null) return found;
      }
    },
    create({ name, notes, query, images }) {
      const made = collections.create({ name, query, images: query === null ? images : [] });
      if (!made.ok) return null;
      const { id } = made.value.collection;
      if (notes !== '') collections.change(id, { notes });
      return id;
    },
    add: (id, images) => void collections.add(id, images, null),
  };
}

/** The same over a store alone, where no core runs. */
export function openListCollections(store: Store, now: () => number): ListCollections {
  const events = createEventBus();
  const edits = createEdits({ store, events, now });
  const gate = createContentGate(() => ({ adultContent: true }));
  return createListCollections(store, createCollections({ store, edits, gate, events, now }));
}
