import type { ReasonToKeep } from '../../shared/duplicates.ts';

/** What decides which of several duplicates is the one to keep. */
export interface Candidate {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  /** Null where it is not on this disk and nobody says. */
  readonly bytes: number | null;
  readonly extension: string;
  readonly favorite: boolean;
  readonly collections: number;
  /** When it was uploaded or came here, milliseconds since the epoch; null where unknown. */
  readonly at: number | null;
}

/** A few pixels more are a crop, not a better picture. */
const muchLarger = 1.1;
/** Of the same pixels in the same format, the one with so many more bytes was compressed less. */
const muchMore = 1.1;

const lossless: ReadonlySet<string> = new Set(['png', 'bmp', 'tiff', 'tif']);
/** Better ones first, of those that lose something. */
const formats = ['jxl', 'avif', 'webp', 'jpg', 'jpeg', 'gif'];

/** More than 0: `one` is better by this; less: `other` is. In the order of `reasonsToKeep`. */
const rules: readonly (readonly [ReasonToKeep, (one: Candidate, other: Candidate) => number])[] = [
  ['larger', (one, other) => byShare(one.width * one.height, other.width * other.height, muchLarger)],
  ['lossless', (one, other) => Number(lossless.has(one.extension)) - Number(lossless.has(other.extension))],
  [
    'bytes',
    (one, other) => (one.extension === other.extension ? byShare(one.bytes ?? 0, other.bytes ?? 0, muchMore) : 0),
  ],
  ['format', (one, other) => rank(other.extension) - rank(one.extension)],
  ['favorite', (one, other) => Number(one.favorite) - Number(other.favorite)],
  ['collected', (one, other) => one.collections - other.collections],
  ['older', (one, other) => (one.at === null || other.at === null ? 0 : other.at - one.at)],
];

function byShare(one: number, other: number, much: number): number {
  if (one > other * much) return 1;
  return other > one * much ? -1 : 0;
}

function rank(extension: string): number {
  const place = formats.indexOf(extension);
  return place < 0 ? formats.length : place;
}

/** The best first, and why it is better than the next best. Equal ones keep a lasting order. */
export function rankDuplicates<T extends Candidate>(
  candidates: readonly T[],
): { readonly ranked: readonly T[]; readonly why: readonly ReasonToKeep[] } {
  // Not sorted: "much larger" is no order (a little larger twice may be much). The best is whoever the fewest are better than.
  const beaten = (one: T): number => candidates.filter((other) => compare(other, one) > 0).length;
  const ranked = candidates
    .map((candidate) => ({ candidate, beaten: beaten(candidate) }))
    .sort((a, b) => a.beaten - b.beaten || (a.candidate.id < b.candidate.id ? -1 : 1))
    .map(({ candidate }) => candidate);
  const [best, ...others] = ranked;
  if (best === undefined) return { ranked, why: [] };
  const why = rules
    .filter(
      ([, rule]) => others.some((other) => rule(best, other) > 0) && others.every((other) => rule(best, other) >= 0),
    )
    .map(([reason]) => reason);
  return { ranked, why };
}

function compare(one: Candidate, other: Candidate): number {
  for (const [, rule] of rules) {
    const difference = rule(one, other);
    if (difference !== 0) return difference;
  }
  return 0;
}
