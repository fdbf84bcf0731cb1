import type { Asking } from './asking.ts';
import { chooseWay, type Sized, type Way, type WayLimits } from './choose.ts';
import { safeOnly } from './condition.ts';
import { jsonOf, numbersOf, sortedJson, type Listed } from './lists.ts';
import type { Order, OrderPart } from './orders.ts';
import { indexSql, sortSql, startOf, stepSql, stretchEndSql, type Given } from './plan.ts';
import type { FoundRow, Place, Step } from './types.ts';

/** A step of a search in an order. `within`: how much is done in it and what is known of its conditions, where that is not as usual. */
export type Steps = (
  order: Order,
  after: Place | null,
  limit: number,
  within?: { readonly limits: WayLimits; readonly sized: readonly Sized[] },
) => Step;

/** A step goes on from ring to ring until it has so many. */
const enoughOfRings = 500;

type Row = Readonly<Record<'sort' | 'key' | 'ratio', number>>;

/** What a way found of a part: `end` is the place it has looked up to, where that is not the part's end. */
interface Found {
  readonly rows: readonly Row[];
  readonly end: Pick<Row, 'sort' | 'key'> | undefined;
}

export function createSteps(parts: {
  readonly asking: Asking;
  readonly total: { readonly images: number; readonly safe: number };
  readonly adult: boolean;
  readonly limits: WayLimits;
  readonly sized: () => readonly Sized[];
  readonly list: (lists: readonly Sized[]) => Listed;
  readonly listed: () => Listed | null;
}): Steps {
  const { asking, total, adult, list } = parts;
  const { get, all } = asking;
  const { images, safe } = total;
  // Where hardly anything is safe, that is where to begin while the opt-in is off.
  const hardly: readonly Sized[] = !adult && safe * 20 < images ? [{ condition: safeOnly, size: safe }] : [];

  // So many times more have to be looked at where some may not be seen.
  const unseen = adult || hardly.length > 0 ? 1 : images / Math.max(1, safe);

  /** Up to `wanted` rows and one more of a part, after a place. */
  function find(order: Order, part: OrderPart, way: Way, from: Place, wanted: number, given: Given): Found {
    const place = { ...order.parameters, sort: from.sort, key: from.key };
    const { sql, end } = stepSql(part, way, given);
    const ask = (more: Readonly<Record<string, number | string>>): readonly Row[] =>
      all<Row>(sql, { ...place, ...more, limit: wanted + 1 });
    switch (way.kind) {
      case 'listed':
        return { rows: ask({ keys: sortedJson(list(way.lists).keys) }), end: undefined };
      case 'sifted': {
        const { has } = list(way.lists);
        const keys = numbersOf(asking, indexSql(part, given), { ...place, window: way.window });
        const rows = ask({ keys: jsonOf(keys.filter(has)) });
        const last = part.cells !== null || keys.length < way.window ? undefined : keys.at(-1);
        const sort =
          last === undefined ? undefined : get<Pick<Row, 'sort'>>(sortSql(part), { ...place, key: last })?.sort;
        return { rows, end: last === undefined || sort === undefined ? undefined : { sort, key: last } };
      }
      case 'stretch': {
        const looked = get<Row>(stretchEndSql(part), { ...place, window: way.window });
        if (looked === undefined) return { rows: [], end: undefined };
        const { sort, key } = looked;
        const low = Math.min(sort, from.sort);
        const high = Math.max(sort, from.sort);
        return { rows: ask({ low, high, esort: sort, ekey: key }), end: { sort, key } };
      }
      case 'linked':
      case 'ordered': {
        const { window } = way;
        const rows = ask({ window });
        const looked = end === null || rows.length > wanted ? undefined : get<Row>(end, { ...place, window });
        return { rows, end: looked };
      }
      default:
        return { rows: ask({}), end: undefined };
    }
  }

  /** What has been listed once is kept, whatever would be listed now. */
  const listing = (way: Way): Way =>
    way.kind === 'listed' || way.kind === 'sifted' ? { ...way, lists: list(way.lists).lists } : way;

  /** Steps that found little make the next ones wider. */
  let wider = 1;

  return (order, after, limit, within) => {
    const { parts: ordered, whole } = order;
    const first = ordered[0];
    if (first === undefined) return { rows: [], next: null };
    const given = { sized: [...(within?.sized ?? parts.sized()), ...hardly], adult };
    const rows: FoundRow[] = [];
    let from = after ?? startOf(first, 0);
    for (let part = ordered[from.part]; part !== undefined; part = ordered[from.part]) {
      const wanted = limit - rows.length;
      const known = within === undefined ? parts.listed() : null;
      const limits = within?.limits ?? parts.limits;
      const way = listing(chooseWay(part, given.sized, wanted * wider * unseen, images, limits, known));
      if (whole !== null && (way.kind === 'gather' || way.kind === 'listed')) {
        // All parts are read as one; each row is of the part its value is in.
        const begin = (whole.from[from.part] ?? 0) - 1;
        const place = from.sort > begin ? from : { ...from, sort: begin, key: Number.MAX_SAFE_INTEGER };
        const found = find(order, whole.part, way, place, wanted, given).rows;
        for (const { sort, key, ratio } of found.slice(0, wanted))
          rows.push({ part: whole.from.findLastIndex((least) => least <= sort), sort, key, ratio });
        return { rows, next: found.length > wanted ? (rows.at(-1) ?? null) : null };
      }
      const found = find(order, part, way, from, wanted, given);
      for (const { sort, key, ratio } of found.rows.slice(0, wanted)) rows.push({ part: from.part, sort, key, ratio });
      const last = rows.at(-1);
      if (found.rows.length > wanted && last !== undefined) return { rows, next: last };
      if (found.end !== undefined) {
        const little = found.rows.length * 2 < wanted && (way.kind !== 'sifted' || way.window < limits.window);
        if (little) wider = Math.min(64, wider * 4);
        return { rows, next: { part: from.part, ...placeOf(found.end) } };
      }
      const next = ordered[from.part + 1];
      if (next === undefined) break;
      from = startOf(next, from.part + 1);
      if (rows.length === limit || (way.kind === 'ring' && rows.length >= enoughOfRings)) return { rows, next: from };
    }
    return { rows, next: null };
  };
}

/** A row may have more columns than these. */
function placeOf({ sort, key }: Pick<Row, 'sort' | 'key'>): Pick<Place, 'sort' | 'key'> {
  return { sort, key };
}
