import type { Asking } from './asking.ts';
import {
  beside,
  besideName,
  listable,
  listCost,
  lookOf,
  shareOf,
  sizesOf,
  type Sized,
  type WayLimits,
} from './choose.ts';
import type { Condition } from './condition.ts';
import { jsonOf, listAll, type Listed } from './lists.ts';
import { orderOf, shuffled } from './orders.ts';
import { listedImages, restSql } from './plan.ts';
import type { Steps } from './steps.ts';
import type { FoundRow, OpenSearch, Place, Step } from './types.ts';

/** So few images are all looked at to draw one of them. */
const mostFew = 300;
/** Conditions that more fit are not listed for it, but for names, which know how many they have. */
const mostListed = 8_000;
/** Microseconds that listing may take. */
const mostListing = 8_000;
/** Of what is listed at most so many are drawn, until one of them fits the rest. */
const mostDrawn = 200;
/** Of the images of a name one of so many is drawn that follow each other: those after a long pause would be drawn more often. */
const together = 32;
/** So often they are read on where none fits. */
const mostTurns = 5;
/** Microseconds that a look at some images may take. */
const mostTime = 150;

/** Draws one at random: from what is listed already, from few, from the images of a name, from all, in this order. */
export function createDraw(parts: {
  readonly conditions: readonly Condition[];
  readonly steps: Steps;
  readonly asking: Asking;
  readonly total: { readonly last: number; readonly images: number };
  readonly adult: boolean;
  readonly limits: WayLimits;
  /** What has been listed already. */
  readonly listed: () => Listed | null;
}): OpenSearch['random'] {
  const { conditions, steps, asking, total, adult, limits, listed } = parts;
  const newest = orderOf([], 1);

  /** The conditions, of which one is said to have `size` images: that is where to begin. */
  const beginning = (at: Condition | null, size: number): readonly Sized[] =>
    conditions.map((condition) => ({ condition, size: condition === at ? size : null }));
  const going = (kind: WayLimits['ways'][number], window: number): WayLimits => ({
    ...limits,
    window: Math.max(1, window),
    ways: [kind],
  });

  function ofListed({ keys }: Listed, random: number): number | 'none' | null {
    const drawn = (_: unknown, n: number): number => keys[at(random + n * golden, keys.length)] ?? 0;
    const some = keys.length <= mostDrawn ? turned(keys, random) : Array.from({ length: mostDrawn }, drawn);
    // All conditions are asked of the few that are looked at, whatever the list says already.
    const fits = restSql([], { sized: beginning(null, 0), adult });
    const sql = `SELECT s.key AS key FROM ${listedImages} WHERE ${fits} LIMIT 1`;
    const found = asking.get<{ key: number }>(sql, { keys: jsonOf(some) })?.key;
    return found ?? (keys.length <= mostDrawn ? 'none' : null);
  }

  /** Of the images of a name, from when a random image was uploaded; behind the oldest comes the newest again. */
  function ofName(condition: Condition, random: number): number | null {
    const link = condition.draw?.(random) ?? null;
    if (link === null) return null;
    const begin = asking.get<{ sort: number; key: number }>(
      'SELECT uploaded AS sort, key FROM search_image WHERE key >= :key ORDER BY key LIMIT 1',
      { key: at(random * 7919, total.last) + 1 },
    );
    if (begin === undefined) return null;
    // Whatever this name has is what the condition asks.
    const named = { ...condition, link };
    const others = conditions
      .filter((each) => each !== condition)
      .map((each) => ({ condition: each, size: each.link?.images ?? null }));
    const window = Math.ceil(mostTime / besideName(others, total.images));
    // As good as none would be found.
    if (mostTurns * window * shareOf(others, total.images) < 1) return null;
    const sized = [
      { condition: named, size: link.images },
      ...others.map(({ condition }) => ({ condition, size: null })),
    ];
    const within = { limits: going('linked', window), sized };
    const rows: FoundRow[] = [];
    let place: Place | null = { part: 0, sort: begin.sort, key: begin.key + 1 };
    // Twice at least: behind the oldest it begins with the newest, which would else hardly be drawn.
    for (let turn = 0; turn < mostTurns && (turn < 2 || rows.length === 0 || place === null); turn += 1) {
      const step: Step = steps(newest, place, together - rows.length, within);
      rows.push(...step.rows);
      if (rows.length === together) break;
      place = step.next;
    }
    return rows[at(random * 104_729, rows.length)]?.key ?? null;
  }

  /** Of all images in random order, from somewhere. */
  function ofAll(random: number): number | null {
    const sized = beginning(null, 0);
    const within = { limits: going('ordered', Math.ceil(mostTime / lookOf(sized))), sized };
    return steps(shuffled(1 + at(random, 2 ** 31 - 2)), null, 1, within).rows[0]?.key ?? null;
  }

  let own: Listed | null = null;
  /** Of the lists that leave so few, or so many that fit, that one is soon drawn. */
  function ofLists(random: number): number | 'none' | null {
    const sized = limits.ways.includes('listed') ? sizesOf(conditions, mostListed) : [];
    const [soonest] = listable(sized, limits)
      .flatMap((lists) => {
        const others = beside(sized, lists);
        const drawn = Math.min(1 / shareOf(others, total.images), total.images * shareOf(lists, total.images));
        return drawn > mostDrawn ? [] : [{ lists, cost: listCost(lists) + drawn * lookOf(others) }];
      })
      .sort((one, other) => one.cost - other.cost);
    if (soonest === undefined || soonest.cost > mostListing) return null;
    own = listAll(asking, soonest.lists, total.last + 1);
    return ofListed(own, random);
  }

  return (random) => {
    const known = listed() ?? own;
    if (known !== null) return ofListed(known, random) ?? 'later';
    const sizes = conditions.map(({ drive }) => drive?.atMost(mostFew + 1) ?? Infinity);
    const fewest = Math.min(...sizes);
    const few = fewest > mostFew ? undefined : conditions[sizes.indexOf(fewest)];
    if (few !== undefined) {
      const within = { limits: going('gather', mostFew), sized: beginning(few, fewest) };
      const { rows } = steps(newest, null, mostFew, within);
      return rows[at(random * 7919, rows.length)]?.key ?? 'none';
    }
    const [name] = conditions
      .flatMap((condition, n) => (condition.draw === undefined ? [] : [{ condition, size: sizes[n] ?? Infinity }]))
      .sort((one, other) => one.size - other.size);
    return (
      (name === undefined ? null : ofName(name.condition, random)) ??
      // Among all images those of one name are rare.
      (name?.condition.link == null ? ofAll(random) : null) ??
      ofLists(random) ??
      'later'
    );
  };
}

const golden = 0.618_033_988_749;

/** All of them, begun somewhere else. */
function turned(keys: Uint32Array, random: number): readonly number[] {
  const from = at(random, keys.length);
  return [...keys.subarray(from), ...keys.subarray(0, from)];
}

/** A place in `length`, evenly by the fraction of `random`. */
function at(random: number, length: number): number {
  return Math.floor((random % 1) * length);
}
