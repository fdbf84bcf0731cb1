import type { AppError } from '../../shared/errors.ts';
import type { Facets, SavedSearch } from '../../shared/library.ts';
import type { ImageId } from '../../shared/model.ts';
import type { SearchSort } from '../../shared/search/index.ts';
import type { Client } from '../../shared/rpc.ts';
import { RangeSelection } from '../grid/range-selection.svelte.ts';
import type { RulerMark } from '../grid/ruler.ts';
import { ArrangedList } from '../library/arranged-list.svelte.ts';
import { withLeftOut } from '../library/left-out.ts';
import { Places } from '../library/places.ts';
import {
  finished,
  piecesOf,
  queryOf,
  sortOf,
  textOf,
  withSort,
  withStanding,
  type Piece,
  type Standing,
} from '../library/query.ts';
import { readArrangement } from '../library/read-arrangement.ts';
import type { ImageStore } from './images.svelte.ts';
import type { SearchesState } from './searches.svelte.ts';
import type { Memory } from './storage.ts';

/** The search without one of its parts, and how many pictures that would show. */
export interface Relaxation {
  readonly piece: Piece;
  readonly text: string;
  readonly total: number;
  readonly exact: boolean;
}

/** A list that is being changed is not arranged anew more often than this, in milliseconds. */
const calm = 1500;

/** The library: what is looked for in everything known here, and the whole of what was found. */
export class LibraryState {
  readonly list: ArrangedList;
  readonly selection = new RangeSelection();
  /** The search as it was written, wrong parts too. */
  text = $state('');
  /** What is being written and not part of it yet. */
  draft = $state('');
  /** The query whose result is shown. */
  shown = $state('');
  total = $state(0);
  exact = $state(false);
  hidden = $state(0);
  loading = $state(false);
  loaded = $state(false);
  error = $state.raw<AppError | null>(null);
  marks = $state.raw<readonly RulerMark[]>([]);
  facets = $state.raw<Facets | null>(null);
  facetsOpen = $state(false);
  /** When nothing was found: what would be found with a little less asked. */
  relaxed = $state.raw<readonly Relaxation[]>([]);

  readonly pieces: readonly Piece[] = $derived(piecesOf(this.text));
  readonly chips: readonly Piece[] = $derived(this.pieces.filter(({ term }) => term?.kind !== 'sort'));
  readonly sort: SearchSort | null = $derived(sortOf(this.text));
  readonly query: string = $derived(queryOf(this.text, finished(this.draft)));
  /** The saved search that is shown. */
  readonly current: SavedSearch | null = $derived.by(
    () => this.#searches.all.find(({ query }) => queryOf(query) === this.shown) ?? null,
  );

  readonly #client: Client;
  readonly #images: ImageStore;
  readonly #searches: SearchesState;
  readonly #memory: Memory;
  readonly #later: (ms: number, action: () => void) => () => void;
  readonly #places: Places;
  #active = false;
  #stale = false;
  #running: AbortController | null = null;
  /** The query last asked: what is shown, or what will be once its answer is here. */
  #asked = '';
  /** Asks for what goes with a result. */
  #asking: AbortController | null = null;
  #stopSoon: () => void = () => undefined;
  #stopKeeping: (() => void) | null = null;
  #stopRefresh: (() => void) | null = null;

