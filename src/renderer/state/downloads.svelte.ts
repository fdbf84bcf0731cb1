import { SvelteMap } from 'svelte/reactivity';
import type { AppError } from '../../shared/errors.ts';
import type { ImageId, Progress } from '../../shared/model.ts';
import type { Client } from '../../shared/rpc.ts';
import type { ImageStore } from './images.svelte.ts';

/** `share` of a progress, 0 to 1; null where the end is not known. */
export function shareOf(progress: Pick<Progress, 'done' | 'total'>): number | null {
  return progress.total === null || progress.total <= 0 ? null : Math.min(1, progress.done / progress.total);
}

/** Full pictures on their way to the disk, by image. */
export class Downloads {
  readonly #running = new SvelteMap<ImageId, { readonly share: number | null }>();
  readonly #client: Client;
  readonly #images: ImageStore;

  constructor(client: Client, images: ImageStore) {
    this.#client = client;
    this.#images = images;
  }

  /** `undefined` when it is not being downloaded. */
  of(id: ImageId): { readonly share: number | null } | undefined {
    return this.#running.get(id);
  }

  /** Downloads one picture for good. Answers the error, or null when it is on the disk. */
  async start(id: ImageId): Promise<AppError | null> {
    if (this.#running.has(id)) return null;
    this.#running.set(id, { share: null });
    const answer = await this.#client.call(
      'image.download',
      { id },
      {
        onProgress: (progress) => {
          if (progress.unit === 'bytes' && this.#running.has(id)) this.#running.set(id, { share: shareOf(progress) });
        },
      },
    );
    this.#running.delete(id);
    if (!answer.ok) return answer.error;
    this.#images.put([answer.value]);
    return null;
  }

  /** One after another; one failure does not stop the rest. */
  async all(ids: readonly ImageId[]): Promise<{ readonly done: number; readonly errors: readonly AppError[] }> {
    const errors: AppError[] = [];
    for (const id of ids) {
      const error = await this.start(id);
      if (error) errors.push(error);
    }
    return { done: ids.length - errors.length, errors };
  }
}
