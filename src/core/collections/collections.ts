import type { z } from 'zod';
import type { Collection, CollectionChange, CollectionPage, collectionPatch } from '../../shared/collections.ts';
import type { Edit } from '../../shared/edits.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import type { Image, ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { parse } from '../../shared/search/index.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Edits } from '../edits/edits.ts';
import type { Operation } from '../edits/operation.ts';
import { mistakeIn } from '../library/library.ts';
import type { EventBus } from '../events.ts';
import type { CollectionPlace, StoredCollection } from '../store/collections.ts';
import { someOf } from '../some-of.ts';
import type { Store } from '../store/store.ts';
import { createCollectionOperations } from './operations.ts';
import { mosaic } from './smart.ts';
import { placesFor, step, type Neighbours } from './positions.ts';
import { count, quoted } from './words.ts';

/** Collections and notes. Every change is an edit: one transaction, and a way back. */
export interface Collections {
  list(): readonly Collection[];
  /** The search that fills it; null: it is filled by hand. */
  searchOf(id: number): Result<string | null>;
  /** Of one that is filled by hand. */
  images(id: number, cursor: string | null, limit: number): Result<CollectionPage>;
  create(made: { name: string; query: string | null; images: readonly ImageId[] }): Result<CollectionChange>;
  change(id: number, patch: z.output<typeof collectionPatch>): Result<CollectionChange>;
  remove(id: number): Result<{ readonly edit: Edit | null }>;
  /** Puts a collection before another one; null is the end. */
  arrange(id: number, before: number | null): Result<CollectionChange>;
  /** Those that are in it keep their places. `before` as in `move`. */
  add(id: number, images: readonly ImageId[], before: ImageId | null): Result<CollectionChange>;
  take(id: number, images: readonly ImageId[]): Result<CollectionChange>;
  /** Puts images of it, in this order, before another one of it; null is the end. */
  move(id: number, images: readonly ImageId[], before: ImageId | null): Result<CollectionChange>;
  /** Out of one and into another, as one edit. Answers the one they are in now. */
  transfer(from: number, to: number, images: readonly ImageId[]): Result<CollectionChange>;
  /**
   * Makes collections of lists from elsewhere, or brings those that were made of them in step, all as one edit. The pictures of a list stand in its order; what else was put in
   * stays, before what is new. `gone`: no longer in the list. `given`: the name it got from the list, which it has unless its owner has renamed it.
   * `committed` runs in the same transaction.
   */
  mirror(
    lists: readonly {
      readonly id: number | null;
      readonly name: string;
      readonly given: string | null;
      readonly images: readonly ImageId[];
      readonly gone: readonly ImageId[];
    }[],
    committed: (mirrored: readonly Mirrored[]) => void,
  ): { readonly value: readonly Mirrored[]; readonly edit: Edit | null };
  /** The collections a picture was put in. */
  of(image: ImageId): Result<readonly number[]>;
  note(image: ImageId): Result<{ readonly note: string }>;
  setNote(image: ImageId, note: string): Result<{ readonly edit: Edit | null }>;
}

export interface Mirrored {
  readonly id: number;
  readonly name: string;
  readonly created: boolean;
  readonly added: number;
  readonly taken: number;
}

/** Rows of forgotten collections that one change deletes along the way. */
const sweptAtOnce = 2_000;