  constructor(options: {
    readonly client: Client;
    readonly images: ImageStore;
    readonly searches: SearchesState;
    readonly memory: Memory;
    readonly later: (ms: number, action: () => void) => () => void;
  }) {
    this.#client = options.client;
    this.#images = options.images;
    this.#searches = options.searches;
    this.#memory = options.memory;
    this.#later = options.later;
    this.#places = new Places(options.memory);
    const text = options.memory.read('library.text');
    if (typeof text === 'string' && text.length <= 2000) this.text = text;
    this.facetsOpen = options.memory.read('library.facets') === true;
    this.list = new ArrangedList({
      fetch: async (keys, signal) => {
        const answer = await this.#client.call('library.images', { keys: [...keys] }, { signal });
        if (!answer.ok) return null;
        this.#images.lend(answer.value.images.map(({ image }) => image));
        return answer.value.images;
      },
      onfar: (ids) => this.#images.giveUp(ids),
      onplace: () => this.#keepSoon(),
      onmove: (before, after) => this.selection.carry(before, after),
    });
    this.#client.on('library.changed', () => this.changed());
    this.#client.on('library.restored', () => {
      // Keys mean other pictures now.
      this.contentChanged(false);
      void this.#searches.load();
    });
  }

  /** The view is shown. */
  enter(): void {
    this.#active = true;
    void this.#searches.load();
    if (!this.loaded || this.error) void this.search();
    else if (this.#stale) void this.#refresh();
  }

  leave(): void {
    this.#active = false;
    this.keepPlace();
  }

  // --- What is asked ---

  /** Another search. */
  change(text: string): void {
    this.text = textOf(piecesOf(text));
    this.#memory.write('library.text', this.text);
    this.#stopSoon();
    if (this.query !== this.#asked || this.error) void this.search();
  }

  /** Something is being written: what of it is finished is looked for once nothing has been written for a moment. */
  write(draft: string): void {
    this.draft = draft;
    this.#stopSoon();
    this.#stopSoon = this.#later(250, () => {
      if (this.query !== this.#asked) void this.search();
    });
  }

  /** What has been written becomes part of the search. */
  commit(draft: string = this.draft): void {
    this.draft = '';
    this.change(`${this.text} ${draft}`);
  }

  /** Takes a part out of the search, to be written anew. Answers how it was written. */
  edit(piece: Piece): string {
    this.draft = piece.text;
    this.#without(piece);
    return piece.text;
  }

  remove(piece: Piece): void {
    this.#without(piece);
  }

  stand(term: string, standing: Standing): void {
    this.change(withStanding(this.text, term, standing));
  }

  order(sort: SearchSort | null): void {
    this.change(withSort(this.text, sort));
  }

  /** Everything. */
  clear(): void {
    this.draft = '';
    this.change(withSort('', this.sort));
  }

  open(search: SavedSearch): void {
    this.draft = '';
    this.change(search.query);
  }

  #without(piece: Piece): void {
    const same = this.pieces.indexOf(piece);
    const at = same >= 0 ? same : this.pieces.findIndex(({ text }) => text === piece.text);
    this.change(textOf(this.pieces.filter((_, each) => each !== at)));
  }

  // --- What is found ---

  /** Asks for the whole result. What was shown stays until the first of it is here. */
  async search(): Promise<void> {
    this.#stopRefresh?.();
    this.#stopRefresh = null;
    this.#running?.abort();
    const controller = new AbortController();
    this.#running = controller;
    const { query } = this;
    this.#asked = query;
    this.#stale = false;
    this.loading = true;
    this.error = null;
    let begun = false;
    this.#accompany(query);
    const error = await readArrangement(this.#client, query, controller.signal, ({ keys, ratios }) => {
      if (!begun) this.#begin(query);
      begun = true;
      const whole = this.list.length > 0 && this.selection.size === this.list.length;
      this.list.add(keys, ratios);
      // What still arrives belongs to "all".
      if (whole) this.selection.add(0, this.list.length);
    });
    if (controller.signal.aborted) return;
    this.#running = null;
    this.loading = false;
    if (error) {
      this.error = error;
      if (begun) this.list.end();
      return;
    }
    this.list.end();
    if (this.list.length === 0) void this.#relax(query);
  }

  #begin(query: string): void {
    this.keepPlace();
    this.selection.clear();
    this.relaxed = [];
    this.shown = query;
    this.loaded = true;
    this.list.begin(this.#places.of(query));
  }

  /** The number of matches, the ruler and the facets of a query. */
  #accompany(query: string, again = false): void {
    this.#asking?.abort();
    const controller = new AbortController();
    this.#asking = controller;
    const { signal } = controller;
    void this.#client.call('library.search', { query, limit: 1 }, { signal }).then((answer) => {
      if (signal.aborted || !answer.ok) return;
      ({ total: this.total, exact: this.exact, hidden: this.hidden } = answer.value);
    });
    if (!again) this.marks = [];
    void this.#client.call('library.ruler', { query }, { signal }).then((answer) => {
      if (!signal.aborted && answer.ok) this.marks = answer.value.marks;
    });
    if (this.facetsOpen) void this.#loadFacets(query, signal);
    else this.facets = null;
  }

  async #loadFacets(query: string, signal: AbortSignal): Promise<void> {
    const answer = await this.#client.call('library.facets', { query }, { signal });
    if (!signal.aborted && answer.ok) this.facets = withLeftOut(answer.value, this.facets, this.text);
  }

  showFacets(open: boolean): void {
    this.facetsOpen = open;
    this.#memory.write('library.facets', open);
    if (open && this.facets === null)
      void this.#loadFacets(this.query, this.#asking?.signal ?? new AbortController().signal);
  }

  /** Nothing fits: which part keeps everything out? */
  async #relax(query: string): Promise<void> {
    const { chips, sort } = this;
    const found: Relaxation[] = [];
    for (const piece of chips.filter(({ term }) => term !== null).slice(0, 6)) {
      if (chips.length < 2) break;
      const text = withSort(textOf(chips.filter((each) => each !== piece)), sort);
      const answer = await this.#client.call('library.search', { query: queryOf(text), limit: 1 });
      if (this.shown !== query) return;
      if (answer.ok && answer.value.total > 0)
        found.push({ piece, text, total: answer.value.total, exact: answer.value.exact });
    }
    this.relaxed = found.sort((a, b) => b.total - a.total);
  }

  // --- What changes meanwhile ---

  /** Results may differ now. */
  changed(): void {
    this.#stale = true;
    if (!this.#active || !this.loaded || this.#stopRefresh !== null) return;
    this.#stopRefresh = this.#later(calm, () => {
      this.#stopRefresh = null;
      if (this.#active) void this.#refresh();
    });
  }

  /** The same search as it is answered now. The view stays with its pictures; what is shuffled stays as it is. */
  async #refresh(): Promise<void> {
    if (this.#running !== null) return;
    const query = this.shown;
    if (query !== this.query) return;
    this.#stale = false;
    this.#accompany(query, true);
    if (this.sort === 'random' && this.list.length > 0) return;
    const controller = new AbortController();
    this.#running = controller;
    let keys = new Uint32Array(this.list.length + 1000);
    let ratios = new Float32Array(keys.length);
    let length = 0;
    const error = await readArrangement(this.#client, query, controller.signal, (part) => {
      if (length + part.keys.length > keys.length) {
        const size = Math.max(length + part.keys.length, keys.length * 2);
        const moreKeys = new Uint32Array(size);
        moreKeys.set(keys);
        keys = moreKeys;
        const moreRatios = new Float32Array(size);
        moreRatios.set(ratios);
        ratios = moreRatios;
      }
      keys.set(part.keys, length);
      part.ratios.forEach((ratio, at) => (ratios[length + at] = ratio / 1000));
      length += part.keys.length;
    });
    if (controller.signal.aborted) return;
    this.#running = null;
    if (error) {
      // It was right a moment ago: it is asked again with the next change, or when the view is shown again.
      this.#stale = true;
      return;
    }
    this.list.exchange(keys.slice(0, length), ratios.slice(0, length));
    if (length === 0) void this.#relax(query);
    if (this.#stale) this.changed();
  }

  /** The content setting was turned off: nothing of the list may be seen until it has been asked for again. */
  contentChanged(allowed: boolean): void {
    if (!this.loaded) return;
    if (!allowed) {
      this.#running?.abort();
      this.#running = null;
      this.keepPlace();
      this.selection.clear();
      this.list.empty();
      this.facets = null;
      this.relaxed = [];
      this.loaded = false;
      this.shown = '';
    }
    this.#stale = true;
    if (this.#active) void (allowed ? this.#refresh() : this.search());
  }

  // --- Where one is ---

  keepPlace(): void {
    this.#stopKeeping?.();
    this.#stopKeeping = null;
    if (this.loaded && this.list.length > 0) this.#places.keep(this.shown, this.list.keptPlace());
  }

  #keepSoon(): void {
    this.#stopKeeping ??= this.#later(400, () => this.keepPlace());
  }

  // --- What is selected ---

  /** The ids of what is selected, a part at a time; what may not be seen any more is left out. Answers the error that ended it. */
  async eachSelected(
    act: (ids: readonly ImageId[], done: number) => Promise<AppError | null>,
    signal: AbortSignal,
  ): Promise<AppError | null> {
    const keys = this.#selectedKeys();
    for (let at = 0; at < keys.length && !signal.aborted; at += 500) {
      const part = [...keys.subarray(at, at + 500)];
      const answer = await this.#client.call('library.images', { keys: part }, { signal });
      if (!answer.ok) return answer.error;
      const ids = answer.value.images.map(({ image }) => image.id);
      const error = ids.length > 0 ? await act(ids, at + part.length) : null;
      if (error) return error;
    }
    return null;
  }

  /** All of them; null when they could not be read. */
  async selectedIds(): Promise<readonly ImageId[] | null> {
    const all: ImageId[] = [];
    const error = await this.eachSelected((ids) => {
      all.push(...ids);
      return Promise.resolve(null);
    }, new AbortController().signal);
    return error === null ? all : null;
  }

  #selectedKeys(): Uint32Array {
    const keys = this.list.keys();
    const selected = new Uint32Array(this.selection.size);
    let length = 0;
    for (const { from, to } of this.selection.ranges) {
      const part = keys.subarray(from, to);
      selected.set(part, length);
      length += part.length;
    }
    return selected.subarray(0, length);
  }
}
