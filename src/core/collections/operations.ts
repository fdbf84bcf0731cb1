import { z } from 'zod';
import type { Events } from '../../shared/contract.ts';
import { couldNot, operationKind, unchanged, type TypedOperationKind } from '../edits/operation.ts';
import type { CollectionFields } from '../store/collections.ts';
import type { Store } from '../store/store.ts';

const id = z.number().int().positive();
const fields = z.object({
  name: z.string().optional(),
  notes: z.string().optional(),
  query: z.string().nullable().optional(),
  cover: z.string().nullable().optional(),
  position: z.number().optional(),
});
const payloads = {
  write: z.object({ id, fields }),
  remove: z.object({ id }),
  put: z.object({ id, places: z.array(z.tuple([z.string(), z.number()])) }),
  take: z.object({ id, images: z.array(z.string()) }),
  note: z.object({ image: z.string(), note: z.object({ note: z.string(), at: z.number() }).nullable() }),
};
type Kinds = { readonly [K in keyof typeof payloads]: TypedOperationKind<z.output<(typeof payloads)[K]>> };

/** What collections and notes are changed by. */
export type CollectionOperations = Kinds & { readonly revive: Kinds['remove'] };

const isGone = couldNot('The collection this was about is gone.');

/** Each answers what takes back exactly what it did: the places of pictures as they were, number by number. */
export function createCollectionOperations(parts: {
  readonly store: Pick<Store, 'collections' | 'notes'>;
  readonly now: () => number;
  /** After the commit. */
  readonly changed: (what: Events['collections.changed']) => void;
}): CollectionOperations {
  const { store, now, changed } = parts;
  const { collections, notes } = store;
  const told = (of: { readonly id: number }): void => changed({ collections: [of.id], notes: [] });

  const write: Kinds['write'] = operationKind({
    kind: 'collection.write',
    schema: payloads.write,
    changed: told,
    apply({ id: key, fields: wanted }) {
      const current = collections.get(key);
      if (current === null) return isGone;
      const before: { -readonly [F in keyof CollectionFields]?: CollectionFields[F] } = {};
      const next: typeof before = {};
      const differ = <F extends keyof CollectionFields>(field: F, value: CollectionFields[F] | undefined): void => {
        if (value === undefined || value === current[field]) return;
        before[field] = current[field];
        next[field] = value;
      };
      differ('name', wanted.name === undefined ? undefined : freeName(wanted.name, key));
      differ('notes', wanted.notes);
      differ('query', wanted.query);
      differ('cover', wanted.cover);
      differ('position', wanted.position);
      if (Object.keys(next).length === 0) return unchanged;
      collections.write(key, next);
      return {
        inverse: [write.of({ id: key, fields: before })],
        missed: wanted.name === undefined || next.name === undefined ? [] : instead(wanted.name, next.name),
      };
    },
  });

  const remove: Kinds['remove'] = operationKind({
    kind: 'collection.remove',
    schema: payloads.remove,
    changed: told,
    apply({ id: key }) {
      if (collections.get(key) === null) return isGone;
      collections.bury(key, now());
      return { inverse: [revive.of({ id: key })], missed: [] };
    },
  });

  const revive: Kinds['remove'] = operationKind({
    kind: 'collection.revive',
    schema: payloads.remove,
    changed: told,
    // No edit can bring it back any more.
    forget: ({ id: key }) => collections.forget(key),
    apply({ id: key }) {
      const name = collections.buried(key);
      if (name === null) return isGone;
      const free = freeName(name, key);
      collections.revive(key, free);
      return { inverse: [remove.of({ id: key })], missed: instead(name, free) };
    },
  });

  const put: Kinds['put'] = operationKind({
    kind: 'collection.put',
    schema: payloads.put,
    changed: told,
    apply({ id: key, places }) {
      if (collections.get(key) === null) return isGone;
      const images = places.map(([image]) => image);
      const before = new Map(collections.places(key, images).map(({ image, position }) => [image, position]));
      const wanted = places.map(([image, position]) => ({ image, position }));
      const unknown = new Set(collections.put(key, wanted));
      const moved = places.flatMap(([image, position]): [string, number][] => {
        const was = before.get(image);
        return was === undefined || was === position ? [] : [[image, was]];
      });
      const fresh = images.filter((image) => !before.has(image) && !unknown.has(image));
      return {
        inverse: [
          ...(fresh.length === 0 ? [] : [take.of({ id: key, images: fresh })]),
          ...(moved.length === 0 ? [] : [put.of({ id: key, places: moved })]),
        ],
        missed: unknown.size === 0 ? [] : [missing(unknown.size)],
      };
    },
  });

  const take: Kinds['take'] = operationKind({
    kind: 'collection.take',
    schema: payloads.take,
    changed: told,
    apply({ id: key, images }) {
      if (collections.get(key) === null) return isGone;
      const there = collections.places(key, images);
      if (there.length === 0) return unchanged;
      collections.take(key, images);
      const back = there.map(({ image, position }): [string, number] => [image, position]);
      return { inverse: [put.of({ id: key, places: back })], missed: [] };
    },
  });

  const note: Kinds['note'] = operationKind({
    kind: 'note.write',
    schema: payloads.note,
    changed: ({ image }) => changed({ collections: [], notes: [image] }),
    apply({ image, note: wanted }) {
      const before = notes.get(image);
      if (before?.note === wanted?.note) return unchanged;
      notes.set(image, wanted);
      return { inverse: [note.of({ image, note: before })], missed: [] };
    },
  });

  /** The name, or the first of `name (2)`, `name (3)` … that nobody else has. */
  function freeName(name: string, key: number): string {
    for (let n = 1; ; n++) {
      const tried = n === 1 ? name : `${name.slice(0, 90)} (${n})`;
      const owner = collections.named(tried);
      if (owner === null || owner === key) return tried;
    }
  }

  return { write, remove, revive, put, take, note };
}

function instead(name: string, given: string): readonly string[] {
  return name === given ? [] : [`There is another collection called "${name}" now, so this one is called "${given}".`];
}

function missing(count: number): string {
  return count === 1
    ? 'One picture is not in the library any more.'
    : `${count} pictures are not in the library any more.`;
}
