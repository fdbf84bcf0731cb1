import { createHash } from 'node:crypto';
import path from 'node:path';
import { filter as filterSchema, type Filter, type Settings } from '../../shared/model.ts';
import type { Pool, PoolSource } from '../../shared/rotation.ts';
import type { CandidateSource, PoolRepository, Store } from '../store/store.ts';

/** Where the handlers remember the last filter of Browse. */
export const lastFilterKey = 'browse.filter';

/** A source as the store knows it, and where its finds come from. */
export interface ResolvedSource {
  readonly weight: number;
  readonly source: CandidateSource;
  readonly refill:
    | { readonly kind: 'query'; readonly key: string; readonly filter: Filter }
    | { readonly kind: 'search'; readonly key: string; readonly query: string }
    | { readonly kind: 'folder'; readonly path: string; readonly rating: 'safe' | 'adult' }
    | null;
}

export const builtIn: readonly Pool[] = [
  { id: 'browse', name: 'Last search', sources: [{ kind: 'browse', weight: 1 }] },
  { id: 'favorites', name: 'Favorites', sources: [{ kind: 'favorites', weight: 1 }] },
  { id: 'library', name: 'Everything on this disk', sources: [{ kind: 'library', weight: 1 }] },
];

/** Built-in pools first, then the owner's. */
export function allPools(store: Pick<PoolRepository, 'list'>): readonly Pool[] {
  return [...builtIn, ...store.list()];
}

export function createResolveSources(parts: {
  readonly store: Pick<Store, 'settings' | 'collections' | 'candidates'>;
  readonly settings: () => Pick<Settings, 'adultContent'>;
}): (pool: Pool) => readonly ResolvedSource[] {
  const { store, settings } = parts;

  const query = (filter: Filter, weight: number): ResolvedSource => {
    const asked: Filter = { ...filter, order: 'random', rating: settings().adultContent ? filter.rating : 'safe' };
    const key = `query:${digest({ ...filter, order: 'random', rating: 'any' })}`;
    return { weight, source: { kind: 'finds', source: key }, refill: { kind: 'query', key, filter: asked } };
  };
  const searched = (query: string, weight: number): ResolvedSource => {
    const key = `search:${createHash('sha256').update(query).digest('hex').slice(0, 32)}`;
    return { weight, source: { kind: 'finds', source: key }, refill: { kind: 'search', key, query } };
  };
  const lastFilter = (): Filter => {
    const last = filterSchema.safeParse(store.settings.recall(lastFilterKey));
    return last.success ? last.data : filterSchema.parse({ provider: 'waifu-im' });
  };

  /** What the library has, and what stays in its owner's folders: each picture with the same chance. */
  const everything = (weight: number): readonly ResolvedSource[] => {
    const { files, references } = store.candidates.sizes();
    const library: ResolvedSource = { weight, source: { kind: 'library' }, refill: null };
    if (references === 0) return [library];
    const share = references / (files + references);
    return [
      { ...library, weight: weight * (1 - share) },
      { weight: weight * share, source: { kind: 'references' }, refill: null },
    ];
  };

  const resolve = (source: Exclude<PoolSource, { kind: 'library' }>): ResolvedSource => {
    const { weight } = source;
    switch (source.kind) {
      case 'favorites':
        return { weight, source: { kind: 'favorites' }, refill: null };
      case 'collection': {
        const { collection } = source;
        const search = store.collections.get(collection)?.query ?? null;
        if (search === null) return { weight, source: { kind: 'collection', collection }, refill: null };
        return searched(search, weight);
      }
      case 'search':
        return searched(source.query, weight);
      case 'filter':
        return { weight, source: { kind: 'filter', filter: source.filter }, refill: null };
      case 'query':
        return query(source.filter, weight);
      case 'browse':
        return query(lastFilter(), weight);
      case 'folder': {
        const folder = path.resolve(source.path);
        const refill = { kind: 'folder' as const, path: folder, rating: source.rating };
        return { weight, source: { kind: 'folder', path: folder }, refill };
      }
    }
  };
  return (pool) =>
    pool.sources.flatMap((source) => (source.kind === 'library' ? everything(source.weight) : [resolve(source)]));
}

/** The same filter has the same name, however it was written. */
function digest(filter: Filter): string {
  const sorted = { ...filter, tags: [...filter.tags].sort(), excludedTags: [...filter.excludedTags].sort() };
  const entries = Object.entries(sorted).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(entries)).digest('hex').slice(0, 32);
}
