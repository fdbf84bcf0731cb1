import { appError } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { RemoteAlbum, RemoteAlbums } from '../provider.ts';
import { createAlbumReader } from './album-v7.ts';
import { expectSuccess, type WaifuClient } from './client.ts';
import { unexpected, wrongVersion } from './errors.ts';
import { noToken } from './favorites-v5.ts';
import { albumV7, pageV7 } from './schemas.ts';

const pageSize = 100;
const maxPages = 100;

/** waifu.im before v7 has favorites and no albums. */
const noAlbums = appError(
  'bad_request',
  'This waifu.im server has no albums: they came with version 7. Its favorites are kept in step by themselves.',
);

/** The account's albums. The default one holds the favorites, which are kept in step anyway, and is left out. */
export function createAlbums(client: WaifuClient): RemoteAlbums {
  const root = (): string => `/users/${client.config().userId ?? 'me'}/albums`;
  const reader = createAlbumReader(client, { one: 'an album', doing: 'view albums' });

  async function list(signal: AbortSignal | undefined): Promise<Result<readonly RemoteAlbum[]>> {
    const albums: RemoteAlbum[] = [];
    for (let number = 1; number <= maxPages; number += 1) {
      const query = new URLSearchParams({ Page: String(number), PageSize: String(pageSize) });
      const answer = await client.ask({ version: 'v7', path: root(), query, account: true, signal });
      if (!answer.ok) return answer;
      const success = expectSuccess(answer.value, 'view albums');
      if (!success.ok) return success;
      const page = pageV7.safeParse(success.value.body);
      if (!page.success) return fail(wrongVersion);
      client.speaks('v7');
      for (const item of page.data.items) {
        const album = albumV7.safeParse(item);
        // One that cannot be read is no reason to lose the others.
        if (album.success && album.data.isDefault !== true)
          albums.push({ id: String(album.data.id), name: album.data.name });
      }
      if (page.data.hasNextPage !== true || page.data.items.length === 0) return ok(albums);
    }
    return fail(unexpected('a list of albums without an end'));
  }

  const ofV7 = <T>(work: () => Promise<Result<T>>, signal: AbortSignal | undefined): Promise<Result<T>> =>
    client.config().token === null
      ? Promise.resolve(fail(noToken))
      : client.inVersion({ v5: () => Promise.resolve(fail(noAlbums)), v7: work }, signal);

  return {
    list: (signal) => ofV7(() => list(signal), signal),
    images: (album, signal) =>
      ofV7(() => reader.all(`${root()}/${encodeURIComponent(album)}/images`, { rating: 'any' }, signal), signal),
  };
}
