import { appError } from '../shared/errors.ts';
import { favoriteQuery, type Image } from '../shared/model.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { ExportChoice } from '../shared/transfer.ts';
import type { Blocks } from './catalog/blocks.ts';
import type { ContentGate } from './catalog/gate.ts';
import type { Collections } from './collections/collections.ts';
import type { Handlers } from './dispatch.ts';
import type { EventBus } from './events.ts';
import { gatherLists } from './export/export-lists.ts';
import { exportPictures, type ExportPages } from './export/export-pictures.ts';
import { createListCollections } from './export/list-collections.ts';
import { mergeLists } from './export/import-lists.ts';
import { readLists, writeLists } from './export/transfer.ts';
import type { Favorites } from './favorites/favorites.ts';
import type { MediaFile, Pictures } from './files/pictures.ts';
import type { Library } from './library/library.ts';
import type { Ports } from './ports.ts';
import type { Rotation } from './rotation/rotation.ts';
import type { Store } from './store/store.ts';

type TransferCall = 'export.pictures' | 'export.lists' | 'import.lists';

const atOnce = 200;

const notKnown = appError('not_found', 'The library knows no such picture.');

/** The calls that take pictures and lists out of the library, and lists into it. */
export function transferHandlers(parts: {
  readonly ports: Pick<Ports, 'dataFolder' | 'version' | 'clock' | 'log'>;
  readonly store: Store;
  readonly gate: ContentGate;
  readonly library: Pick<Library, 'search'>;
  readonly collections: Collections;
  readonly pictures: Pick<Pictures, 'peek' | 'open'>;
  readonly favorites: Favorites;
  readonly blocks: Blocks;
  readonly rotation: Pick<Rotation, 'savePool'>;
  readonly events: Pick<EventBus, 'emit'>;
}): Pick<Handlers, TransferCall> {
  const { ports, store, gate, library, pictures, favorites, blocks, rotation, events } = parts;

  const collections = createListCollections(store, parts.collections);

  async function* pagesOf(ids: readonly string[]): ExportPages {
    for (let start = 0; start < ids.length; start += atOnce) {
      const { seen, hidden } = gate.split(store.images.getMany(ids.slice(start, start + atOnce)));
      yield { images: seen, hidden };
    }
  }

  /** Each was asked for by name: of what is not exported is told why. */
  async function* pagesNamed(ids: readonly string[]): ExportPages {
    for (const id of ids) {
      const image = store.images.get(id);
      const allowed = image === null ? fail(notKnown) : gate.check(image);
      yield allowed.ok && image !== null
        ? { images: [image], hidden: 0 }
        : { images: [], hidden: 0, refused: allowed.ok ? [] : [{ id, reason: allowed.error.message }] };
    }
  }

  /** Nothing is fetched for an export: the picture is in the library, or where its owner has it. */
  async function fileOf(image: Image, signal: AbortSignal): Promise<Result<MediaFile>> {
    const kept = await pictures.peek(image.id, 'full');
    if (kept !== null) return ok(kept);
    if (image.provider === 'local') return pictures.open(image, 'full', { signal });
    return fail(appError('not_found', 'It is not on this disk: "kabegami download" fetches it.'));
  }

  /** The first page is asked for before anything is written: a mistake in the query is told at once. */
  async function searched(
    query: string,
    signal: AbortSignal,
  ): Promise<Result<{ readonly pages: ExportPages; readonly total: number }>> {
    const ask = (cursor: string | null) =>
      library.search({ query: `${query} is:cached`, cursor, limit: atOnce }, signal);
    const first = await ask(null);
    if (!first.ok) return first;
    async function* pages(): ExportPages {
      let page = first;
      for (let hidden = first.ok ? first.value.hidden : 0; ; hidden = 0) {
        if (!page.ok) throw new Error(page.error.message);
        yield { images: page.value.images, hidden };
        if (page.value.next === null) return;
        page = await ask(page.value.next);
      }
    }
    return ok({ pages: pages(), total: first.value.total });
  }

  async function chosen(
    choice: ExportChoice,
    signal: AbortSignal,
  ): Promise<Result<{ readonly pages: ExportPages; readonly total: number }>> {
    if ('query' in choice) return searched(choice.query, signal);
    if ('collection' in choice) {
      const collection = store.collections.get(choice.collection);
      if (collection === null) return fail(appError('not_found', `There is no collection ${choice.collection}.`));
      if (collection.query !== null) return searched(collection.query, signal);
    }
    if ('ids' in choice) return ok({ pages: pagesNamed(choice.ids), total: choice.ids.length });
    const ids =
      'collection' in choice
        ? collections.images(choice.collection)
        : store.favorites.find(favoriteQuery.parse({}), true).ids;
    return ok({ pages: pagesOf(ids), total: ids.length });
  }

  return {
    'export.pictures': async ({ choice, folder, json, xmp }, { signal, progress }) => {
      const found = await chosen(choice, signal);
      if (!found.ok) return found;
      const { pages, total } = found.value;
      return exportPictures(
        {
          dataFolder: ports.dataFolder,
          imported: store.folders.list().map(({ path }) => path),
          fileOf,
          noteOf: (id) => {
            const note = parts.collections.note(id);
            return note.ok ? note.value.note : '';
          },
          allows: (image: Image) => gate.allows(image),
          log: ports.log,
        },
        pages,
        { folder, json, xmp },
        {
          total,
          signal,
          onProgress: (done, of) => progress({ kind: 'export', image: null, done, total: of, unit: 'items' }),
        },
      );
    },
    'export.lists': async ({ path, overwrite }) => {
      const { lists, leftOut } = await gatherLists({
        store,
        collections,
        gate,
        program: ports.version,
        now: ports.clock.now(),
      });
      const written = await writeLists(lists, path, { overwrite, dataFolder: ports.dataFolder, log: ports.log });
      if (!written.ok) return written;
      return ok({
        path,
        leftOut,
        favorites: lists.favorites.length,
        collections: lists.collections.length,
        blocks: lists.blocks.length,
        pools: lists.pools.length,
        searches: lists.searches.length,
      });
    },
    'import.lists': async ({ path }, { signal }) => {
      const read = await readLists(path, signal);
      if (!read.ok) return read;
      const merged = await mergeLists(
        {
          store,
          collections,
          like: (ids) => (ids.length === 0 ? Promise.resolve(ok({ changed: [] })) : favorites.add(ids, signal)),
          block: blocks.add,
          savePool: rotation.savePool,
          now: ports.clock.now,
        },
        read.value,
        signal,
      );
      if (merged.ok) {
        events.emit('pools.changed', { what: 'collections' });
        events.emit('searches.changed', { searches: store.savedSearches.list() });
      }
      return merged;
    },
  };
}
