import type { RemoteImage } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { FavoritesQuery, RemoteFavoriteList, RemoteFavorites } from '../provider.ts';
import { expectSuccess, type WaifuClient } from './client.ts';
import { isProblem, noSuchImage, unexpected, waifuError, wrongVersion } from './errors.ts';
import { parseImagesV7 } from './parse.ts';
import { queryV7 } from './query.ts';
import { pageV7, type PageV7 } from './schemas.ts';

const pageSize = 100;
/** Far beyond any account; a server that always has a next page must not keep us for ever. */
const maxPages = 2000;

const changedMeanwhile = unexpected('a list of favorites that changed while it was read');
/** The default album of v7, which took the place of `/fav`. Its two changes answer 204 whether or not they changed anything. */
export function createFavoritesV7(client: WaifuClient): RemoteFavorites {
  /** The account's own album, or the one of the user it acts for. */
  const album = (): string => `/users/${client.config().userId ?? 'me'}/albums/favorites/images`;

  async function page(
    query: FavoritesQuery,
    number: number,
    size: number,
    signal: AbortSignal | undefined,
  ): Promise<Result<PageV7>> {
    const params = queryV7(query);
    // The order of liking is stable: what is liked while we read comes first or last, never in between.
    if (query.order === undefined) params.set('OrderBy', 'ADDED_TO_ALBUM');
    params.set('Page', String(number));
    params.set('PageSize', String(size));
    const answer = await client.ask({ version: 'v7', path: album(), query: params, account: true, signal });
    if (!answer.ok) return answer;
    if (answer.value.status >= 400) return fail(waifuError(answer.value, 'view favorites'));
    const parsed = pageV7.safeParse(answer.value.body);
    if (!parsed.success) return fail(wrongVersion);
    client.speaks('v7');
    return ok(parsed.data);
  }

  async function readAll(query: FavoritesQuery, signal: AbortSignal | undefined): Promise<Result<RemoteFavoriteList>> {
    const items: unknown[] = [];
    let total: number | null = null;
    for (let number = 1; number <= maxPages; number += 1) {
      const next = await page(query, number, pageSize, signal);
      if (!next.ok) return next;
      items.push(...next.value.items);
      const count = next.value.totalCount ?? null;
      if (total !== null && count !== total) return fail(changedMeanwhile);
      total = count;
      if (next.value.hasNextPage !== true) {
        const list = parseImagesV7(items, client.config().baseUrl);
        // Something shifted between two pages, and so was read twice or not at all.
        const complete = total === null || list.images.length + list.dropped === total;
        return complete ? ok(list) : fail(changedMeanwhile);
      }
      if (next.value.items.length === 0) break;
    }
    return fail(unexpected('a list of favorites without an end'));
  }

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
    async list(query, signal) {
      const first = await readAll(query, signal);
      // Once more, from the start: half a list must never pass for the whole one.
      return !first.ok && first.error === changedMeanwhile ? readAll(query, signal) : first;
    },
    insert: (remoteId, signal) => change('POST', remoteId, signal),
    delete: (remoteId, signal) => change('DELETE', remoteId, signal),
    /** v7 has no toggle: it looks and then does the opposite. */
    async toggle(remoteId, signal) {
      const found = await page({ ids: [remoteId] }, 1, 1, signal);
      if (!found.ok) return found;
      const favorite = parseImagesV7(found.value.items, client.config().baseUrl);
      const has = [...favorite.images.map((image: RemoteImage) => image.remoteId), ...favorite.droppedIds];
      const isFavorite = has.includes(remoteId);
      const changed = await change(isFavorite ? 'DELETE' : 'POST', remoteId, signal);
      return changed.ok ? ok({ favorite: !isFavorite }) : changed;
    },
    async test(signal) {
      const found = await page({ rating: 'safe' }, 1, 1, signal);
      return found.ok ? ok(undefined) : found;
    },
  };
}
