import type { ImageId } from '../../shared/model.ts';
import type { Store } from '../store/store.ts';

/** Collections as lists travel: all that a person has put into them. */
export interface ListedCollection {
  readonly id: number;
  readonly name: string;
  readonly notes: string;
  /** Of one that is a search. */
  readonly query: string | null;
  /** How many were put in by hand. */
  readonly images: number;
}

export interface ListCollections {
  list(): readonly ListedCollection[];
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

/** Over the store alone. */
export function createListCollections({ collections }: Pick<Store, 'collections'>, now: () => number): ListCollections {
  return {
    list: () => collections.list().map(({ id, name, images }) => ({ id, name, notes: '', query: null, images })),
    images: (id) => collections.images(id),
    create({ name, images }) {
      const made = collections.create(name, now());
      if (made !== null) collections.add(made.id, images);
      return made?.id ?? null;
    },
    add: (id, images) => collections.add(id, images),
  };
}
