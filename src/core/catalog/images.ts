import { appError } from '../../shared/errors.ts';
import { imageId, type Image, type ImageId, type OriginId, type ProviderId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { MediaFile, MediaVariant, Pictures } from '../files/pictures.ts';
import type { Provider } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import type { ContentGate } from './gate.ts';

/** One image by id: its metadata, its media, keeping it. Everything here passes the content gate. */
export interface Images {
  /** From the library, else from its service. */
  get(id: ImageId, signal?: AbortSignal): Promise<Result<Image>>;
  /** The file behind a media url. `onlyHere`: nothing is fetched, and it does not count as a use. */
  open(
    id: string,
    variant: MediaVariant,
    options?: { readonly signal?: AbortSignal; readonly onlyHere?: boolean },
  ): Promise<Result<MediaFile>>;
  /** Fetches the full picture and keeps it for good. */
  keep(
    id: ImageId,
    onProgress: (done: number, total: number | null) => void,
    signal?: AbortSignal,
  ): Promise<Result<Image>>;
}

export function createImages(parts: {
  readonly providers: Readonly<Record<ProviderId, Provider>>;
  readonly store: Pick<Store, 'images' | 'files'>;
  readonly pictures: Pictures;
  readonly gate: ContentGate;
}): Images {
  const { providers, store, pictures, gate } = parts;

  async function get(id: ImageId, signal?: AbortSignal): Promise<Result<Image>> {
    const known = kept(store.images.get(id));
    if (known !== null) {
      const allowed = gate.check(known);
      return allowed.ok ? ok(known) : allowed;
    }
    const [provider, remoteId] = splitId(id);
    if (provider === 'local') return fail(appError('not_found', `There is no image ${id}.`));
    const remote = await providers[provider].image(remoteId, signal);
    if (!remote.ok) return remote;
    const allowed = gate.check(remote.value);
    if (!allowed.ok) return allowed;
    store.images.upsert([remote.value]);
    const image = store.images.get(remote.value.id);
    if (image === null) return fail(appError('not_found', `There is no image ${id}.`));
    const free = gate.check(image);
    return free.ok ? ok(image) : free;
  }

  /** Of duplicates that were merged, the one that was kept; which may have been merged in turn. */
  function kept(image: Image | null): Image | null {
    let found = image;
    for (let step = 0; step < 20 && found?.mergedInto !== undefined; step += 1)
      found = store.images.get(found.mergedInto) ?? found;
    return found;
  }

  async function here(id: ImageId, variant: MediaVariant): Promise<Result<MediaFile>> {
    const missing = fail(appError('not_found', 'The picture is not on this disk.'));
    const image = kept(store.images.get(id));
    if (image === null) return missing;
    const allowed = gate.check(image);
    if (!allowed.ok) return allowed;
    const file = await pictures.peek(image.id, variant, { unnoticed: true });
    return file === null ? missing : ok(file);
  }

  return {
    get,
    async open(id, variant, { signal, onlyHere = false } = {}) {
      const parsed = imageId.safeParse(id);
      if (!parsed.success)
        return fail(appError('invalid_input', `"${id.slice(0, 100)}" is not an image id such as "waifu-im:7622".`));
      if (onlyHere) return here(parsed.data, variant);
      const image = await get(parsed.data, signal);
      if (!image.ok) return image;
      return pictures.open(image.value, variant, signal === undefined ? {} : { signal });
    },
    async keep(id, onProgress, signal) {
      const image = await get(id, signal);
      if (!image.ok) return image;
      const file = await pictures.keep(image.value, { onProgress, ...(signal === undefined ? {} : { signal }) });
      if (!file.ok) return file;
      return ok(store.images.get(image.value.id) ?? image.value);
    },
  };
}

/** `waifu-im:7622` → `['waifu-im', '7622']`. The id has passed the `imageId` schema. */
function splitId(id: ImageId): [OriginId, string] {
  const at = id.indexOf(':');
  return [id.slice(0, at) as OriginId, id.slice(at + 1)];
}
