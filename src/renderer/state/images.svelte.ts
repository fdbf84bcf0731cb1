import { SvelteMap } from 'svelte/reactivity';
import type { Image, ImageId } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import type { Notices } from './notices.svelte.ts';

/** Every image the page knows, once, by id: what one view learns, all views show. */
export class ImageStore {
  readonly #images = new SvelteMap<ImageId, Image>();
  /** What the user wants, from the press of the heart until the owner has answered. */
  readonly #wanted = new SvelteMap<ImageId, boolean>();
  readonly #sending = new Set<ImageId>();
  readonly #client: Client;
  readonly #notices: Notices;

  constructor(client: Client, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
    client.on('images.changed', ({ images }) => this.put(images));
  }

  get(id: ImageId): Image | undefined {
    return this.#images.get(id);
  }

  put(images: readonly Image[]): void {
    for (const image of images) this.#images.set(image.id, image);
  }

  isFavorite(id: ImageId): boolean {
    return this.#wanted.get(id) ?? this.#images.get(id)?.favorite ?? false;
  }

  /** Turns the heart at once; turns it back, and says why, when that fails. Answers whether it holds. */
  toggleFavorite(id: ImageId): Promise<boolean> {
    return this.setFavorite([id], !this.isFavorite(id));
  }

  /** The last word for each image wins, however fast they are spoken. */
  async setFavorite(ids: readonly ImageId[], favorite: boolean): Promise<boolean> {
    for (const id of ids) this.#wanted.set(id, favorite);
    const idle = ids.filter((id) => !this.#sending.has(id));
    // An image under way is taken care of by the loop that sends it.
    return idle.length === 0 ? true : this.#send(idle, favorite);
  }

  async #send(ids: readonly ImageId[], favorite: boolean): Promise<boolean> {
    for (const id of ids) this.#sending.add(id);
    const result = await this.#client.call(favorite ? 'favorites.add' : 'favorites.remove', { ids: [...ids] });
    const again: ImageId[] = [];
    for (const id of ids) {
      this.#sending.delete(id);
      const image = this.#images.get(id);
      if (result.ok && image) this.#images.set(id, { ...image, favorite });
      if (this.#wanted.get(id) === !favorite) {
        // Changed their mind meanwhile. After a failure that is what already is.
        if (result.ok) again.push(id);
        else this.#wanted.delete(id);
      } else this.#wanted.delete(id);
    }
    if (!result.ok) {
      this.#notices.error(result.error);
      return false;
    }
    return again.length === 0 ? true : this.#send(again, !favorite);
  }
}
