import type { Category } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { YiffClient } from './client.ts';
import { codeOf, codes, unexpected, yiffError } from './errors.ts';
import { bulk } from './schemas.ts';

/** `POST /bulk`: many images of many categories at once, for keys the service has approved. */
export interface Bulk {
  /** A key is set, and it has not been refused lately. */
  allowed(): boolean;
  /** About `missing` new images, spread over `choices` by their size. Null: not for this key, or not now; use single requests. */
  fetch(
    choices: readonly Category[],
    missing: number,
    maxBytes: number | null,
    random: () => number,
    signal: AbortSignal | undefined,
  ): Promise<Result<readonly { readonly db: string; readonly items: readonly unknown[] }[] | null>>;
}

/** How long a refusal is believed: approval takes a person, so asking again soon is of no use. */
const hour = 3_600_000;
const defaultLimit = 100;

export function createBulk(client: YiffClient, clock: { now(): number }): Bulk {
  /** By base url and key: until when not to ask, and how much it may ask for. */
  const refusedUntil = new Map<string, number>();
  const limits = new Map<string, number>();
  const key = (): string => `${client.config().baseUrl} ${client.config().token ?? ''}`;

  return {
    allowed: () => client.config().token !== null && (refusedUntil.get(key()) ?? 0) <= clock.now(),
    async fetch(choices, missing, maxBytes, random, signal) {
      // Repeats are normal, so ask for half as many again.
      const total = Math.min(limits.get(key()) ?? defaultLimit, Math.ceil(missing * 1.5));
      const query = new URLSearchParams();
      if (maxBytes !== null) query.set('sizeLimit', String(maxBytes));
      const body = Object.fromEntries(spread(choices, total, random));
      const answer = await client.ask({ path: '/bulk', query, body, signal });
      if (!answer.ok) return answer;
      const { status } = answer.value;
      if (status === 200) {
        const parsed = bulk.safeParse(answer.value.body);
        if (!parsed.success) return fail(unexpected('something else than images by category'));
        return ok(Object.entries(parsed.data.data).map(([db, items]) => ({ db, items })));
      }
      const code = codeOf(answer.value);
      if (code === codes.tooMany) {
        // "… is greater than {limit} ({total})"; where it does not say, ask for less until it fits.
        const said = /greater than (\d{1,6})\b/.exec(JSON.stringify(answer.value.body))?.[1];
        limits.set(key(), Math.max(1, Math.min(Number(said ?? Infinity), Math.floor(total / 2) || 1)));
        return ok(null);
      }
      if (code === codes.keyRequired || code === codes.noAccess || (status === 403 && !isBlock(code))) {
        refusedUntil.set(key(), clock.now() + hour);
        return ok(null);
      }
      // A category went away, or there is nothing of this size: single requests find out which.
      if (code === codes.noCategory || code === codes.noResults || code === codes.invalidBody || status === 405)
        return ok(null);
      return fail(yiffError(answer.value));
    },
  };
}

/** Refusals that would meet every other request as well. */
function isBlock(code: number | null): boolean {
  return code === 1002 || code === 1012 || code === 1021;
}

/** Shares `total` among the categories by their size, at least one each for as many as there are images to ask for. */
function spread(
  choices: readonly Category[],
  total: number,
  random: () => number,
): readonly (readonly [string, number])[] {
  const order = choices
    .map((category) => ({ category, place: random() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, total)
    .map(({ category }) => category);
  const sum = order.reduce((all, { count }) => all + Math.max(1, count ?? 1), 0);
  let left = total;
  const amounts = order.map((category, index) => {
    const share = Math.floor((total * Math.max(1, category.count ?? 1)) / Math.max(1, sum));
    const others = order.length - index - 1;
    const amount = Math.max(1, Math.min(share, left - others, category.count ?? Infinity));
    left -= amount;
    return [category.db, amount] as const;
  });
  return amounts;
}
