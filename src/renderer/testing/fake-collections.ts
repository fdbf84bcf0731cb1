import type { Collection, CollectionChange } from '../../shared/collections.ts';
import type { CallInput, CallName, CallOutput, EventName, Events } from '../../shared/contract.ts';
import { appError } from '../../shared/errors.ts';
import type { Image, ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { FakeEdits } from './fake-edits.ts';

type Names = Extract<CallName, `collections.${string}` | `notes.${string}`>;
interface Shelf extends Pick<Collection, 'id' | 'name' | 'notes' | 'query' | 'cover'> {
  readonly members: readonly ImageId[];
}

export interface FakeCollections {
  /** In their order. */
  shelves: readonly Shelf[];
  notes: ReadonlyMap<ImageId, string>;
  readonly handlers: { [N in Names]: (input: CallInput<N>) => Result<CallOutput<N>> };
  add(name: string, members?: readonly ImageId[], more?: Partial<Shelf>): number;
}

/** Collections and notes over data in memory; undo puts the whole state back. */
export function createFakeCollections(options: {
  readonly images: Map<ImageId, Image>;
  readonly edits: FakeEdits;
  readonly emit: <N extends EventName>(name: N, payload: Events[N]) => void;
}): FakeCollections {
  const { images, edits, emit } = options;
  let last = 0;
  const found = (ids: readonly ImageId[]): readonly Image[] =>
    ids.flatMap((id) => images.get(id) ?? []).filter((image) => !image.blocked);
  const shown = ({ members, ...shelf }: Shelf): Collection => {
    const all =
      shelf.query === null
        ? found(members)
        : [...images.values()].filter(({ tags }) => tags.includes(shelf.query ?? ''));
    const cover = found(shelf.cover === null || !members.includes(shelf.cover) ? [] : [shelf.cover]);
    return { ...shelf, images: all.length, covers: cover.length > 0 ? cover : all.slice(0, 4) };
  };
  const shelf = (id: number): Shelf | null => fake.shelves.find((each) => each.id === id) ?? null;
  const missing = (id: number): Result<never> => fail(appError('not_found', `There is no collection ${id}.`));
  const tell = (id: number): void => {
    emit('collections.changed', { collections: [id], notes: [] });
    emit('pools.changed', { what: 'collections' });
  };
  const make = (id: number, label: string, next: readonly Shelf[]): CollectionChange['edit'] => {
    const before = fake.shelves;
    if (JSON.stringify(before) === JSON.stringify(next)) return null;
    fake.shelves = next;
    tell(id);
    edits.add(label, (undone) => {
      fake.shelves = undone ? before : next;
      tell(id);
    });
    return edits.list[0] ?? null;
  };
  const change = (id: number, label: string, how: (shelf: Shelf) => Shelf): Result<CollectionChange> => {
    if (shelf(id) === null) return missing(id);
    const edit = make(
      id,
      label,
      fake.shelves.map((each) => (each.id === id ? how(each) : each)),
    );
    const now = shelf(id);
    return now === null ? missing(id) : ok({ collection: shown(now), edit });
  };
  const placed = (members: readonly ImageId[], moving: readonly ImageId[], before: ImageId | null): ImageId[] => {
    const rest = members.filter((id) => !moving.includes(id));
    const at = before === null ? rest.length : rest.indexOf(before);
    return [...rest.slice(0, at), ...moving, ...rest.slice(at)];
  };

  const fake: FakeCollections = {
    shelves: [],
    notes: new Map(),
    add(name, members = [], more = {}) {
      last += 1;
      fake.shelves = [...fake.shelves, { id: last, name, notes: '', query: null, cover: null, members, ...more }];
      return last;
    },
    handlers: {
      'collections.list': () => ok({ collections: fake.shelves.map(shown) }),
      'collections.create': ({ name, query = null, images: members = [] }) => {
        if (fake.shelves.some((each) => each.name === name))
          return fail(appError('invalid_input', `There is a collection called "${name}" already.`));
        last += 1;
        const made: Shelf = { id: last, name, notes: '', query, cover: null, members };
        const edit = make(last, `Created "${name}".`, [...fake.shelves, made]);
        return ok({ collection: shown(made), edit });
      },
      'collections.albums': () => ok({ albums: [], edit: null }),
      'collections.change': ({ id, patch }) => {
        const { name, notes, query, cover } = patch;
        return change(id, 'Changed a collection.', (each) => ({
          ...each,
          ...(name === undefined ? {} : { name }),
          ...(notes === undefined ? {} : { notes }),
          ...(query === undefined ? {} : { query }),
          ...(cover === undefined ? {} : { cover }),
        }));
      },
      'collections.remove': ({ id }) => {
        const gone = shelf(id);
        if (gone === null) return missing(id);
        return ok({
          edit: make(
            id,
            `Removed "${gone.name}".`,
            fake.shelves.filter((each) => each.id !== id),
          ),
        });
      },
      'collections.arrange': ({ id, before }) => {
        const moving = shelf(id);
        if (moving === null) return missing(id);
        const rest = fake.shelves.filter((each) => each.id !== id);
        const at = before === null ? rest.length : rest.findIndex((each) => each.id === before);
        const edit = make(id, `Moved "${moving.name}".`, [...rest.slice(0, at), moving, ...rest.slice(at)]);
        return ok({ collection: shown(moving), edit });
      },
      'collections.images': ({ id, cursor, limit = 200 }) => {
        const here = shelf(id);
        if (here === null) return missing(id);
        const all =
          here.query === null
            ? found(here.members)
            : [...images.values()].filter(({ tags }) => tags.includes(here.query ?? ''));
        const from = Number(cursor ?? 0);
        const next = from + limit < all.length ? String(from + limit) : null;
        return ok({ images: all.slice(from, from + limit), hidden: 0, next });
      },
      'collections.add': ({ id, images: added, before = null }) =>
        change(id, `Added ${added.length} to it.`, (each) => ({
          ...each,
          members: placed(
            each.members,
            added.filter((image) => !each.members.includes(image)),
            before,
          ),
        })),
      'collections.take': ({ id, images: taken }) =>
        change(id, `Took ${taken.length} out of it.`, (each) => ({
          ...each,
          members: each.members.filter((image) => !taken.includes(image)),
        })),
      'collections.move': ({ id, images: moving, before }) =>
        change(id, `Moved ${moving.length} in it.`, (each) => ({
          ...each,
          members: placed(each.members, moving, before !== null && moving.includes(before) ? null : before),
        })),
      'collections.transfer': ({ from, to, images: moving }) => {
        const next = fake.shelves.map((each) =>
          each.id === from
            ? { ...each, members: each.members.filter((image) => !moving.includes(image)) }
            : each.id === to
              ? { ...each, members: [...each.members, ...moving.filter((image) => !each.members.includes(image))] }
              : each,
        );
        const edit = make(from, `Moved ${moving.length}.`, next);
        tell(to);
        const now = shelf(to);
        return now === null ? missing(to) : ok({ collection: shown(now), edit });
      },
      'collections.of': ({ id }) =>
        ok({ collections: fake.shelves.filter((each) => each.members.includes(id)).map((each) => each.id) }),
      'notes.get': ({ id }) => ok({ note: fake.notes.get(id) ?? '' }),
      'notes.set': ({ id, note }) => {
        const before = fake.notes;
        if ((before.get(id) ?? '') === note) return ok({ edit: null });
        const next = new Map(before).set(id, note);
        const put = (notes: ReadonlyMap<ImageId, string>): void => {
          fake.notes = notes;
          emit('collections.changed', { collections: [], notes: [id] });
        };
        put(next);
        edits.add('Wrote a note on a picture.', (undone) => put(undone ? before : next));
        return ok({ edit: edits.list[0] ?? null });
      },
    },
  };
  return fake;
}
