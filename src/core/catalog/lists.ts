import type { CallOutput } from '../../shared/contract.ts';
import type { ErrorCode } from '../../shared/errors.ts';
import type { Category, ProviderId, Tag } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../ports.ts';
import type { Provider } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';
import type { ContentGate } from './gate.ts';

/** Tags and categories: asked of the service at most every few hours, and the last known ones while it is away. */
export interface Lists {
  tags(provider: ProviderId, signal?: AbortSignal): Promise<Result<CallOutput<'tags.list'>>>;
  categories(provider: ProviderId, signal?: AbortSignal): Promise<Result<CallOutput<'categories.list'>>>;
}

const freshFor = 6 * 60 * 60 * 1000;
/** A list with unknown ratings in it is still being made: the provider knows more the next time. */
const unfinishedFreshFor = 5 * 1000;
const useLastKnown: ReadonlySet<ErrorCode> = new Set([
  'offline',
  'timeout',
  'server_error',
  'blocked',
  'rate_limited',
  'read_only',
]);

export function createLists(parts: {
  readonly providers: Readonly<Record<ProviderId, Provider>>;
  readonly store: Pick<Store, 'lists' | 'settings'>;
  readonly gate: ContentGate;
  readonly clock: Clock;
}): Lists {
  const { providers, store, gate, clock } = parts;

  async function lastKnownOr<T extends Tag | Category>(
    kind: 'tags' | 'categories',
    provider: ProviderId,
    saved: { readonly items: readonly T[]; readonly at: number } | null,
    ask: () => Promise<Result<readonly T[]>>,
    save: (items: readonly T[]) => void,
  ): Promise<Result<{ items: readonly T[]; offline: boolean }>> {
    // A list belongs to the server it came from: another base URL is another service.
    const baseUrl = providers[provider].info().baseUrl;
    const key = `${kind}.from.${provider}`;
    const known = store.settings.recall(key) === baseUrl ? saved : null;
    const fresh = known?.items.some((item) => item.rating === 'unknown') ? unfinishedFreshFor : freshFor;
    if (known !== null && clock.now() - known.at < fresh) return ok({ items: known.items, offline: false });
    const answer = await ask();
    if (answer.ok) {
      save(answer.value);
      store.settings.remember(key, baseUrl);
      return ok({ items: answer.value, offline: false });
    }
    if (known !== null && useLastKnown.has(answer.error.code)) return ok({ items: known.items, offline: true });
    return answer;
  }

  /**
   * Whoever asks while the same list is under way waits for that one: making a list may take a request for each of its entries. When the
   * first one gave up, the next one asks.
   */
  function createShared<T>(make: (provider: ProviderId, signal?: AbortSignal) => Promise<Result<T>>): typeof make {
    const running = new Map<ProviderId, Promise<Result<T>>>();
    return async (provider, signal) => {
      for (;;) {
        const other = running.get(provider);
        if (other === undefined) break;
        const result = await other;
        if (result.ok || result.error.code !== 'cancelled' || signal?.aborted) return result;
      }
      const mine = make(provider, signal).finally(() => running.delete(provider));
      running.set(provider, mine);
      return mine;
    };
  }

  return {
    tags: createShared(async (provider, signal) => {
      const saved = store.lists.tags(provider);
      const result = await lastKnownOr(
        'tags',
        provider,
        saved && { items: saved.tags, at: saved.at },
        () => providers[provider].tags(signal),
        (tags) => store.lists.saveTags(provider, tags, clock.now()),
      );
      if (!result.ok) return result;
      const { items, offline } = result.value;
      const unrated = items.filter((tag) => tag.rating === 'unknown' && !gate.allows(tag)).length;
      const { seen, hidden } = gate.split(items);
      return ok({ tags: seen, hidden: hidden - unrated, unrated, offline });
    }),
    categories: createShared(async (provider, signal) => {
      const saved = store.lists.categories(provider);
      const result = await lastKnownOr(
        'categories',
        provider,
        saved && { items: saved.categories, at: saved.at },
        () => providers[provider].categories(signal),
        (categories) => store.lists.saveCategories(provider, categories, clock.now()),
      );
      if (!result.ok) return result;
      const { seen, hidden } = gate.split(result.value.items);
      return ok({ categories: seen, hidden, offline: result.value.offline });
    }),
  };
}
