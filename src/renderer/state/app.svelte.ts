import { createContext } from 'svelte';
import type { Image, ImageId, OriginId, ProviderId, ProviderStatus, Status } from '../../shared/model.ts';
import type { BlockTarget } from '../../shared/rotation.ts';
import type { Client } from '../../shared/rpc.ts';
import { accentFor } from '../color/accent.ts';
import type { GridList } from '../grid/grid-list.ts';
import { createRowsThread, startRowsWorker, type RowsThread } from '../grid/rows-thread.ts';
import type { ConnectionStatus } from '../connection/reconnecting-client.ts';
import { t } from '../messages/index.ts';
import { AccountsState } from './accounts.svelte.ts';
import { BlocksState, covers } from './blocks.svelte.ts';
import { BackupsState } from './backup.svelte.ts';
import { BrowseState } from './browse.svelte.ts';
import { CollectionsState } from './collections.svelte.ts';
import { Downloads } from './downloads.svelte.ts';
import { EditsState } from './edits.svelte.ts';
import { DuplicatesState } from './duplicates.svelte.ts';
import { FavoritesState } from './favorites.svelte.ts';
import { FoldersState } from './folders.svelte.ts';
import { HistoryState } from './history.svelte.ts';
import { ImageStore } from './images.svelte.ts';
import { LibraryState } from './library.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { PoolsState } from './pools.svelte.ts';
import { RotationState } from './rotation.svelte.ts';
import { SearchesState } from './searches.svelte.ts';
import { SetWallpaperState } from './set-wallpaper.svelte.ts';
import { SettingsState } from './settings.svelte.ts';
import type { Memory } from './storage.ts';
import { ViewerState } from './viewer.svelte.ts';
import { WallpapersState } from './wallpapers.svelte.ts';

export const views = ['browse', 'library', 'favorites', 'collections', 'rotation', 'history', 'settings'] as const;
/** Reached from others, not from the rail. */
export const innerViews = ['duplicates'] as const;
/** Where each of them belongs: the view whose entry leads back out of it. */
export const outerViews = { duplicates: 'library' } as const;
export type ViewName = (typeof views)[number] | (typeof innerViews)[number];

/** Everything the page knows, wired. Views take it from the context (`useApp`). */
export class App {
  view = $state<ViewName>('browse');
  connection = $state<ConnectionStatus>('connecting');
  status = $state.raw<Status | null>(null);
  /** Services as last heard of. */
  online = $state.raw<Readonly<Partial<Record<ProviderId, ProviderStatus>>>>({});
  shortcutsOpen = $state(false);
  /** The pictures for which a new collection is being named. */
  collecting = $state.raw<readonly ImageId[] | null>(null);
  /** The new one is to be filled by a search. */
  collectingSmart = $state(false);
  /** Grows when pictures that could not be loaded are worth another try. */
  mediaEpoch = $state(0);

  /** Where long lists are laid out. */
  readonly rows: RowsThread = createRowsThread(startRowsWorker);
  readonly client: Client;
  readonly desktop: boolean;
  readonly memory: Memory;
  readonly notices: Notices;
  readonly images: ImageStore;
  readonly settings: SettingsState;
  readonly downloads: Downloads;
  readonly browse: BrowseState;
  readonly searches: SearchesState;
  readonly library: LibraryState;
  readonly favorites: FavoritesState;
  readonly wallpapers: WallpapersState;
  readonly setWallpaper: SetWallpaperState;
  readonly rotation: RotationState;
  readonly pools: PoolsState;
  readonly edits: EditsState;
  readonly collections: CollectionsState;
  readonly history: HistoryState;
  readonly blocks: BlocksState;
  readonly duplicates: DuplicatesState;
  readonly folders: FoldersState;
  readonly accounts: AccountsState;
  readonly backups: BackupsState;
  readonly viewer: ViewerState;

