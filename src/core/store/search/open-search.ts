import { parse } from '../../../shared/search/index.ts';
import type { Statement } from '../driver.ts';
import { createAsking } from './asking.ts';
import { chooseWay, type Sized, type WayLimits } from './choose.ts';
import { listAll, mostKey, type Listed } from './lists.ts';
import { allOf, createBinder, createConditions, nothing, safeOnly, type Condition } from './conditions.ts';
import { createCounts, type CountLimits } from './counts.ts';
import type { FacetCounts } from './facets.ts';
import type { NameIndex } from './names.ts';
import { orderOf, shuffled, type Order } from './orders.ts';
import { startOf, stepSql, stretchEndSql } from './plan.ts';
import type { FoundRow, OpenSearch, Place, SearchQuery, Step } from './types.ts';
import { createWords } from './words.ts';

/** How much is done at once. */
export interface SearchLimits extends WayLimits, CountLimits {
  /** Names that hold a word are looked up one by one, up to so many. */
  readonly mostNames: number;
}

export interface Totals {
  readonly images: number;
  /** The largest key; 0: none. */
  readonly last: number;
  readonly safe: number;
  readonly revision: number;
}

/** Images that fit a condition are counted up to here. */
const mostSized = 20_000;
/** So few images are all looked at to draw one of them. */
const mostDrawn = 200;
/** One of so many that follow each other is drawn. */
const together = 32;
/** A step goes on from ring to ring until it has so many. */
const enoughOfRings = 500;

type Row = { readonly [K in 'sort' | 'key' | 'ratio']: number };

