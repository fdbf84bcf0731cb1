import type { ImageId } from '../../shared/model.ts';
import { start, type GridList, type Place } from '../grid/grid-list.ts';
import { NearImages, type KeyedImage } from './near-images.svelte.ts';

/** A place that holds over a restart: the picture's key, and where it stood. */
export interface KeptPlace extends Place {
  readonly key: number;
}

/**
 * A whole result of the library, a million pictures and more, in its order: each is a number (its key) and a ratio in typed arrays. What a picture is, is known
 * only near where one looks.
 */
export class ArrangedList implements GridList {
  length = $state(0);
  epoch = $state(0);
  generation = $state(0);
  settled = $state(true);
  focusedIndex = $state(-1);
  #place: Place | null = start;
  /** What the view is to begin with, until it has arrived. */
  #sought: KeptPlace | null = null;
  #keys = new Uint32Array(1024);
  #ratios = new Float32Array(1024);
  /** Taken out for now, and the whole list with them in it; null while nothing is. */
  readonly #out = new Map<number, ImageId>();
  #whole: { readonly keys: Uint32Array; readonly ratios: Float32Array } | null = null;
  readonly #near: NearImages;
  readonly #onplace: () => void;
  readonly #onmove: (before: Uint32Array, after: Uint32Array) => void;

  constructor(options: {
    /** Asks for pictures by key; null when that failed. */
    readonly fetch: (keys: readonly number[], signal: AbortSignal) => Promise<readonly KeyedImage[] | null>;
    /** Pictures that are far away now. */
    readonly onfar: (ids: readonly ImageId[]) => void;
    /** The view begins elsewhere. */
    readonly onplace?: () => void;
    /** The pictures have other indexes: their keys before and after. */
    readonly onmove?: (before: Uint32Array, after: Uint32Array) => void;
  }) {
    this.#near = new NearImages(options.fetch, options.onfar);
    this.#onplace = options.onplace ?? (() => undefined);
    this.#onmove = options.onmove ?? (() => undefined);
  }

  // --- What a grid asks ---

  get place(): Place | null {
    return this.#place;
  }
  set place(place: Place | null) {
    this.#place = place;
    this.#onplace();
  }

  get focused(): ImageId | null {
    return this.at(this.focusedIndex) ?? null;
  }

  focus(index: number): void {
    this.focusedIndex = index;
  }

  at(index: number): ImageId | undefined {
    return index >= 0 && index < this.length ? this.#near.idOf(this.keyAt(index)) : undefined;
  }

  indexOf(id: ImageId): number {
    void this.epoch;
    const key = this.#near.keyOf(id);
    return key === undefined ? -1 : this.keys().indexOf(key);
  }

  keyAt(index: number): number {
    return this.#keys[index] ?? 0;
  }

  ratios(from: number): Float32Array {
    return this.#ratios.subarray(from, this.length);
  }

  near(first: number, last: number): void {
    this.#near.look(this.keys(), first, last);
  }

  load(index: number): Promise<ImageId | undefined> {
    return index >= 0 && index < this.length ? this.#near.load(this.keyAt(index)) : Promise.resolve(undefined);
  }

  // --- What is in it ---

  keys(): Uint32Array {
    return this.#keys.subarray(0, this.length);
  }

  /** What is known of it. */
  ids(): readonly ImageId[] {
    return this.#near.ids();
  }

