import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { Image, ImageId } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import type { Notices } from './notices.svelte.ts';

/** Changes when one image changes. */
class Signal {
  version = $state(0);
}

/** Made outside of the reaction that asks for it: Svelte lets none listen to what it has made itself. */
function signalOfNobody(): Signal {
  let signal: Signal | undefined;
  $effect.root(() => void (signal = new Signal()))();
  return signal ?? new Signal();
}

/**
 * Every image the page knows, once, by id: what one view learns, all views show. A plain map, with a signal only for what something on the
 * screen has read: taking in ten thousand images costs ten thousand map entries and no more.
 */
export class ImageStore {
  readonly #images = new Map<ImageId, Image>();
  readonly #signals = new Map<ImageId, Signal>();
  /** What the user wants, from the press of the heart until the owner has answered. */
  readonly #wanted = new SvelteMap<ImageId, boolean>();
  readonly #sending = new Set<ImageId>();
  /** Known only as long as somebody looks at them: a library of a million is not to be remembered by looking through it. */
  readonly #lent = new Set<ImageId>();
  readonly #client: Client;
  readonly #notices: Notices;

  constructor(client: Client, notices: Notices) {
    this.#client = client;
    this.#notices = notices;
    client.on('images.changed', ({ images }) => {
      for (const image of images) this.#put(image);
    });
  }

  get(id: ImageId): Image | undefined {
    if ($effect.tracking()) {
      let signal = this.#signals.get(id);
      if (!signal) this.#signals.set(id, (signal = signalOfNobody()));
      void signal.version;
    }
    return this.#images.get(id);
  }

  put(images: readonly Image[]): void {
    for (const image of images) {
      this.#lent.delete(image.id);
      this.#put(image);
    }
  }

  /** Takes them in until they are given up; those that are known for good stay that. */
  lend(images: readonly Image[]): void {
    for (const image of images) {
      if (!this.#images.has(image.id)) this.#lent.add(image.id);
      this.#put(image);
    }
  }

  /** What was only lent is forgotten. */
  giveUp(ids: readonly ImageId[]): void {
    for (const id of ids) {
      if (!this.#lent.delete(id)) continue;
      this.#images.delete(id);
      const signal = this.#signals.get(id);
      this.#signals.delete(id);
      // Whoever still looks at it must not go on listening to a signal that nobody gives any more.
      if (signal) untrack(() => (signal.version += 1));
    }
  }

  #put(image: Image): void {
    this.#images.set(image.id, image);
    const signal = this.#signals.get(image.id);
    if (signal) untrack(() => (signal.version += 1));
  }

  isFavorite(id: ImageId): boolean {
    return this.#wanted.get(id) ?? this.get(id)?.favorite ?? false;
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
      if (result.ok && image) this.#put({ ...image, favorite });
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
