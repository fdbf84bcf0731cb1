import type { Image, ImageId } from '../../shared/model.ts';
import { start, type GridList, type Place } from '../grid/grid-list.ts';

/**
 * The pictures of a grid, in order, each once. Appending costs what is appended: the ids are a plain array and only `length` and `epoch` are
 * reactive. `epoch` changes when places change (the layout starts over), `generation` when it is another list (the view starts at the top).
 */
export class PictureList implements GridList {
  length = $state(0);
  epoch = $state(0);
  generation = $state(0);
  readonly settled = true;
  /** Where the grid was scrolled to, and which picture had the focus. Kept here so that leaving a view and coming back changes nothing. */
  place: Place = start;
  focused = $state<ImageId | null>(null);
  #ids: ImageId[] = [];
  #ratios: number[] = [];
  #index = new Map<ImageId, number>();
  /** Taken out for now, with their place at that time. */
  #withdrawn: { readonly id: ImageId; readonly ratio: number; readonly place: number }[] = [];

  at(index: number): ImageId | undefined {
    return this.#ids[index];
  }

  get focusedIndex(): number {
    void this.epoch;
    return this.focused === null ? -1 : this.indexOf(this.focused);
  }

  focus(index: number): void {
    this.focused = this.at(index) ?? null;
  }

  keyAt(index: number): ImageId | number {
    return this.#ids[index] ?? index;
  }

  /** Everything is known. */
  near(): void {}

  load(index: number): Promise<ImageId | undefined> {
    return Promise.resolve(this.at(index));
  }

  /** Width / height of the pictures from `from` on. */
  ratios(from: number): readonly number[] {
    return from === 0 ? this.#ratios : this.#ratios.slice(from);
  }

  indexOf(id: ImageId): number {
    return this.#index.get(id) ?? -1;
  }

  ids(): readonly ImageId[] {
    return this.#ids;
  }

  /** Adds what is not in the list yet. Answers how many that were. */
  append(images: readonly Image[]): number {
    const before = this.#ids.length;
    for (const image of images) this.#push(image);
    this.length = this.#ids.length;
    return this.#ids.length - before;
  }

  /** Another list: begins at the top. */
  reset(images: readonly Image[] = []): void {
    this.#refill(images);
    this.place = start;
    this.focused = null;
    this.generation += 1;
  }

  /** The same list with other content: stays where it is. Does nothing when nothing changed. */
  replace(images: readonly Image[]): void {
    const same = images.length === this.#ids.length && images.every((image, index) => this.#ids[index] === image.id);
    if (!same) this.#refill(images);
  }

  remove(unwanted: (id: ImageId) => boolean): void {
    if (!this.#ids.some(unwanted)) return;
    const stay = this.#staying();
    const kept = this.#ids.flatMap((id, index) => (unwanted(id) ? [] : [[id, this.#ratios[index] ?? 1] as const]));
    this.#clear();
    for (const [id, ratio] of kept) this.#add(id, ratio);
    this.#moved(stay);
  }

  /** Takes some out, as `remove` does, but keeps their places: `giveBack` puts them there again. */
  withdraw(unwanted: (id: ImageId) => boolean): void {
    const gone = this.#ids.flatMap((id, place) =>
      unwanted(id) ? [{ id, ratio: this.#ratios[place] ?? 1, place }] : [],
    );
    const { focused } = this;
    const at = focused !== null && unwanted(focused) ? this.indexOf(focused) : -1;
    this.remove(unwanted);
    // Who stood there stands on what has taken its place.
    if (at >= 0) this.focused = this.at(Math.min(at, this.length - 1)) ?? null;
    this.#withdrawn = [...this.#withdrawn, ...gone];
  }

  giveBack(wanted: (id: ImageId) => boolean): void {
    const back = this.#withdrawn.filter(({ id }) => wanted(id) && !this.#index.has(id));
    this.#withdrawn = this.#withdrawn.filter(({ id }) => !wanted(id));
    if (back.length === 0) return;
    const stay = this.#staying();
    const all = this.#ids.map((id, index) => ({ id, ratio: this.#ratios[index] ?? 1 }));
    for (const { id, ratio, place } of back.sort((a, b) => a.place - b.place)) all.splice(place, 0, { id, ratio });
    this.#clear();
    for (const { id, ratio } of all) this.#add(id, ratio);
    this.#moved(stay);
  }

  #refill(images: readonly Image[]): void {
    this.#withdrawn = [];
    const stay = this.#staying();
    this.#clear();
    for (const image of images) this.#push(image);
    this.#moved(stay);
  }

  /** What the view begins with and what comes after it: the first of them that is still there afterwards is where it begins then. */
  #staying(): readonly ImageId[] {
    const { index, delta } = this.place;
    // Who looks at the beginning goes on looking at the beginning, whatever comes to stand there.
    return index === 0 && delta <= 0 ? [] : this.#ids.slice(index, index + 200);
  }

  /** The pictures have other places now. */
  #moved(stay: readonly ImageId[]): void {
    const found = stay.findIndex((id) => this.#index.has(id));
    const id = stay[found];
    if (id !== undefined) this.place = { index: this.indexOf(id), delta: found === 0 ? this.place.delta : 0 };
    else if (this.place.index >= this.#ids.length) this.place = { index: Math.max(0, this.#ids.length - 1), delta: 0 };
    this.length = this.#ids.length;
    this.epoch += 1;
  }

  #clear(): void {
    this.#ids = [];
    this.#ratios = [];
    this.#index = new Map();
  }

  #push(image: Image): void {
    if (!this.#index.has(image.id)) this.#add(image.id, image.width / image.height);
  }

  #add(id: ImageId, ratio: number): void {
    this.#index.set(id, this.#ids.length);
    this.#ids.push(id);
    this.#ratios.push(ratio);
  }
}
