import { fail, ok, type Result } from '../../../shared/result.ts';
import type { FavoritesQuery, RemoteFavoriteList } from '../provider.ts';
import type { WaifuClient } from './client.ts';
import { unexpected, waifuError, wrongVersion } from './errors.ts';
import { parseImagesV7 } from './parse.ts';
import { queryV7 } from './query.ts';
import { pageV7, type PageV7 } from './schemas.ts';

const pageSize = 100;
/** Far beyond any account; a server that always has a next page must not keep us for ever. */
const maxPages = 2000;

/** Reads an album of v7: the favorites are one, too. */
export interface AlbumReader {
  page(
    path: string,
    query: FavoritesQuery,
    at: { readonly number: number; readonly size: number },
    signal?: AbortSignal,
  ): Promise<Result<PageV7>>;
  /** All of it, in the order it was put together in. Half of it never passes for the whole. */
  all(path: string, query: FavoritesQuery, signal?: AbortSignal): Promise<Result<RemoteFavoriteList>>;
}

export function createAlbumReader(
  client: WaifuClient,
  what: { readonly one: string; readonly doing: 'view favorites' | 'view albums' },
): AlbumReader {
  const changedMeanwhile = unexpected(`${what.one} that changed while it was read`);

  const page: AlbumReader['page'] = async (path, query, { number, size }, signal) => {
    const params = queryV7(query);
    // The order of liking is stable: what is liked while we read comes first or last, never in between.
    if (query.order === undefined) params.set('OrderBy', 'ADDED_TO_ALBUM');
    params.set('Page', String(number));
    params.set('PageSize', String(size));
    const answer = await client.ask({ version: 'v7', path, query: params, account: true, signal });
    if (!answer.ok) return answer;
    if (answer.value.status >= 400) return fail(waifuError(answer.value, what.doing));
    const parsed = pageV7.safeParse(answer.value.body);
    if (!parsed.success) return fail(wrongVersion);
    client.speaks('v7');
    return ok(parsed.data);
  };

  async function readAll(
    path: string,
    query: FavoritesQuery,
    signal: AbortSignal | undefined,
  ): Promise<Result<RemoteFavoriteList>> {
    const items: unknown[] = [];
    let total: number | null = null;
    for (let number = 1; number <= maxPages; number += 1) {
      const next = await page(path, query, { number, size: pageSize }, signal);
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
    return fail(unexpected(`${what.one} without an end`));
  }

  return {
    page,
    async all(path, query, signal) {
      const first = await readAll(path, query, signal);
      // Once more, from the start.
      return !first.ok && first.error === changedMeanwhile ? readAll(path, query, signal) : first;
    },
  };
}
