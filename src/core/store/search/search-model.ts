import * as fc from 'fast-check';
import type { RemoteImage } from '../../../shared/model.ts';
import {
  choices,
  colorFamilies,
  fold,
  numberBounds,
  sizeClasses,
  sorts,
  timeBounds,
  type Bounds,
  type Term,
  type TextKey,
} from '../../../shared/search/index.ts';
import { colorNumbers } from '../../../shared/search/oklab.ts';
import { testImage } from '../testing.ts';

/** For tests: what a search means, without a database, and libraries and queries to compare the two on. */

export const now = Date.UTC(2026, 0, 1);

/** An image with all that a search can ask of it. */
export interface Known {
  readonly image: RemoteImage;
  readonly added: number;
  readonly liked: number | null;
  readonly cached: boolean;
  readonly blocked: boolean;
  readonly duplicate: boolean;
  /** In the collection "My Pictures". */
  readonly collected: boolean;
  readonly note: string | null;
}

/** An image for plans: the more of them, the more alike. */
export function known(n: number, more: Partial<RemoteImage>): RemoteImage {
  return testImage({
    id: `waifu-im:${n}`,
    uploadedAt: new Date(Date.UTC(2020, 0, 1) + n * 1e6).toISOString(),
    likes: n % 50,
    dominantColor: `#${(n * 5099).toString(16).padStart(6, '0').slice(-6)}`,
    ...more,
  });
}

const day = 86_400_000;
const tags = ['sky', 'night-sky', 'Night_Sky', 'sea', 'skyline', 'a', 'ab', 'abc'];
const artists = ['Ada Sky', 'ada sky', 'Bob', 'Abc'];
const sources = [
  'https://www.sky.example/works/12/abc',
  'https://sea.example/',
  'http://sea.example/works/abc-12?x=1',
  'https://bob.example',
];
const notes = ['my sky', 'Sky works well', 'nothing 12'];
const colors = ['#336699', '#33669a', '#3a6fa0', '#ff0000', '#101010', '#fefefe', '#446699'];
const some = <T>(values: readonly T[], maxLength = 3): fc.Arbitrary<T[]> =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength });

const image = fc.record({
  origin: fc.constantFrom('waifu-im', 'yiff-rest'),
  tags: some(tags),
  artists: some(artists, 2),
  sources: some(sources, 2),
  width: fc.constantFrom(100, 1000, 1280, 1920, 3840, 7680),
  height: fc.constantFrom(100, 720, 1000, 1080, 2160, 4320),
  bytes: fc.constantFrom(null, 1000, 2_000_000, 5_000_000),
  rating: fc.constantFrom('safe', 'adult' as const),
  animated: fc.boolean(),
  category: fc.constantFrom(null, 'animals', 'animals.birb', 'other'),
  color: fc.constantFrom(null, ...colors),
  uploaded: fc.constantFrom(null, now - day, now - 10 * day, now - 400 * day, Date.UTC(2024, 5, 15)),
  likes: fc.constantFrom(null, 0, 5, 50),
  added: fc.constantFrom(now - 1000, now - 8 * day, now - 40 * day),
  liked: fc.constantFrom(null, null, now - 2 * day, now - 20 * day),
  cached: fc.boolean(),
  blocked: fc.constantFrom(false, false, false, true),
  duplicate: fc.boolean(),
  collected: fc.boolean(),
  note: fc.constantFrom(null, ...notes),
});

export const library: fc.Arbitrary<readonly Known[]> = fc.array(image, { maxLength: 20 }).map((rows) =>
  rows.map((row, n) => ({
    image: testImage({
      id: `${row.origin}:${n + 1}`,
      tags: row.tags,
      artists: row.artists.map((name) => ({ name, links: [] })),
      sources: row.sources,
      width: row.width,
      height: row.height,
      bytes: row.bytes,
      rating: row.rating,
      animated: row.animated,
      category: row.category,
      dominantColor: row.color,
      uploadedAt: row.uploaded === null ? null : new Date(row.uploaded).toISOString(),
      likes: row.likes,
    }),
    added: row.added,
    liked: row.liked,
    cached: row.cached,
    blocked: row.blocked,
    duplicate: row.duplicate,
    collected: row.collected,
    note: row.note,
  })),
);

const not = fc.constantFrom(false, false, true);
const range = <T>(values: readonly T[]) =>
  fc.oneof(
    fc.record({ op: fc.constantFrom('=', '<', '<=', '>', '>=' as const), value: fc.constantFrom(...values) }),
    fc.record({ op: fc.constant('..' as const), from: fc.constantFrom(...values), to: fc.constantFrom(...values) }),
  );
const text = (key: TextKey, values: readonly string[]) =>
  fc.record({ kind: fc.constant('text' as const), key: fc.constant(key), value: fc.constantFrom(...values), not });
const number = (key: 'width' | 'height' | 'bytes' | 'ratio' | 'likes' | 'pixels', values: readonly number[]) =>
  fc.record({ kind: fc.constant('number' as const), key: fc.constant(key), range: range(values), not });