  /** The view's place with its picture's key, to come back to. Null while it is being looked for, and at the very beginning. */
  keptPlace(): KeptPlace | null {
    if (this.#sought) return this.#sought;
    const { place } = this;
    if (place === null || this.length === 0 || (place.index === 0 && place.delta <= 0)) return null;
    return { ...place, key: this.keyAt(place.index) };
  }

  /** Another list, which begins to arrive. Its view begins at `place`. */
  begin(place: KeptPlace | null): void {
    this.#keys = new Uint32Array(1024);
    this.#ratios = new Float32Array(1024);
    this.#forgetWithdrawn();
    this.#sought = place;
    this.#place = place === null ? start : null;
    this.focusedIndex = -1;
    this.length = 0;
    this.settled = false;
    this.epoch += 1;
    this.generation += 1;
    this.#near.forgetGone();
  }

  /** More of it: keys, and width / height in thousandths. */
  add(keys: readonly number[], ratios: readonly number[]): void {
    if (this.#whole !== null) {
      const whole = {
        keys: new Uint32Array(this.#whole.keys.length + keys.length),
        ratios: new Float32Array(this.#whole.keys.length + keys.length),
      };
      whole.keys.set(this.#whole.keys);
      whole.keys.set(keys, this.#whole.keys.length);
      whole.ratios.set(this.#whole.ratios);
      ratios.forEach((ratio, at) => (whole.ratios[whole.ratios.length - ratios.length + at] = ratio / 1000));
      this.#whole = whole;
    }
    const from = this.length;
    const needed = from + keys.length;
    if (needed > this.#keys.length) {
      const size = Math.max(needed, this.#keys.length * 2);
      const grownKeys = new Uint32Array(size);
      grownKeys.set(this.keys());
      const grownRatios = new Float32Array(size);
      grownRatios.set(this.ratios(0));
      this.#keys = grownKeys;
      this.#ratios = grownRatios;
    }
    this.#keys.set(keys, from);
    for (let at = 0; at < keys.length; at += 1) this.#ratios[from + at] = (ratios[at] ?? 1000) / 1000;
    if (this.#sought !== null) {
      const found = keys.indexOf(this.#sought.key);
      if (found >= 0) {
        this.#place = { index: from + found, delta: this.#sought.delta };
        this.#sought = null;
      }
    }
    this.length = needed;
  }

  /** All of it is here. */
  end(): void {
    if (this.#sought !== null) {
      // The picture is gone: what stands about there now.
      this.#place = { index: Math.max(0, Math.min(this.#sought.index, this.length - 1)), delta: 0 };
      this.#sought = null;
    }
    this.settled = true;
  }

  /** Nothing of it may be seen any more, and it is asked for anew. */
  empty(): void {
    const place = this.keptPlace();
    this.#near.clear();
    this.begin(place);
  }

  /** The same list as it is now: the view stays with what it shows. Answers whether anything is different. */
  exchange(keys: Uint32Array<ArrayBuffer>, ratios: Float32Array<ArrayBuffer>): boolean {
    this.#near.forgetGone();
    const before = this.keys();
    let same = before.length === keys.length;
    for (let at = 0; same && at < keys.length; at += 1) same = before[at] === keys[at];
    if (same) return false;
    this.#forgetWithdrawn();
    this.#exchange(keys, ratios);
    return true;
  }

  // --- Taken out, and put back ---

  withdraw(gone: (id: ImageId) => boolean): void {
    const known = this.#near.entries().filter(([key, id]) => gone(id) && !this.#out.has(key));
    if (known.length === 0) return;
    this.#whole ??= { keys: this.keys().slice(), ratios: this.ratios(0).slice() };
    for (const [key, id] of known) this.#out.set(key, id);
    this.#leaveOut();
  }

  giveBack(wanted: (id: ImageId) => boolean): void {
    const back = [...this.#out].filter(([, id]) => wanted(id));
    if (back.length === 0) return;
    for (const [key] of back) this.#out.delete(key);
    this.#leaveOut();
  }

  /** The whole list without what is out. */
  #leaveOut(): void {
    if (this.#whole === null) return;
    const { keys, ratios } = this.#whole;
    const places = [...this.#out.keys()]
      .map((key) => keys.indexOf(key))
      .filter((place) => place >= 0)
      .sort((a, b) => a - b);
    const left = {
      keys: new Uint32Array(keys.length - places.length),
      ratios: new Float32Array(keys.length - places.length),
    };
    let from = 0;
    [...places, keys.length].forEach((place, out) => {
      left.keys.set(keys.subarray(from, place), from - out);
      left.ratios.set(ratios.subarray(from, place), from - out);
      from = place + 1;
    });
    if (this.#out.size === 0) this.#whole = null;
    this.#exchange(left.keys, left.ratios);
  }

  #forgetWithdrawn(): void {
    this.#out.clear();
    this.#whole = null;
  }

  #exchange(keys: Uint32Array<ArrayBuffer>, ratios: Float32Array<ArrayBuffer>): void {
    const before = this.keys();
    const { place } = this;
    const beginning = place === null || (place.index === 0 && place.delta <= 0);
    const stay = beginning ? [] : [...before.subarray(place.index, place.index + 40)];

    this.#keys = keys;
    this.#ratios = ratios;
    const last = Math.max(0, keys.length - 1);
    if (!beginning) {
      const found = stay.findIndex((key) => keys.includes(key));
      const key = stay[found];
      this.#place =
        key === undefined
          ? { index: Math.min(place.index, last), delta: 0 }
          : { index: keys.indexOf(key), delta: found === 0 ? place.delta : 0 };
    }
    if (this.focusedIndex >= 0) {
      // Who stood on what is gone stands on what came after it.
      const key = [...before.subarray(this.focusedIndex, this.focusedIndex + 40)].find((each) => keys.includes(each));
      this.focusedIndex = key === undefined ? Math.min(this.focusedIndex, keys.length - 1) : keys.indexOf(key);
    }
    this.length = keys.length;
    this.epoch += 1;
    this.#onmove(before, keys);
  }
}
