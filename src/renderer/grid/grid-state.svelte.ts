import { createJustifiedLayout, targetRowHeight, type Tile } from './justified-layout.ts';
import { moveInGrid } from './navigation.ts';
import { createScrollSpace } from './scroll-space.ts';
import type { PictureList } from '../state/picture-list.svelte.ts';

export const gap = 4;
/** Pictures laid out in one task: about a millisecond's work. */
const slice = 40_000;
/** Extra height rendered above and below the view, in views. */
const overscan = 0.6;

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
  #version = $state(0);

  readonly #list: PictureList;
  readonly #later: (ms: number, action: () => void) => () => void;
  readonly #layout = createJustifiedLayout({ width: 1, targetHeight: 200, gap });
  readonly #space = createScrollSpace();
  #epoch = -1;
  #generation = -1;
  #sized = false;
  #pumping = false;
  /** Where the view must be once that much is laid out: a place, or a picture and how far the view is below its row's top. */
  #goal: { readonly top: number } | { readonly index: number; readonly delta: number } | null = null;
  #stopFast: () => void = () => undefined;
  #stopSettle: () => void = () => undefined;

  constructor(list: PictureList, later: (ms: number, action: () => void) => () => void) {
    this.#list = list;
    this.#later = later;
    if (list.scrollTop > 0) this.#goal = { top: list.scrollTop };
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
  /** What is in the view and a little around it, and the picture with the focus wherever it is. */
  readonly tiles: readonly Tile[] = $derived.by(() => {
    void this.#version;
    if (!this.#sized || this.#firstRow < 0) return [];
    const tiles = this.#layout.tiles(this.#firstRow, this.#lastRow);
    const focused = this.#list.focused === null ? -1 : this.#list.indexOf(this.#list.focused);
    const row = this.#layout.rowOf(focused);
    if (row >= 0 && (row < this.#firstRow || row > this.#lastRow))
      tiles.push(...this.#layout.tiles(row, row).filter((tile) => tile.index === focused));
    return tiles;
  });
  /** The first picture that is wholly in view: where Tab enters the grid when nothing in it had the focus yet. */
  readonly entry: number = $derived.by(() => this.tiles.find((tile) => tile.y >= this.top - gap)?.index ?? 0);
  /** The next pictures will be needed soon. */
  readonly nearEnd: boolean = $derived.by(() => {
    void this.#version;
    return this.#sized && this.#layout.complete && this.top + this.viewHeight * 3 >= this.#layout.height;
  });

  /** Takes over what changed in the list. Call it whenever the list's `length`, `epoch` or `generation` change. */
  update(): void {
    const list = this.#list;
    if (list.generation !== this.#generation) {
      this.#generation = list.generation;
      this.#goal = { top: 0 };
    }
    if (list.epoch !== this.#epoch || list.length < this.#layout.length) {
      if (this.#epoch >= 0 && this.#goal === null) this.#goal = { top: this.top };
      this.#epoch = list.epoch;
      this.#layout.clear();
    }
    const ratios = list.ratios(this.#layout.length);
    if (ratios.length > 0) this.#layout.append(ratios);
    this.#pump();
  }

  /** The element's inner width and the height that shows pictures, in CSS pixels. */
  resize(width: number, viewHeight: number): void {
    if (width <= 0 || viewHeight <= 0) return;
    const newWidth = Math.floor(width) !== this.#layout.width;
    this.viewHeight = viewHeight;
    if (newWidth) {
      if (this.#sized && this.#goal === null && this.#layout.rowCount > 0 && this.top > 0) {
        const row = this.#layout.row(this.#layout.rowAt(this.top));
        this.#goal = { index: row.first, delta: this.top - row.top };
      }
      this.#layout.resize(width, targetRowHeight(width));
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
    if (Math.abs(this.top - before) > this.viewHeight * 0.75) {
      this.fast = true;
      this.#stopFast();
      this.#stopFast = this.#later(110, () => (this.fast = false));
    }
    this.#stopSettle();
    this.#stopSettle = this.#later(160, () => {
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
      this.#goal = { index, delta: 0 };
      return;
    }
    const { top, height } = this.#layout.row(row);
    const margin = Math.min(24, Math.max(0, (this.viewHeight - height) / 2));
    if (top < this.top) this.#moveTo(top - margin);
    else if (top + height > this.top + this.viewHeight) this.#moveTo(top + height - this.viewHeight + margin);
  }

  destroy(): void {
    this.#stopFast();
    this.#stopSettle();
    this.#pumping = false;
    this.#sized = false;
  }

  #moveTo(top: number): void {
    const physical = this.#space.moveTo(top);
    this.wanted = physical;
    this.#publish();
  }

  /** Lays out a slice now and the rest later, so that no task is long. */
  #pump(): void {
    if (!this.#sized) return;
    const done = this.#layout.advance(slice);
    this.#space.resize(this.#layout.height, this.viewHeight);
    this.#reach(done);
    this.#version += 1;
    this.#publish();
    if (done || this.#pumping) return;
    this.#pumping = true;
    this.#later(0, () => {
      if (!this.#pumping) return;
      this.#pumping = false;
      this.#pump();
    });
  }

  #reach(done: boolean): void {
    const goal = this.#goal;
    if (goal === null) return;
    if ('top' in goal) {
      // An empty list has no places: the goal waits for its pictures.
      if (this.#layout.length === 0 && goal.top > 0) return;
      if (!done && this.#layout.height < goal.top + this.viewHeight) return;
      this.#goal = null;
      this.#moveTo(goal.top);
      return;
    }
    const row = this.#layout.rowOf(goal.index);
    if (row < 0 && !done) return;
    this.#goal = null;
    if (row >= 0) this.#moveTo(this.#layout.row(row).top + goal.delta);
  }

  #publish(): void {
    this.top = this.#space.top;
    this.offset = this.#space.offset;
    this.height = this.#space.physicalHeight;
    if (this.#goal === null) this.#list.scrollTop = this.top;
  }
}
