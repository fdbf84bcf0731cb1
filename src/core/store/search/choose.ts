import type { Condition, Drive } from './conditions.ts';
import type { OrderPart } from './orders.ts';

/** How the next rows of a part of an order are come by. */
export type Way =
  /** All that one condition finds are looked at, and sorted. */
  | { readonly kind: 'gather'; readonly from: Sized; readonly drive: Drive }
  /** The same, but only of a stretch of time at once: as long as `window` images of the library. */
  | { readonly kind: 'stretch'; readonly from: Sized; readonly drive: Drive; readonly window: number }
  /** The images that fit some conditions each are listed, and those in all of the lists are looked at, and sorted. */
  | { readonly kind: 'listed'; readonly lists: readonly Sized[] }
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
  /** A step reads at most this many rows of an index, found or not. */
  readonly window: number;
  /** Which ways may be gone; in tests only. */
  readonly ways: readonly Way['kind'][];
}

/** A condition, and how many images fit it at most; null: more than were counted. */
export interface Sized {
  readonly condition: Condition;
  readonly size: number | null;
}

/** Microseconds on a usual machine (bench/library.ts): to find and look at a row by its key, at the next one of an index; to put a key into a set; to find a place; to list a key. */
const [lookUp, next, put, seek, listing] = [1.3, 0.1, 0.6, 1.5, 0.13];
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
  listed: { readonly lists: readonly Sized[]; readonly keys: { readonly length: number } } | null = null,
): Way {
  const share = ({ condition, size }: Sized): number =>
    size === null ? (condition.drive === null ? 0.5 : 0.25) : Math.min(1, Math.max(size, 0.5) / Math.max(1, images));
  const together = (some: readonly Sized[]): number => some.reduce((product, each) => product * share(each), 1);
  const costOf = (some: readonly Sized[]): number => some.reduce((sum, { condition }) => sum + condition.cost, 0);
  const without = (one: Sized): readonly Sized[] => sized.filter((each) => each !== one);
  const allowed = (kind: Way['kind']): boolean => limits.ways.includes(kind);

  /** Of `rows` images that one condition finds: what the others take. */
  const rest = (one: Sized, rows: number): number => {
    const others = without(one);
    if (one.condition.link === null) return rows * (put + lookUp * (1 + costOf(others)));
    const early = others.filter(({ condition }) => condition.early !== null);
    const late = others.filter(({ condition }) => condition.early === null);
    return rows * (next + costOf(early) + together(early) * lookUp * (1 + costOf(late)));
  };

  const ways: (readonly [Way, number])[] = [];
  if (allowed('ring') && part.cells !== null) {
    const others = besideRing(sized);
    const fitting = Math.min(images, wanted / together(others));
    const each = others.length === 0 ? 0 : lookUp * (1 + costOf(others));
    ways.push([{ kind: 'ring' }, 4 * next * (2_000 + 3 * fitting) + fitting * each]);
  }
  if (allowed('ordered') && part.column !== null) {
    const rows = sized.length === 0 ? wanted : Math.min(images, wanted / together(sized));
    const each = sized.length === 0 ? next : lookUp * (1 + costOf(sized));
    const window = Math.max(1, Math.round(limits.window / (1 + costOf(sized) / 2)));
    ways.push([{ kind: 'ordered', window }, rows * each]);
  }
  const lists = listed?.lists ?? listable(sized, limits);
  if (allowed('listed') && lists.length > 0) {
    const count = listed?.keys.length ?? images * together(lists);
    const others = sized.filter((each) => !lists.includes(each));
    const all = (listed === null ? listCost(lists) : 0) + count * (2 * next + lookUp * (1 + costOf(others)));
    if (all <= mostTime) ways.push([{ kind: 'listed', lists }, all]);
  }
  for (const one of sized) {
    const { condition, size } = one;
    const { drive, link } = condition;
    if (drive === null || size === null || (part.cells !== null && condition.color === true)) continue;
    const all = seek * drive.seeks + rest(one, size);
    if (allowed('gather') && size <= limits.mostGathered && all <= mostTime)
      ways.push([{ kind: 'gather', from: one, drive }, all]);
    if (part.column !== 'uploaded') continue;
    const rows = Math.min(size, wanted / together(without(one)));
    if (allowed('linked') && link !== null)
      ways.push([{ kind: 'linked', from: one, window: limits.window }, rest(one, rows)]);
    if (allowed('stretch') && drive.between !== null) {
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

/** What can be listed: the fewest, and others that are not far more. */
export function listable(sized: readonly Sized[], { mostGathered }: Pick<WayLimits, 'mostGathered'>): readonly Sized[] {
  const lists = sized
    .flatMap((each) => (each.size === null || each.condition.drive?.exact !== true ? [] : [each]))
    .sort((one, other) => (one.size ?? 0) - (other.size ?? 0));
  const fewest = lists[0]?.size ?? 0;
  return fewest > mostGathered ? [] : lists.filter(({ size }) => (size ?? 0) <= 1000 + 20 * fewest).slice(0, 200);
}

/** Microseconds. */
export function listCost(lists: readonly Sized[]): number {
  return lists.reduce(
    (sum, { condition, size }) => sum + seek * (condition.drive?.seeks ?? 0) + listing * (size ?? 0),
    0,
  );
}

/** Without the color that the rings of an order are about: that is the first one. */
export function besideRing(sized: readonly Sized[]): readonly Sized[] {
  const ring = sized.find(({ condition }) => condition.color === true);
  return sized.filter((each) => each !== ring);
}