export function createCollections(parts: {
  readonly store: Pick<Store, 'collections' | 'notes' | 'images'>;
  readonly edits: Edits;
  readonly gate: ContentGate;
  readonly events: Pick<EventBus, 'emit'>;
  readonly now: () => number;
}): Collections {
  const { store, edits, gate, events, now } = parts;
  const { collections } = store;
  const changed = (what: { readonly collections: readonly number[]; readonly notes: readonly ImageId[] }): void => {
    events.emit('collections.changed', what);
    if (what.collections.length > 0) events.emit('pools.changed', { what: 'collections' });
  };
  const operations = createCollectionOperations({ store, now, changed });
  edits.register(...Object.values(operations));

  /** A smart one is filled by whoever can search (`SmartCollections`). */
  function shown({ id, name, notes, query, cover, images }: StoredCollection): Collection {
    // A cover that was taken out of it is none any more.
    const there = cover !== null && (query !== null || collections.places(id, [cover]).length > 0);
    const chosen = there ? gate.split(store.images.getMany([cover])).seen : [];
    const first = (): readonly Image[] =>
      store.images.getMany(collections.covers(id, gate.allows({ rating: 'adult' }), mosaic));
    const covers = chosen.length > 0 ? chosen : first();
    return { id, name, notes, query, cover: chosen.length > 0 ? cover : null, images, covers };
  }

  /** Finds it, or says that there is none. */
  function need(id: number): Result<StoredCollection> {
    const row = collections.get(id);
    return row === null ? fail(appError('not_found', `There is no collection ${id}.`)) : ok(row);
  }
  function byHand(id: number): Result<StoredCollection> {
    const found = need(id);
    return found.ok && found.value.query !== null ? fail(isSmart(found.value)) : found;
  }

  /** Makes an edit of operations and answers the collection as it is then. */
  function edit(
    id: number,
    label: string,
    todo: () => readonly Operation[],
    refused: readonly Refused[] = [],
  ): Result<CollectionChange> {
    const made = edits.make(() => ({ value: null, label, inverse: edits.apply(todo()).inverse }));
    collections.sweep(sweptAtOnce);
    const row = need(id);
    return row.ok ? ok({ collection: shown(row.value), edit: made.edit, ...told(refused) }) : row;
  }

  const neighbours = (id: number): Neighbours => ({
    before: (place, limit) => collections.before(id, place, limit),
    after: (place, limit) => collections.after(id, place, limit),
  });
  /** The place before which something comes: the one named, or the next that is not moving itself; null is the end. */
  function anchorOf(id: number, before: ImageId | null, moving: readonly ImageId[]): Result<CollectionPlace | null> {
    if (before === null) return ok(null);
    const [named] = collections.places(id, [before]);
    if (named === undefined) return fail(appError('not_found', `${before} is not in this collection.`));
    const own = new Set(moving);
    if (!own.has(named.image)) return ok(named);
    const next = collections.after(id, named, own.size).find(({ image }) => !own.has(image));
    return ok(next ?? null);
  }
  const putting = (id: number, images: readonly ImageId[], anchor: CollectionPlace | null): readonly Operation[] => {
    if (images.length === 0) return [];
    const places = placesFor(images, anchor, neighbours(id));
    return [operations.put.of({ id, places: places.map(({ image, position }) => [image, position]) })];
  };
  /** Each once, and those that are not to be seen apart; fails where one is unknown, or none may be seen. */
  function known(
    images: readonly ImageId[],
  ): Result<{ readonly ids: readonly ImageId[]; readonly refused: readonly Refused[] }> {
    const ids = [...new Set(images)];
    const found = store.images.getMany(ids);
    if (found.length < ids.length) {
      const there = new Set(found.map((image) => image.id));
      const lost = ids.filter((image) => !there.has(image));
      return fail(appError('not_found', `Not in the library: ${someOf(lost)}.`));
    }
    const judged = found.map((image) => ({ id: image.id, allowed: gate.check(image) }));
    const refused = judged.flatMap(({ id, allowed }) => (allowed.ok ? [] : [{ id, reason: allowed.error.message }]));
    const [first] = judged;
    if (refused.length === judged.length && first?.allowed.ok === false) return first.allowed;
    return ok({ ids: judged.flatMap(({ id, allowed }) => (allowed.ok ? [id] : [])), refused });
  }

  function allPlaces(id: number): readonly ImageId[] {
    const all: ImageId[] = [];
    for (let page = collections.after(id, null, 1_000); page.length > 0;) {
      all.push(...page.map(({ image }) => image));
      page = collections.after(id, page.at(-1) ?? null, 1_000);
    }
    return all;
  }
  function freeName(name: string): string {
    for (let n = 1; ; n += 1) {
      const tried = n === 1 ? name : `${name.slice(0, 90)} (${n})`;
      if (collections.named(tried) === null) return tried;
    }
  }

  return {
    list: () => collections.list().map(shown),
    searchOf(id) {
      const found = need(id);
      return found.ok ? ok(found.value.query) : found;
    },
    images(id, cursor, limit) {
      const found = need(id);
      if (!found.ok) return found;
      const from = cursor === null ? null : placeOf(cursor);
      if (from === undefined) return fail(appError('invalid_input', 'That is not a place in a collection.'));
      const places = collections.after(id, from, limit);
      const { seen, hidden } = gate.split(store.images.getMany(places.map(({ image }) => image)));
      const last = places.at(-1);
      const next = last === undefined || places.length < limit ? null : `${last.position}/${last.image}`;
      return ok({ images: seen, hidden, next });
    },
    create({ name, query, images }) {
      if (collections.named(name) !== null) return fail(nameTaken(name));
      const mistake = query === null ? null : mistakeIn(query, parse(query));
      if (mistake !== null) return mistake;
      const those = known(images);
      if (!those.ok) return those;
      const made = edits.make(() => {
        const id = collections.insert({ name, query, at: now() });
        edits.apply(putting(id, those.value.ids, null));
        return { value: id, label: `Created ${quoted(name)}.`, inverse: [operations.remove.of({ id })] };
      });
      changed({ collections: [made.value], notes: [] });
      const row = need(made.value);
      return row.ok ? ok({ collection: shown(row.value), edit: made.edit, ...told(those.value.refused) }) : row;
    },
    change(id, patch) {
      const found = need(id);
      if (!found.ok) return found;
      const { name, query } = found.value;
      const mistake = patch.query === undefined ? null : mistakeIn(patch.query, parse(patch.query));
      if (mistake !== null) return mistake;
      if (patch.name !== undefined) {
        const owner = collections.named(patch.name);
        if (owner !== null && owner !== id) return fail(nameTaken(patch.name));
      }
      if (patch.query !== undefined && query === null) {
        return fail(appError('invalid_input', `${quoted(name)} is filled by hand: it has no search.`));
      }
      if (typeof patch.cover === 'string') {
        const cover = known([patch.cover]);
        if (!cover.ok) return cover;
        if (query === null && collections.places(id, [patch.cover]).length === 0) {
          return fail(appError('not_found', `${patch.cover} is not in ${quoted(name)}.`));
        }
      }
      const label =
        patch.name !== undefined
          ? `Renamed ${quoted(name)} to ${quoted(patch.name)}.`
          : patch.cover !== undefined
            ? `Changed the cover of ${quoted(name)}.`
            : patch.query !== undefined
              ? `Changed the search of ${quoted(name)}.`
              : `Changed the notes of ${quoted(name)}.`;
      return edit(id, label, () => [operations.write.of({ id, fields: patch })]);
    },
    remove(id) {
      const found = need(id);
      if (!found.ok) return found;
      const made = edits.make(() => ({
        value: null,
        label: `Removed ${quoted(found.value.name)}.`,
        inverse: edits.apply([operations.remove.of({ id })]).inverse,
      }));
      collections.sweep(sweptAtOnce);
      return ok({ edit: made.edit });
    },
    arrange(id, before) {
      const found = need(id);
      if (!found.ok) return found;
      if (before !== null && collections.get(before) === null) return need(before) as Result<never>;
      const rows = collections.list().filter((row) => row.id !== id);
      const at = before === null ? -1 : rows.findIndex((row) => row.id === before);
      const place = at < 0 ? rows.length : at;
      const low = rows[place - 1]?.position ?? null;
      const high = rows[place]?.position ?? null;
      return edit(id, `Moved ${quoted(found.value.name)}.`, () => {
        const position = between(low, high);
        if (position !== null) return [operations.write.of({ id, fields: { position } })];
        // Collections are few: all of them get new gaps.
        const order = [...rows.slice(0, place), found.value, ...rows.slice(place)];
        return order.map((row, n) => operations.write.of({ id: row.id, fields: { position: (n + 1) * step } }));
      });
    },
    add(id, images, before) {
      const found = byHand(id);
      if (!found.ok) return found;
      const those = known(images);
      if (!those.ok) return those;
      const { ids, refused } = those.value;
      const there = new Set(collections.places(id, ids).map(({ image }) => image));
      const fresh = ids.filter((image) => !there.has(image));
      const anchor = anchorOf(id, before, fresh);
      if (!anchor.ok) return anchor;
      const label = `Added ${count(fresh.length, 'picture')} to ${quoted(found.value.name)}.`;
      return edit(id, label, () => putting(id, fresh, anchor.value), refused);
    },
    take(id, images) {
      const found = byHand(id);
      if (!found.ok) return found;
      const there = collections.places(id, images);
      if (there.length === 0) return fail(noneOf(images, found.value.name));
      const taken = there.map(({ image }) => image);
      const label = `Took ${count(taken.length, 'picture')} out of ${quoted(found.value.name)}.`;
      const todo = () => [operations.take.of({ id, images: taken })];
      return edit(id, label, todo, notIn(images, taken, found.value.name));
    },
    move(id, images, before) {
      const found = byHand(id);
      if (!found.ok) return found;
      const there = new Set(collections.places(id, images).map(({ image }) => image));
      const moving = [...new Set(images)].filter((image) => there.has(image));
      if (moving.length === 0) return fail(noneOf(images, found.value.name));
      const anchor = anchorOf(id, before, moving);
      if (!anchor.ok) return anchor;
      const label = `Moved ${count(moving.length, 'picture')} in ${quoted(found.value.name)}.`;
      return edit(id, label, () => putting(id, moving, anchor.value), notIn(images, moving, found.value.name));
    },
    transfer(from, to, images) {
      const left = byHand(from);
      if (!left.ok) return left;
      const right = byHand(to);
      if (!right.ok) return right;
      const there = collections.places(from, images).map(({ image }) => image);
      if (there.length === 0) return fail(noneOf(images, left.value.name));
      const refused = notIn(images, there, left.value.name);
      if (from === to) return ok({ collection: shown(right.value), edit: null, ...told(refused) });
      const already = new Set(collections.places(to, there).map(({ image }) => image));
      const fresh = there.filter((image) => !already.has(image));
      const label = `Moved ${count(there.length, 'picture')} from ${quoted(left.value.name)} to ${quoted(right.value.name)}.`;
      const todo = () => [...putting(to, fresh, null), operations.take.of({ id: from, images: there })];
      return edit(to, label, todo, refused);
    },
    mirror(lists, committed) {
      const made = edits.make(() => {
        const inverse: Operation[] = [];
        const mirrored: Mirrored[] = [];
        for (const list of lists) {
          const there = list.id === null ? null : collections.get(list.id);
          // A search has no order of its own to keep.
          const old = there !== null && there.query === null ? there : null;
          const id = old?.id ?? collections.insert({ name: freeName(list.name), query: null, at: now() });
          const before = old === null ? [] : allPlaces(id);
          const has = new Set(before);
          const gone = list.gone.filter((image) => has.has(image));
          const fresh = list.images.filter((image) => !has.has(image));
          const own = new Set(list.images);
          const inOrder = before.filter((image) => own.has(image));
          const kept = inOrder.every((image, at) => image === list.images[at]);
          const renamed = old !== null && list.given !== null && old.name === list.given && list.given !== list.name;
          const todo = [
            ...(renamed ? [operations.write.of({ id, fields: { name: list.name } })] : []),
            ...(gone.length > 0 ? [operations.take.of({ id, images: gone })] : []),
            // What is only longer now grows at its end; anything else is put in order anew.
            ...putting(id, kept ? fresh : list.images, null),
          ];
          inverse.unshift(...(old === null ? [operations.remove.of({ id })] : edits.apply(todo).inverse));
          if (old === null) edits.apply(todo);
          const name = collections.get(id)?.name ?? list.name;
          mirrored.push({ id, name, created: old === null, added: fresh.length, taken: gone.length });
        }
        committed(mirrored);
        const label = `Brought ${count(lists.length, 'album')} over.`;
        return { value: mirrored, label, inverse };
      });
      collections.sweep(sweptAtOnce);
      if (made.edit !== null) changed({ collections: made.value.map(({ id }) => id), notes: [] });
      return made;
    },
    of(image) {
      const those = known([image]);
      return those.ok ? ok(collections.of(image)) : those;
    },
    note(image) {
      const those = known([image]);
      return those.ok ? ok({ note: store.notes.get(image)?.note ?? '' }) : those;
    },
    setNote(image, note) {
      const those = known([image]);
      if (!those.ok) return those;
      const wanted = note === '' ? null : { note, at: now() };
      const made = edits.make(() => ({
        value: null,
        label: wanted === null ? 'Removed the note of a picture.' : 'Wrote a note on a picture.',
        inverse: edits.apply([operations.note.of({ image, note: wanted })]).inverse,
      }));
      return ok({ edit: made.edit });
    },
  };
}

