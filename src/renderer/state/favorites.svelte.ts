import { SvelteSet } from 'svelte/reactivity';
import type { AppError } from '../../shared/errors.ts';
import type {
  FavoriteQuery,
  Image,
  ImageId,
  PendingEntry,
  Progress,
  SyncState,
  Tombstone,
} from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import { anything } from '../filter/filter.ts';
import { t } from '../messages/index.ts';
import type { ImageStore } from './images.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { PictureList } from './picture-list.svelte.ts';
import { readInParts } from './read-in-parts.ts';

const emptyQuery: FavoriteQuery = {
  ...anything,
  rating: 'any',
  provider: null,
  search: '',
  tags: [],
  excludedTags: [],
  sort: 'liked',
  offset: 0,
  limit: 10_000,
};

/** Whether a list read when the state was `read` is right now. The counts tell of what became hidden without coming or going. */
function sameFavorites(now: SyncState, read: SyncState | null): boolean {
  return read?.revision === now.revision && read.favorites === now.favorites && read.hidden === now.hidden;
}

/** Favorites: the grid, what was removed elsewhere, what waits to be sent, and how the sync stands. */
export class FavoritesState {
  readonly list = new PictureList();
  readonly removed = new PictureList();
  readonly selection = new SvelteSet<ImageId>();
  query = $state.raw<FavoriteQuery>(emptyQuery);
  /** Which of the two grids is shown. */
  showing = $state<'kept' | 'removed'>('kept');
  total = $state(0);
  hidden = $state(0);
  tombstones = $state.raw<readonly Tombstone[]>([]);
  pending = $state.raw<readonly PendingEntry[]>([]);
  sync = $state.raw<SyncState | null>(null);
  progress = $state.raw<Progress | null>(null);
  fetching = $state.raw<Progress | null>(null);
  loading = $state(false);
  loaded = $state(false);
  error = $state.raw<AppError | null>(null);

  readonly narrowed = $derived(JSON.stringify({ ...this.query, sort: emptyQuery.sort }) !== JSON.stringify(emptyQuery));
  readonly shown = $derived(this.showing === 'removed' ? this.removed : this.list);

  #stale = true;
  #active = false;
  #reading: AbortController | null = null;
  /** What was known of the favorites when the list was asked for. */
  #readAt: SyncState | null = null;
  /** States heard of so far. */
  #heard = 0;
  #anchor: ImageId | null = null;
  readonly #client: Client;
  readonly #images: ImageStore;
  readonly #notices: Notices;
  readonly #soon: (action: () => void) => void;

