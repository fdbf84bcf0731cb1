import { appError } from '../../../shared/errors.ts';
import type { Category, RemoteImage } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { Provider } from '../provider.ts';
import { browseYiff } from './browse.ts';
import { createBulk } from './bulk.ts';
import { createYiffClient, ratings, type YiffDeps } from './client.ts';
import { codeOf, codes, unexpected, yiffError } from './errors.ts';
import { parseImages } from './parse.ts';
import { oneImage, online, remoteId as remoteIdSchema } from './schemas.ts';

/** What yiff.rest can do beyond what every provider can. */
export interface YiffRest extends Provider {
  /** One category by its `db` name. */
  category(db: string, signal?: AbortSignal): Promise<Result<Category>>;
  /** Is the API key good? */
  test(signal?: AbortSignal): Promise<Result<void>>;
}

/** yiff.rest v2. */
export function createYiffRest(deps: YiffDeps): YiffRest {
  const client = createYiffClient(deps);
  const bulk = createBulk(client, deps.clock);

  return {
    info: () => ({
      id: 'yiff-rest',
      name: 'yiff.rest',
      homepage: 'https://yiff.rest',
      baseUrl: client.config().baseUrl,
      has: { tags: false, categories: true, account: true, favorites: false },
      orders: ['random'],
    }),
    async online(signal) {
      const answer = await client.ask({ path: '/online', signal });
      if (!answer.ok) return answer;
      if (answer.value.status !== 200) return fail(yiffError(answer.value));
      return online.safeParse(answer.value.body).success ? ok(undefined) : fail(unexpected('something unknown'));
    },
    browse: (filter, request, signal) => browseYiff(client, bulk, deps, filter, request, signal),
    async image(remoteId, signal): Promise<Result<RemoteImage>> {
      if (!remoteIdSchema.safeParse(remoteId).success)
        return fail(appError('not_found', 'yiff.rest has no such image: its ids are letters, digits, "_" and "-".'));
      const known = await client.known(signal);
      if (!known.ok) return known;
      let answer = await client.ask({ path: `/images/${remoteId}`, signal });
      // Older deployments want the ending.
      if (answer.ok && codeOf(answer.value) === codes.unknownRoute)
        answer = await client.ask({ path: `/images/${remoteId}.json`, signal });
      if (!answer.ok) return answer;
      if (answer.value.status !== 200) return fail(yiffError(answer.value));
      const parsed = oneImage.safeParse(answer.value.body);
      const reading = { baseUrl: client.config().baseUrl, ratingOf: ratings(known.value), category: null };
      const [image] = parsed.success ? parseImages([parsed.data.data], reading).images : [];
      return image === undefined ? fail(unexpected('a description of this image that Kabegami cannot use')) : ok(image);
    },
    tags: () => Promise.resolve(ok([])),
    categories: (signal) => client.categories(signal),
    category: (db, signal) => client.category(db, signal),
    async test(signal) {
      if (client.config().token === null)
        return fail(appError('unauthorized', 'There is no yiff.rest API key. Enter one under Settings › Accounts.'));
      const answer = await client.ask({ path: '/categories', signal });
      if (!answer.ok) return answer;
      return answer.value.status === 200 ? ok(undefined) : fail(yiffError(answer.value));
    },
  };
}
