import type { RemoteImage } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { RemoteFavorites } from '../provider.ts';
import { createAlbumReader } from './album-v7.ts';
import { expectSuccess, type WaifuClient } from './client.ts';
import { isProblem, noSuchImage } from './errors.ts';
import { parseImagesV7 } from './parse.ts';

/** The default album of v7, which took the place of `/fav`. Its two changes answer 204 whether or not they changed anything. */
export function createFavoritesV7(client: WaifuClient): RemoteFavorites {
  /** The account's own album, or the one of the user it acts for. */
  const album = (): string => `/users/${client.config().userId ?? 'me'}/albums/favorites/images`;
  const reader = createAlbumReader(client, { one: 'a list of favorites', doing: 'view favorites' });

  async function change(
    method: 'POST' | 'DELETE',
    remoteId: string,
    signal: AbortSignal | undefined,
  ): Promise<Result<{ readonly changed: boolean }>> {
    const path = `${album()}/${encodeURIComponent(remoteId)}`;
    const answer = await client.ask({ version: 'v7', path, method, account: true, idempotent: true, signal });
    if (!answer.ok) return answer;
    if (answer.value.status === 409) return ok({ changed: false });
    if (isProblem(answer.value)) return method === 'POST' ? fail(noSuchImage) : ok({ changed: false });
    const success = expectSuccess(answer.value, 'manage favorites');
    return success.ok ? ok({ changed: true }) : success;
  }

  return {
    list: (query, signal) => reader.all(album(), query, signal),
    insert: (remoteId, signal) => change('POST', remoteId, signal),
    delete: (remoteId, signal) => change('DELETE', remoteId, signal),
    /** v7 has no toggle: it looks and then does the opposite. */
    async toggle(remoteId, signal) {
      const found = await reader.page(album(), { ids: [remoteId] }, { number: 1, size: 1 }, signal);
      if (!found.ok) return found;
      const favorite = parseImagesV7(found.value.items, client.config().baseUrl);
      const has = [...favorite.images.map((image: RemoteImage) => image.remoteId), ...favorite.droppedIds];
      const isFavorite = has.includes(remoteId);
      const changed = await change(isFavorite ? 'DELETE' : 'POST', remoteId, signal);
      return changed.ok ? ok({ favorite: !isFavorite }) : changed;
    },
    async test(signal) {
      const found = await reader.page(album(), { rating: 'safe' }, { number: 1, size: 1 }, signal);
      return found.ok ? ok(undefined) : found;
    },
  };
}