  constructor(options: {
    readonly client: Client;
    readonly memory: Memory;
    readonly desktop: boolean;
    /** Where a dragged file lies; left out or null: this host does not tell. */
    readonly pathOf?: ((file: File) => string) | null;
    /** Begins the page anew. */
    readonly reload?: () => unknown;
    readonly later: (ms: number, action: () => void) => () => void;
  }) {
    const { client, memory, later } = options;
    this.client = client;
    this.desktop = options.desktop;
    this.memory = memory;
    this.notices = new Notices(later);
    this.images = new ImageStore(client, this.notices);
    this.settings = new SettingsState(client);
    this.downloads = new Downloads(client, this.images);
    this.browse = new BrowseState({
      client,
      images: this.images,
      memory,
      later,
      // Nothing is exchanged under somebody's eyes in the viewer, nor asked for while nobody looks.
      idle: () => this.viewer.id === null && globalThis.document?.visibilityState !== 'hidden',
      back: () => (this.mediaEpoch += 1),
    });
    this.searches = new SearchesState(client);
    this.library = new LibraryState({ client, images: this.images, searches: this.searches, memory, later });
    let stopSoon: () => void = () => undefined;
    this.favorites = new FavoritesState({
      client,
      images: this.images,
      notices: this.notices,
      soon: (action) => {
        stopSoon();
        stopSoon = later(120, action);
      },
    });
    this.wallpapers = new WallpapersState(client, this.images);
    this.setWallpaper = new SetWallpaperState({
      client,
      images: this.images,
      wallpapers: this.wallpapers,
      settings: this.settings,
    });
    const { notices, images } = this;
    this.rotation = new RotationState({ client, notices, now: () => new Date() });
    this.pools = new PoolsState({ client, notices, rotation: this.rotation });
    this.edits = new EditsState(client, notices);
    this.collections = new CollectionsState({ client, images, notices, edits: this.edits });
    this.history = new HistoryState({ client, images, notices });
    this.folders = new FoldersState({
      client,
      notices,
      pathOf: options.pathOf ?? null,
      show: (view) => {
        globalThis.location.hash = view;
        if (view === 'library') this.library.change('provider:local sort:added');
      },
    });
    this.blocks = new BlocksState({ client, notices, hide: (target) => this.#hideCovered(target) });
    let stopReading: () => void = () => undefined;
    this.duplicates = new DuplicatesState({
      client,
      images: this.images,
      notices: this.notices,
      edits: this.edits,
      soon(action) {
        stopReading();
        stopReading = later(150, action);
      },
    });
    this.accounts = new AccountsState(client);
    this.backups = new BackupsState(client);
    this.viewer = new ViewerState({ client, images: this.images, memory });
    client.on('notice', ({ level, message }) =>
      level === 'error' ? this.notices.error({ code: 'internal', message }) : this.notices.info(message),
    );
    // Everything the page knows is of the library that went.
    client.on('library.restored', ({ notes }) => {
      memory.write('restored', notes);
      (options.reload ?? (() => globalThis.location.reload()))();
    });
    client.on('connection.changed', (status) => {
      const before = this.online[status.id];
      this.online = { ...this.online, [status.id]: status };
      if (!status.online) return;
      if (before?.online !== true) this.mediaEpoch += 1;
      this.browse.backOnline(status.id);
    });
    client.on('settings.changed', (settings) => this.contentSetting(settings.adultContent));
    client.on('images.changed', ({ images: changed }) => {
      const blocked = changed.filter((image) => image.blocked).map(({ id }) => id);
      if (blocked.length > 0) this.#withdraw(blocked);
      if (this.#withdrawn.size > 0) this.#giveBack(changed.flatMap((image) => (image.blocked ? [] : image.id)));
    });
  }

  /** The picture in focus: in the dialog or viewer, else the tile with the focus, else what is on the main display. */
  readonly inFocus: Image | null = $derived.by(() => {
    const { setWallpaper, viewer } = this;
    if (setWallpaper.image) return setWallpaper.image;
    if (viewer.image) return viewer.image;
    const focused = this.#shownList()?.focused;
    if (focused != null) return this.images.get(focused) ?? null;
    return this.wallpapers.current[0]?.image ?? null;
  });
  #shownList(): GridList | null {
    if (this.view === 'browse') return this.browse.list;
    if (this.view === 'library') return this.library.list;
    if (this.view === 'collections') return this.collections.openId === null ? null : this.collections.list;
    return this.view === 'favorites' ? this.favorites.shown : null;
  }
  /** The lists that pictures are taken out of and put back into. */
  #lists() {
    return [
      this.browse.list,
      this.library.list,
      this.favorites.list,
      this.favorites.removed,
      this.collections.list,
    ] as const;
  }
  readonly accent = $derived(accentFor(this.inFocus?.dominantColor ?? null));

  /** Loads what every view needs; again after each reconnection. */
  async start(): Promise<void> {
    const restored = this.memory.read('restored');
    if (Array.isArray(restored)) {
      this.memory.write('restored', null);
      this.notices.info([t.backup.restore.restored, ...restored.map(String)].join(' '));
    }
    await this.settings.load();
    this.contentSetting(this.settings.adult);
    void this.favorites.loadState();
    void this.wallpapers.load();
    void this.rotation.load();
    this.history.changed();
    await this.browse.start();
  }

  setConnection(status: ConnectionStatus): void {
    const before = this.connection;
    this.connection = status;
    if (status !== 'connected') return;
    if (before === 'lost' || before === 'replaced') {
      this.notices.info(t.app.back);
      this.mediaEpoch += 1;
      this.favorites.contentChanged();
      this.library.changed();
      // What was read before may have been changed by the terminal or another window: nobody told this one.
      const { blocks, collections, duplicates, edits, folders, pools } = this;
      for (const state of [blocks, collections, duplicates, edits, folders, pools]) if (state.loaded) void state.load();
      if (collections.openId !== null) collections.contentChanged();
      void this.searches.load();
    }
    void this.start();
  }

  /** Turning the opt-in off hides at once, everywhere, before anything is asked again. */
  contentSetting(allowed: boolean): void {
    if (!allowed) {
      this.favorites.hideAdult();
      this.collections.hideAdult();
      this.wallpapers.hideAdult();
      const adult = (image: Image): boolean => image.rating !== 'safe';
      this.rotation.hide(adult);
      this.history.hide(adult);
      if (this.viewer.image && this.viewer.image.rating !== 'safe') this.viewer.close();
      if (this.setWallpaper.image && this.setWallpaper.image.rating !== 'safe') this.setWallpaper.close();
    }
    if (this.#allowed !== null && this.#allowed !== allowed) {
      this.library.contentChanged(allowed);
      this.favorites.contentChanged();
      void this.wallpapers.load();
      void this.rotation.load();
      this.history.changed();
      if (this.pools.loaded) void this.pools.load();
      if (this.collections.loaded) void this.collections.load();
      this.collections.contentChanged();
    }
    this.#allowed = allowed;
    this.browse.setAdult(allowed);
  }
  #allowed: boolean | null = null;

  show(view: ViewName): void {
    this.view = view;
  }

  // --- Never again: off the page at once, wherever it is seen ---

  /** What was taken off, until it may be seen again. */
  readonly #withdrawn = new Set<ImageId>();

  #hideCovered(target: BlockTarget): () => void {
    const hit = (id: ImageId): boolean => {
      const image = this.images.get(id);
      return image !== undefined && covers(target, image);
    };
    const seen = this.#lists().flatMap((list) => list.ids());
    const ids = new Set([...seen, ...(this.viewer.id === null ? [] : [this.viewer.id])].filter(hit));
    this.#withdraw([...ids]);
    this.history.drop((image) => covers(target, image));
    this.rotation.hide((image) => covers(target, image));
    return () => this.#giveBack([...ids]);
  }

