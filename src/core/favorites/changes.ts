import { cancelled, type AppError } from '../../shared/errors.ts';
import type { ImageId, RemoteImage } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Clock } from '../ports.ts';
import { someOf } from '../some-of.ts';
import { isSynced, type FavoritesStore } from './context.ts';
import type { Favorites } from './favorites.ts';
import { note } from './journal.ts';

/** Images dealt with between two breaths of a large `add` or `remove`. */
const batchSize = 200;

/** What the user does to favorites: here at once, and for waifu.im queued in the same transaction. */
export function createChanges(parts: {
  readonly store: FavoritesStore;
  readonly fetchImage: (id: ImageId, signal?: AbortSignal) => Promise<Result<RemoteImage>>;
  readonly gate: Pick<ContentGate, 'check'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly yieldNow: () => Promise<void>;
  /** These changed; `pending`: there is something to tell the service. */
  readonly changed: (ids: readonly ImageId[], pending: boolean) => void;
}): Pick<Favorites, 'add' | 'remove' | 'toggle' | 'restore' | 'letGo'> {
  const { store, gate, clock } = parts;

  const like = (ids: readonly ImageId[]): readonly ImageId[] => {
    const now = clock.now();
    let queued: readonly ImageId[] = [];
    const changed = store.transaction(() => {
      const liked = store.favorites.like(ids.map((id) => ({ id, at: now })));
      queued = unknownToService(ids.filter(isSynced), new Set(liked));
      store.outbox.queue(queued, 'liked', now);
      note(store.sync, now, 'liked', liked);
      return liked;
    });
    if (changed.length + queued.length > 0) parts.changed(changed, queued.length > 0);
    return changed;
  };
  /** What has just been liked, and what was liked before but never got there (parked, or from another account): asking again means it. */
  const unknownToService = (ids: readonly ImageId[], liked: ReadonlySet<ImageId>): readonly ImageId[] => {
    const base = store.sync.base(ids);
    const outbox = store.outbox.of(ids);
    return ids.filter((id) => liked.has(id) || (!base.has(id) && outbox.get(id)?.parked !== false));
  };

  /** The ids that may be liked, their metadata in the library; and the first reason why others may not. */
  const findAll = async (
    ids: readonly ImageId[],
    signal: AbortSignal | undefined,
  ): Promise<{
    readonly found: readonly ImageId[];
    readonly missed: readonly ImageId[];
    readonly error: AppError | null;
  }> => {
    const known = new Map(store.images.getMany(ids).map((image) => [image.id, image]));
    const found: ImageId[] = [];
    const missed: ImageId[] = [];
    let error: AppError | null = null;
    for (const id of ids) {
      if (signal?.aborted) return { found, missed, error: cancelled };
      let image = known.get(id) ?? null;
      if (image === null) {
        const fetched = await parts.fetchImage(id, signal);
        if (fetched.ok) {
          store.transaction(() => store.images.upsert([fetched.value]));
          image = store.images.get(id);
        } else {
          missed.push(id);
          error ??= fetched.error;
          continue;
        }
      }
      // What the library would not take in may not be liked.
      const allowed = gate.check(image ?? unknown);
      if (allowed.ok) found.push(id);
      else {
        missed.push(id);
        error ??= allowed.error;
      }
    }
    return { found, missed, error };
  };

  const remove = (ids: readonly ImageId[]): readonly ImageId[] => {
    const now = clock.now();
    let queued: readonly ImageId[] = [];
    const changed = store.transaction(() => {
      const unliked = store.favorites.unlike(ids);
      queued = unliked.filter(isSynced);
      store.outbox.queue(queued, 'unliked', now);
      note(store.sync, now, 'unliked', unliked);
      return unliked;
    });
    if (changed.length > 0) parts.changed(changed, queued.length > 0);
    return changed;
  };

  const add: Favorites['add'] = async (ids, signal) => {
    const unique = [...new Set(ids)];
    const changed: ImageId[] = [];
    const missed: ImageId[] = [];
    let error: AppError | null = null;
    for (let start = 0; start < unique.length; start += batchSize) {
      if (start > 0) await parts.yieldNow();
      const batch = await findAll(unique.slice(start, start + batchSize), signal);
      changed.push(...like(batch.found));
      missed.push(...batch.missed);
      error ??= batch.error;
      if (error?.code === 'cancelled') break;
    }
    if (error === null) return ok({ changed });
    if (unique.length === 1 || error.code === 'cancelled') return fail(error);
    const told = `${missed.length} of ${unique.length} images could not be liked (${someOf(missed)}).`;
    return fail({ ...error, message: `${told} ${error.message}` });
  };

  return {
    add,
    async remove(ids) {
      const changed: ImageId[] = [];
      for (let start = 0; start < ids.length; start += batchSize) {
        if (start > 0) await parts.yieldNow();
        changed.push(...remove(ids.slice(start, start + batchSize)));
      }
      return ok({ changed });
    },
    async toggle(id, signal) {
      if (store.favorites.status([id]).get(id) === 'liked') {
        remove([id]);
        return ok({ favorite: false });
      }
      const added = await add([id], signal);
      return added.ok ? ok({ favorite: true }) : added;
    },
    restore(ids) {
      const now = clock.now();
      const changed = store.transaction(() => {
        const restored = store.favorites.restore(ids);
        store.outbox.queue(restored.filter(isSynced), 'liked', now);
        note(store.sync, now, 'restored', restored);
        return restored;
      });
      if (changed.length > 0) parts.changed(changed, changed.some(isSynced));
      return ok({ changed });
    },
    letGo(ids) {
      const changed = store.transaction(() => {
        const gone = store.favorites.letGo(ids);
        note(store.sync, clock.now(), 'let go', gone);
        return gone;
      });
      if (changed.length > 0) parts.changed(changed, false);
      return ok({ changed });
    },
  };
}

const unknown = { rating: 'unknown' } as const;
