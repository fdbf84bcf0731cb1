import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { appError } from '../../shared/errors.ts';
import { fail, ok } from '../../shared/result.ts';
import type { FetchPicture } from '../files/download.ts';
import type { Store } from '../store/store.ts';
import type { OpenOriginal } from './local-pictures.ts';

/** A local picture's bytes come from where it lies, as a service would send them; all others from their services. */
export function createLocalOrRemoteFetch(parts: {
  readonly remote: FetchPicture;
  readonly store: Pick<Store, 'folders'>;
  readonly original: OpenOriginal;
}): FetchPicture {
  const { remote, store, original } = parts;
  return async (url, options) => {
    if (!/^(local|file):/.test(url)) return remote(url, options);
    const id = url.startsWith('local:') ? store.folders.imageOf(url.slice('local:'.length)) : null;
    const found = id === null ? 'gone' : await original(id);
    if (found === 'gone')
      return fail(appError('not_found', 'The picture is not in its folder now. It comes back when its file does.'));
    if (found === 'changed')
      return fail(
        appError('bad_picture', 'The picture has changed in its folder and is being read again.', { retryable: true }),
      );
    if (found.bytes > options.maxBytes) return fail(appError('picture_too_large', 'The picture is too large.'));
    try {
      const handle = await open(found.path, 'r');
      const from = options.from ?? 0;
      // Node's types of a stream and the web's differ in name only.
      const body = Readable.toWeb(handle.createReadStream({ start: from })) as ReadableStream<Uint8Array>;
      return ok({ contentLength: found.bytes - from, contentType: null, from, body });
    } catch {
      return fail(appError('not_found', 'The picture cannot be read in its folder. Check its permissions.'));
    }
  };
}
