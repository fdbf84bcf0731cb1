import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AppError } from '../../shared/errors.ts';
import type { ImageId, RemoteImage, Settings, SyncReport, SyncState } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import { createContentGate } from '../catalog/gate.ts';
import type { EventBus } from '../events.ts';
import type { Pictures } from '../files/pictures.ts';
import type { Clock, Log } from '../ports.ts';
import type { RemoteFavorites } from '../providers/provider.ts';
import { createChanges } from './changes.ts';
import { syncedProvider, type FavoritesStore, type SyncContext } from './context.ts';
import type { Favorites } from './favorites.ts';
import { accountIdentity } from './identity.ts';
import { createListing } from './listing.ts';
import { createOffline } from './offline.ts';
import { createSchedule } from './schedule.ts';
import { createSingleFlight } from './single-flight.ts';
import { failures, noReport, pausedFor, runSync, type SyncRequest } from './sync.ts';

export interface FavoritesOptions {
  readonly store: FavoritesStore;
  readonly remote: RemoteFavorites;
  /** Metadata of an image the library does not know yet, from its provider. */
  readonly fetchImage: (id: ImageId, signal?: AbortSignal) => Promise<Result<RemoteImage>>;
  readonly pictures: Pick<Pictures, 'open' | 'peek'>;
  readonly settings: () => Settings;
  /** A token for waifu.im is set. */
  readonly hasAccount: () => boolean;
  /**
   * Whose list the service's is (`accountIdentity` with the base url really in use and `Accounts.fingerprint`). Without it an exchanged token is not
   * noticed as another account.
   */
  readonly identity?: () => string | null;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly log: Log;
  /** Fetch files without `start` too. Otherwise a host that only runs one call leaves that to the one that stays. */
  readonly eager?: boolean;
  /** Lets other work run between batches. */
  readonly yieldNow?: () => Promise<void>;
}

export interface FavoritesEngine extends Favorites {
  /** A token was set, changed or removed: sync with it now. */
  accountChanged(): void;
  /** Favorites went out of sight, came back, or became others' by other means than these calls: a block, a merge. */
  refresh(): void;
}

