import { appError } from '../../shared/errors.ts';
import type { Settings } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pool, PoolInfo } from '../../shared/rotation.ts';
import type { EventBus } from '../events.ts';
import type { Store } from '../store/store.ts';
import type { RotationMemory } from './config.ts';
import { everything } from './rules.ts';
import { allPools, builtIn, type ResolvedSource } from './sources.ts';
import { missingSource, noPool } from './validate.ts';

/** The pools there are, and the owner's changes to them. */
export interface PoolList {
  list(): readonly PoolInfo[];
  save(pool: Pool): Result<PoolInfo>;
  /** Whatever it was chosen for goes by the last search then. */
  remove(id: string): Result<readonly PoolInfo[]>;
}

export function createPoolList(parts: {
  readonly store: Pick<Store, 'pools' | 'bag' | 'candidates' | 'collections'>;
  readonly settings: () => Pick<Settings, 'adultContent'>;
  readonly memory: RotationMemory;
  readonly resolve: (pool: Pool) => readonly ResolvedSource[];
  readonly events: Pick<EventBus, 'emit'>;
}): PoolList {
  const { store, settings, memory, resolve, events } = parts;

  function infoOf(pool: Pool): PoolInfo {
    const sources = resolve(pool).map(({ source }) => source);
    const may = { ...everything, rating: settings().adultContent ? 'any' : 'safe' } as const;
    const { left, total } = store.candidates.count({ sources, rules: may, pool: pool.id, round: 'newest' });
    const all = store.candidates.count({ sources, rules: everything, pool: pool.id }).total;
    return { ...pool, builtIn: isBuiltIn(pool.id), left, total, hidden: all - total };
  }

  return {
    list: () => allPools(store.pools).map(infoOf),
    save(pool) {
      if (isBuiltIn(pool.id))
        return fail(
          appError('invalid_input', `The pool "${pool.id}" is built in and cannot be changed. Take another id.`),
        );
      const missing = missingSource(pool, store.pools.get(pool.id), (id) => store.collections.get(id) !== null);
      if (missing !== null) return fail(missing);
      store.pools.save(pool);
      events.emit('pools.changed', { what: 'pools' });
      return ok(infoOf(pool));
    },
    remove(id) {
      if (isBuiltIn(id)) return fail(appError('invalid_input', `The pool "${id}" is built in and cannot be removed.`));
      if (!store.pools.remove(id)) return fail(noPool(id, allPools(store.pools)));
      store.bag.forget(id);
      const { pool, playlists, displays } = memory.config();
      memory.configure({
        pool: pool === id ? 'browse' : pool,
        playlists: playlists.map((one) => (one.pool === id ? { ...one, pool: 'browse' } : one)),
        displays: Object.fromEntries(
          Object.entries(displays).map(([key, one]) => [key, one.pool === id ? { ...one, pool: null } : one]),
        ),
      });
      events.emit('pools.changed', { what: 'pools' });
      return ok(allPools(store.pools).map(infoOf));
    },
  };
}

function isBuiltIn(id: string): boolean {
  return builtIn.some((pool) => pool.id === id);
}
