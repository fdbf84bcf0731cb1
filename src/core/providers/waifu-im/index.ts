import { appError } from '../../../shared/errors.ts';
import type { Filter, RemoteImage } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { matches } from '../matches.ts';
import type { FavoritesQuery, Provider, RemoteAlbums, RemoteFavorites } from '../provider.ts';
import { createAlbums } from './albums.ts';
import { browseV5, browseV7 } from './browse.ts';
import { createWaifuClient, expectSuccess, type WaifuDeps } from './client.ts';
import { isNothingFound, isProblem, noSuchImage, waifuError, wrongVersion } from './errors.ts';
import { createFavoritesV5, noToken } from './favorites-v5.ts';
import { createFavoritesV7 } from './favorites-v7.ts';
import { parseImagesV5, parseImagesV7 } from './parse.ts';
import type { ParsedImages } from '../parse-all.ts';
import { queryV5 } from './query.ts';
import { imagesV5 } from './schemas.ts';
import { tagsOfV5, tagsOfV7 } from './tags.ts';

/** waifu.im, in whichever version its server speaks: v5, v6 (which differs in one route of the favorites) or v7. */
export function createWaifuIm(deps: WaifuDeps): {
  readonly provider: Provider;
  readonly favorites: RemoteFavorites;
  readonly albums: RemoteAlbums;
} {
  const client = createWaifuClient(deps);
  const v5 = createFavoritesV5(client, deps);
  const v7 = createFavoritesV7(client);

  async function imageV5(remoteId: string, signal: AbortSignal | undefined): Promise<Result<RemoteImage>> {
    // Adult ones too: what may be shown is decided where it is shown, by the rating this answers.
    const query = queryV5({ ids: [remoteId], rating: 'any' });
    if (!query.ok) return query;
    const answer = await client.ask({ version: 'v5', path: '/search', query: query.value, signal });
    if (!answer.ok) return answer;
    if (isNothingFound(answer.value)) return fail(noSuchImage);
    const success = expectSuccess(answer.value, 'browse');
    if (!success.ok) return success;
    const parsed = imagesV5.safeParse(success.value.body);
    if (!parsed.success) return fail(wrongVersion);
    client.speaks('v5');
    return only(remoteId, parseImagesV5(parsed.data.images, client.config().baseUrl));
  }

  async function imageV7(remoteId: string, signal: AbortSignal | undefined): Promise<Result<RemoteImage>> {
    const answer = await client.ask({ version: 'v7', path: `/images/${remoteId}`, signal });
    if (!answer.ok) return answer;
    if (isProblem(answer.value)) return fail(noSuchImage);
    const success = expectSuccess(answer.value, 'browse');
    if (!success.ok) return success;
    return only(remoteId, parseImagesV7([success.value.body], client.config().baseUrl));
  }

  /** Every change of the account's favorites needs a token and a number, whatever the version. */
  function forAccount<T>(
    remoteId: string | null,
    pick: (favorites: RemoteFavorites) => Promise<Result<T>>,
    signal: AbortSignal | undefined,
  ): Promise<Result<T>> {
    if (client.config().token === null) return Promise.resolve(fail(noToken));
    if (remoteId !== null && !isRemoteId(remoteId)) return Promise.resolve(fail(noSuchImage));
    return client.inVersion({ v5: () => pick(v5), v7: () => pick(v7) }, signal);
  }

  return {
    provider: {
      info: () => ({
        id: 'waifu-im',
        name: 'waifu.im',
        homepage: 'https://www.waifu.im',
        baseUrl: client.config().baseUrl,
        has: { tags: true, categories: false, account: true, favorites: true },
        orders: ['random', 'newest', 'favorites'],
      }),
      online: (signal) =>
        client.inVersion(
          {
            v5: async () => {
              const answer = await client.ask({ version: 'v5', path: '/tags', signal });
              if (!answer.ok) return answer;
              const success = expectSuccess(answer.value, 'browse');
              return success.ok ? ok(undefined) : success;
            },
            v7: async () => {
              const query = new URLSearchParams({ PageSize: '1' });
              const answer = await client.ask({ version: 'v7', path: '/images', query, signal });
              if (!answer.ok) return answer;
              return answer.value.status >= 400 ? fail(waifuError(answer.value, 'browse')) : ok(undefined);
            },
          },
          signal,
        ),
      async browse(filter: Filter, { cursor, limit }, signal) {
        // waifu.im knows no categories, so no image of it is in one.
        if (filter.category !== null) return ok({ images: [], dropped: 0, cursor: null, notes: [] });
        const search = { filter, limit, random: deps.random };
        return client.inVersion(
          {
            v5: () => browseV5(client, search, cursor, signal),
            v7: () => browseV7(client, search, cursor, signal),
          },
          signal,
        );
      },
      async image(remoteId, signal) {
        if (!isRemoteId(remoteId)) return fail(noSuchImage);
        return client.inVersion({ v5: () => imageV5(remoteId, signal), v7: () => imageV7(remoteId, signal) }, signal);
      },
      tags: (signal) =>
        client.inVersion({ v5: () => tagsOfV5(client, signal), v7: () => tagsOfV7(client, deps, signal) }, signal),
      categories: () => Promise.resolve(ok([])),
    },
    albums: createAlbums(client),
    favorites: {
      async list(query, signal) {
        const list = await forAccount(null, (favorites) => favorites.list(query, signal), signal);
        if (!list.ok) return list;
        return ok({ ...list.value, images: list.value.images.filter((image) => asked(query, image)) });
      },
      insert: (remoteId, signal) => forAccount(remoteId, (favorites) => favorites.insert(remoteId, signal), signal),
      delete: (remoteId, signal) => forAccount(remoteId, (favorites) => favorites.delete(remoteId, signal), signal),
      toggle: (remoteId, signal) => forAccount(remoteId, (favorites) => favorites.toggle(remoteId, signal), signal),
      test: (signal) => forAccount(null, (favorites) => favorites.test(signal), signal),
    },
  };
}