export function createFavorites(options: FavoritesOptions): FavoritesEngine {
  const { store, remote, settings, events, log } = options;
  // Times are written to INTEGER columns, which refuse fractions.
  const clock: Clock = { ...options.clock, now: () => Math.floor(options.clock.now()) };
  const yieldNow = options.yieldNow ?? (() => nextTurn());
  const adult = (): boolean => settings().adultContent;
  const gate = createContentGate(settings);
  const identity = (): string | null =>
    options.identity ? options.identity() : accountIdentity(settings(), options.hasAccount() ? 'account' : null);

  // --- What clients are told ---
  const emitState = (): void => events.emit('favorites.changed', state());
  let revision = 0;
  const listChanged = (ids: readonly ImageId[]): void => {
    if (ids.length > 0) revision += 1;
    imagesChanged(ids);
  };
  const imagesChanged = (ids: readonly ImageId[]): void => {
    for (let start = 0; start < ids.length; start += 200) {
      const images = store.images.getMany(ids.slice(start, start + 200)).filter(gate.allows);
      if (images.length > 0) events.emit('images.changed', { images });
    }
  };
  /** At most one a second while files trickle in. */
  let cancelSoon: (() => void) | null = null;
  const emitStateSoon = (): void => {
    cancelSoon ??= clock.after(1_000, () => {
      cancelSoon = null;
      emitState();
    });
  };

  // --- The sync ---
  const work = async (
    request: SyncRequest,
    progress: (done: number, total: number | null) => void,
    signal: AbortSignal,
  ): Promise<SyncReport> => {
    const account = identity();
    if (account === null) return { ...noReport, held: store.sync.heldSize(), error: noAccount };
    const context: SyncContext = {
      store,
      remote,
      clock,
      identity: account,
      currentIdentity: identity,
      yieldNow,
      changed: listChanged,
    };
    emitState();
    try {
      const report = await runSync(context, request, progress, signal);
      log.info('Synced favorites', { kind: request.kind, ...report });
      return report;
    } finally {
      fetchFiles();
    }
  };
  const flight = createSingleFlight<SyncRequest, SyncReport>({
    work,
    ended() {
      if (!stopped) emitState();
    },
    join: (waiting, added) => ({
      kind: waiting.kind === 'full' || added.kind === 'full' ? 'full' : 'push',
      acceptRemovals: waiting.acceptRemovals || added.acceptRemovals,
      now: waiting.now || added.now,
    }),
  });
  const schedule = createSchedule({
    clock,
    async run(kind, now) {
      if (identity() === null) return null;
      const before = lastError()?.code;
      const heldBefore = store.sync.heldSize();
      try {
        const result = await flight.run({ kind, acceptRemovals: false, now }, (done, total) =>
          events.emit('progress', { request: null, kind: 'sync', image: null, done, total, unit: 'items' }),
        );
        if (!result.ok) return null;
        const { error, held } = result.value;
        if (held > 0 && held !== heldBefore) events.emit('notice', { level: 'info', message: heldMessage(held) });
        if (error === null) return null;
        if (needsUser(error.code) && error.code !== before)
          events.emit('notice', { level: 'error', message: error.message });
        return {
          retryable: !needsUser(error.code),
          failures: failures({ store }),
          retryAfter: pausedFor({ store, clock }),
        };
      } catch (error) {
        log.error('The sync of favorites failed', { error: error instanceof Error ? error.stack : String(error) });
        return { retryable: true, failures: 1, retryAfter: 0 };
      }
    },
  });

  // --- Files ---
  const offline = createOffline({
    store,
    pictures: options.pictures,
    adult,
    gate,
    clock,
    log,
    yieldNow,
    progress: (image, done, total) =>
      events.emit('progress', { request: null, kind: 'favorites-offline', image, done, total, unit: 'items' }),
    fetched(id) {
      imagesChanged([id]);
      emitStateSoon();
    },
    waitingChanged: () => emitStateSoon(),
    failed: (error) => {
      if (error.code === 'disk_full' || error.code === 'data_folder_unwritable')
        events.emit('notice', { level: 'error', message: `Favorites are not available offline: ${error.message}` });
    },
  });

  const fetchFiles = (): void => {
    if (started || options.eager) offline.wake();
  };

  // --- What the user does ---
  const changes = createChanges({
    store,
    fetchImage: options.fetchImage,
    gate,
    clock,
    yieldNow,
    changed(ids, pending) {
      listChanged(ids);
      emitState();
      if (pending) schedule.changed();
      fetchFiles();
    },
  });

  const lastError = (): SyncState['lastError'] => (store.sync.recall('lastError') as SyncState['lastError']) ?? null;
  const state = (): SyncState => {
    const at = store.sync.recall('lastSuccessAt');
    return {
      revision,
      running: flight.running,
      lastSuccessAt: typeof at === 'number' ? new Date(at).toISOString() : null,
      lastError: lastError(),
      ...store.outbox.counts(),
      held: store.sync.heldSize(),
      ...store.favorites.counts(adult()),
      waitingForRoom: offline.waiting(),
      account: options.hasAccount(),
    };
  };

  // --- What happens elsewhere ---
  let started = false;
  let stopped = false;
  let unsubscribe = (): void => undefined;
  let online: boolean | null = null;
  let seen = { adult: adult(), identity: identity(), room: settings().cacheLimitBytes };
  const refresh = (): void => {
    if (stopped) return;
    revision += 1;
    offline.recheck();
    fetchFiles();
    emitState();
  };
  const listen = (): (() => void) =>
    events.subscribe((name, payload) => {
      if (name === 'connection.changed' && 'online' in payload && payload.id === syncedProvider) {
        const back = payload.online && (online === false || lastError()?.code === 'offline');
        online = payload.online;
        if (!back) return;
        schedule.wake();
        offline.wake();
      } else if (name === 'settings.changed') {
        const now = { adult: adult(), identity: identity(), room: settings().cacheLimitBytes };
        const before = seen;
        seen = now;
        if (before.identity !== now.identity) schedule.wake();
        if (now.room > before.room) offline.roomGrew();
        if (before.adult === now.adult) return;
        offline.recheck();
        offline.wake();
        emitState();
      } else if (name === 'blocks.changed') {
        refresh();
      }
    });

  return {
    ...changes,
    ...createListing({ store, adult, gate, yieldNow }),
    async sync({ acceptRemovals }, progress, signal) {
      if (identity() === null) return ok({ ...noReport, held: store.sync.heldSize(), error: noAccount });
      return flight.run({ kind: 'full', acceptRemovals, now: true }, progress, signal);
    },
    state,
    pending: () =>
      store.outbox
        .all()
        .map(({ id, desired, attempts, reason, parked }) => ({ id, desired, attempts, reason, parked })),
    refresh,
    accountChanged() {
      seen = { ...seen, identity: identity() };
      emitState();
      if (started) schedule.wake();
    },
    start() {
      if (started || stopped) return;
      started = true;
      unsubscribe = listen();
      schedule.start();
      offline.wake();
    },
    async stop() {
      stopped = true;
      unsubscribe();
      schedule.stop();
      cancelSoon?.();
      await Promise.all([flight.stop(), offline.stop()]);
    },
  };
}

const noAccount: SyncReport['error'] = {
  code: 'unauthorized',
  message:
    'There is no token for waifu.im yet, so favorites stay on this machine. Add one in Settings, or with: kabegami account set waifu-im --stdin',
};

function needsUser(code: string): boolean {
  return code === ('unauthorized' satisfies AppError['code']) || code === ('forbidden' satisfies AppError['code']);
}

function heldMessage(held: number): string {
  return `waifu.im no longer lists ${held} of your favorites. That is a lot, so nothing was changed here. Open Favorites to decide.`;
}
