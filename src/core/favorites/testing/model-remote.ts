import { appError, type AppError } from '../../../shared/errors.ts';
import type { RemoteImage } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { RemoteFavorites } from '../../providers/provider.ts';

/** What may go wrong with one request. `lost`: it was carried out, the answer never came. `twice`: the network delivered it twice. */
export type Fault =
  'none' | 'rate_limited' | 'server_error' | 'timeout' | 'lost' | 'twice' | 'offline' | 'bad_response';

export interface ModelRemote extends RemoteFavorites {
  /** Remote ids of the account's favorites, newest first. */
  readonly favorites: Set<string>;
  /** Every image the service has. */
  readonly images: Map<string, RemoteImage>;
  /** Requests so far, such as `insert 7`. */
  readonly requests: string[];
  /** How often a request of ours truly changed the list. */
  readonly effects: { readonly inserted: Map<string, number>; readonly deleted: Map<string, number> };
  /** Taken one by one, one a request. */
  faults: Fault[];
  /** Answered to everything while set. */
  refusal: AppError | null;
  /** Runs in the middle of a request: before and after it takes effect. */
  around: ((moment: 'before' | 'after') => Promise<void> | void) | null;
  /** Entries of the list that cannot be read, with and without their ids. */
  unreadable: { readonly ids: readonly string[]; readonly nameless: number };
}

/** The service as a model: the same idempotent pair, in memory, with every way to fail. */
export function createModelRemote(images: readonly RemoteImage[]): ModelRemote {
  const favorites = new Set<string>();
  const effects = { inserted: new Map<string, number>(), deleted: new Map<string, number>() };
  const count = (map: Map<string, number>, id: string): void => void map.set(id, (map.get(id) ?? 0) + 1);

  const request = async <T>(name: string, effect: () => Result<T>): Promise<Result<T>> => {
    model.requests.push(name);
    await model.around?.('before');
    const fault = model.faults.shift() ?? 'none';
    if (model.refusal !== null) return fail(model.refusal);
    if (fault !== 'none' && fault !== 'lost' && fault !== 'twice')
      return fail(appError(fault, `The model answers ${fault}.`));
    const answer = effect();
    const second = fault === 'twice' ? effect() : answer;
    await model.around?.('after');
    return fault === 'lost' ? fail(appError('timeout', 'The answer was lost.')) : second;
  };

  const model: ModelRemote = {
    favorites,
    images: new Map(images.map((image) => [image.remoteId, image])),
    requests: [],
    effects,
    faults: [],
    refusal: null,
    around: null,
    unreadable: { ids: [], nameless: 0 },
    list: () =>
      request('list', () =>
        ok({
          images: [...favorites]
            .filter((id) => !model.unreadable.ids.includes(id))
            .flatMap((id) => model.images.get(id) ?? []),
          dropped: model.unreadable.ids.length + model.unreadable.nameless,
          droppedIds: model.unreadable.ids,
        }),
      ),
    insert: (id) =>
      request<{ readonly changed: boolean }>(`insert ${id}`, () => {
        if (!model.images.has(id)) return fail(appError('not_found', 'There is no such image.'));
        if (favorites.has(id)) return ok({ changed: false });
        favorites.add(id);
        count(effects.inserted, id);
        return ok({ changed: true });
      }),
    delete: (id) =>
      request<{ readonly changed: boolean }>(`delete ${id}`, () => {
        if (!favorites.delete(id)) return ok({ changed: false });
        count(effects.deleted, id);
        return ok({ changed: true });
      }),
    toggle: (id) =>
      request<{ readonly favorite: boolean }>(`toggle ${id}`, () => {
        if (favorites.delete(id)) return ok({ favorite: false });
        favorites.add(id);
        return ok({ favorite: true });
      }),
    test: () => request('test', () => ok(undefined)),
  };
  return model;
}
