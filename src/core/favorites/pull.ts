import { createHash } from 'node:crypto';
import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import type { ImageId, RemoteImage } from '../../shared/model.ts';
import { syncedProvider, type SyncContext } from './context.ts';
import { note } from './journal.ts';
import { mergeImage, shouldHold, type MergeDecision } from './merge.ts';

export interface PullReport {
  /** New favorites here. */
  readonly pulled: number;
  /** Favorites that became tombstones. */
  readonly dropped: number;
  /** Removals held back until the user says yes. */
  readonly held: number;
  readonly error: AppError | null;
}

/** Aimed-at milliseconds of one batch, well under the 50 ms that a task may take. */
const batchTime = 12;
const nothing = { pulled: 0, dropped: 0, held: 0 } as const;

/**
 * Merges the service's list into what is here. Each batch is one transaction that reads the newest state, decides and writes favorite, base, outbox and
 * journal together: a crash between batches leaves a part that is right, and the next pull does the rest.
 */
export async function pull(
  context: SyncContext,
  options: {
    /** Carry out the removals that were held. */
    readonly acceptRemovals: boolean;
    readonly progress: (done: number, total: number) => void;
  },
  signal?: AbortSignal,
): Promise<PullReport> {
  const { store, remote } = context;
  const since = store.outbox.latest();
  const known = store.sync.baseSize();
  const listed = await remote.list({}, signal);
  if (!listed.ok) return { ...nothing, error: listed.error };

  const images = new Map<ImageId, RemoteImage>();
  for (const image of listed.value.images) if (image.provider === syncedProvider) images.set(image.id, image);

  const place = createPlaces(context.clock.now());
  let pulled = 0;
  const entries = [...images.values()];
  const stopped = await inBatches(context, entries, signal, options.progress, (batch) => {
    const { liked } = merge(context, batch, since, place);
    pulled += liked.length;
    return liked;
  });
  if (stopped !== null) return { ...nothing, pulled, error: stopped };

  // An entry that cannot be read is a favorite all the same; where not even its id can, nothing that is missing is believed.
  const unreadable = new Set(listed.value.droppedIds.map((remoteId) => `${syncedProvider}:${remoteId}`));
  const incomplete = listed.value.dropped > listed.value.droppedIds.length;
  const wished = store.outbox.all().map(({ id }) => id);
  // With holes in the list, nobody knows whether a wish is so already: those are left to the flush.
  const expected = incomplete ? without(store.sync.baseIds(), wished) : new Set([...store.sync.baseIds(), ...wished]);
  const gone = [...expected].filter((id) => !images.has(id) && !unreadable.has(id));
  const removals = plannedRemovals(context, gone, since);
  const asked = new Set(store.sync.held());
  // A yes covers what was asked about; without a question before, it covers this list.
  const unasked = options.acceptRemovals ? (asked.size === 0 ? [] : removals.filter((id) => !asked.has(id))) : removals;
  const hold = shouldHold({ removals: unasked.length, known, incomplete });
  const heldIds = new Set(hold ? unasked : []);
  holdBack(context, [...heldIds], asked);

  let dropped = 0;
  const stoppedLater = await inBatches(
    context,
    gone.filter((id) => !heldIds.has(id)).map((id) => ({ id })),
    signal,
    () => undefined,
    (batch) => {
      const { buried } = merge(context, batch, since, place);
      dropped += buried.length;
      return buried;
    },
  );
  return { pulled, dropped, held: heldIds.size, error: stoppedLater };
}

/** An entry of the list, or only the id of what it no longer holds. */
type Entry = RemoteImage | { readonly id: ImageId };

