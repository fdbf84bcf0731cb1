import type { BackupState, LibraryCounts } from '../../shared/backup.ts';
import type { CallInput, CallName, CallOutput, EventName, Events } from '../../shared/contract.ts';
import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import type {
  Account,
  FavoriteQuery,
  Filter,
  HostKind,
  Image,
  ImageId,
  PendingEntry,
  Settings,
  SyncState,
  Tombstone,
} from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Client } from '../../shared/rpc.ts';
import type { CleanUpPlan, StorageUsage } from '../../shared/storage.ts';
import { fakeCategories, fakeDisplays, fakeImages, fakeProviders, fakeTags } from './fake-data.ts';
import { createFakeCollections, type FakeCollections } from './fake-collections.ts';
import { createFakeDuplicates, type FakeDuplicates } from './fake-duplicates.ts';
import { createFakeEdits, type FakeEdits } from './fake-edits.ts';
import { createFakeLibrary, type FakeLibrary } from './fake-library.ts';
import { createFakeFolders, type FakeFolders } from './fake-folders.ts';
import { createFakeRotation, type FakeRotation } from './fake-rotation.ts';

/** What the page asks. A call that no view makes yet need not be played here. */
type FakeHandlers = {
  [N in CallName]?: (input: CallInput<N>, signal: AbortSignal | undefined) => Result<CallOutput<N>>;
};

/** A client over data in memory, for tests of states and components and for looking at the page without a host. */
export interface FakeClient extends Client {
  readonly calls: { readonly name: CallName; readonly input: unknown }[];
  readonly images: Map<ImageId, Image>;
  settings: Settings;
  tombstones: Tombstone[];
  pending: PendingEntry[];
  sync: SyncState;
  accounts: Account[];
  backups: BackupState;
  pageOffline: boolean;
  /** Tags whose rating is not known yet. */
  unrated: number;
  readonly rotation: FakeRotation;
  readonly library: FakeLibrary;
  readonly edits: FakeEdits;
  readonly collections: FakeCollections;
  readonly duplicates: FakeDuplicates;
  readonly folders: FakeFolders;
  /** Who holds the data folder. */
  host: HostKind;
  /** The next calls of this name answer this error; null ends it. */
  fail(name: CallName, error: AppError | null): void;
  emit<N extends EventName>(name: N, payload: Events[N]): void;
  /** Calls wait until `release` while held. */
  hold(): void;
  release(): void;
}

export const fakeSettings: Settings = {
  adultContent: false,
  theme: 'system',
  closeToTray: true,
  wallpaperFit: 'fill',
  openAtLogin: false,
  notifyOnChange: false,
  globalShortcuts: false,
  cacheLimitBytes: 10_000_000_000,
  historyKept: 200,
  waifuImUrl: 'https://api.waifu.im',
  waifuImApi: 'auto',
  waifuImUserId: null,
  yiffRestUrl: 'https://v2.yiff.rest',
};

function fakeUsage(largest: readonly Image[]): StorageUsage {
  return {
    limit: 10e9,
    used: 4_034_000_000,
    pinned: 3e9,
    evictable: 1_034_000_000,
    shares: [
      { class: 'favorite', files: 900, bytes: 3e9, limited: true },
      { class: 'cache', files: 300, bytes: 1e9, limited: true },
      { class: 'thumbnail', files: 2400, bytes: 34_000_000, limited: true },
      { class: 'database', files: 1, bytes: 12_000_000, limited: false },
    ],
    providers: [{ provider: 'waifu-im', files: 1200, bytes: 4e9 }],
    largest: largest.map((image) => ({ image, bytes: 20_000_000, class: 'favorite' })),
    hidden: 0,
    disk: { free: 80e9, total: 200e9 },
  };
}

function fakePlan(first: readonly Image[]): CleanUpPlan {
  return {
    plan: '12.34000000.abc',
    files: 12,
    bytes: 34_000_000,
    parts: [{ kind: 'cache', files: 12, bytes: 34_000_000 }],
    examples: first.map((image) => ({ image, bytes: 2_000_000, usedAt: '2026-01-01T00:00:00.000Z' })),
    left: 4e9,
    above: 0,
  };
}
const fakeCounts: LibraryCounts = {
  images: 4_812,
  files: 84,
  favorites: 212,
  outbox: 1,
  collections: 9,
  blocks: 3,
  pools: 2,
  history: 640,
};

