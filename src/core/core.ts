import { providerIds, type Settings } from '../shared/model.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { projectPage } from './about.ts';
import { createAccounts } from './accounts/accounts.ts';
import { createBackups, type Backups } from './backup/backups.ts';
import { updateLibrary } from './backup/update-library.ts';
import { createBlocks } from './catalog/blocks.ts';
import { createBrowse } from './catalog/browse.ts';
import { createContentGate } from './catalog/gate.ts';
import { createImageChanges } from './catalog/image-changes.ts';
import { createImages, type Images } from './catalog/images.ts';
import { createLists } from './catalog/lists.ts';
import { createNotes } from './catalog/notes.ts';
import { watchOptOut } from './catalog/opt-out.ts';
import { closeInOrder } from './closing.ts';
import { createAlbums } from './collections/albums.ts';
import { createCollections } from './collections/collections.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { createDuplicates } from './duplicates/create-duplicates.ts';
import { createEdits } from './edits/edits.ts';
import { createEventBus, type EventBus } from './events.ts';
import { createFavorites } from './favorites/create-favorites.ts';
import { accountIdentity } from './favorites/identity.ts';
import { createPictures } from './files/create-pictures.ts';
import { createLimitKeeper } from './storage/limit-keeper.ts';
import { createLocalOrRemoteFetch } from './folders/local-fetch.ts';
import { createOpenOriginal } from './folders/local-pictures.ts';
import { openFolders } from './folders/open-folders.ts';
import { createHandlers } from './handlers.ts';
import { createLibrary } from './library/library.ts';
import { watchLibrary } from './library/watch-library.ts';
import type { Ports } from './ports.ts';
import { createProviderConfig } from './providers-config.ts';
import { createHttp, createPictureFetch, createProviders, userAgentOf } from './providers/index.ts';
import { openRotation } from './rotation/open-rotation.ts';
import { createSettings } from './settings.ts';
import { startDesktop } from './start-desktop.ts';
import { storeError } from './store/errors.ts';
import { openStore, storePlaces } from './store/open.ts';
import { createWallpaper } from './wallpaper/create-wallpaper.ts';

/** The program, as a host sees it. */
export interface Core {
  readonly dispatch: Dispatch;
  readonly events: EventBus;
  /** The file behind a media url. Checks the content setting, then fetches what is missing. */
  openMedia: Images['open'];
  settings(): Settings;
  /** Stops background work, finishes writes, closes the database: in some seconds at most, whatever hangs. Never rejects. */
  close(): Promise<void>;
}

/**
 * Wires the services, bottom up: one page to read the program from. The caller owns the data folder already (see `ownership`).
 * Errors: those of `openStore`, and of reading the secrets.
 */
