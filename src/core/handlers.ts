import { appError } from '../shared/errors.ts';
import { providerIds, type Display, type LibraryStats, type ProviderId } from '../shared/model.ts';
import { fail, mapOk, ok, type Result } from '../shared/result.ts';
import type { Accounts } from './accounts/accounts.ts';
import { backupHandlers } from './backup-handlers.ts';
import type { Backups } from './backup/backups.ts';
import type { Blocks } from './catalog/blocks.ts';
import type { Browse } from './catalog/browse.ts';
import type { ContentGate } from './catalog/gate.ts';
import type { Images } from './catalog/images.ts';
import type { Lists } from './catalog/lists.ts';
import { createProviderStatus } from './catalog/provider-status.ts';
import { collectionHandlers } from './collection-handlers.ts';
import type { Collections } from './collections/collections.ts';
import type { BringAlbums } from './collections/albums.ts';
import { createSmartCollections } from './collections/smart.ts';
import type { CallContext, Handlers } from './dispatch.ts';
import { duplicateHandlers } from './duplicate-handlers.ts';
import type { Duplicates } from './duplicates/create-duplicates.ts';
import { editHandlers } from './edit-handlers.ts';
import type { Edits } from './edits/edits.ts';
import type { EventBus } from './events.ts';
import type { Folders } from './folders/folders.ts';
import { folderHandlers } from './folder-handlers.ts';
import type { Favorites } from './favorites/favorites.ts';
import type { Library } from './library/library.ts';
import { libraryHandlers } from './library/library-handlers.ts';
import type { Pictures } from './files/pictures.ts';
import type { Ports } from './ports.ts';
import type { Provider } from './providers/provider.ts';
import type { Rotation } from './rotation/rotation.ts';
import { lastFilterKey } from './rotation/sources.ts';
import type { SettingsService } from './settings.ts';
import { storageHandlers } from './storage-handlers.ts';
import type { Store } from './store/store.ts';
import { shownWallpapers } from './wallpaper/shown.ts';
import { transferHandlers } from './transfer-handlers.ts';
import type { RealWallpaper } from './wallpaper/create-wallpaper.ts';
import type { Stage } from './wallpaper/scene.ts';

/** Everything a call can reach. */
export interface Services {
  readonly ports: Pick<Ports, 'host' | 'version' | 'dataFolder' | 'clock' | 'dialogs' | 'log'>;
  readonly store: Store;
  readonly gate: ContentGate;
  readonly settings: SettingsService;
  readonly providers: Readonly<Record<ProviderId, Provider>>;
  readonly browse: Browse;
  readonly lists: Lists;
  readonly images: Images;
  readonly pictures: Pictures;
  readonly wallpaper: RealWallpaper;
  readonly rotation: Rotation;
  readonly blocks: Blocks;
  readonly collections: Collections;
  readonly albums: BringAlbums;
  readonly edits: Edits;
  readonly duplicates: Duplicates;
  readonly events: Pick<EventBus, 'emit'>;
  readonly library: Library;
  readonly favorites: Favorites;
  readonly folders: Folders;
  readonly accounts: Accounts;
  readonly backups: Backups;
}

