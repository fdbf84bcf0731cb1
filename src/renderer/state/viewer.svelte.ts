import type { Image, ImageId } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import type { ImageStore } from './images.svelte.ts';
import type { GridList } from '../grid/grid-list.ts';
import type { Memory } from './storage.ts';

/** How many pictures before the end of the list the next page is asked for. */
const ahead = 6;

/** The viewer over a grid: one picture of a list, and its neighbours. */
export class ViewerState {
  id = $state<ImageId | null>(null);
  details = $state(false);
  list = $state.raw<GridList | null>(null);
  #more: (() => void) | null = null;
  /** The place in the list, kept for when the picture leaves it (unliked in the viewer). */
  #place = 0;
  readonly #images: ImageStore;
  readonly #client: Client;
  readonly #memory: Memory;

  constructor(options: { readonly client: Client; readonly images: ImageStore; readonly memory: Memory }) {
    this.#client = options.client;
    this.#images = options.images;
    this.#memory = options.memory;
    this.details = this.#memory.read('details') === true;
  }

  readonly image: Image | null = $derived.by(() => (this.id === null ? null : (this.#images.get(this.id) ?? null)));
  readonly index: number = $derived.by(() => {
    const { list, id } = this;
    void list?.length;
    void list?.epoch;
    return list === null || id === null ? -1 : list.indexOf(id);
  });
  readonly previousId: ImageId | null = $derived.by(() => this.#neighbour(-1));
  readonly nextId: ImageId | null = $derived.by(() => this.#neighbour(1));

  /** Opens a picture; `list` gives it neighbours and `more` asks for further ones. */
  open(id: ImageId, list: GridList | null = null, more: (() => void) | null = null): void {
    this.list = list;
    this.#more = more;
    this.#goTo(id);
    if (!this.#images.get(id)) {
      void this.#client.call('image.get', { id }).then((answer) => {
        if (answer.ok) this.#images.put([answer.value]);
        else if (this.id === id) this.close();
      });
    }
  }

  close(): void {
    this.id = null;
    this.list = null;
    this.#more = null;
  }

  go(step: -1 | 1): void {
    const target = step < 0 ? this.previousId : this.nextId;
    if (target !== null) this.#goTo(target);
    else void this.#goWhenKnown(step);
  }

  /** In a long list it may not be known yet who the neighbour is. */
  async #goWhenKnown(step: -1 | 1): Promise<void> {
    const { list, id, index } = this;
    if (list === null || index < 0) return;
    const target = await list.load(index + step);
    if (target !== undefined && this.id === id && this.list === list) this.#goTo(target);
  }

  /** The picture must not be seen any more: on to its neighbour, or out. */
  leave(gone: (id: ImageId) => boolean): void {
    if (this.id === null || !gone(this.id)) return;
    const target = [this.nextId, this.previousId].find((id) => id !== null && !gone(id));
    if (target != null) this.#goTo(target);
    else this.close();
  }

  toggleDetails(): void {
    this.details = !this.details;
    this.#memory.write('details', this.details);
  }

  #goTo(id: ImageId): void {
    this.id = id;
    const { list } = this;
    if (list === null) return;
    this.#place = list.indexOf(id);
    list.focus(this.#place);
    // In a long list it is not known yet who the neighbours are.
    list.near(Math.max(0, this.#place - 2), this.#place + 2);
    if (this.#place >= list.length - ahead) this.#more?.();
  }

  #neighbour(step: -1 | 1): ImageId | null {
    const { list, index } = this;
    if (list === null || this.id === null) return null;
    // Gone from the list: the one that took its place is next.
    const at = index >= 0 ? index + step : step < 0 ? this.#place - 1 : this.#place;
    return at < 0 || at >= list.length ? null : (list.at(at) ?? null);
  }
}
