import type { Image, ImageId } from '../../shared/model.ts';

/** A picture and its key in the library. */
export interface KeyedImage {
  readonly key: number;
  readonly image: Image;
}

/** So many are kept; what was looked at longest ago goes first. */
export const keptImages = 4000;
/** Asked for in one message, which is read well within a frame. */
const together = 120;
/** Asked for beyond what is shown, on either side. */
const around = 60;

/** Which pictures are behind the keys near the view. One question at a time, always about where one looks now. */
export class NearImages {
  readonly #ids = new Map<number, ImageId>();
  readonly #keys = new Map<ImageId, number>();
  /** Asked for and not to be seen. */
  readonly #gone = new Set<number>();
  readonly #fetch: (keys: readonly number[], signal: AbortSignal) => Promise<readonly KeyedImage[] | null>;
  readonly #onfar: (ids: readonly ImageId[]) => void;
  #version = $state(0);
  #view: { readonly keys: Uint32Array; readonly first: number; readonly last: number } | null = null;
  #running: AbortController | null = null;

  constructor(
    fetch: (keys: readonly number[], signal: AbortSignal) => Promise<readonly KeyedImage[] | null>,
    onfar: (ids: readonly ImageId[]) => void,
  ) {
    this.#fetch = fetch;
    this.#onfar = onfar;
  }

  idOf(key: number): ImageId | undefined {
    void this.#version;
    return this.#ids.get(key);
  }

  keyOf(id: ImageId): number | undefined {
    void this.#version;
    return this.#keys.get(id);
  }

  ids(): readonly ImageId[] {
    return [...this.#ids.values()];
  }

  entries(): readonly (readonly [number, ImageId])[] {
    return [...this.#ids];
  }

  /** The view shows these places of `keys`. */
  look(keys: Uint32Array, first: number, last: number): void {
    this.#view = { keys, first, last };
    for (let at = first; at <= last; at += 1) {
      const key = keys[at] ?? 0;
      const id = this.#ids.get(key);
      if (id === undefined) continue;
      // The most recent is last in a map.
      this.#ids.delete(key);
      this.#ids.set(key, id);
    }
    void this.#run();
  }

  /** Gets to know one. */
  async load(key: number): Promise<ImageId | undefined> {
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const found = await this.#fetch([key], new AbortController().signal);
    if (found !== null) this.#take([key], found);
    return this.#ids.get(key);
  }

  /** What may not have been seen is asked for again. */
  forgetGone(): void {
    this.#gone.clear();
  }

  clear(): void {
    this.#running?.abort();
    this.#running = null;
    this.#view = null;
    this.#gone.clear();
    const ids = this.ids();
    this.#ids.clear();
    this.#keys.clear();
    this.#version += 1;
    this.#onfar(ids);
  }

  async #run(): Promise<void> {
    if (this.#running !== null) return;
    const controller = new AbortController();
    this.#running = controller;
    for (let wanted = this.#wanted(); wanted.length > 0; wanted = this.#wanted()) {
      const found = await this.#fetch(wanted, controller.signal);
      if (controller.signal.aborted) return;
      // Asked for again when the view moves.
      if (found === null) break;
      this.#take(wanted, found);
    }
    this.#running = null;
  }

  /** What is not known: in view first, then around it. */
  #wanted(): readonly number[] {
    if (this.#view === null) return [];
    const { keys, first, last } = this.#view;
    const wanted: number[] = [];
    const add = (from: number, to: number): void => {
      for (let at = Math.max(0, from); at <= Math.min(to, keys.length - 1) && wanted.length < together; at += 1) {
        const key = keys[at] ?? 0;
        if (!this.#ids.has(key) && !this.#gone.has(key)) wanted.push(key);
      }
    };
    add(first, last);
    // A few that are missing further away wait until they are many: each question costs a message.
    const inView = wanted.length;
    add(last + 1, last + around);
    add(first - around, first - 1);
    return inView > 0 || wanted.length >= around / 2 ? wanted : [];
  }

  #take(asked: readonly number[], found: readonly KeyedImage[]): void {
    for (const { key, image } of found) {
      this.#ids.set(key, image.id);
      this.#keys.set(image.id, key);
    }
    for (const key of asked) if (!this.#ids.has(key)) this.#gone.add(key);
    const far: ImageId[] = [];
    for (const [key, id] of this.#ids) {
      if (this.#ids.size <= keptImages) break;
      this.#ids.delete(key);
      this.#keys.delete(id);
      far.push(id);
    }
    this.#version += 1;
    if (far.length > 0) this.#onfar(far);
  }
}