const words = [
  'sky',
  'SKY',
  'night sky',
  'ky',
  'a',
  'ab',
  'abc',
  'works',
  'sea',
  'sea.ex',
  'ada',
  '12',
  'waifu-im:3',
  '3',
  'my sky',
  'zzz',
];

const term: fc.Arbitrary<Exclude<Term, { kind: 'sort' }>> = fc.oneof(
  fc.record({ kind: fc.constant('word' as const), text: fc.constantFrom(...words), not }),
  text('tag', ['sky', 'Night Sky', 'ab', 'zzz']),
  text('artist', ['ADA sky', 'bob', 'zzz']),
  text('source', ['sky.example', 'sea', 'https://www.sky.example/works/12', 'works', 'http://sea.example/works/abc']),
  text('note', ['sky', 'my sky', 'noth']),
  text('category', ['animals', 'animals.birb', 'Other', 'zzz']),
  text('collection', ['my pictures', 'Found', 'zzz']),
  text('id', ['waifu-im:2', '5', 'zzz']),
  ...(Object.keys(choices) as (keyof typeof choices)[]).map((key) =>
    fc.record({
      kind: fc.constant('choice' as const),
      key: fc.constant(key),
      value: fc.constantFrom<string>(...choices[key]),
      not,
    }),
  ),
  number('width', [1000, 1280, 1920]),
  number('height', [720, 1080]),
  number('bytes', [1000, 2_000_000]),
  number('ratio', [1778, 1000]),
  number('likes', [1, 5]),
  number('pixels', [1_000_000, 8_294_400]),
  fc.record({
    kind: fc.constant('time' as const),
    key: fc.constantFrom('added', 'uploaded', 'liked' as const),
    range: range([
      { age: 7, unit: 'd' as const },
      { age: 1, unit: 'y' as const },
      { date: '2024' },
      { date: '2025-12-31' },
    ]),
    not,
  }),
  fc.record({ kind: fc.constant('color' as const), hex: fc.constantFrom(...colors), near: fc.boolean(), not }),
  fc.record({ kind: fc.constant('family' as const), value: fc.constantFrom(...colorFamilies), not }),
);

export const query: fc.Arbitrary<readonly Term[]> = fc
  .tuple(fc.array(term, { maxLength: 3 }), fc.option(fc.constantFrom(...sorts)))
  .map(([terms, sort]): Term[] => (sort === null ? terms : [...terms, { kind: 'sort', value: sort }]));

/** The ids of what fits, in order, and how many more the opt-in hides. `keys`: of each id. */
export function bruteForce(
  images: readonly Known[],
  terms: readonly Term[],
  adult: boolean,
  keys: ReadonlyMap<string, number>,
): { readonly ids: readonly string[]; readonly hidden: number } {
  const found = images.filter(
    (each) => !each.blocked && terms.every((term) => term.kind === 'sort' || holds(each, term)),
  );
  const seen = found.filter(({ image }) => adult || image.rating === 'safe');
  const place = placeIn(terms, keys);
  const places = new Map(seen.map((each) => [each, place(each)]));
  const sorted = [...seen].sort((one, other) => compare(places.get(one) ?? [], places.get(other) ?? []));
  return { ids: sorted.map(({ image }) => image.id), hidden: found.length - seen.length };
}

function compare(one: readonly number[], other: readonly number[]): number {
  for (const [n, value] of one.entries()) if (value !== other[n]) return value - (other[n] ?? 0);
  return 0;
}

/** What a list is sorted by, smallest first. */
function placeIn(terms: readonly Term[], keys: ReadonlyMap<string, number>): (each: Known) => readonly number[] {
  const color = terms.find((term) => term.kind === 'color' && !term.not);
  const asked = terms.find((term) => term.kind === 'sort')?.value ?? (color === undefined ? 'newest' : 'color');
  const sort = asked === 'color' && color === undefined ? 'newest' : asked;
  return (each) => {
    const key = keys.get(each.image.id) ?? 0;
    const uploaded = uploadedAt(each);
    switch (sort) {
      case 'oldest':
        return [uploaded, key];
      case 'added':
        return [-each.added, -key];
      case 'likes':
        return [-(each.image.likes ?? 0), -key];
      case 'size':
        return [-each.image.width * each.image.height, -key];
      case 'liked':
        return each.liked === null ? [1, -uploaded, -key] : [0, -each.liked, -key];
      case 'random': {
        const shuffle = Number(
          (((BigInt(key) * BigInt(key)) % 2147483647n) * 48271n + BigInt(key) * 16807n) % 2147483647n,
        );
        return [shuffle >= 1000 ? 0 : 1, shuffle, key];
      }
      case 'color':
        return [color?.kind === 'color' ? (distance(each, color.hex) ?? 0) : 0, key];
      case 'newest':
        return [-uploaded, -key];
    }
  };
}

const uploadedAt = ({ image }: Known): number => (image.uploadedAt === null ? 0 : Date.parse(image.uploadedAt));