export function createFakeClient(options: { readonly count?: number; readonly delay?: number } = {}): FakeClient {
  const images = new Map(fakeImages(options.count ?? 200).map((image) => [image.id, image]));
  const failures = new Map<CallName, AppError>();
  const listeners = new Map<EventName, Set<(payload: never) => void>>();
  const held: (() => void)[] = [];
  let holding = false;

  const liked = (): Image[] => [...images.values()].filter((image) => image.favorite && !image.blocked);
  const state = (): SyncState => ({
    ...client.sync,
    favorites: liked().length,
    available: liked().filter((image) => image.cached).length,
  });
  const bump = (): void => {
    client.sync = { ...client.sync, revision: client.sync.revision + 1 };
  };
  const change = (ids: readonly ImageId[], favorite: boolean): Result<{ changed: ImageId[] }> => {
    const changed = ids.filter((id) => images.has(id) && images.get(id)?.favorite !== favorite);
    for (const id of changed) images.set(id, { ...(images.get(id) as Image), favorite });
    if (changed.length > 0) bump();
    client.emit('images.changed', { images: changed.flatMap((id) => images.get(id) ?? []) });
    client.emit('favorites.changed', state());
    return ok({ changed });
  };
  const known = (id: ImageId): Result<Image> => {
    const image = images.get(id);
    return image ? ok(image) : fail(appError('not_found', 'There is no such picture.'));
  };
  const rotation = createFakeRotation({
    images,
    displays: fakeDisplays,
    settings: () => client.settings,
    emit: (name, payload) => client.emit(name, payload),
  });

  const folders = createFakeFolders((list) => client.emit('folders.changed', { folders: list }));
  const edits = createFakeEdits(() => client.emit('edits.changed', {}));
  const duplicates = createFakeDuplicates({ edits, images, changed: () => client.emit('duplicates.changed', {}) });

  const library = createFakeLibrary({
    images,
    adult: () => client.settings.adultContent,
    emit: (name, payload) => client.emit(name, payload),
  });
  const collections = createFakeCollections({ images, edits, emit: (name, payload) => client.emit(name, payload) });

  const handlers: FakeHandlers = {
    ...rotation.handlers,
    ...edits.handlers,
    ...library.handlers,
    ...collections.handlers,
    ...duplicates.handlers,
    ...folders.handlers,
    status: () =>
      ok({
        version: '0.1.0',
        dataFolder: '/home/aki/.local/share/kabegami',
        owner: { host: client.host, pid: 4242 },
        providers: fakeProviders.map(({ id }) => ({ id, online: true, error: null })),
        library: {
          images: images.size,
          files: 84,
          bytes: 312_000_000,
          favorites: liked().length,
          thumbnails: 160,
          thumbnailBytes: 9_600_000,
        },
        sqlite: { driver: 'better-sqlite3', version: '3.54.0' },
      }),
    'providers.list': () => ok({ providers: fakeProviders }),
    'categories.list': () => ok({ categories: fakeCategories, hidden: 2, offline: false }),
    'tags.list': () => ok({ tags: fakeTags, hidden: 0, unrated: client.unrated, offline: false }),
    browse: ({ filter, cursor, limit = 30 }) => {
      const found = [...images.values()].filter(
        (image) => !image.blocked && matchesFilter(image, filter, client.settings.adultContent),
      );
      const from = cursor ? Number(cursor) : 0;
      const next = from + limit;
      return ok({
        images: found.slice(from, next),
        dropped: 0,
        cursor: next < found.length ? String(next) : null,
        offline: client.pageOffline,
        hidden: 0,
      });
    },
    'image.get': ({ id }) => known(id),
    'image.download': ({ id }) => {
      const image = images.get(id);
      if (!image) return known(id);
      images.set(id, { ...image, cached: true });
      return known(id);
    },
    'displays.list': () => ok({ displays: fakeDisplays }),
    'wallpaper.backends': () =>
      ok({
        desktop: 'XFCE',
        backends: [
          { id: 'xfce', available: true, reason: 'XFCE is running and xfconf-query is here.' },
          { id: 'feh', available: false, reason: 'XFCE draws the desktop itself.' },
        ],
      }),
    'library.usage': () => ok(fakeUsage([...images.values()].slice(0, 3))),
    'library.gcPreview': () => ok(fakePlan([...images.values()].slice(0, 2))),
    'library.gc': () => ok({ files: 12, bytes: 34_000_000, left: 4e9 }),
    'library.stats': () =>
      ok({
        images: images.size,
        files: 84,
        bytes: 312_000_000,
        favorites: liked().length,
        thumbnails: 160,
        thumbnailBytes: 9_600_000,
      }),
    'library.verify': () => ok({ clean: true, problems: [], checked: 244 }),
    'settings.get': () => ok(client.settings),
    'settings.set': ({ patch }) => {
      client.settings = { ...client.settings, ...(patch as Partial<Settings>) };
      client.emit('settings.changed', client.settings);
      return ok(client.settings);
    },
    'favorites.list': (query = {}) => {
      const found = liked().filter((image) => matchesQuery(image, query as Partial<FavoriteQuery>));
      const { offset = 0, limit = 10_000 } = query;
      return ok({
        images: found.slice(offset, offset + limit),
        total: found.length,
        hidden: client.sync.hidden,
        tombstones: client.tombstones.slice(offset, offset + limit),
      });
    },
    'favorites.add': ({ ids }) => change(ids, true),
    'favorites.remove': ({ ids }) => change(ids, false),
    'favorites.toggle': ({ id }) => {
      const favorite = images.get(id)?.favorite !== true;
      change([id], favorite);
      return ok({ favorite });
    },
    'favorites.sync': () => ok({ pulled: 3, pushed: client.pending.length, dropped: 0, held: 0, error: null }),
    'favorites.state': () => ok(state()),
    'favorites.pending': () => ok({ entries: client.pending }),
    'favorites.restore': ({ ids }) => {
      client.tombstones = client.tombstones.filter(({ image }) => !ids.includes(image.id));
      return change(ids, true);
    },
    'favorites.letGo': ({ ids }) => {
      client.tombstones = client.tombstones.filter(({ image }) => !ids.includes(image.id));
      bump();
      return ok({ changed: [...ids] });
    },
    'backup.list': () => ok(client.backups),
    'backup.create': ({ path, pictures = 'pinned' }) => {
      client.backups = { ...client.backups, last: { path, at: '2026-03-10T11:20:00.000Z', bytes: 312_000_000 } };
      return ok({ path, bytes: 312_000_000, counts: fakeCounts, pictures: pictures === 'none' ? 0 : 84, damaged: 0 });
    },
    'backup.inspect': ({ source }) =>
      ok({
        createdAt: '2026-03-01T09:00:00.000Z',
        program: 'path' in source ? '0.1.0' : null,
        schema: 3,
        older: true,
        bytes: 312_000_000,
        pictures: { choice: 'path' in source ? 'pinned' : 'none', count: 84, bytes: 300_000_000 },
        counts: fakeCounts,
        here: { ...fakeCounts, favorites: 180, images: 5_100 },
        checked: false,
      }),
    'backup.restore': () => {
      client.emit('library.restored', { notes: [] });
      return ok({ counts: fakeCounts, missing: 0, notes: [], kept: '/home/aki/kept' });
    },
    'backup.forget': () => {
      const removed = client.backups.kept !== null;
      client.backups = { ...client.backups, kept: null };
      return ok({ removed });
    },
    'account.list': () => ok({ accounts: client.accounts }),
    'account.set': ({ provider }) =>
      setAccount({ ...account(provider), configured: true, storage: 'file', valid: true }),
    'account.setBypass': ({ provider, bypass }) => setAccount({ ...account(provider), bypass: bypass !== null }),
    'account.test': ({ provider }) => setAccount({ ...account(provider), valid: true }),
    'account.remove': ({ provider }) =>
      setAccount({ ...account(provider), configured: false, storage: null, warning: null, valid: null }),
  };
  const account = (provider: Account['provider']): Account =>
    client.accounts.find((entry) => entry.provider === provider) ?? {
      provider,
      configured: false,
      storage: null,
      warning: null,
      valid: null,
      bypass: false,
    };
  const setAccount = (next: Account): Result<Account> => {
    client.accounts = [...client.accounts.filter((entry) => entry.provider !== next.provider), next];
    return ok(next);
  };

  const client: FakeClient = {
    calls: [],
    images,
    settings: fakeSettings,
    tombstones: [],
    pending: [],
    sync: {
      revision: 1,
      running: false,
      lastSuccessAt: null,
      lastError: null,
      pending: 0,
      parked: 0,
      held: 0,
      favorites: 0,
      hidden: 0,
      available: 0,
      waitingForRoom: 0,
      account: false,
    },
    accounts: [],
    backups: {
      snapshots: [10, 9, 8].map((day) => ({
        name: `library-v3-2026-03-${String(day).padStart(2, '0')}T03-00-00-000Z.db`,
        at: `2026-03-${String(day).padStart(2, '0')}T03:00:00.000Z`,
        bytes: 18_400_000,
        schema: 3,
      })),
      kept: { name: 'before-restore-2026-03-05T08-00-00-000Z', at: '2026-03-05T08:00:00.000Z' },
      lost: false,
      last: null,
      dialogs: false,
    },
    pageOffline: false,
    unrated: 0,
    rotation,
    library,
    edits,
    collections,
    duplicates,
    folders,
    host: 'browser',
    fail(name, error) {
      if (error) failures.set(name, error);
      else failures.delete(name);
    },
    emit(name, payload) {
      for (const listener of listeners.get(name) ?? []) listener(payload as never);
    },
    hold() {
      holding = true;
    },
    release() {
      holding = false;
      for (const go of held.splice(0)) go();
    },
    async call<N extends CallName>(
      name: N,
      input: CallInput<N>,
      { signal }: Parameters<Client['call']>[2] = {},
    ): Promise<Result<CallOutput<N>>> {
      client.calls.push({ name, input });
      if (options.delay) await new Promise((resolve) => setTimeout(resolve, options.delay));
      else await Promise.resolve();
      if (holding) await new Promise<void>((resolve) => held.push(resolve));
      if (signal?.aborted) return fail(cancelled);
      const error = failures.get(name);
      if (error) return fail(error);
      const handler: FakeHandlers[N] = handlers[name];
      return handler?.(input, signal) ?? fail(appError('internal', `The fake client does not play ${name}.`));
    },
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener as (payload: never) => void));
      return () => void set.delete(listener as (payload: never) => void);
    },
    close: () => undefined,
  };
  return client;
}

function matchesFilter(image: Image, filter: CallInput<'browse'>['filter'], adult: boolean): boolean {
  const { tags = [], excludedTags = [], category = null, orientation = null, animated = 'any' } = filter as Filter;
  return (
    image.provider === filter.provider &&
    (adult || image.rating === 'safe') &&
    tags.every((tag) => image.tags.includes(tag)) &&
    !excludedTags.some((tag) => image.tags.includes(tag)) &&
    (category === null || image.category === category) &&
    (orientation !== 'landscape' || image.width > image.height) &&
    (orientation !== 'portrait' || image.width < image.height) &&
    (animated === 'any' || image.animated === (animated === 'yes')) &&
    image.width >= (filter.minWidth ?? 0) &&
    image.height >= (filter.minHeight ?? 0)
  );
}

function matchesQuery(image: Image, query: Partial<FavoriteQuery>): boolean {
  const words = (query.search ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  const text = [image.id, ...image.tags, ...image.artists.map(({ name }) => name)].join(' ').toLowerCase();
  return (
    words.every((word) => text.includes(word)) &&
    (!query.provider || image.provider === query.provider) &&
    (query.orientation !== 'portrait' || image.width < image.height) &&
    (query.orientation !== 'landscape' || image.width > image.height)
  );
}
