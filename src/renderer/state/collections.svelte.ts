import { SvelteSet } from 'svelte/reactivity';
import type { Collection, CollectionChange, CollectionPage } from '../../shared/collections.ts';
import type { CallInput } from '../../shared/contract.ts';
import type { AppError } from '../../shared/errors.ts';
import type { ImageId } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { Client } from '../../shared/rpc.ts';
import { t } from '../messages/index.ts';
import type { EditsState } from './edits.svelte.ts';
import type { ImageStore } from './images.svelte.ts';
import type { Notices } from './notices.svelte.ts';
import { PictureList } from './picture-list.svelte.ts';

/** What is asked for at once: the first page fills the view. */
const pageSize = { first: 100, next: 400 } as const;
/** As many pictures as one call takes. */
const together = 10_000;

/** Collections: the overview, the one that is open, and everything that is done with them. Each change is an edit. */
export class CollectionsState {
  all = $state.raw<readonly Collection[]>([]);
  loaded = $state(false);
  error = $state.raw<AppError | null>(null);
  /** The one that is open; null is the overview. */
  openId = $state<number | null>(null);
  /** The one that was closed last, until its card has the focus again. */
  left = $state<number | null>(null);
  readonly open: Collection | null = $derived(this.all.find(({ id }) => id === this.openId) ?? null);
  readonly list = new PictureList();
  readonly selection = new SvelteSet<ImageId>();
  hidden = $state(0);
  reading = $state(false);
  readError = $state.raw<AppError | null>(null);
  /** Everything of the open one has been read. */
  ended = $state(false);
  /** Pictures that are being dragged. */
  dragged = $state.raw<readonly ImageId[] | null>(null);
  /** Of which there may be more than are known by their ids. */
  draggedCount = $state(0);
  #dragging: (() => Promise<readonly ImageId[] | null>) | null = null;
  /** The collections are shown as places to drop them. */
  shelfOpen = $state(false);

  #next: string | null = null;
  #anchor: ImageId | null = null;
  #asked: AbortController | null = null;
  #active = false;
  #stale = false;
  readonly #client: Client;
  readonly #images: ImageStore;
  readonly #notices: Notices;
  readonly #edits: EditsState;