/** Squared, in thousandths. */
function distance({ image }: Known, hex: string): number | null {
  const [one, other] = [image.dominantColor === null ? null : colorNumbers(image.dominantColor), colorNumbers(hex)];
  if (one === null || other === null) return null;
  return (one.l - other.l) ** 2 + (one.a - other.a) ** 2 + (one.b - other.b) ** 2;
}

function within(value: number | null, { min, max }: Bounds): boolean {
  return value !== null && (min === null || value >= min) && (max === null || value <= max);
}

function holds(each: Known, term: Exclude<Term, { kind: 'sort' }>): boolean {
  return met(each, term) !== term.not;
}

function met(each: Known, term: Exclude<Term, { kind: 'sort' }>): boolean {
  const { image } = each;
  switch (term.kind) {
    case 'word':
      return (
        names(each, 'tag').some((name) => part(name, term.text)) ||
        names(each, 'artist').some((name) => part(name, term.text)) ||
        names(each, 'site').some((name) => part(name, term.text)) ||
        written(each.note ?? '', term.text) ||
        written(paths(each), term.text) ||
        identified(each, term.text)
      );
    case 'text':
      return textMet(each, term.key, term.value);
    case 'number': {
      const value = {
        width: image.width,
        height: image.height,
        pixels: image.width * image.height,
        bytes: image.bytes ?? (each.cached ? 1 : null),
        ratio: Math.floor((2000 * image.width + image.height) / (2 * image.height)),
        likes: image.likes ?? 0,
      }[term.key];
      return within(value, numberBounds(term.key, term.range));
    }
    case 'time': {
      const value = { added: each.added, uploaded: uploadedAt(each), liked: each.liked }[term.key];
      const { min, max } = timeBounds(term.range, now);
      return value !== null && value > 0 && within(value, { min, max });
    }
    case 'family':
      return image.dominantColor !== null && colorNumbers(image.dominantColor)?.family === term.value;
    case 'color': {
      const apart = distance(each, term.hex);
      return apart !== null && apart <= (term.near ? 100 : 20) ** 2;
    }
    case 'choice':
      return chosen(each, term.key, term.value);
  }
}

function chosen(each: Known, key: keyof typeof choices, value: string): boolean {
  const { image } = each;
  const pixels = image.width * image.height;
  switch (key) {
    case 'provider':
      return image.provider === value;
    case 'orientation':
      return value === (image.width > image.height ? 'landscape' : image.width < image.height ? 'portrait' : 'square');
    case 'rating':
      return value === 'any' || image.rating === value;
    case 'size':
      return value === Object.entries(sizeClasses).findLast(([, least]) => pixels >= least)?.[0];
    case 'is':
      return (
        { favorite: each.liked !== null, cached: each.cached, animated: image.animated, duplicate: each.duplicate }[
          value
        ] ?? false
      );
  }
}

function textMet(each: Known, key: TextKey, value: string): boolean {
  const { image } = each;
  switch (key) {
    case 'tag':
    case 'artist':
      return names(each, key).includes(fold(value));
    case 'note':
      return written(each.note ?? '', value);
    case 'title':
      return false;
    case 'id':
      return identified(each, value);
    case 'category':
      return image.category === value.toLowerCase() || (image.category ?? '').startsWith(`${value.toLowerCase()}.`);
    case 'collection':
      return fold(value) === 'found'
        ? image.width >= 1280 && names(each, 'tag').includes('sky')
        : each.collected && fold(value) === 'my pictures';
    case 'source': {
      const [host = '', ...path] = value.replace(/^https?:\/\/(www\.)?/, '').split('/');
      if (path.length === 0) return names(each, 'site').some((name) => part(name, host)) || written(paths(each), host);
      return names(each, 'site').includes(host) && written(paths(each), path.join('/'));
    }
  }
}

function names({ image }: Known, kind: 'tag' | 'artist' | 'site'): readonly string[] {
  if (kind === 'tag') return image.tags.map(fold);
  if (kind === 'artist') return image.artists.map(({ name }) => fold(name));
  return image.sources.map((source) => fold(new URL(source).host.replace(/^www\./, '')));
}

function part(name: string, text: string): boolean {
  const folded = fold(text);
  return folded.length < 3 ? name.startsWith(folded) : name.includes(folded);
}

const paths = ({ image }: Known): string =>
  image.sources.map((source) => source.split('/').slice(3).join('/')).join(' | ');

/** These words one after the other, the last of which may go on. */
function written(text: string, phrase: string): boolean {
  const wordsOf = (each: string): readonly string[] => each.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const [have, want] = [wordsOf(text), wordsOf(phrase)];
  if (want.length === 0) return false;
  return have.some((_, from) =>
    want.every((word, n) => (n === want.length - 1 ? have[from + n]?.startsWith(word) : have[from + n] === word)),
  );
}

function identified({ image }: Known, text: string): boolean {
  return image.id === text || (!text.includes(':') && image.remoteId === text);
}
