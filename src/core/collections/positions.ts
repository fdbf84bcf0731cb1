import type { ImageId } from '../../shared/model.ts';
import type { CollectionPlace } from '../store/collections.ts';

/** Reads places in their order, nearest first. Null begins at the end (`before`) or the start (`after`). */
export interface Neighbours {
  before(place: CollectionPlace | null, limit: number): readonly CollectionPlace[];
  after(place: CollectionPlace | null, limit: number): readonly CollectionPlace[];
}

/** Between two pictures that were put beside each other: twenty times the gap can be halved. */
export const step = 1 << 20;
/** Rows that are spread anew where a gap has run out, at first; twice as many when they are too close as well. */
const firstWindow = 32;
/** A gap that is worth having after that. */
const roomy = 1 << 10;

/**
 * Where `moving` come to be, in their order, right before `anchor` (null: at the end). Mostly that writes them alone; where the gap has run out, some neighbours are
 * spread anew, never the whole collection. `anchor` is none of them.
 */
export function placesFor(
  moving: readonly ImageId[],
  anchor: CollectionPlace | null,
  read: Neighbours,
): readonly CollectionPlace[] {
  const own = new Set(moving);
  const others = (places: readonly CollectionPlace[], wanted: number): readonly CollectionPlace[] =>
    places.filter(({ image }) => !own.has(image)).slice(0, wanted);
  const before = (wanted: number): readonly CollectionPlace[] => others(read.before(anchor, wanted + own.size), wanted);

  const simple = spread(moving, before(1)[0]?.position ?? null, anchor?.position ?? null, 1);
  if (simple !== null) return simple;

  for (let window = firstWindow; ; window *= 2) {
    const left = [...before(window)].reverse();
    const right = anchor === null ? [] : [anchor, ...others(read.after(anchor, window + own.size), window - 1)];
    // The outermost keep their places as bounds, unless there is nothing beyond them.
    const low = left.length < window ? null : left[0];
    const high = right.length < window ? null : right.at(-1);
    const inside = [
      ...(low ? left.slice(1) : left).map(({ image }) => image),
      ...moving,
      ...(high ? right.slice(0, -1) : right).map(({ image }) => image),
    ];
    const places = spread(inside, low?.position ?? null, high?.position ?? null, roomy);
    if (places !== null) return places;
  }
}

/** Spreads images evenly between two positions (null: no bound); null where the gaps would be less than `least`. */
function spread(
  images: readonly ImageId[],
  low: number | null,
  high: number | null,
  least: number,
): readonly CollectionPlace[] | null {
  if (high === null) return images.map((image, n) => ({ image, position: (low ?? 0) + (n + 1) * step }));
  if (low === null) return images.map((image, n) => ({ image, position: high - (images.length - n) * step }));
  const gap = (high - low) / (images.length + 1);
  if (gap < least) return null;
  return images.map((image, n) => ({ image, position: low + Math.floor(gap * (n + 1)) }));
}
