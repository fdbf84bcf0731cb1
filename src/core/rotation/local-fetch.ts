import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { appError } from '../../shared/errors.ts';
import { fail } from '../../shared/result.ts';
import type { FetchPicture } from '../files/download.ts';
import type { PoolRepository } from '../store/store.ts';
import { openLocalPicture } from './folder.ts';

/** Pictures of this machine's folders come from the disk, all others from their services. Only folders that a pool names are read. */
export function createLocalOrRemoteFetch(parts: {
  readonly remote: FetchPicture;
  readonly pools: Pick<PoolRepository, 'list'>;
}): FetchPicture {
  const { remote, pools } = parts;
  return async (url, options) => {
    if (!url.startsWith('file:')) return remote(url, options);
    const file = await realpath(fileURLToPath(url)).catch(() => null);
    const folders = pools
      .list()
      .flatMap(({ sources }) => sources.flatMap((each) => (each.kind === 'folder' ? each.path : [])));
    const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => null)));
    const inside =
      file !== null && roots.some((root) => root !== null && file.startsWith(root.replace(/[\\/]?$/, path.sep)));
    if (!inside) return fail(appError('not_found', 'That picture is no longer in a folder of one of your pools.'));
    return openLocalPicture(file, { from: options.from ?? 0, maxBytes: options.maxBytes });
  };
}
