import { start as startPlace, type GridList, type Place } from './grid-list.ts';
import { createJustifiedLayout, targetRowHeight, type JustifiedLayout, type Tile } from './justified-layout.ts';
import { moveInGrid } from './navigation.ts';
import type { RowsThread } from './rows-thread.ts';
import { createScrollSpace } from './scroll-space.ts';

export const gap = 4;
/** So many pictures are laid out at once, in a fraction of a millisecond: a small list never waits. */
const atOnce = 5000;
/** Pictures laid out in one task of the page where no other thread can do it: about a millisecond's work. */
const slice = 40_000;
/** Extra height rendered above and below the view, in views. */
const overscan = 0.6;

/** A row of tiles that is rendered. */
export interface TileRow {
  readonly index: number;
  readonly tiles: readonly Tile[];
}

/** A virtualised grid without a DOM: given sizes and scroll positions, it says which pictures are where. */
export class GridState {
  viewHeight = $state(0);
  top = $state(0);
  /** Subtract it from a tile's `y` for its place in the scrolled element. */
  offset = $state(0);
  /** Height of the scrolled element. */
  height = $state(0);
  /** Scroll position the element should take; null when it is right already. */
  wanted = $state<number | null>(null);
  /** Scrolling so fast that loading pictures would be in vain. */
  fast = $state(false);
  /** Being scrolled, fast or not. */
  moving = $state(false);
  /** How many rows there are; -1 while that is not known. */
  rowCount = $state(-1);
  #version = $state(0);
  /** The place the view is to begin at has not been reached yet, and nothing else was shown before. */
  #hidden = $state(true);

  readonly #list: GridList;
  readonly #later: (ms: number, action: () => void) => () => void;
  readonly #thread: RowsThread | null;
  #layout = createJustifiedLayout({ width: 1, targetHeight: 200, gap });
  /** What is being laid out: the same, or what takes its place as soon as it reaches the view. */
  #work = this.#layout;
  readonly #space = createScrollSpace();
  #epoch = -1;
  #generation = -1;
  #sized = false;
  /** The layout that somebody else is working on. */
  #busy: JustifiedLayout | null = null;
  /** Where the view must be once that much is laid out; `list` is wherever the list says. */
  #goal: Place | 'list' | null = 'list';
  /** The picture the view hangs on, whatever its width: changed by scrolling only, so that it does not creep when a window is dragged wider and narrower. */
  #anchor: Place = startPlace;
  #stopFast: () => void = () => undefined;
  #stopSettle: () => void = () => undefined;

  constructor(list: GridList, later: (ms: number, action: () => void) => () => void, thread: RowsThread | null = null) {
    this.#list = list;
    this.#later = later;
    this.#thread = thread;
    this.#generation = list.generation;
  }