  constructor(options: {
    readonly client: Client;
    readonly images: ImageStore;
    readonly notices: Notices;
    readonly edits: EditsState;
  }) {
    this.#client = options.client;
    this.#images = options.images;
    this.#notices = options.notices;
    this.#edits = options.edits;
    this.#client.on('collections.changed', ({ collections }) => {
      if (collections.length === 0) return;
      if (this.loaded) void this.load();
      if (this.openId !== null && collections.includes(this.openId)) this.contentChanged();
    });
  }

  enter(): void {
    this.#active = true;
    void this.load();
    if (this.#stale) void this.#reread();
  }

  leave(): void {
    this.#active = false;
    this.clearSelection();
  }

  async load(): Promise<void> {
    const answer = await this.#client.call('collections.list', {});
    this.error = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    this.all = answer.value.collections;
    for (const { covers } of this.all) this.#images.put(covers);
    this.loaded = true;
    if (this.openId !== null && this.open === null) this.show(null);
  }

  /** Back to the overview, where one came from. */
  close(): void {
    this.left = this.openId;
    this.show(null);
  }

  /** Opens one; null is the overview. */
  show(id: number | null): void {
    if (id === this.openId) return;
    this.openId = id;
    this.clearSelection();
    this.#asked?.abort();
    this.reading = false;
    this.list.reset();
    this.#next = null;
    this.ended = false;
    this.hidden = 0;
    this.readError = null;
    if (id !== null) void this.more();
  }

  /** The next page of the open one. */
  async more(): Promise<void> {
    if (this.openId === null || this.reading || this.ended) return;
    const answer = await this.#page(this.openId, this.#next, this.list.length === 0 ? pageSize.first : pageSize.next);
    if (answer === null) return;
    this.readError = answer.ok ? null : answer.error;
    if (!answer.ok) return;
    this.list.append(answer.value.images);
    this.hidden += answer.value.hidden;
    this.#next = answer.value.next;
    this.ended = answer.value.next === null;
  }

  /** What is shown may not be what is there: read as far as it was read, and exchanged at once. */
  contentChanged(): void {
    this.#stale = true;
    if (this.#active) void this.#reread();
  }

  async #reread(): Promise<void> {
    const id = this.openId;
    this.#stale = false;
    if (id === null) return;
    const wanted = Math.max(this.list.length, pageSize.first);
    const images = [];
    let hidden = 0;
    let next: string | null = null;
    do {
      const answer: Result<CollectionPage> | null = await this.#page(id, next, pageSize.next);
      if (answer === null) return;
      if (!answer.ok) {
        this.readError = answer.error;
        return;
      }
      images.push(...answer.value.images);
      hidden += answer.value.hidden;
      next = answer.value.next;
    } while (next !== null && images.length < wanted);
    this.list.replace(images);
    this.hidden = hidden;
    this.#next = next;
    this.ended = next === null;
    this.readError = null;
    for (const each of this.selection) if (this.list.indexOf(each) < 0) this.selection.delete(each);
  }

  /** Null where something else was asked meanwhile. */
  async #page(id: number, cursor: string | null, limit: number): Promise<Result<CollectionPage> | null> {
    this.#asked?.abort();
    const asked = new AbortController();
    this.#asked = asked;
    this.reading = true;
    const answer = await this.#client.call('collections.images', { id, cursor, limit }, { signal: asked.signal });
    if (asked.signal.aborted || this.#asked !== asked) return null;
    this.#asked = null;
    this.reading = false;
    if (answer.ok) this.#images.put(answer.value.images);
    return answer;
  }

  /** The content setting was turned off: gone at once. */
  hideAdult(): void {
    this.list.remove((id) => this.#images.get(id)?.rating !== 'safe');
    this.clearSelection();
    this.all = this.all.map((each) => ({ ...each, covers: each.covers.filter(({ rating }) => rating === 'safe') }));
  }

  // --- Selection ---

  /** Selects or unselects one; with `range`, everything from the last one touched to it. */
  select(id: ImageId, range = false): void {
    const from = this.#anchor === null ? -1 : this.list.indexOf(this.#anchor);
    const to = this.list.indexOf(id);
    if (range && from >= 0 && to >= 0) {
      for (const each of this.list.ids().slice(Math.min(from, to), Math.max(from, to) + 1)) this.selection.add(each);
    } else if (this.selection.has(id)) this.selection.delete(id);
    else this.selection.add(id);
    this.#anchor = id;
  }

  selectAll(): void {
    for (const id of this.list.ids()) this.selection.add(id);
  }

  clearSelection(): void {
    this.selection.clear();
    this.#anchor = null;
  }

  /** The selection in the order it is shown in; or this one alone, where it is not part of it. */
  chosen(id: ImageId): readonly ImageId[] {
    return this.selection.has(id) ? this.list.ids().filter((each) => this.selection.has(each)) : [id];
  }

  // --- Dragging ---

  /** `more`: these are part of a selection that is dragged as a whole, whose ids are read when it is dropped. */
  drag(
    images: readonly ImageId[],
    more?: { readonly count: number; readonly read: () => Promise<readonly ImageId[] | null> },
  ): void {
    this.dragged = images;
    this.draggedCount = more?.count ?? images.length;
    this.#dragging = more?.read ?? null;
    if (!this.loaded) void this.load();
    // Browsers end a drag when the page changes in the very moment it begins.
    setTimeout(() => (this.shelfOpen = this.dragged !== null), 60);
  }

  /** What is being dragged, at the moment it is dropped. */
  dropped(): Promise<readonly ImageId[]> {
    const [images, read] = [this.dragged ?? [], this.#dragging];
    this.dragged = null;
    return read === null ? Promise.resolve(images) : read().then((all) => all ?? []);
  }

  dragEnded(): void {
    this.dragged = null;
    this.shelfOpen = false;
  }

  // --- Changes ---

  /** Makes one, empty or with pictures. Answers what went wrong, for the form. */
  async create(made: CallInput<'collections.create'>): Promise<AppError | null> {
    const images = made.images ?? [];
    const answer = await this.#client.call('collections.create', { ...made, images: images.slice(0, together) });
    if (answer.ok && images.length > together) await this.add(answer.value.collection, images.slice(together));
    return this.#made(answer);
  }

  /** The account's albums at waifu.im are being brought over. */
  bringing = $state(false);
  async bringAlbums(): Promise<void> {
    if (this.bringing) return;
    this.bringing = true;
    const answer = await this.#client.call('collections.albums', {});
    this.bringing = false;
    if (!answer.ok) return this.#notices.error(answer.error);
    const { albums, edit } = answer.value;
    if (edit !== null) this.#edits.tell(edit);
    else this.#notices.info(albums.length === 0 ? t.collections.albums.none : t.collections.albums.same(albums.length));
  }

  async change(id: number, patch: CallInput<'collections.change'>['patch']): Promise<AppError | null> {
    return this.#made(await this.#client.call('collections.change', { id, patch }));
  }

  async remove(id: number): Promise<void> {
    const answer = await this.#client.call('collections.remove', { id });
    if (!answer.ok) {
      this.#notices.error(answer.error);
      return;
    }
    if (this.openId === id) this.show(null);
    this.all = this.all.filter((each) => each.id !== id);
    if (answer.value.edit) this.#edits.tell(answer.value.edit);
  }

  async add(collection: Pick<Collection, 'id' | 'name'>, images: readonly ImageId[]): Promise<void> {
    for (let at = 0; at < images.length; at += together) {
      const part = images.slice(at, at + together);
      const answer = await this.#client.call('collections.add', { id: collection.id, images: part });
      if (answer.ok && answer.value.edit === null)
        this.#notices.info(t.collections.wasIn(part.length, collection.name));
      this.#finish(answer);
      if (!answer.ok) return;
    }
  }

  async take(images: readonly ImageId[]): Promise<void> {
    if (this.openId === null) return;
    const gone = new Set(images);
    this.clearSelection();
    this.#finish(await this.#client.call('collections.take', { id: this.openId, images: [...gone] }));
  }

  async transfer(to: number, images: readonly ImageId[]): Promise<void> {
    if (this.openId === null) return;
    this.clearSelection();
    this.#finish(await this.#client.call('collections.transfer', { from: this.openId, to, images: [...images] }));
  }

  /** Puts pictures of the open one before another one of it; null is the end. */
  async move(images: readonly ImageId[], before: ImageId | null): Promise<void> {
    if (this.openId === null || this.open?.query !== null) return;
    this.#finish(await this.#client.call('collections.move', { id: this.openId, images: [...images], before }), true);
  }

  /** By keys: the picture (or the selection with it) a place or a row back or forth. */
  async shift(id: ImageId, by: number): Promise<void> {
    this.#shifting = this.#shifting.then(() => this.#shift(id, by));
    await this.#shifting;
  }
  /** One after the other: each goes on from where the one before has put things. */
  #shifting: Promise<void> = Promise.resolve();

  async #shift(id: ImageId, by: number): Promise<void> {
    // The end of what has been read is not the end.
    if (by > 0 && !this.ended && this.list.indexOf(id) + by + 1 >= this.list.length) await this.more();
    const moving = this.chosen(id);
    const own = new Set(moving);
    const ids = this.list.ids();
    const edge = this.list.indexOf((by < 0 ? moving[0] : moving.at(-1)) ?? id);
    const rest = ids.filter((each) => !own.has(each));
    // Where it stands among those that stay.
    const stands = ids.slice(0, edge).filter((each) => !own.has(each)).length;
    const target = Math.max(0, Math.min(rest.length, stands + by));
    if (target === stands) return;
    const order = [...rest.slice(0, target), ...moving, ...rest.slice(target)];
    // What is being read was asked before this, and would put things back for a moment.
    this.#asked?.abort();
    this.reading = false;
    this.list.replace(order.flatMap((each) => this.#images.get(each) ?? []));
    await this.move(moving, rest[target] ?? null);
    await this.#reread();
  }

  async arrange(id: number, before: number | null): Promise<void> {
    this.#finish(await this.#client.call('collections.arrange', { id, before }), true);
  }

  #made(answer: Result<CollectionChange>): AppError | null {
    if (!answer.ok) return answer.error;
    this.#finish(answer);
    return null;
  }

  /** `quiet`: what was done is seen where it was done; Ctrl+Z takes it back all the same. */
  #finish(answer: Result<CollectionChange>, quiet = false): void {
    if (!answer.ok) this.#notices.error(answer.error);
    else if (answer.value.edit !== null && !quiet) this.#edits.tell(answer.value.edit);
  }
}
