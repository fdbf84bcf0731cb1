/**
 * The search syntax as data. One small language for the search bar, the terminal, smart collections and pools:
 *
 *     sky "two words" tag:sky -tag:night artist:"x" width:>=2560 orientation:landscape rating:safe color:#3366cc~ is:favorite
 *     added:<7d uploaded:2023..2024-06 bytes:<2MB ratio:16:9 size:4k collection:"Name" sort:likes
 *
 * All terms must hold (AND). Nothing here knows of the database, zod, Node or the DOM.
 */

/** Text is matched without regard to case, and `_`, `-` and space are the same (see `fold`). */
export const textKeys = ['tag', 'artist', 'category', 'collection', 'source', 'note', 'title', 'id'] as const;
export type TextKey = (typeof textKeys)[number];

/** What may stand behind a key that takes one of a few words. */
export const choices = {
  provider: ['waifu-im', 'yiff-rest', 'local'],
  orientation: ['landscape', 'portrait', 'square'],
  rating: ['safe', 'adult', 'any'],
  is: ['favorite', 'cached', 'animated', 'duplicate'],
  /** By pixels: from the first number of `sizeClasses` up to the next class. */
  size: ['small', 'hd', 'full-hd', 'qhd', '4k', '8k'],
} as const;
export type ChoiceKey = keyof typeof choices;

/** The smallest number of pixels of each class. */
export const sizeClasses = {
  small: 0,
  hd: 1280 * 720,
  'full-hd': 1920 * 1080,
  qhd: 2560 * 1440,
  '4k': 3840 * 2160,
  '8k': 7680 * 4320,
} as const satisfies Record<(typeof choices)['size'][number], number>;

/** The names that `color:` takes beside `#rrggbb`. */
export const colorFamilies = [
  'black',
  'grey',
  'white',
  'red',
  'orange',
  'brown',
  'yellow',
  'green',
  'teal',
  'blue',
  'purple',
  'pink',
] as const;
export type ColorFamily = (typeof colorFamilies)[number];

/** `ratio` is width / height in thousandths; `bytes` bytes; the rest whole numbers. */
export const numberKeys = ['width', 'height', 'pixels', 'bytes', 'ratio', 'likes'] as const;
export type NumberKey = (typeof numberKeys)[number];

export const timeKeys = ['added', 'uploaded', 'liked'] as const;
export type TimeKey = (typeof timeKeys)[number];

export const sorts = ['newest', 'oldest', 'added', 'likes', 'size', 'random', 'color', 'liked'] as const;
export type SearchSort = (typeof sorts)[number];

export type Comparison = '=' | '<' | '<=' | '>' | '>=';
/** One bound, or both ends of a range, which belong to it. */
export type Range<T> =
  { readonly op: Comparison; readonly value: T } | { readonly op: '..'; readonly from: T; readonly to: T };

export const ageUnits = ['h', 'd', 'w', 'm', 'y'] as const;
/** A date of the calendar (UTC): `2024`, `2024-06` or `2024-06-15`; or an age: `7d` is seven days (h, d, w, m of 30 days, y of 365). */
export type TimeValue = { readonly date: string } | { readonly age: number; readonly unit: (typeof ageUnits)[number] };

export type Term =
  | { readonly kind: 'word'; readonly text: string; readonly not: boolean }
  | { readonly kind: 'text'; readonly key: TextKey; readonly value: string; readonly not: boolean }
  | { readonly kind: 'choice'; readonly key: ChoiceKey; readonly value: string; readonly not: boolean }
  | { readonly kind: 'number'; readonly key: NumberKey; readonly range: Range<number>; readonly not: boolean }
  | { readonly kind: 'time'; readonly key: TimeKey; readonly range: Range<TimeValue>; readonly not: boolean }
  /** `near`: like it; else the same to the eye. */
  | { readonly kind: 'color'; readonly hex: string; readonly near: boolean; readonly not: boolean }
  | { readonly kind: 'family'; readonly value: ColorFamily; readonly not: boolean }
  | { readonly kind: 'sort'; readonly value: SearchSort };

/** Something that cannot be understood, where (in UTF-16 units), and what to do, as a sentence. */
export interface Mistake {
  readonly at: number;
  readonly length: number;
  readonly message: string;
}

/** Where a term stands in the text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface Search {
  readonly terms: readonly Term[];
  /** The place of each term, in the same order. */
  readonly spans: readonly Span[];
  readonly mistakes: readonly Mistake[];
}

/** Every key of the syntax, with a word or two for people who complete it. */
export const searchKeys: readonly string[] = [
  ...textKeys,
  ...(Object.keys(choices) as ChoiceKey[]),
  ...numberKeys,
  ...timeKeys,
  'color',
  'sort',
];