  readonly #firstRow = $derived.by(() => {
    void this.#version;
    return this.#layout.rowAt(this.top - this.viewHeight * overscan);
  });
  readonly #lastRow = $derived.by(() => {
    void this.#version;
    return this.#layout.rowAt(this.top + this.viewHeight * (1 + overscan));
  });
  /** What is in the view and a little around it, and the picture with the focus wherever it is; by rows. */
  readonly rows: readonly TileRow[] = $derived.by(() => {
    void this.#version;
    if (!this.#sized || this.#hidden || this.#firstRow < 0) return [];
    const layout = this.#layout;
    const rows: TileRow[] = [];
    for (let index = this.#firstRow; index <= this.#lastRow; index += 1)
      rows.push({ index, tiles: layout.tiles(index, index) });
    const focused = this.#list.focusedIndex;
    const index = layout.rowOf(focused);
    const alone = (): TileRow => ({
      index,
      tiles: layout.tiles(index, index).filter((tile) => tile.index === focused),
    });
    if (index >= 0 && index < this.#firstRow) rows.unshift(alone());
    else if (index > this.#lastRow) rows.push(alone());
    return rows;
  });
  readonly tiles: readonly Tile[] = $derived(this.rows.flatMap(({ tiles }) => tiles));
  /** The pictures of the rendered rows. */
  readonly shown: { readonly first: number; readonly last: number } | null = $derived.by(() => {
    void this.#version;
    if (!this.#sized || this.#hidden || this.#firstRow < 0) return null;
    const end = this.#layout.row(this.#lastRow);
    return { first: this.#layout.row(this.#firstRow).first, last: end.first + end.count - 1 };
  });
  /** The first picture that is wholly in view: where Tab enters the grid when nothing in it had the focus yet. */
  readonly entry: number = $derived.by(() => this.tiles.find((tile) => tile.y >= this.top - gap)?.index ?? 0);
  /** The first picture of the topmost row that is seen. */
  readonly topIndex: number = $derived.by(() => {
    void this.#version;
    const row = this.#layout.rowAt(this.top + 1);
    return row < 0 ? 0 : this.#layout.row(row).first;
  });
  /** The next pictures will be needed soon. */
  readonly nearEnd: boolean = $derived.by(() => {
    void this.#version;
    return this.#sized && this.#layout.complete && this.top + this.viewHeight * 3 >= this.#layout.height;
  });

  /** Takes over what changed in the list. Call it whenever the list's `length`, `epoch`, `generation` or `settled` change. */
  update(): void {
    const list = this.#list;
    if (list.generation !== this.#generation) {
      this.#generation = list.generation;
      this.#goal = 'list';
      this.#hidden = true;
    }
    if (list.epoch !== this.#epoch || list.length < this.#work.length) {
      this.#goal = 'list';
      this.#epoch = list.epoch;
      this.#layout.clear();
      this.#work = this.#layout;
      this.#busy = null;
    }
    const ratios = list.ratios(this.#work.length);
    if (ratios.length > 0) this.#work.append(ratios);
    this.#pump();
  }

  /** The element's inner width and the height that shows pictures, in CSS pixels. */
  resize(width: number, viewHeight: number): void {
    if (width <= 0 || viewHeight <= 0) return;
    this.viewHeight = viewHeight;
    if (Math.floor(width) !== this.#work.width) {
      if (this.#sized && this.#goal === null && this.#layout.rowCount > 0) this.#goal = this.#anchor;
      const index = this.#goal === null || this.#goal === 'list' ? (this.#list.place?.index ?? 0) : this.#goal.index;
      // Far down a long list it takes a while until the view is reached: what is there stays until then.
      if (this.#sized && !this.#hidden && index >= atOnce) {
        this.#work = this.#work.resized(width, targetRowHeight(width));
      } else {
        this.#work = this.#layout = this.#work.resized(width, targetRowHeight(width));
      }
      this.#busy = null;
    }
    this.#sized = true;
    this.#pump();
  }

  /** The element was scrolled by the user. */
  scrolled(physical: number): void {
    if (this.wanted !== null) return;
    const before = this.top;
    this.#space.scrolled(physical);
    this.#publish();
    if (this.#goal !== 'list') {
      this.#goal = null;
      this.#hang();
      // Another width is being laid out: that will begin where one is now.
      if (this.#work !== this.#layout) this.#goal = this.#anchor;
    }
    if (Math.abs(this.top - before) > this.viewHeight * 0.75) this.#hurry();
    this.moving = true;
    this.#stopSettle();
    this.#stopSettle = this.#later(160, () => {
      this.moving = false;
      const right = this.#space.settle();
      if (right !== null) {
        this.wanted = right;
        this.#publish();
      }
    });
  }

  /** The element has taken the wanted position. */
  taken(): void {
    this.wanted = null;
  }

  /** Where a key leads from the focused picture; null when nowhere. */
  move(index: number, key: string): number | null {
    return moveInGrid(this.#layout, index, key, { height: this.viewHeight });
  }

  /** Scrolls no further than needed to show a picture. */
  reveal(index: number): void {
    const row = this.#layout.rowOf(index);
    if (row < 0) {
      if (index >= 0) this.#goal = { index, delta: 0 };
      return;
    }
    const { top, height } = this.#layout.row(row);
    const margin = Math.min(24, Math.max(0, (this.viewHeight - height) / 2));
    if (top < this.top) this.#goTo(top - margin);
    else if (top + height > this.top + this.viewHeight) this.#goTo(top + height - this.viewHeight + margin);
  }

  /** Scrolls to a share of the whole, 0 to 1, as one who drags a scrollbar does. */
  scrollTo(share: number): void {
    this.#goTo(share * Math.max(0, this.#layout.height - this.viewHeight));
    this.#hurry();
  }

  /** Scrolls until a picture's row is the topmost. */
  scrollToPicture(index: number): void {
    const row = this.#layout.rowOf(index);
    if (row >= 0) this.#goTo(this.#layout.row(row).top);
  }

  /** Height of all rows, whatever a browser allows. */
  get totalHeight(): number {
    void this.#version;
    return this.#layout.height;
  }
  /** How far down the view is, and how far down a view that begins at a picture would be: 0 to 1. */
  get share(): number {
    void this.#version;
    return this.#shareOf(this.top);
  }
  shareAt(index: number): number {
    void this.#version;
    const layout = this.#layout;
    const row = layout.rowOf(index);
    if (row >= 0) return this.#shareOf(layout.row(row).top);
    return layout.length === 0 ? 0 : Math.min(1, Math.max(0, index / layout.length));
  }
  /** The picture at the top of a view that is so far down. */
  indexAt(share: number): number {
    const layout = this.#layout;
    const row = layout.rowAt(share * Math.max(0, layout.height - this.viewHeight) + 1);
    return row < 0 ? 0 : layout.row(row).first;
  }

  destroy(): void {
    this.#stopFast();
    this.#stopSettle();
    this.#busy = null;
    this.#sized = false;
  }

  #shareOf(top: number): number {
    const limit = this.#layout.height - this.viewHeight;
    return limit <= 0 ? 0 : Math.min(1, Math.max(0, top / limit));
  }

  #goTo(top: number): void {
    this.#goal = null;
    this.#moveTo(top);
    this.#hang();
  }

  #moveTo(top: number): void {
    const physical = this.#space.moveTo(top);
    this.wanted = physical;
    this.#publish();
  }

  /** Loading begins again when nothing has moved for a moment. */
  #hurry(): void {
    this.fast = true;
    this.#stopFast();
    this.#stopFast = this.#later(110, () => (this.fast = false));
  }

  /** From now on the view hangs on the picture at its top. */
  #hang(): void {
    if (this.#goal !== null || this.#layout.rowCount === 0) return;
    const row = this.#layout.row(this.#layout.rowAt(this.top));
    this.#anchor = { index: row.first, delta: this.top - row.top };
    this.#list.place = this.#anchor;
  }

  /** Lays out a part now and the rest elsewhere or later, so that no task is long. */
  #pump(): void {
    if (!this.#sized) return;
    const work = this.#work;
    if (work.placed < atOnce || work.length - work.placed <= atOnce) work.advance(atOnce);
    this.#progress();
    if (!work.complete && this.#busy !== work) this.#layOn(work);
  }

  #layOn(work: JustifiedLayout): void {
    this.#busy = work;
    const current = (): boolean => this.#busy === work && this.#work === work;
    const inSlices = (): void => {
      this.#later(0, () => {
        if (!current()) return;
        work.advance(slice);
        this.#busy = null;
        this.#progress();
        if (!work.complete) this.#layOn(work);
      });
    };
    if (this.#thread === null) {
      inSlices();
      return;
    }
    const { placed } = work;
    void this.#thread.lay(work.request()).then((rows) => {
      if (!current()) return;
      if (rows === null) {
        inSlices();
        return;
      }
      this.#busy = null;
      // A few more may have been placed here meanwhile: then the answer begins at another row than this layout does.
      if (work.placed === placed) work.adopt(rows);
      this.#progress();
      this.#pump();
    });
  }

  /** Something has been laid out. */
  #progress(): void {
    const work = this.#work;
    if (work !== this.#layout) {
      const goal = this.#place();
      if (goal !== null && work.rowOf(goal.index) < 0 && !work.complete) return;
      this.#layout = work;
    }
    this.#space.resize(work.height, this.viewHeight);
    this.#reach();
    this.rowCount = work.complete && this.#list.settled ? work.rowCount : -1;
    this.#version += 1;
    this.#publish();
  }

  /** The goal as a place; null while it is not known or there is none. */
  #place(): Place | null {
    return this.#goal === 'list' ? this.#list.place : this.#goal;
  }

  #reach(): void {
    const goal = this.#place();
    const layout = this.#layout;
    // An empty list has no places: the goal waits for its pictures.
    if (goal === null || layout.length === 0) return;
    if (goal.index >= layout.length && !this.#list.settled) return;
    const row = layout.rowOf(Math.min(goal.index, layout.length - 1));
    if (row < 0) return;
    this.#goal = null;
    this.#hidden = false;
    this.#anchor = goal;
    this.#list.place = goal;
    const top = layout.row(row).top + goal.delta;
    if (top > 0 || this.top > 0) this.#moveTo(top);
  }

  #publish(): void {
    this.top = this.#space.top;
    this.offset = this.#space.offset;
    this.height = this.#space.physicalHeight;
  }
}
