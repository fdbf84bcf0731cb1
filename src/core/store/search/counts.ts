import type { Asking } from './asking.ts';
import type { Sized } from './choose.ts';
import type { Condition } from './conditions.ts';
import type { FacetCounts } from './facets.ts';
import type { OpenSearch } from './types.ts';

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
  readonly limits: CountLimits;
}): Pick<OpenSearch, 'count' | 'facets'> {
  const { conditions, sized, adult, asking, total, facetCounts, limits } = parts;
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
      // What takes long to look at is guessed from fewer.
      const cost = conditions.reduce((sum, each) => sum + each.cost, 0);
      const { keys, hidden, of } = sample(cost > 3 ? Math.ceil(sampled / 2) : sampled);
      const scale = images / of;
      return { total: Math.round(keys.length * scale), exact: false, hidden: Math.round(hidden * scale) };
    },
    facets() {
      const from = fromFew(mostFaceted);
      if (from !== null) {
        const rows = all<{ key: number }>(
          `SELECT s.key AS key FROM ${from} WHERE ${fits}${adult ? '' : ' AND s.safe = 1'}`,
        );
        const keys = rows.map(({ key }) => key);
        return { facets: facetCounts(keys, 1, adult), exact: true };
      }
      const { keys, of } = sample(sampled);
      const some = keys.slice(0, mostFaceted);
      const scale = some.length === 0 ? 0 : ((total().images / of) * keys.length) / some.length;
      return { facets: facetCounts(some, scale, adult), exact: false };
    },
  };
}