function merge(
  { store, clock }: SyncContext,
  batch: readonly Entry[],
  since: number,
  likedAt: (image: RemoteImage) => number,
): { readonly liked: readonly ImageId[]; readonly buried: readonly ImageId[] } {
  const now = clock.now();
  const ids = batch.map(({ id }) => id);
  const decide = decisions({ store }, ids, since);
  const liked: { id: ImageId; at: number }[] = [];
  const buried: ImageId[] = [];
  const unlisted: ImageId[] = [];
  const settled: ImageId[] = [];
  const written: RemoteImage[] = [];
  const listed: { id: ImageId; digest: string }[] = [];
  for (const entry of batch) {
    const onServer = 'url' in entry;
    const { decision, version, digest } = decide(entry.id, onServer);
    if (onServer) {
      const fresh = digestOf(entry);
      if (digest !== fresh) {
        written.push(entry);
        listed.push({ id: entry.id, digest: fresh });
      }
      if (decision.local === 'like') liked.push({ id: entry.id, at: likedAt(entry) });
    }
    if (decision.local === 'bury') buried.push(entry.id);
    if (decision.base === 'remove') unlisted.push(entry.id);
    if (decision.settled && version !== null && store.outbox.done(version)) settled.push(entry.id);
  }
  store.images.upsert(written);
  store.sync.addToBase(listed);
  store.favorites.like(liked);
  store.favorites.bury(buried, now);
  store.sync.removeFromBase(unlisted);
  const likedIds = liked.map(({ id }) => id);
  note(store.sync, now, 'pulled', likedIds);
  note(store.sync, now, 'removed by the service', buried);
  note(store.sync, now, 'already so', settled);
  return { liked: likedIds, buried };
}

/** Reads the four sides of these images as they are now. */
function decisions(
  { store }: Pick<SyncContext, 'store'>,
  ids: readonly ImageId[],
  since: number,
): (id: ImageId, onServer: boolean) => { decision: MergeDecision; version: number | null; digest: string | null } {
  const status = store.favorites.status(ids);
  const base = store.sync.base(ids);
  const outbox = store.outbox.of(ids);
  return (id, onServer) => {
    const wish = outbox.get(id);
    return {
      decision: mergeImage({
        onServer,
        inBase: base.has(id),
        local: status.get(id) ?? 'none',
        desired: wish?.desired ?? null,
        younger: (wish?.version ?? 0) > since,
      }),
      version: wish?.version ?? null,
      digest: base.get(id) ?? null,
    };
  };
}

function plannedRemovals(context: SyncContext, gone: readonly ImageId[], since: number): readonly ImageId[] {
  const decide = decisions(context, gone, since);
  return gone.filter((id) => decide(id, false).decision.local === 'bury');
}

function holdBack({ store, clock }: SyncContext, ids: readonly ImageId[], before: ReadonlySet<ImageId>): void {
  if (ids.length === before.size && ids.every((id) => before.has(id))) return;
  store.transaction(() => {
    store.sync.setHeld(ids);
    if (ids.length > 0)
      note(store.sync, clock.now(), 'removals held', [null], `${ids.length} favorites would have been removed.`);
  });
}

/** Runs `work` over `items` in transactions of about `batchTime` each and tells of the images it changed. Answers why it stopped early, or null. */
async function inBatches<T>(
  context: SyncContext,
  items: readonly T[],
  signal: AbortSignal | undefined,
  progress: (done: number, total: number) => void,
  work: (batch: readonly T[]) => readonly ImageId[],
): Promise<AppError | null> {
  let size = 100;
  for (let start = 0; start < items.length;) {
    await context.yieldNow();
    if (signal?.aborted) return cancelled;
    if (context.currentIdentity() !== context.identity)
      return appError('cancelled', 'The account was changed during the sync. It starts again with the new one.', {
        retryable: true,
      });
    const batch = items.slice(start, start + size);
    let took = 0;
    const changed = context.store.transaction(() => {
      const began = performance.now();
      const ids = work(batch);
      took = performance.now() - began;
      return ids;
    });
    start += batch.length;
    if (changed.length > 0) context.changed(changed);
    progress(start, items.length);
    // Slow machines and fast ones. The commit is left out: its price is per batch, so smaller batches would only pay it more often.
    if (took > batchTime * 1.5) size = Math.max(25, Math.floor(size / 2));
    else if (took < batchTime / 2) size = Math.min(500, size * 2);
  }
  return null;
}

function without(ids: readonly ImageId[], others: readonly ImageId[]): ReadonlySet<ImageId> {
  const excluded = new Set(others);
  return new Set(ids.filter((id) => !excluded.has(id)));
}

/** What would be written; the numbers that change all the time (likes) are left out. */
function digestOf(image: RemoteImage): string {
  return createHash('sha1')
    .update(JSON.stringify({ ...image, likes: null }))
    .digest('base64');
}

/** When the account liked it; where the service does not say, the order of its list (newest first) is kept. */
function createPlaces(now: number): (image: RemoteImage) => number {
  let unknown = 0;
  return (image) => {
    const at = image.likedAt === null ? Number.NaN : Date.parse(image.likedAt);
    return Number.isFinite(at) ? at : now - ++unknown;
  };
}
