import type { Category, Rating } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { z } from 'zod';
import type { Http, JsonResponse } from '../http.ts';
import { hostRules } from '../limiter.ts';
import type { ProviderConfig } from '../provider.ts';
import { unexpected, yiffError } from './errors.ts';
import { parseCategories, parseCategory } from './parse.ts';
import { oneCategory } from './schemas.ts';

export interface YiffDeps {
  readonly http: Http;
  readonly config: () => ProviderConfig;
  readonly recall: (key: string) => unknown;
  readonly remember: (key: string, value: unknown) => void;
  readonly clock: { now(): number };
  readonly random: () => number;
}

export interface YiffClient {
  readonly config: () => ProviderConfig;
  /** One request; any answer in JSON is a success here. */
  ask(request: {
    readonly path: string;
    readonly query?: URLSearchParams;
    readonly body?: unknown;
    /** As in `JsonRequest`. */
    readonly patience?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<Result<JsonResponse>>;
  /** The categories as they are now. */
  categories(signal?: AbortSignal): Promise<Result<readonly Category[]>>;
  /** The categories, at most an hour old: every image's rating hangs on them. */
  known(signal?: AbortSignal): Promise<Result<readonly Category[]>>;
  /** One category, asked for by its `db` name. */
  category(db: string, signal?: AbortSignal): Promise<Result<Category>>;
}

const hour = 3_600_000;
const storedList = z.object({ at: z.number(), data: z.array(z.unknown()) });

export function createYiffClient({ http, config, recall, remember, clock }: YiffDeps): YiffClient {
  const key = (): string => `yiff-rest.categories:${config().baseUrl}`;

  const client: YiffClient = {
    config,
    ask({ path, query, body, patience, signal }) {
      const { baseUrl, token } = config();
      const text = query?.toString() ?? '';
      return http.json({
        url: baseUrl + path + (text === '' ? '' : `?${text}`),
        rule: hostRules.yiffRest,
        service: 'yiff.rest',
        // No `Bearer`: the service takes the bare key.
        headers: token === null ? {} : { authorization: token },
        // The one POST asks for images and changes nothing, so it may be repeated.
        ...(body === undefined ? {} : { method: 'POST', body, idempotent: true }),
        ...(patience === undefined ? {} : { patience }),
        signal,
      });
    },
    async categories(signal) {
      const answer = await client.ask({ path: '/categories', signal });
      if (!answer.ok) return answer;
      if (answer.value.status !== 200) return fail(yiffError(answer.value));
      const list = parseCategories(answer.value.body);
      if (list === null) return fail(unexpected('something else than its categories'));
      remember(key(), {
        at: clock.now(),
        data: list.map(({ db, name, count, rating }) => ({ db, name, count, sfw: rating === 'safe' })),
      });
      return ok(list);
    },
    async known(signal) {
      const stored = storedList.safeParse(recall(key()));
      const age = stored.success ? clock.now() - stored.data.at : -1;
      const list = stored.success && age >= 0 && age < hour ? parseCategories(stored.data) : null;
      return list === null ? client.categories(signal) : ok(list);
    },
    async category(db, signal) {
      const answer = await client.ask({ path: `/categories/${encodeURIComponent(db)}`, signal });
      if (!answer.ok) return answer;
      if (answer.value.status !== 200) return fail(yiffError(answer.value));
      const parsed = oneCategory.safeParse(answer.value.body);
      const category = parsed.success ? parseCategory(parsed.data.data) : null;
      return category === null ? fail(unexpected('something else than a category')) : ok(category);
    },
  };
  return client;
}

/** Looks ratings up; whatever is not listed is adult. */
export function ratings(categories: readonly Category[]): (db: string) => Rating {
  const known = new Map(categories.map((category) => [category.db, category.rating]));
  return (db) => known.get(db) ?? 'adult';
}
