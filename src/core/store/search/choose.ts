import { safeOnly, type Condition, type Drive } from './condition.ts';
import { mostLists, type Listed } from './lists.ts';
import type { OrderPart } from './orders.ts';

/** How the next rows of a part of an order are come by. */
export type Way =
  /** All that one condition finds are looked at, and sorted. */
  | { readonly kind: 'gather'; readonly from: Sized; readonly drive: Drive }
  /** The same, but only of a stretch of time at once: as long as `window` images of the library. */
  | { readonly kind: 'stretch'; readonly from: Sized; readonly drive: Drive; readonly window: number }
  /** The images that fit some conditions each are listed, and those in all of the lists are looked at, and sorted. */
  | { readonly kind: 'listed'; readonly lists: readonly Sized[] }
  /** The same lists, but an index in the order asked for is read, and only what is in all of the lists is looked at. */
  | { readonly kind: 'sifted'; readonly lists: readonly Sized[]; readonly window: number }
  /** The images of one name, which are in the order of their upload. */
  | { readonly kind: 'linked'; readonly from: Sized; readonly window: number }
  /** An index of all images that is in this order. */
  | { readonly kind: 'ordered'; readonly window: number }
  /** A ring of colors. */
  | { readonly kind: 'ring' };

/** How much is done at once. */
export interface WayLimits {
  /** No more images than this are gathered and sorted at once. */
  readonly mostGathered: number;
  /** A step looks at no more rows of an index than this, found or not. */
  readonly window: number;
  /** Which ways may be gone; in tests only. */
  readonly ways: readonly Way['kind'][];
}

/** A condition, and about how many images fit it; null: more than were counted. */
export interface Sized {
  readonly condition: Condition;
  readonly size: number | null;
}

/** Images that fit a condition are counted up to here. */
export const mostSized = 20_000;

/** How many fit each condition. None is counted much further than the fewest so far: it would be no help to list it as well. */
export function sizesOf(conditions: readonly Condition[], most: number): readonly Sized[] {
  let limit = most;
  const found = new Map<Condition, number | null>();
  const known = ({ link }: Condition): number => (link === null ? 1 : 0);
  for (const condition of [...conditions].sort((one, other) => known(one) - known(other))) {
    const size = condition.drive?.atMost(limit) ?? null;
    // Names know how many they have, beyond any limit.
    found.set(condition, size === limit && condition.link === null ? null : size);
    limit = Math.min(limit, Math.max(2_000, 4 * (size ?? limit)));
  }
  return conditions.map((condition) => ({ condition, size: found.get(condition) ?? null }));
}

/** Microseconds on a usual machine (bench/library.ts): to find and look at a row by its key, at the next one of an index; to put a key into a set; to find a place; to list a key; to ask an
 * image of a name whether it has another one, too. */
export const [lookUp, next, put, seek, listing, probe] = [1.1, 0.1, 0.6, 1.5, 0.1, 0.6];
/** What a gathering may take: it cannot be done in steps. */
const mostTime = 30_000;

/**
 * Chooses the way to `wanted` rows that takes the least, by what is known of how many fit each condition. Whatever it chooses, the rows are the same: it may
 * be another way from step to step.
 */
