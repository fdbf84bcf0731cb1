import { parse } from '../../../shared/search/index.ts';
import type { Statement } from '../driver.ts';
import { createAsking } from './asking.ts';
import { createBinder } from './binder.ts';
import { mostSized, sizesOf, type Sized, type WayLimits } from './choose.ts';
import { allOf, nothing, type Condition } from './condition.ts';
import { createConditions } from './conditions.ts';
import { createCounts, type CountLimits } from './counts.ts';
import { createDraw } from './draw.ts';
import type { FacetCounts } from './facets.ts';
import { listAll, mostKey, type Listed } from './lists.ts';
import type { NameIndex } from './names.ts';
import { createSteps, type Steps } from './steps.ts';
import type { OpenSearch, SearchQuery } from './types.ts';
import { createWords } from './words.ts';

/** How much is done at once. */
export interface SearchLimits extends WayLimits, CountLimits {
  /** Names that hold a word are looked up one by one, up to so many. */
  readonly mostNames: number;
  /** Of so many queries is kept what has been found out: each takes half a megabyte at most. */
  readonly mostKept: number;
}

export interface Totals {
  readonly images: number;
  /** The largest key; 0: none. */
  readonly last: number;
  readonly safe: number;
  readonly revision: number;
}

/** What has been found out for the conditions of a query, in whatever order it is read. */
export type OpenConditions = Omit<OpenSearch, 'step'> & { readonly steps: Steps };

/** Looks the names of a query up; how to go about it is decided from step to step. Good until the library changes. */
export function openConditions(
  parts: {
    readonly prepare: <R>(sql: string) => Statement<R>;
    readonly total: Totals;
    readonly index: NameIndex;
    readonly facetCounts: FacetCounts;
    readonly limits: SearchLimits;
  },
  query: Pick<SearchQuery, 'terms' | 'adult' | 'now'>,
): OpenConditions {
  const { prepare, total, index, facetCounts } = parts;
  const { terms, adult } = query;
  const binder = createBinder();
  const asking = createAsking(prepare, binder);
  const { countUpTo } = asking;
  const small = total.last < mostKey;
  const ways = parts.limits.ways.filter((way) => small || (way !== 'listed' && way !== 'sifted'));
  const limits = { ...parts.limits, ways };

  /** Collections that are being looked into: one that holds itself holds nothing more. */
  const within = new Set<string>();
  const searched = (text: string): Condition => {
    if (within.has(text)) return nothing;
    within.add(text);
    const all = allOf(parse(text).terms.flatMap((term) => (term.kind === 'sort' ? [] : (conditionOf(term) ?? []))));
    within.delete(text);
    return all;
  };
  const words = createWords({ index, binder, countUpTo, searched });
  const conditionOf = createConditions({ binder, words, countUpTo, now: query.now });
  const conditions = terms.flatMap((term) => (term.kind === 'sort' ? [] : (conditionOf(term) ?? [])));

  let sizes: readonly Sized[] | null = null;
  const sized = (): readonly Sized[] => (sizes ??= sizesOf(conditions, mostSized));
  let listed: Listed | null = null;
  const list = (lists: readonly Sized[]): Listed => (listed ??= listAll(asking, lists, total.last + 1));
  const shared = { asking, total, adult, limits, sized, list, listed: () => listed };

  const steps = createSteps(shared);
  const { count, facets } = createCounts({ ...shared, conditions, facetCounts });
  return { steps, random: createDraw({ ...shared, conditions, steps }), count: once(count), facets: once(facets) };
}

function once<T>(work: () => T): () => T {
  let done: { readonly value: T } | null = null;
  return () => (done ??= { value: work() }).value;
}