export async function createCore(
  ports: Ports,
  backups: Backups = createBackups({
    folder: ports.dataFolder,
    version: ports.version,
    clock: ports.clock,
    log: ports.log,
  }),
): Promise<Result<Core>> {
  const { clock, log, random, dataFolder, codec, overrides } = ports;
  const events = createEventBus();

  // What is on this machine
  await updateLibrary({ folder: dataFolder, log, clock, updating: ports.updating });
  const opened = openStore({ folder: dataFolder, log, clock });
  if (!opened.ok) return opened;
  const store = opened.value;
  const settings = createSettings({ store, events });
  const gate = createContentGate(settings.get);
  const edits = createEdits({ store, events, now: clock.now });
  const library = createLibrary({ search: store.search, settings: settings.get, clock, random });
  const collections = createCollections({ store, edits, gate, events, now: clock.now });
  const imageChanges = createImageChanges({ store, gate, events, clock });

  // The services
  const configWith = createProviderConfig(settings.get, overrides);
  const http = createHttp({
    fetch: ports.fetch,
    clock,
    random,
    log,
    userAgent: userAgentOf(ports.version, projectPage),
    recall: store.settings.recall,
    remember: store.settings.remember,
    onOnline(host, online) {
      const id = providerIds.find((provider) => new URL(config(provider).baseUrl).host === host);
      if (id !== undefined) events.emit('connection.changed', { id, online, error: null });
    },
  });
  const services = { http, clock, random, recall: store.settings.recall, remember: store.settings.remember };
  const accounts = createAccounts({
    vault: ports.secrets,
    overrides,
    // A candidate token is tried by services of its own: requests under way keep the token they have.
    test: (provider, secret, signal) =>
      createProviders({ ...services, config: configWith(secret) }).test(provider, signal),
    changed: () => favorites.accountChanged(),
    log,
  });
  const config = configWith(accounts.secret);
  const loaded = await accounts.load();
  if (!loaded.ok) {
    store.close();
    return fail(loaded.error);
  }
  const providers = createProviders({ ...services, config });

  // Pictures and where they are shown
  const original = createOpenOriginal(store);
  const pictures = createPictures({
    folder: dataFolder,
    index: {
      ...store.files,
      attach(id, file, found) {
        store.files.attach(id, file, found);
        imageChanges.add([id]);
        duplicates.soon();
      },
    },
    disk: store.disk,
    limitBytes: () => settings.get().cacheLimitBytes,
    onFull: (error) => limitKeeper.full(error),
    checkDatabase: store.check,
    refuses: store.blocks.refuses,
    fetchPicture: createLocalOrRemoteFetch({ remote: createPictureFetch(http), store, original }),
    codec,
    clock,
    log,
  });
  const limitKeeper = createLimitKeeper({ pictures, disk: store.disk, settings: settings.get, events, clock, log });
  // A picture that stays in its folder is looked at there; what is shown on the desktop or liked is copied, so that it stays.
  const local = openFolders({
    ports,
    store,
    pictures,
    original,
    settings: settings.get,
    events,
    changed(ids) {
      imageChanges.add(ids);
      duplicates.soon();
    },
  });
  const browse = createBrowse({ providers, store, gate, onNotes: createNotes({ store, events }) });
  const images = createImages({ providers, store, pictures: local.pictures, gate });
  const lists = createLists({ providers, store, gate, clock });

  // The desktop
  const wallpaper = createWallpaper({
    ports,
    store,
    pictures,
    gate,
    events,
    notAllowed: () =>
      void rotation
        .recheck('content')
        .catch((error: unknown) => log.error('A forbidden picture could not be replaced', { error: String(error) })),
    drawn: (draws, reason) => rotation.drawn(draws, reason),
  });
  const { changes } = wallpaper;
  const rotation = openRotation({
    ports,
    store,
    settings: settings.get,
    gate,
    wallpaper,
    pictures,
    browse,
    library,
    events,
    folders: local.folders,
  });
  const blocks = createBlocks({ store, gate, events, clock, recheck: () => rotation.recheck('block') });
  const optOut = watchOptOut({
    events,
    settings: settings.get,
    wallpapers: changes.current,
    replace: () => rotation.recheck('content'),
  });
  const favorites = createFavorites({
    store,
    remote: providers.favorites,
    fetchImage: images.get,
    pictures,
    settings: settings.get,
    hasAccount: () => accounts.secret('waifu-im.token') !== null,
    identity: () =>
      accountIdentity({ ...settings.get(), waifuImUrl: config('waifu-im').baseUrl }, accounts.fingerprint('waifu-im')),
    events,
    clock,
    log,
  });

  const watch = watchLibrary({ search: store.search, events, clock });
  const duplicates = createDuplicates({
    store,
    codec,
    pictures,
    async original(id) {
      const found = await original(id);
      return typeof found === 'string' ? null : found.path;
    },
    gate,
    adult: () => settings.get().adultContent,
    edits,
    events,
    clock,
    log,
    favoritesChanged: favorites.refresh,
  });

  const handlers = createHandlers({
    ports,
    store,
    gate,
    settings,
    providers,
    browse,
    lists,
    images,
    pictures: local.pictures,
    folders: local.folders,
    wallpaper,
    rotation,
    blocks,
    collections,
    albums: createAlbums({ store, remote: providers.albums, collections }),
    edits,
    duplicates,
    events,
    library,
    favorites,
    accounts,
    backups,
  });
  // A terminal call does its one thing; only hosts that stay keep things in step by themselves.
  const stays = ports.host !== 'terminal';
  if (stays) {
    favorites.start();
    limitKeeper.start();
    duplicates.start();
    local.folders.start();
  }
  const desktop = stays ? startDesktop({ rotation, events, clock, log }) : null;

  return ok({
    events,
    dispatch: watch.after(
      createDispatch(handlers, {
        emitProgress: (progress) => events.emit('progress', progress),
        log,
        explain: (error) => storeError(error, storePlaces(dataFolder)),
      }),
    ),
    openMedia: images.open,
    settings: settings.get,
    close: () =>
      closeInOrder(
        [
          ['duplicates', () => duplicates.stop()],
          ['desktop', () => desktop?.stop()],
          ['content setting', () => optOut.settled()],
          // The desktop was told: closing waits for its answer, which the history keeps.
          ['changes of the desktop', () => wallpaper.stop(), 5_000],
          ['rotation', () => rotation.stop()],
          ['favorites', () => favorites.stop()],
          ['folders', () => local.folders.stop()],
          ['limit', () => limitKeeper.stop()],
          ['pictures', () => local.pictures.close()],
          ['changes of images', () => imageChanges.stop()],
          ['library', () => watch.stop()],
          ['codec', () => codec.close()],
          ['database', () => store.close()],
        ],
        { clock, log },
      ),
  });
}