export function chooseWay(
  part: OrderPart,
  sized: readonly Sized[],
  wanted: number,
  images: number,
  limits: WayLimits,
  known: Pick<Listed, 'lists' | 'keys'> | null = null,
): Way {
  const together = (some: readonly Sized[]): number => shareOf(some, images);
  const without = (one: Sized): readonly Sized[] => sized.filter((each) => each !== one);
  const allowed = (kind: Way['kind']): boolean => limits.ways.includes(kind);

  /** Of `rows` images that one condition finds: what the others take. */
  const rest = (one: Sized, rows: number): number => {
    const others = without(one);
    return rows * (one.condition.link === null ? put + lookOf(others) : besideName(others, images));
  };

  const ways: (readonly [Way, number])[] = [];
  if (allowed('ring') && part.cells !== null) {
    const others = besideRing(sized);
    const fitting = Math.min(images, wanted / together(others));
    const each = others.length === 0 ? 0 : lookOf(others);
    ways.push([{ kind: 'ring' }, 100 * seek + 4 * next * 3 * fitting + fitting * each]);
  }
  /** What is asked of the column that an index is in the order of is a range of it. */
  const outside = sized.filter(({ condition }) => condition.column === undefined || condition.column !== part.column);
  if (allowed('ordered') && part.column !== null) {
    const rows = Math.min(images, wanted / together(outside));
    const window = Math.max(1, Math.round(limits.window / (1 + costOf(outside) / 2)));
    ways.push([{ kind: 'ordered', window }, rows * (outside.length === 0 ? next : lookOf(outside))]);
  }
  for (const lists of known === null ? listable(sized, limits) : [known.lists]) {
    const others = beside(sized, lists);
    const begin = known === null ? listCost(lists) : 0;
    const count = known?.keys.length ?? images * together(lists);
    const all = begin + count * (2 * next + lookOf(others));
    if (allowed('listed') && all <= mostTime) ways.push([{ kind: 'listed', lists }, all]);
    const ringed = part.cells !== null && lists.some(({ condition }) => condition.color !== true);
    if (allowed('sifted') && ringed) {
      const left = besideRing(others);
      const found = wanted / together(left);
      const rows = Math.min(images, found / together(besideRing(lists)));
      const sifting = 100 * seek + 3 * rows * next + Math.min(found, count) * lookOf(left);
      ways.push([{ kind: 'sifted', lists, window: limits.window }, begin + sifting]);
    }
    if (allowed('sifted') && part.column !== null && begin <= mostTime) {
      const found = wanted / together(others.filter((each) => outside.includes(each)));
      const rows = Math.min(images, found / together(lists.filter((each) => outside.includes(each))));
      const window = Math.round(Math.min(limits.window, Math.max(limits.window / 20, 1.2 * rows)));
      const sifting = rows * 1.5 * next + Math.min(found, count) * lookOf(others);
      ways.push([{ kind: 'sifted', lists, window: Math.max(1, window) }, begin + sifting]);
    }
  }
  for (const one of sized) {
    const { condition, size } = one;
    const { drive, link } = condition;
    if (size === null || (part.cells !== null && condition.color === true)) continue;
    const rows = Math.min(size, wanted / together(without(one)));
    if (allowed('linked') && link !== null && part.column === 'uploaded')
      ways.push([{ kind: 'linked', from: one, window: limits.window }, rest(one, rows)]);
    if (drive === null) continue;
    const all = seek * drive.seeks + rest(one, size);
    if (allowed('gather') && size <= limits.mostGathered && all <= mostTime)
      ways.push([{ kind: 'gather', from: one, drive }, all]);
    if (allowed('stretch') && drive.between !== null && part.column === 'uploaded') {
      const window = Math.ceil((1.3 * rows * images) / Math.max(1, size)) + limits.window / 5;
      const most = Math.min(5 * limits.window, (limits.window * images) / (2 * Math.max(1, size)));
      const stretch = Math.max(1, Math.round(Math.min(window, most)));
      const steps = Math.max(1, window / stretch);
      ways.push([
        { kind: 'stretch', from: one, drive, window: stretch },
        steps * (seek * drive.seeks + (next * stretch) / 2) + rest(one, rows),
      ]);
    }
  }
  ways.sort(([, one], [, other]) => one - other);
  const [best] = ways;
  return best?.[0] ?? (part.cells === null ? { kind: 'ordered', window: limits.window } : { kind: 'ring' });
}

/** The part of all images that fits all of these, as far as is known. */
export function shareOf(some: readonly Sized[], images: number): number {
  return some.reduce((product, { condition, size }) => {
    const share = size === null ? (condition.drive === null ? 0.5 : 0.25) : Math.max(size, 0.5) / Math.max(1, images);
    return product * Math.min(1, share);
  }, 1);
}

const costOf = (some: readonly Sized[]): number => some.reduce((sum, { condition }) => sum + condition.cost, 0);
/** Microseconds to look an image up and at what these ask. */
export const lookOf = (some: readonly Sized[]): number => lookUp * (1 + costOf(some));

/** Microseconds to ask an image of a name what these ask. */
export function besideName(others: readonly Sized[], images: number): number {
  const early = others.filter(({ condition }) => condition.early !== null);
  const late = others.filter(({ condition }) => condition.early === null);
  // What the row of the link itself answers is asked first, and what has to be looked up only of what is left.
  const free = early.filter(({ condition }) => condition.cost === 0);
  return next + shareOf(free, images) * costOf(early) * probe + shareOf(early, images) * lookOf(late);
}

/** What can be listed: the condition with the fewest, the two with the fewest, and so on. */
export function listable(
  sized: readonly Sized[],
  { mostGathered }: Pick<WayLimits, 'mostGathered'>,
): readonly (readonly Sized[])[] {
  const fewest = sized
    // What may not be seen is listed too, because it is counted.
    .filter(({ size, condition }) => size !== null && condition.drive !== null && condition !== safeOnly)
    .sort((one, other) => (one.size ?? 0) - (other.size ?? 0))
    .slice(0, mostLists);
  return (fewest[0]?.size ?? 0) > mostGathered ? [] : fewest.map((_, n) => fewest.slice(0, n + 1));
}

/** Microseconds. */
export function listCost(lists: readonly Sized[]): number {
  return lists.reduce(
    (sum, { condition, size }) => sum + seek * (condition.drive?.seeks ?? 0) + listing * (size ?? 0),
    0,
  );
}

/** What is not yet said by being in these lists. */
export function beside(sized: readonly Sized[], lists: readonly Sized[]): readonly Sized[] {
  return sized.filter((each) => !lists.includes(each) || each.condition.drive?.exact !== true);
}

/** Without the color that the rings of an order are about: that is the first one. */
export function besideRing(sized: readonly Sized[]): readonly Sized[] {
  const ring = sized.find(({ condition }) => condition.color === true);
  return sized.filter((each) => each !== ring);
}