/** Contract → services, a line or a few each. */
export function createHandlers(services: Services): Handlers {
  const { store, gate, settings, providers, lists, images, pictures, favorites, accounts, rotation, blocks } = services;
  const { stage, changes } = services.wallpaper;

  const providerStatus = createProviderStatus({ providers, clock: services.ports.clock });

  /** Adult favorites are not counted while the opt-in is off. */
  const stats = (): LibraryStats => ({ ...store.stats(), favorites: favorites.state().favorites });

  return {
    status: async (_input, { signal }) =>
      ok({
        version: services.ports.version,
        dataFolder: services.ports.dataFolder,
        owner: { host: services.ports.host, pid: process.pid },
        providers: await providerStatus(signal),
        library: stats(),
        sqlite: { driver: store.driver.name, version: store.driver.version },
      }),
    'providers.list': () => ok({ providers: providerIds.map((id) => providers[id].info()) }),
    'categories.list': ({ provider }, { signal }) => lists.categories(provider, signal),
    'tags.list': ({ provider }, { signal }) => lists.tags(provider, signal),

    browse: async (input, { signal }) => {
      const page = await services.browse({ ...input, evenInTrouble: true }, signal);
      // What "next" goes by: the last search that found something, not a typo.
      if (page.ok && page.value.images.length > 0) store.settings.remember(lastFilterKey, input.filter);
      return page;
    },
    'image.get': ({ id }, { signal }) => images.get(id, signal),
    'image.download': ({ id }, context) => images.keep(id, bytesOf('download', id, context), context.signal),

    'displays.list': async (_input, { signal }) => mapOk(await stage.displays(signal), (displays) => ({ displays })),
    'wallpaper.set': async ({ id, displays, fit }, context) => {
      // Safe is asked for while this is fetched: that was the later wish.
      const signal = rotation.untilSafe(context.signal);
      const image = await images.get(id, signal);
      if (!image.ok) return image;
      const listed = await stage.displays(signal);
      if (!listed.ok) return listed;
      const picture = { kind: 'image', image: image.value } as const;
      const placements = (displays ?? listed.value.map((display) => display.id)).map((display) => ({
        display,
        picture,
        fit: fit ?? settings.get().wallpaperFit,
      }));
      return changes.show({ placements }, 'set', bytesOf('wallpaper', id, context), signal, listed.value);
    },
    'wallpaper.next': ({ fit }, context) => rotation.next({ fit }, bytesOf('wallpaper', null, context), context.signal),
    // While safe is on, nothing but its release brings anything back.
    'wallpaper.previous': ({ displays }, { signal }) =>
      rotation.unlessSafe((both) => changes.previous(displays, both), signal),
    'wallpaper.undo': (_input, { signal }) => rotation.unlessSafe((both) => changes.undo(both), signal),
    'wallpaper.jump': ({ entry }, { signal }) => rotation.unlessSafe((both) => changes.jump(entry, both), signal),
    'wallpaper.restore': (_input, { signal }) => rotation.restore(signal),
    'wallpaper.history': async (page, { signal }) => {
      await changes.ready(signal);
      services.wallpaper.looked();
      const found = changes.list(page);
      if (page.display === null || page.before !== null || found.entries.length > 0) return ok(found);
      // Nothing was shown there, or it is called by its name, or it is a typo.
      const display = await displayCalled(page.display, stage, signal);
      return display.ok ? ok(changes.list({ ...page, display: display.value.key })) : display;
    },
    'wallpaper.safe': ({ on }, { signal }) => rotation.safe(on, signal),
    'wallpaper.current': async (_input, { signal }) => {
      await changes.ready(signal);
      const displays = await stage.displays(signal);
      services.wallpaper.looked();
      return ok(shownWallpapers(changes.current(), displays.ok ? displays.value : null, gate));
    },
    'wallpaper.backends': (_input, { signal }) => stage.backends(signal),

    'rotation.status': (_input, { signal }) => rotation.status(signal),
    'rotation.set': ({ patch }, { signal }) => rotation.set(patch, signal),
    'rotation.pause': ({ until }, { signal }) => rotation.pause(until, signal),
    'rotation.resume': (_input, { signal }) => rotation.resume(signal),
    'rotation.run': (_input, context) =>
      rotation.change('schedule', bytesOf('wallpaper', null, context), context.signal),
    'pools.list': () => ok({ pools: rotation.pools() }),
    'pools.save': (pool) => rotation.savePool(pool),
    'pools.remove': ({ id }) => mapOk(rotation.removePool(id), (pools) => ({ pools })),

    'blocks.list': () => ok({ blocks: blocks.list() }),
    'blocks.add': (target) => blocks.add(target),
    'blocks.remove': (target) => blocks.remove(target),

    ...collectionHandlers({
      collections: services.collections,
      albums: services.albums,
      smart: createSmartCollections(services.library.search),
      store,
      images,
    }),

    ...editHandlers(services.edits),
    ...duplicateHandlers(services.duplicates),

    ...libraryHandlers({ library: services.library, store, events: services.events, now: services.ports.clock.now }),
    ...folderHandlers({ folders: services.folders, dialogs: services.ports.dialogs, images }),

    'library.stats': () => ok(stats()),
    'library.verify': ({ repair }, { signal, progress }) =>
      pictures.verify(
        { repair, onProgress: (done, total) => progress({ kind: 'verify', image: null, done, total, unit: 'items' }) },
        signal,
      ),

    ...backupHandlers({ backups: services.backups, dialogs: services.ports.dialogs !== undefined }),
    ...storageHandlers({ ports: services.ports, store, pictures, gate, settings }),

    'dialogs.choose': async (question) => {
      const { dialogs } = services.ports;
      if (dialogs === undefined)
        return fail(appError('not_found', 'This host shows no dialogs. Type the path instead.'));
      return ok({ path: await dialogs.choose(question) });
    },
    ...transferHandlers({ ...services, ports: services.ports }),

    'settings.get': () => ok(settings.get()),
    'settings.set': ({ patch }) => ok(settings.set(patch)),

    'favorites.list': (query) => favorites.list(query),
    'favorites.add': ({ ids }, { signal }) => favorites.add(ids, signal),
    'favorites.remove': ({ ids }) => favorites.remove(ids),
    'favorites.toggle': ({ id }, { signal }) => favorites.toggle(id, signal),
    'favorites.sync': (options, { signal, progress }) =>
      favorites.sync(
        options,
        (done, total) => progress({ kind: 'sync', image: null, done, total, unit: 'items' }),
        signal,
      ),
    'favorites.state': () => ok(favorites.state()),
    'favorites.pending': () =>
      ok({ entries: favorites.pending().filter(({ id }) => gate.allows(store.images.get(id) ?? unknown)) }),
    'favorites.restore': ({ ids }) => favorites.restore(ids),
    'favorites.letGo': ({ ids }) => favorites.letGo(ids),

    'account.list': () => ok({ accounts: accounts.list() }),
    'account.set': ({ provider, token }, { signal }) => accounts.set(provider, token, signal),
    'account.setBypass': ({ provider, bypass }) => accounts.setBypass(provider, bypass),
    'account.test': ({ provider }, { signal }) => accounts.test(provider, signal),
    'account.remove': ({ provider }) => accounts.remove(provider),
  };
}

/** What the library knows nothing of may be adult. */
const unknown = { rating: 'unknown' } as const;

/** Of the displays that are connected, by key or name. */
async function displayCalled(
  name: string,
  stage: Pick<Stage, 'displays'>,
  signal: AbortSignal,
): Promise<Result<Display>> {
  const listed = await stage.displays(signal);
  if (!listed.ok) return listed;
  const display = listed.value.find(({ id, key }) => key === name || id === name);
  if (display !== undefined) return ok(display);
  const there = listed.value.map(({ id }) => `"${id}"`).join(', ');
  return fail(appError('no_display', `There is no display called "${name}". There are: ${there}.`));
}

/** Progress in bytes of one image, for services that report `(done, total)`. */
function bytesOf(kind: 'download' | 'wallpaper', image: string | null, { progress }: CallContext) {
  return (done: number, total: number | null): void => progress({ kind, image, done, total, unit: 'bytes' });
}
