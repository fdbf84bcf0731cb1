/**
 * The three-way merge of one image: what the service lists, what it listed when last seen (the base), what is liked here and what is still
 * to be told. Pure, so that every case can be tested with plain values.
 */
export interface ImageSides {
  readonly onServer: boolean;
  readonly inBase: boolean;
  /** `removed` is a tombstone. */
  readonly local: 'liked' | 'removed' | 'none';
  /** The entry of the outbox, if any. */
  readonly desired: 'liked' | 'unliked' | null;
  /** The entry is younger than the list: the list says nothing about it. */
  readonly younger: boolean;
}

export interface MergeDecision {
  /** What happens to the favorite here. */
  readonly local: 'like' | 'bury' | null;
  /** The service already is as desired: nothing is left to tell. */
  readonly settled: boolean;
  readonly base: 'add' | 'remove' | null;
}

/** A wish of the user beats the list; without one, what changed since the base is what the service's side did. */
export function mergeImage({ onServer, inBase, local, desired, younger }: ImageSides): MergeDecision {
  const base = onServer === inBase ? null : onServer ? 'add' : 'remove';
  if (desired !== null) return { local: null, settled: !younger && (desired === 'liked') === onServer, base };
  // Liked there: a new one, one liked again after it was dropped, or one whose row was lost here.
  if (onServer) return { local: local === 'liked' ? null : 'like', settled: false, base };
  // Listed before and not now: dropped there. Never listed and no wish: it is only here (another account's), and stays.
  return { local: inBase && local === 'liked' ? 'bury' : null, settled: false, base };
}

/** Fewer removals than this are believed, whatever share they are. */
const fewRemovals = 10;

export interface RemovalQuestion {
  /** How many favorites the list would turn into tombstones. */
  readonly removals: number;
  /** How many the service listed when last seen. */
  readonly known: number;
  /** Some entries of the answer could not be read: what is missing may be among them. */
  readonly incomplete: boolean;
}

/** True when the removals are too many to be believed without asking: over ten and over a fifth, or any from a list with holes. */
export function shouldHold({ removals, known, incomplete }: RemovalQuestion): boolean {
  if (removals === 0) return false;
  return incomplete || (removals > fewRemovals && removals * 5 > known);
}
