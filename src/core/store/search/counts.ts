import type { Asking } from './asking.ts';
import { listable, listCost, type Sized, type WayLimits } from './choose.ts';
import type { Condition } from './conditions.ts';
import type { FacetCounts } from './facets.ts';
import type { Listed } from './lists.ts';
import { listedImages, restSql } from './plan.ts';
import type { OpenSearch } from './types.ts';

/** Microseconds that listing may take before anything is counted. */
const mostListing = 8_000;

export interface CountLimits {
  /** Up to here matches are counted; beyond, they are guessed from some images in random order. */
  readonly mostCounted: number;
  readonly sampled: number;
  /** Facets are counted of at most this many images. */
  readonly mostFaceted: number;
}

/** Counts what fits all conditions, or guesses it from some images. */
export function createCounts(parts: {
  readonly conditions: readonly Condition[];
  readonly sized: () => readonly Sized[];
  readonly adult: boolean;
  readonly asking: Asking;
  readonly total: () => { readonly images: number; readonly safe: number };
  readonly facetCounts: FacetCounts;
  readonly limits: CountLimits & WayLimits;
  readonly list: (lists: readonly Sized[]) => Listed;
  /** What has been listed already. */
  readonly listed: () => Listed | null;
}): Pick<OpenSearch, 'count' | 'facets'> {
  const { conditions, sized, adult, asking, total, facetCounts, limits, list, listed } = parts;
  const { mostCounted, sampled, mostFaceted } = limits;
  const { get, all } = asking;
  const fits = conditions.length === 0 ? 'true' : conditions.map(({ sql }) => `(${sql})`).join(' AND ');

  /** Where all that fit are found, if these are no more than `most`. */
  function fromFew(most: number): string | null {
    if (total().images <= most) return 'search_image AS s';
    const few = sized()
      .filter(({ size }) => size !== null && size <= most)
      .sort((one, other) => (one.size ?? 0) - (other.size ?? 0))[0];
    const drive = few?.condition.drive;
    return drive == null ? null : `(${drive.sql}) AS d CROSS JOIN search_image AS s ON s.key = d.key`;
  }

  /** The images that fit some of the conditions, where these are soon listed. */
  function few(): Listed | null {
    const known = listed();
    if (known !== null) return known;
    const lists = listable(sized(), limits);
    return !limits.ways.includes('listed') || lists.length === 0 || listCost(lists) > mostListing ? null : list(lists);
  }
  /** Of what is listed, some evenly chosen: which of them fit everything. */
  function fittingOf(
    { lists, keys, json }: Listed,
    most: number,
  ): { readonly keys: readonly number[]; readonly hidden: number; readonly of: number } {
    const every = Math.max(1, keys.length / most);
    const some =
      every === 1 ? json : JSON.stringify(Array.from({ length: most }, (_, n) => keys[Math.floor(n * every)]));
    const found = all<{ key: number; seen: number }>(
      `SELECT s.key AS key, (${adult ? '1' : 's.safe'}) AS seen FROM ${listedImages} WHERE ${restSql(lists, { sized: sized(), adult: true })}`,
      { keys: some },
    );
    const fit = found.flatMap(({ key, seen }) => (seen === 1 ? [key] : []));
    return { keys: fit, hidden: found.length - fit.length, of: Math.min(keys.length, most) };
  }

  /** What fits of some images in random order. */
  function sample(limit: number): { readonly keys: readonly number[]; readonly hidden: number; readonly of: number } {
    const rows = `SELECT s.key AS key FROM search_image AS s INDEXED BY search_shuffle ORDER BY s.shuffle LIMIT ${limit}`;
    const found = all<{ key: number; seen: number }>(
      `SELECT s.key AS key, (${adult ? '1' : 's.safe'}) AS seen FROM (${rows}) AS w CROSS JOIN search_image AS s ON s.key = w.key WHERE ${fits}`,
    );
    const keys = found.flatMap(({ key, seen }) => (seen === 1 ? [key] : []));
    return { keys, hidden: found.length - keys.length, of: Math.min(limit, total().images) };
  }

  return {
    count() {
      const { images, safe } = total();
      const [only] = conditions;
      const whole = only === undefined ? { images, safe } : conditions.length === 1 ? only.link : null;
      if (whole !== null) {
        return { total: adult ? whole.images : whole.safe, exact: true, hidden: adult ? 0 : whole.images - whole.safe };
      }
      const from = fromFew(mostCounted);
      if (from !== null) {
        const row = get<{ n: number; safe: number }>(
          `SELECT count(*) AS n, ifnull(sum(s.safe), 0) AS safe FROM ${from} WHERE ${fits}`,
        ) ?? { n: 0, safe: 0 };
        return { total: adult ? row.n : row.safe, exact: true, hidden: adult ? 0 : row.n - row.safe };
      }
      const those = few();
      if (those !== null) {
        const { keys, hidden, of } = fittingOf(those, 2 * mostCounted);
        const scale = those.keys.length / Math.max(1, of);
        return {
          total: Math.round(keys.length * scale),
          exact: of === those.keys.length,
          hidden: Math.round(hidden * scale),
        };
      }
      // What takes long to look at is guessed from fewer.
      const cost = conditions.reduce((sum, each) => sum + each.cost, 0);
      const { keys, hidden, of } = sample(cost > 3 ? Math.ceil(sampled / 2) : sampled);
      const scale = images / of;
      return { total: Math.round(keys.length * scale), exact: false, hidden: Math.round(hidden * scale) };
    },
    facets() {
      const begin = fromFew(mostFaceted);
      if (begin !== null) {
        const rows = all<{ key: number }>(
          `SELECT s.key AS key FROM ${begin} WHERE ${fits}${adult ? '' : ' AND s.safe = 1'}`,
        );
        const keys = rows.map(({ key }) => key);
        return { facets: facetCounts(keys, 1, adult), exact: true };
      }
      const those = few();
      const { keys, of } = those === null ? sample(sampled) : fittingOf(those, sampled);
      const every = Math.max(1, keys.length / mostFaceted);
      const some = every === 1 ? keys : Array.from({ length: mostFaceted }, (_, n) => keys[Math.floor(n * every)] ?? 0);
      const from = those === null ? total().images : those.keys.length;
      const scale = some.length === 0 ? 0 : ((from / of) * keys.length) / some.length;
      return { facets: facetCounts(some, scale, adult), exact: scale === 1 };
    },
  };
}