/** Looks the names of a query up; how to go about it is decided from step to step. */
export function openSearch(
  parts: {
    readonly prepare: <R>(sql: string) => Statement<R>;
    readonly total: () => Totals;
    readonly index: NameIndex;
    readonly facetCounts: FacetCounts;
    readonly limits: SearchLimits;
  },
  query: SearchQuery,
): OpenSearch {
  const { prepare, total, index, facetCounts, limits } = parts;
  const { terms, adult } = query;
  const binder = createBinder();
  const asking = createAsking(prepare, binder);
  const { get, all, countUpTo } = asking;

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
  const order = orderOf(terms, query.seed, binder);

  let sizes: readonly Sized[] | null = null;
  /** How many fit each condition. None is counted further than the fewest so far: it would not be begun with. */
  function sized(): readonly Sized[] {
    if (sizes !== null) return sizes;
    let fewest = mostSized;
    const found = new Map<Condition, number | null>();
    const known = (condition: Condition): number => (condition.link === null ? 1 : 0);
    for (const condition of [...conditions].sort((one, other) => known(one) - known(other))) {
      const limit = condition.link === null ? fewest : Number.MAX_SAFE_INTEGER;
      const size = condition.drive?.atMost(limit) ?? null;
      // Names know how many they have, beyond any limit.
      found.set(condition, size === limit ? null : size);
      fewest = Math.max(500, Math.min(fewest, size ?? fewest));
    }
    sizes = conditions.map((condition) => ({ condition, size: found.get(condition) ?? null }));
    return sizes;
  }

  let known: Listed | null = null;
  const list = (lists: readonly Sized[]): Listed => (known ??= listAll(asking, lists, total().last + 1));
  const ways = limits.ways.filter((way) => way !== 'listed' || total().last < mostKey);

  /** Steps that found little make the next ones wider. */
  let wider = 1;

  function stepIn(
    { parts, whole }: Order,
    after: Place | null,
    limit: number,
    within: WayLimits = { ...limits, ways },
  ): Step {
    const first = parts[0];
    if (first === undefined) return { rows: [], next: null };
    const { images, safe } = total();
    // Where hardly anything is safe, that is where to begin while the opt-in is off.
    const hardly = !adult && safe * 20 < images;
    const given = { sized: [...sized(), ...(hardly ? [{ condition: safeOnly, size: safe }] : [])], adult };
    const rows: FoundRow[] = [];
    let from = after ?? startOf(first, 0);
    for (let part = parts[from.part]; part !== undefined; part = parts[from.part]) {
      const wanted = limit - rows.length;
      const way = chooseWay(part, given.sized, wanted * wider, images, within, known);
      const gathered = way.kind === 'gather' || way.kind === 'listed' ? whole : null;
      const keys = way.kind === 'listed' ? { keys: list(way.lists).json } : {};
      if (gathered !== null) {
        // All parts are read as one; each row is of the part its value is in.
        const begin = (gathered.from[from.part] ?? 0) - 1;
        const place = from.sort > begin ? from : { sort: begin, key: Number.MAX_SAFE_INTEGER };
        const { sql } = stepSql(gathered.part, way, given);
        const found = all<Row>(sql, { sort: place.sort, key: place.key, ...keys, limit: wanted + 1 });
        for (const { sort, key, ratio } of found.slice(0, wanted)) {
          const part = gathered.from.findLastIndex((least) => least <= sort);
          rows.push({ part, sort, key, ratio });
        }
        return { rows, next: found.length > wanted ? (rows.at(-1) ?? null) : null };
      }
      const place = { sort: from.sort, key: from.key };
      const { sql, end } = stepSql(part, way, given);
      let stretch: Readonly<Record<string, number>> = {};
      let looked: Pick<Row, 'sort' | 'key'> | undefined;
      if (way.kind === 'stretch') {
        looked = get<Row>(stretchEndSql(part, way.window), place);
        if (looked !== undefined) {
          const { sort, key } = looked;
          stretch = { low: Math.min(sort, place.sort), high: Math.max(sort, place.sort), esort: sort, ekey: key };
        }
      }
      const found =
        way.kind === 'stretch' && looked === undefined
          ? []
          : all<Row>(sql, { ...place, ...stretch, ...keys, limit: wanted + 1 });
      for (const { sort, key, ratio } of found.slice(0, wanted)) rows.push({ part: from.part, sort, key, ratio });
      const last = rows.at(-1);
      if (found.length > wanted && last !== undefined) return { rows, next: last };
      if (end !== null) looked = get<Row>(end, place);
      if (looked !== undefined) {
        wider = found.length * 2 < wanted ? Math.min(64, wider * 4) : wider;
        return { rows, next: { part: from.part, sort: looked.sort, key: looked.key } };
      }
      const next = parts[from.part + 1];
      if (next === undefined) break;
      from = startOf(next, from.part + 1);
      if (rows.length === limit || (way.kind === 'ring' && rows.length >= enoughOfRings)) return { rows, next: from };
    }
    return { rows, next: null };
  }

  const counts = createCounts({
    conditions,
    sized,
    adult,
    asking,
    total,
    facetCounts,
    limits: { ...limits, ways },
    list,
    listed: () => known,
  });
  return {
    step: (after, limit) => stepIn(order, after, limit),
    count: counts.count,
    facets: counts.facets,
    random(random) {
      const places = shuffled(Math.floor(random * 2_147_483_647), binder.bind);
      const some = (rows: readonly FoundRow[]): number | null =>
        rows[Math.floor(((random * 7919) % 1) * rows.length)]?.key ?? null;
      const few = sized().some(({ size }) => size !== null && size <= mostDrawn);
      if (few) {
        const { rows, next } = stepIn(orderOf([], query.seed, binder), null, mostDrawn, {
          ...limits,
          mostGathered: mostDrawn,
          ways: ['gather'],
        });
        if (next === null) return some(rows);
      }
      const named = conditions.some(({ link }) => link !== null);
      if (named) {
        // From when a random image was uploaded: one of the next few, so that those after a long pause are not drawn more often.
        const [first] = places.parts;
        const all = { sized: [], adult: true };
        const begin = first === undefined ? null : startOf(first, 0);
        const sql = first === undefined ? '' : stepSql(first, { kind: 'ordered', window: 1 }, all).sql;
        const found = begin === null ? undefined : get<Row>(sql, { sort: begin.sort, key: begin.key, limit: 1 });
        const uploaded =
          found === undefined
            ? undefined
            : get<{ at: number }>('SELECT uploaded AS at FROM search_image WHERE key = :key', { key: found.key })?.at;
        if (found !== undefined && uploaded !== undefined) {
          const newest = orderOf([], query.seed, binder);
          const rows: FoundRow[] = [];
          let place: Place | null = { part: 0, sort: uploaded, key: found.key + 1 };
          for (const window of [200, 200, 200]) {
            // Behind the oldest comes the newest again: all stand in a ring.
            const step: Step = stepIn(newest, place, together - rows.length, { ...limits, window, ways: ['linked'] });
            rows.push(...step.rows);
            place = step.next;
            if (rows.length === together) break;
          }
          // Where none of these fits, few do: they are better walked.
          return some(rows);
        }
      }
      let place: Place | null = null;
      for (const window of [300, 1000, limits.window]) {
        const { rows, next }: Step = stepIn(places, place, 1, { ...limits, window, ways: ['ordered'] });
        if (rows[0] !== undefined) return rows[0].key;
        if (next === null) return null;
        place = next;
      }
      return null;
    },
  };
}