/** Undefined: not one of our cursors. */
function placeOf(cursor: string): CollectionPlace | undefined {
  const [, position, image] = /^(-?\d{1,16})\/(.+)$/.exec(cursor) ?? [];
  return position === undefined || image === undefined ? undefined : { image, position: Number(position) };
}

function between(low: number | null, high: number | null): number | null {
  if (high === null) return (low ?? 0) + step;
  if (low === null) return high - step;
  return high - low < 2 ? null : low + Math.floor((high - low) / 2);
}

function nameTaken(name: string): AppError {
  return appError('invalid_input', `There is a collection called ${quoted(name)} already. Choose another name.`);
}

function isSmart({ name }: StoredCollection): AppError {
  return appError('invalid_input', `${quoted(name)} is filled by its search, not by hand. Change its search instead.`);
}

type Refused = NonNullable<CollectionChange['refused']>[number];

const told = (refused: readonly Refused[]): Pick<CollectionChange, 'refused'> =>
  refused.length === 0 ? {} : { refused };

/** Those that are not among `there`, in the collection of this name. */
function notIn(images: readonly ImageId[], there: readonly ImageId[], name: string): readonly Refused[] {
  const known = new Set(there);
  return [...new Set(images)].flatMap((id) => (known.has(id) ? [] : [{ id, reason: `It is not in ${quoted(name)}.` }]));
}

function noneOf(images: readonly ImageId[], name: string): AppError {
  const ids = [...new Set(images)];
  return appError('not_found', `${someOf(ids)} ${ids.length === 1 ? 'is' : 'are'} not in ${quoted(name)}.`);
}