  constructor(options: {
    readonly client: Client;
    readonly images: ImageStore;
    readonly notices: Notices;
    /** Runs the action a little later; only the last one of a burst. */
    readonly soon: (action: () => void) => void;
  }) {
    this.#client = options.client;
    this.#images = options.images;
    this.#notices = options.notices;
    this.#soon = options.soon;
    this.#client.on('favorites.changed', (state) => {
      const before = this.sync;
      this.sync = state;
      this.#heard += 1;
      if (!state.running) this.progress = null;
      if (!sameFavorites(state, this.#readAt)) this.#stale = true;
      const waiting = before?.pending !== state.pending || before.parked !== state.parked || state.lastError !== null;
      // While thousands of files come in, only their number changes.
      if (this.#active && (this.#stale || waiting))
        this.#soon(() => void (this.#stale ? this.load() : this.loadPending()));
    });
    this.#client.on('progress', (progress) => {
      if (progress.kind === 'sync') this.progress = progress;
      if (progress.kind === 'favorites-offline')
        this.fetching = progress.total !== null && progress.done >= progress.total ? null : progress;
    });
  }

  /** The view is shown: what changed meanwhile is caught up. */
  enter(): void {
    this.#active = true;
    if (this.#stale) void this.load();
  }

  leave(): void {
    this.#active = false;
    this.clearSelection();
  }

  /** The sync state alone: the rail shows it wherever the user is. */
  async loadState(): Promise<void> {
    const heard = this.#heard;
    const answer = await this.#client.call('favorites.state', {});
    // An answer that was overtaken by an event is older.
    if (answer.ok && heard === this.#heard) this.sync = answer.value;
  }

  /** What waits to be sent. */
  async loadPending(): Promise<void> {
    const answer = await this.#client.call('favorites.pending', {});
    if (answer.ok) this.pending = answer.value.entries;
  }

  async load(fresh = false): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    const { signal } = reading;
    this.#reading = reading;
    this.#readAt = this.sync;
    this.#stale = false;
    this.loading = true;
    void this.loadState();
    void this.loadPending();
    const { query } = this;
    // A list that is shown is exchanged when all of the new one is here; where none is, what is here already is shown.
    const gathered: Image[] | null = fresh || this.list.length === 0 ? null : [];
    const tombstones: Tombstone[] = [];
    const error = await readInParts(
      (part) => this.#client.call('favorites.list', { ...query, ...part }, { signal }),
      (part, offset) => {
        this.#images.put(part.images);
        this.#images.put(part.tombstones.map((tombstone) => tombstone.image));
        tombstones.push(...part.tombstones);
        if (gathered) gathered.push(...part.images);
        else if (offset > 0) this.list.append(part.images);
        else if (fresh) this.list.reset(part.images);
        else this.list.replace(part.images);
        this.error = null;
        this.loaded = true;
        this.total = part.total;
        this.hidden = part.hidden;
      },
    );
    // A later question was asked meanwhile: its answer counts.
    if (signal.aborted) return;
    this.#reading = null;
    this.loading = false;
    if (error) {
      this.error = error;
      this.#stale = true;
      return;
    }
    if (gathered) this.list.replace(gathered);
    this.removed.replace(tombstones.map((tombstone) => tombstone.image));
    this.tombstones = tombstones;
    if (tombstones.length === 0) this.showing = 'kept';
    for (const id of this.selection) if (this.shown.indexOf(id) < 0) this.selection.delete(id);
  }

  change(patch: Partial<FavoriteQuery>): void {
    const query = { ...this.query, ...patch };
    if (JSON.stringify(query) === JSON.stringify(this.query)) return;
    this.query = query;
    this.clearSelection();
    void this.load(true);
  }

  reset(): void {
    this.change({ ...emptyQuery, sort: this.query.sort });
  }

  show(which: 'kept' | 'removed'): void {
    this.showing = which;
    this.clearSelection();
  }

  /** The content setting was turned off: gone at once; what is left is asked again. */
  hideAdult(): void {
    // What is on its way was asked for before.
    if (this.#reading) {
      this.#reading.abort();
      this.#reading = null;
      this.loading = false;
      this.contentChanged();
    }
    const unwanted = (id: ImageId): boolean => this.#images.get(id)?.rating !== 'safe';
    this.list.remove(unwanted);
    this.removed.remove(unwanted);
    this.tombstones = this.tombstones.filter(({ image }) => image.rating === 'safe');
    this.clearSelection();
    // What asks for adult pictures alone would show nothing, and show them first when they are allowed again.
    if (this.query.rating !== emptyQuery.rating) this.change({ rating: emptyQuery.rating });
  }

  contentChanged(): void {
    this.#stale = true;
    if (this.#active) void this.load();
  }

  // --- Selection ---

  /** Selects or unselects one; with `range`, everything from the last one touched to it. */
  select(id: ImageId, range = false): void {
    const list = this.shown;
    const from = this.#anchor === null ? -1 : list.indexOf(this.#anchor);
    const to = list.indexOf(id);
    if (range && from >= 0 && to >= 0) {
      for (let index = Math.min(from, to); index <= Math.max(from, to); index += 1) {
        const each = list.at(index);
        if (each !== undefined) this.selection.add(each);
      }
    } else if (this.selection.has(id)) this.selection.delete(id);
    else this.selection.add(id);
    this.#anchor = id;
  }

  selectAll(): void {
    for (const id of this.shown.ids()) this.selection.add(id);
  }

  clearSelection(): void {
    this.selection.clear();
    this.#anchor = null;
  }

  // --- Changes ---

  /** Unlikes, with a way back. They leave the grid at once. */
  async remove(ids: readonly ImageId[]): Promise<void> {
    const unwanted = new Set(ids);
    this.list.remove((id) => unwanted.has(id));
    this.clearSelection();
    const done = await this.#images.setFavorite(ids, false);
    this.#stale = true;
    if (done)
      this.#notices.undoable(t.favorites.unliked(ids.length), () => {
        void this.#images.setFavorite(ids, true).then(() => this.#refresh());
      });
    this.#refresh();
  }

  async restore(ids: readonly ImageId[]): Promise<void> {
    const answer = await this.#client.call('favorites.restore', { ids: [...ids] });
    if (answer.ok) this.#notices.info(t.favorites.restored(ids.length));
    else this.#notices.error(answer.error);
    this.clearSelection();
    this.#refresh();
  }

  /** For good: the view asks first. */
  async letGo(ids: readonly ImageId[]): Promise<void> {
    const answer = await this.#client.call('favorites.letGo', { ids: [...ids] });
    if (answer.ok) this.#notices.info(t.favorites.letGone(ids.length));
    else this.#notices.error(answer.error);
    this.clearSelection();
    this.#refresh();
  }

  async syncNow(acceptRemovals = false): Promise<void> {
    const answer = await this.#client.call('favorites.sync', { acceptRemovals });
    if (!answer.ok) this.#notices.error(answer.error);
    else if (answer.value.error) this.#notices.error({ code: 'internal', message: answer.value.error.message });
    else this.#notices.info(t.sync.done(answer.value.pulled, answer.value.pushed));
    await this.loadState();
    this.#refresh();
  }

  #refresh(): void {
    this.#stale = true;
    if (this.#active) void this.load();
  }
}