function isRemoteId(remoteId: string): boolean {
  return /^[1-9]\d{0,11}$/.test(remoteId);
}

function only(remoteId: string, { images }: ParsedImages): Result<RemoteImage> {
  const image = images.find((candidate) => candidate.remoteId === remoteId);
  if (image !== undefined) return ok(image);
  return fail(
    appError('bad_response', 'waifu.im sent a description of this image that Kabegami cannot use. Try again later.'),
  );
}

/** What one version or the other cannot filter is filtered here. */
function asked(query: FavoritesQuery, image: RemoteImage): boolean {
  const filter: Filter = {
    provider: 'waifu-im',
    tags: query.tags ?? [],
    excludedTags: query.excludedTags ?? [],
    category: query.category ?? null,
    orientation: query.orientation ?? null,
    minWidth: query.minWidth ?? 0,
    minHeight: query.minHeight ?? 0,
    maxBytes: query.maxBytes ?? null,
    order: query.order ?? 'newest',
    rating: query.rating ?? 'any',
    animated: query.animated ?? 'any',
  };
  if (query.ids !== undefined && query.ids.length > 0 && !query.ids.includes(image.remoteId)) return false;
  if (query.excludedIds?.includes(image.remoteId) === true) return false;
  const measures = [
    [query.width, image.width],
    [query.height, image.height],
    [query.byteSize, image.bytes],
  ] as const;
  return measures.every(([comparison, value]) => holds(comparison, value)) && matches(filter, image);
}

function holds(comparison: string | undefined, value: number | null): boolean {
  const [, operator, digits] = /^(>=|<=|!=|>|<|=)(\d+)$/.exec(comparison ?? '') ?? [];
  if (operator === undefined || value === null) return true;
  const limit = Number(digits);
  if (operator === '>=') return value >= limit;
  if (operator === '<=') return value <= limit;
  if (operator === '>') return value > limit;
  if (operator === '<') return value < limit;
  return operator === '=' ? value === limit : value !== limit;
}
