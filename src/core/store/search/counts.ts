import type { Asking } from './asking.ts';
import { beside, listable, listCost, lookOf, shareOf, type Sized, type WayLimits } from './choose.ts';
import type { Condition } from './condition.ts';
import type { FacetCounts } from './facets.ts';
import { someOf, sortedJson, type Listed } from './lists.ts';
import { listedImages, restSql } from './plan.ts';
import type { OpenSearch } from './types.ts';

export interface CountLimits {
  /** Microseconds that counting may take; what takes longer is guessed from as many images as that time is enough for. */
  readonly mostCounting: number;
  /** Facets are counted of at most this many images. */
  readonly mostFaceted: number;
}

/** Images that fit, of `looked` that were looked at of `all` among which the others are. */
interface Fitting {
  readonly keys: Iterable<number>;
  readonly seen: number;
  readonly hidden: number;
  readonly looked: number;
  readonly all: number;
}

/** Counts what fits all conditions, or guesses it from some images. */
export function createCounts(parts: {
  readonly conditions: readonly Condition[];
  readonly sized: () => readonly Sized[];
  readonly adult: boolean;
  readonly asking: Asking;
  readonly total: { readonly images: number; readonly safe: number };
  readonly facetCounts: FacetCounts;
  readonly limits: CountLimits & WayLimits;
  readonly list: (lists: readonly Sized[]) => Listed;
  /** What has been listed already. */
  readonly listed: () => Listed | null;
}): Pick<OpenSearch, 'count' | 'facets'> {
  const { conditions, sized, adult, asking, total, facetCounts, limits, list, listed } = parts;
  const { images, safe } = total;
  const { mostCounting, mostFaceted } = limits;

  /** What has been listed, or what is soonest to count. Null: nothing is listed soon enough. */
  function toCount(): Listed | null {
    const known = listed();
    if (known !== null || !limits.ways.includes('listed')) return known;
    const costs = listable(sized(), limits).map((lists) => {
      const others = beside(sized(), lists);
      const look = others.length === 0 ? 0 : lookOf(others);
      const begin = listCost(lists);
      return { lists, begin, all: begin + look * images * shareOf(lists, images) };
    });
    const [soonest] = [...costs].sort((one, other) => one.all - other.all);
    if (soonest !== undefined && soonest.all <= mostCounting) return list(soonest.lists);
    const few = costs.find(({ begin }) => begin <= mostCounting / 2);
    return few === undefined ? null : list(few.lists);
  }

  /** Of those `keys` of a list that are asked for: what fits, all of it or what may be seen. */
  function look({ lists, keys }: Listed, most: number): Fitting {
    const some = someOf(keys, most);
    return fitting(`${listedImages} WHERE ${restSql(lists, { sized: sized(), adult: true })}`, sortedJson(some), {
      looked: some.length,
      all: keys.length,
    });
  }

  function fitting(from: string, keys: string, of: Pick<Fitting, 'looked' | 'all'>): Fitting {
    const sql = `SELECT s.key AS key, (${adult ? '1' : 's.safe'}) AS seen FROM ${from}`;
    const found = asking.all<{ key: number; seen: number }>(sql, { keys });
    const seen = found.flatMap(({ key, seen }) => (seen === 1 ? [key] : []));
    return { keys: seen, seen: seen.length, hidden: found.length - seen.length, ...of };
  }

  /** How many images can be looked at in a time. */
  const inTime = (time: number, some: readonly Sized[]): number =>
    Math.max(1, Math.floor(Math.min(time, mostCounting) / lookOf(some)));

  /** What fits of all images, or of some in random order. */
  function sample(time: number): Fitting {
    const fits = conditions.length === 0 ? 'true' : conditions.map(({ sql }) => `(${sql})`).join(' AND ');
    const limit = inTime(time, sized());
    if (images <= limit) return fitting(`search_image AS s WHERE ${fits}`, '', { looked: images, all: images });
    const rows = `SELECT s.key AS key FROM search_image AS s INDEXED BY search_shuffle ORDER BY s.shuffle LIMIT ${limit}`;
    const from = `(${rows}) AS w CROSS JOIN search_image AS s ON s.key = w.key WHERE ${fits}`;
    return fitting(from, '', { looked: limit, all: images });
  }

  /** `told`: which ones may be seen is to be known, not only how many. */
  function find(time: number, told = false): Fitting {
    const known = toCount();
    if (known === null) return sample(time);
    const others = beside(sized(), known.lists);
    const { keys } = known;
    if (others.length === 0 && (adult || (known.safe !== null && !told))) {
      const seen = adult ? keys.length : (known.safe ?? 0);
      return { keys, seen, hidden: keys.length - seen, looked: keys.length, all: keys.length };
    }
    return look(known, inTime(time, others));
  }

  return {
    count() {
      const [only] = conditions;
      const whole = only === undefined ? { images, safe } : conditions.length === 1 ? only.link : null;
      const { seen, hidden, looked, all } =
        whole === null
          ? find(mostCounting)
          : {
              seen: adult ? whole.images : whole.safe,
              hidden: adult ? 0 : whole.images - whole.safe,
              looked: 1,
              all: 1,
            };
      const scale = all / Math.max(1, looked);
      return { total: Math.round(seen * scale), exact: looked >= all, hidden: Math.round(hidden * scale) };
    },
    facets() {
      const found = find(mostCounting / 2, true);
      const some = someOf(Uint32Array.from(found.keys), mostFaceted);
      const scale = some.length === 0 ? 0 : (found.all / Math.max(1, found.looked)) * (found.seen / some.length);
      return {
        facets: facetCounts([...some], scale, adult),
        exact: found.looked >= found.all && some.length === found.seen,
      };
    },
  };
}
