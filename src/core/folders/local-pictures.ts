import { lstat } from 'node:fs/promises';
import { appError } from '../../shared/errors.ts';
import type { ImageId, RemoteImage } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { contentTypeOf } from '../files/picture-type.ts';
import {
  thumbnailEdges,
  type MediaFile,
  type MediaVariant,
  type Pictures,
  type ReferenceJob,
} from '../files/pictures.ts';
import { createSharedWork, type WorkOptions } from '../files/shared-work.ts';
import type { Store } from '../store/store.ts';
import { originalIn } from './inside.ts';

/** An original that is what it was when it was read. */
export interface Original {
  readonly path: string;
  readonly hash: string;
  readonly bytes: number;
}

export type OpenOriginal = (id: ImageId) => Promise<Original | 'changed' | 'gone'>;

/**
 * The original of a local picture where it lies: still inside a folder its owner named, no link, and unchanged by size and time since its content was hashed. `changed`: it is to
 * be read again first.
 */
export function createOpenOriginal(store: Pick<Store, 'folders'>): OpenOriginal {
  return async (id) => {
    let outcome: 'changed' | 'gone' = 'gone';
    for (const place of store.folders.placesOf(id)) {
      if (place.missing) continue;
      const original = await originalIn(place.root, place.path);
      const found = original === null ? null : await lstat(original).catch(() => null);
      if (original === null || found === null) continue;
      const { hash } = place;
      if (hash !== null && !place.todo && found.size === place.bytes && found.mtimeMs === place.mtime)
        return { path: original, hash, bytes: found.size };
      outcome = 'changed';
    }
    return outcome;
  };
}

/**
 * `Pictures` in which a picture that stays in its folder is opened there; its thumbnails are made here. Whatever is in the library itself is
 * opened as ever, and so is everything that is not local.
 */
export function createLocalPictures(parts: {
  readonly pictures: Pictures;
  readonly store: Pick<Store, 'folders' | 'files'>;
  readonly original: OpenOriginal;
  /** Reads the places of a picture again. */
  readonly reread: (id: ImageId, signal?: AbortSignal) => Promise<void>;
}): Pictures {
  const { pictures, store, original, reread } = parts;
  const { references } = pictures;
  const making = createSharedWork<undefined>();

  async function open(
    { id, extension, width, height }: RemoteImage,
    variant: MediaVariant,
    options: WorkOptions,
  ): Promise<Result<MediaFile>> {
    let found = await original(id);
    if (found === 'changed') {
      await reread(id, options.signal);
      found = await original(id);
    }
    if (found === 'gone')
      return fail(appError('not_found', 'The picture is not in its folder now. It comes back when its file does.'));
    if (found === 'changed')
      return fail(appError('not_found', 'The picture is being changed. Try again.', { retryable: true }));
    const { path, hash, bytes } = found;
    const itself = { path, hash, bytes, contentType: contentTypeOf(extension) };
    if (variant === 'full') return ok(itself);
    const small = await thumbnail(
      { hash, source: path, edge: thumbnailEdges[variant], size: { width, height } },
      options,
    );
    // Where there is no room for a thumbnail, the picture is shown as it lies there: slower, but it is shown.
    return !small.ok && small.error.code === 'quota_full' ? ok(itself) : small;
  }

  async function thumbnail(job: ReferenceJob, options: WorkOptions): Promise<Result<MediaFile>> {
    const { hash, edge } = job;
    if ((await references.sizeOf(hash, edge)) === null) {
      const made = await making.join(
        `${hash} ${edge}`,
        async (signal) => {
          const decoded = await references.make(job, { signal });
          return decoded.ok ? ok(undefined) : decoded;
        },
        options,
      );
      if (!made.ok) return made;
    }
    const found = await thumbnailOf(hash, edge);
    return found === null
      ? fail(
          appError('not_found', 'The thumbnail was removed while it was being opened. Try again.', { retryable: true }),
        )
      : ok(found);
  }

  async function thumbnailOf(hash: string, edge: number): Promise<MediaFile | null> {
    const bytes = await references.sizeOf(hash, edge);
    return bytes === null
      ? null
      : { path: references.path(hash, edge), hash, bytes, contentType: contentTypeOf('webp') };
  }

  return {
    ...pictures,
    open: (image, variant, options = {}) =>
      image.provider !== 'local' || store.files.of(image.id) !== null
        ? pictures.open(image, variant, options)
        : open(image, variant, options),
    async peek(id, variant, options) {
      const kept = await pictures.peek(id, variant, options);
      if (kept !== null || !id.startsWith('local:')) return kept;
      const found = await original(id);
      if (found === 'gone' || found === 'changed' || variant === 'full') return null;
      return thumbnailOf(found.hash, thumbnailEdges[variant]);
    },
    async verify(options, signal) {
      const report = await pictures.verify(options, signal);
      if (!report.ok) return report;
      const problems = await references.verify({
        repair: options.repair,
        isKnown: (hash) => store.folders.imageOf(hash) !== null,
      });
      return ok({
        clean: report.value.clean && problems.every(({ repaired }) => repaired),
        problems: [...report.value.problems, ...problems],
        checked: report.value.checked,
      });
    },
    async close() {
      await making.close();
      await pictures.close();
    },
  };
}
