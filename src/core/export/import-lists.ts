import { setImmediate as nextTurn } from 'node:timers/promises';
import { cancelled } from '../../shared/errors.ts';
import type { ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pool, PoolSource } from '../../shared/rotation.ts';
import type { Lists, ListsImported } from '../../shared/transfer.ts';
import type { Blocks } from '../catalog/blocks.ts';
import type { ListStore } from './export-lists.ts';
import type { ListCollections } from './list-collections.ts';

const atOnce = 200;

export interface ImportParts {
  readonly store: ListStore;
  readonly collections: ListCollections;
  /** Likes images of the library; answers those that were not liked before. */
  readonly like: (ids: readonly ImageId[]) => Promise<Result<{ readonly changed: readonly ImageId[] }>>;
  readonly block: Pick<Blocks, 'add'>['add'];
  readonly savePool: (pool: Pool) => Result<unknown>;
  readonly now: () => number;
}

/**
 * Puts the lists of a document into the library. Only adds: what is here stays as it is, and doing it twice adds nothing more. Metadata of images that
 * are known here is not touched.
 */
export async function mergeLists(
  parts: ImportParts,
  lists: Lists,
  signal: AbortSignal,
): Promise<Result<ListsImported>> {
  const { store } = parts;
  const notes: string[] = [];
  const ids = new Map(lists.images.map((image) => [image.id, image]));

  for (let start = 0; start < lists.images.length; start += atOnce) {
    if (signal.aborted) return fail(cancelled);
    const page = lists.images.slice(start, start + atOnce);
    const known = new Set(store.images.getMany(page.map(({ id }) => id)).map(({ id }) => id));
    // An id that says one service and a provider that says another are of no export.
    store.images.upsert(
      page.filter((image) => !known.has(image.id) && image.id === `${image.provider}:${image.remoteId}`),
    );
    await nextTurn();
  }

  // Oldest first, so that the newest are the newest here too.
  let favorites = 0;
  const liked = lists.favorites.filter((id) => ids.has(id)).reverse();
  for (let start = 0; start < liked.length; start += atOnce) {
    if (signal.aborted) return fail(cancelled);
    const page = liked.slice(start, start + atOnce);
    const here = new Set(store.images.getMany(page).flatMap(({ id, favorite }) => (favorite ? [id] : [])));
    const added = await parts.like(page.filter((id) => !here.has(id)));
    if (added.ok) favorites += added.value.changed.length;
    else if (added.error.code === 'cancelled') return added;
    else notes.push(`Some favorites were not taken over. ${added.error.message}`);
  }

  const numbers = new Map<number, number>();
  let collections = 0;
  let collected = 0;
  for (const { id, name, notes: words, query, images } of lists.collections) {
    if (signal.aborted) return fail(cancelled);
    // Only what is known here can be in one.
    const known = knownOf(store, images);
    const there = parts.collections.list().find((collection) => collection.name === name);
    if (there === undefined) {
      const made = parts.collections.create({ name, notes: words, query, images: known });
      if (made === null) {
        notes.push(`The collection "${name}" could not be made.`);
        continue;
      }
      numbers.set(id, made);
      collections += 1;
      collected += known.length;
    } else {
      numbers.set(id, there.id);
      if (there.query !== null || query !== null) continue;
      const here = new Set(parts.collections.images(there.id));
      const added = known.filter((image) => !here.has(image));
      if (added.length > 0) parts.collections.add(there.id, added);
      collected += added.length;
    }
    await nextTurn();
  }

  let blocks = 0;
  const blocked = new Set(store.blocks.list().map(({ kind, value }) => `${kind} ${value.toLowerCase()}`));
  for (const target of lists.blocks) {
    if (signal.aborted) return fail(cancelled);
    if (blocked.has(`${target.kind} ${target.value.toLowerCase()}`)) continue;
    const added = await parts.block(target);
    if (added.ok) blocks += 1;
    else notes.push(`"${target.value}" was not blocked. ${added.error.message}`);
  }

  let pools = 0;
  for (const pool of lists.pools) {
    const sources = pool.sources.flatMap((source) => sourceHere(source, numbers) ?? []);
    if (sources.length < pool.sources.length) {
      notes.push(`The pool "${pool.name}" comes without the folders and collections of its own machine.`);
    }
    if (sources.length === 0) continue;
    const id = freeId(
      store,
      pool.id,
      (there) => JSON.stringify([there.name, there.sources]) === JSON.stringify([pool.name, sources]),
    );
    if (id === null) continue;
    const saved = parts.savePool({ id, name: pool.name, sources });
    if (saved.ok) pools += 1;
    else notes.push(`The pool "${pool.name}" was not taken over. ${saved.error.message}`);
  }

  let searches = 0;
  for (const { name, query } of lists.searches) {
    const all = store.savedSearches.list();
    if (
      all.some(
        (there) => there.query === query && (there.name === name || there.name.startsWith(`${name.slice(0, 90)} (`)),
      )
    )
      continue;
    const taken = new Set(all.map((there) => there.name));
    let free = name;
    for (let copy = 2; taken.has(free); copy += 1) free = `${name.slice(0, 90)} (${copy})`;
    const saved = store.savedSearches.save({ id: null, name: free, query, at: parts.now() });
    if (typeof saved !== 'string') searches += 1;
  }
  return ok({ favorites, collections, collected, blocks, pools, searches, notes: [...new Set(notes)] });
}

function knownOf({ images }: ListStore, ids: readonly ImageId[]): readonly ImageId[] {
  const known: ImageId[] = [];
  for (let start = 0; start < ids.length; start += atOnce)
    known.push(...images.getMany(ids.slice(start, start + atOnce)).map(({ id }) => id));
  return known;
}

/** A source of a pool in this library's numbers; null where it is another machine's. */
function sourceHere(source: PoolSource, numbers: ReadonlyMap<number, number>): PoolSource | null {
  if (source.kind === 'folder') return null;
  if (source.kind !== 'collection') return source;
  const collection = numbers.get(source.collection);
  return collection === undefined ? null : { ...source, collection };
}

/** The id, or one like it where another pool has it; null where the pool is there. */
function freeId({ pools }: ListStore, id: string, same: (there: Pool) => boolean): string | null {
  for (let copy = 1; ; copy += 1) {
    const candidate = copy === 1 ? id : `${id.slice(0, 58)}-${copy}`;
    const there = pools.get(candidate);
    if (there === null) return candidate;
    if (same(there)) return null;
  }
}
