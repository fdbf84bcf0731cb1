import type { YiffEntry } from '../catalogue/entries.ts';
import { isRecord } from '../kit/exchange.ts';
import { noLimit } from '../kit/limiter.ts';
import { startKit } from '../kit/server.ts';
import type { Limits, TestServer } from '../kit/types.ts';
import { checkAccess, initialKeys } from './access.ts';
import type { ApiKey, Conditions } from './access.ts';
import { plainError } from './errors.ts';
import { createYiffLimiter, realLimits } from './limiter.ts';
import type { YiffRestLimits } from './limiter.ts';
import { createRoutes } from './routes.ts';

export { keys } from './access.ts';
export type { ApiKey } from './access.ts';
export { realLimits } from './limiter.ts';
export type { YiffRestLimits } from './limiter.ts';

/** yiff.rest v2. */
export interface YiffRestServer extends TestServer {
  readonly posts: readonly YiffEntry[];
  /** Blocked (1002), disk full (1020), read only (503): switched on until switched off. */
  readonly conditions: Conditions;
  readonly keys: readonly ApiKey[];
  addKey(key: Partial<ApiKey> & { readonly key: string }): void;
  removePost(id: string): void;
}

export interface YiffRestOptions {
  readonly port: number;
  readonly clock: () => number;
  readonly limits: Limits<YiffRestLimits>;
  readonly older: boolean;
  readonly posts: readonly YiffEntry[];
  readonly cdn: string;
}

export async function startYiffRest(options: YiffRestOptions): Promise<YiffRestServer> {
  const conditions: Conditions = { blocked: false, diskFull: false, readOnly: false };
  const keys = initialKeys();
  const posts = [...options.posts];
  const limits = options.limits === 'real' ? realLimits : options.limits;

  const own = {
    posts,
    conditions,
    keys,
    addKey(key: Partial<ApiKey> & { readonly key: string }) {
      keys.push({ status: 'active', images: true, bulk: false, bulkLimit: 100, ...key });
    },
    removePost(id: string) {
      const at = posts.findIndex((post) => post.id === id);
      if (at >= 0) posts.splice(at, 1);
    },
  };
  const server = await startKit({
    port: options.port,
    clock: options.clock,
    limiter:
      limits === 'off'
        ? noLimit
        : createYiffLimiter(limits, (exchange) => checkAccess(exchange, conditions, keys) !== null),
    handle: createRoutes({ ...options, posts, conditions, keys }),
    errorReply: plainError,
    itemsOf: (body) => {
      if (!isRecord(body)) return [];
      const list = body['images'] ?? body['data'];
      if (Array.isArray(list)) return list.filter(isRecord);
      if (!isRecord(list)) return [body];
      const lists = Object.values(list).filter(Array.isArray).flat().filter(isRecord);
      return lists.length > 0 ? lists : [list];
    },
    controls: {
      conditions: (input) => {
        for (const name of ['blocked', 'diskFull', 'readOnly'] as const) {
          if (typeof input[name] === 'boolean') conditions[name] = input[name];
        }
        return conditions;
      },
      posts: () => posts.map(({ id, category, external }) => ({ id, category, external })),
      'remove-post': (input) => own.removePost(String(input['id'])),
    },
  });
  return Object.assign(server, own);
}