  #withdraw(ids: readonly ImageId[]): void {
    for (const id of ids) this.#withdrawn.add(id);
    const gone = (id: ImageId): boolean => this.#withdrawn.has(id);
    for (const list of this.#lists()) list.withdraw(gone);
    for (const id of ids) this.favorites.selection.delete(id);
    this.viewer.leave(gone);
    if (this.setWallpaper.id !== null && gone(this.setWallpaper.id)) this.setWallpaper.close();
    const hidden = (image: Image): boolean => gone(image.id);
    this.rotation.hide(hidden);
    this.history.drop(hidden);
  }

  #giveBack(ids: readonly ImageId[]): void {
    const back = new Set(ids.filter((id) => this.#withdrawn.has(id)));
    for (const id of back) this.#withdrawn.delete(id);
    const allowed = (id: ImageId): boolean =>
      back.has(id) && (this.settings.adult || this.images.get(id)?.rating === 'safe');
    for (const list of this.#lists()) list.giveBack(allowed);
    if (back.size > 0) this.history.reload();
  }

  // --- What can be done with a picture, from wherever it is seen ---

  async toggleFavorite(id: ImageId): Promise<void> {
    // In the Favorites view it leaves the grid: that deserves a way back.
    if (this.view === 'favorites' && this.viewer.id === null && this.images.isFavorite(id))
      await this.favorites.remove([id]);
    else await this.images.toggleFavorite(id);
  }

  /** Puts a picture's id into the clipboard. */
  async copy(id: ImageId): Promise<void> {
    try {
      await navigator.clipboard.writeText(id);
      this.notices.info(t.image.copied(id));
    } catch {
      // The browser refuses it, or has no clipboard for a page like this: it can be read from here at least.
      this.notices.error({ code: 'forbidden', message: t.image.notCopied(id) });
    }
  }

  async download(id: ImageId): Promise<void> {
    if (this.downloads.of(id) !== undefined) return;
    const error = await this.downloads.start(id);
    if (error) this.notices.error(error, { label: t.common.retry, run: () => void this.download(id) });
    else this.notices.info(this.images.get(id)?.provider === 'local' ? t.folders.place.copied : t.image.kept);
  }

  follow(provider: OriginId, what: { readonly tag: string } | { readonly category: string }): void {
    // Nobody can be asked for pictures of this machine.
    if (provider === 'local') return;
    this.viewer.close();
    this.view = 'browse';
    this.browse.follow(provider, what);
  }

  async loadStatus(): Promise<void> {
    const answer = await this.client.call('status', {});
    if (!answer.ok) return;
    this.status = answer.value;
    this.online = Object.fromEntries(answer.value.providers.map((status) => [status.id, status]));
  }
}

const [useApp, provideApp] = createContext<App>();
export { provideApp, useApp };
