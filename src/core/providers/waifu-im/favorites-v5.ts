import { appError } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { JsonResponse } from '../http.ts';
import type { RemoteFavorites } from '../provider.ts';
import { expectSuccess, type WaifuClient, type WaifuDeps } from './client.ts';
import { isNothingFound, noSuchImage, unexpected, wrongVersion } from './errors.ts';
import { parseImagesV5 } from './parse.ts';
import { queryV5 } from './query.ts';
import { imagesV5, stateV5 } from './schemas.ts';

/** `/fav` of v5 and v6. The two differ in the method of `/fav/delete` alone: a server that refuses DELETE (405) is asked by POST. */
export function createFavoritesV5(
  client: WaifuClient,
  { recall, remember }: Pick<WaifuDeps, 'recall' | 'remember'>,
): RemoteFavorites {
  const userId = (): Record<string, number> => {
    const { userId: id } = client.config();
    return id === null ? {} : { user_id: id };
  };

  async function change(
    path: '/fav/insert' | '/fav/delete' | '/fav/toggle',
    method: 'POST' | 'DELETE',
    remoteId: string,
    signal: AbortSignal | undefined,
  ): Promise<Result<JsonResponse>> {
    return client.ask({
      version: 'v5',
      path,
      method,
      body: { image_id: Number(remoteId), ...userId() },
      account: true,
      // Inserting and deleting twice is the same as once; toggling twice is not.
      idempotent: path !== '/fav/toggle',
      signal,
    });
  }

  /** The state a change ended in. */
  function stateOf(response: JsonResponse): Result<'INSERTED' | 'DELETED'> {
    const success = expectSuccess(response, 'manage favorites');
    if (!success.ok) return success;
    const parsed = stateV5.safeParse(success.value.body);
    return parsed.success
      ? ok(parsed.data.state)
      : fail(unexpected('something else than the new state of the favorite'));
  }

  return {
    async list(wish, signal) {
      const query = queryV5(wish);
      if (!query.ok) return query;
      for (const [name, value] of Object.entries(userId())) query.value.set(name, String(value));
      const answer = await client.ask({ version: 'v5', path: '/fav', query: query.value, account: true, signal });
      if (!answer.ok) return answer;
      if (isNothingFound(answer.value)) {
        // "Nothing found" is how an empty list looks, but also how a server of another version says that it has no such route.
        const certain = await client.certain('v5', signal);
        if (!certain.ok) return certain;
        return certain.value ? ok({ images: [], dropped: 0, droppedIds: [] }) : fail(wrongVersion);
      }
      const success = expectSuccess(answer.value, 'view favorites');
      if (!success.ok) return success;
      const parsed = imagesV5.safeParse(success.value.body);
      if (!parsed.success) return fail(wrongVersion);
      client.speaks('v5');
      return ok(parseImagesV5(parsed.data.images, client.config().baseUrl));
    },
    async insert(remoteId, signal) {
      const answer = await change('/fav/insert', 'POST', remoteId, signal);
      if (!answer.ok) return answer;
      if (answer.value.status === 409) return ok({ changed: false });
      if (isNothingFound(answer.value)) return fail(noSuchImage);
      const state = stateOf(answer.value);
      return state.ok ? ok({ changed: true }) : state;
    },
    async delete(remoteId, signal) {
      const key = `waifu-im.delete-by-post:${client.config().baseUrl}`;
      const first = recall(key) === true ? 'POST' : 'DELETE';
      let answer = await change('/fav/delete', first, remoteId, signal);
      if (answer.ok && answer.value.status === 405) {
        const other = first === 'POST' ? 'DELETE' : 'POST';
        answer = await change('/fav/delete', other, remoteId, signal);
        if (answer.ok && answer.value.status !== 405) remember(key, other === 'POST');
      }
      if (!answer.ok) return answer;
      if (isNothingFound(answer.value)) return ok({ changed: false });
      const state = stateOf(answer.value);
      return state.ok ? ok({ changed: true }) : state;
    },
    async toggle(remoteId, signal) {
      const answer = await change('/fav/toggle', 'POST', remoteId, signal);
      if (!answer.ok) return answer;
      if (isNothingFound(answer.value)) return fail(noSuchImage);
      const state = stateOf(answer.value);
      return state.ok ? ok({ favorite: state.value === 'INSERTED' }) : state;
    },
    async test(signal) {
      const query = new URLSearchParams({ is_nsfw: 'false', included_files: '1', ...mapped(userId()) });
      const answer = await client.ask({ version: 'v5', path: '/fav', query, account: true, signal });
      if (!answer.ok) return answer;
      if (isNothingFound(answer.value)) {
        const certain = await client.certain('v5', signal);
        if (!certain.ok) return certain;
        return certain.value ? ok(undefined) : fail(wrongVersion);
      }
      const success = expectSuccess(answer.value, 'view favorites');
      return success.ok ? ok(undefined) : success;
    },
  };
}

function mapped(numbers: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]));
}

/** Shared by both versions: without a token nothing needs to be asked. */
export const noToken = appError(
  'unauthorized',
  'There is no waifu.im token. Enter one under Settings › Accounts (or run: kabegami account set waifu-im --stdin).',
);
