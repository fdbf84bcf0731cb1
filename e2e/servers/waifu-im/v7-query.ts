import type { WaifuEntry } from '../catalogue/entries.ts';

/** An `/images` query. Keys are compared without case, as the service's framework does. */
export interface V7Query {
  readonly adult: 'False' | 'True' | 'All';
  readonly includedTags: readonly string[];
  readonly excludedTags: readonly string[];
  readonly includedArtists: readonly string[];
  readonly excludedArtists: readonly string[];
  readonly includedIds: readonly string[];
  readonly excludedIds: readonly string[];
  readonly animated: 'False' | 'True' | 'All';
  readonly order: 'UPLOADED_AT' | 'FAVORITES' | 'RANDOM' | 'ADDED_TO_ALBUM' | null;
  readonly orientation: 'LANDSCAPE' | 'PORTRAIT' | 'SQUARE' | 'ALL';
  readonly sizes: readonly ((image: WaifuEntry) => boolean)[];
}

export interface Paging {
  readonly page: number;
  readonly pageSize: number;
}

export type FieldErrors = Readonly<Record<string, readonly string[]>>;
export type ParsedV7<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly errors: FieldErrors };

export const defaultPageSize = 30;
export const maxPageSize = 100;

function valuesOf(query: URLSearchParams, key: string): string[] {
  return [...query].filter(([name]) => name.toLowerCase() === key.toLowerCase()).map(([, value]) => value);
}

export function parsePaging(query: URLSearchParams): ParsedV7<Paging> {
  const errors: Record<string, string[]> = {};
  const number = (key: string, fallback: number): number => {
    const [value] = valuesOf(query, key);
    if (value === undefined || value === '') return fallback;
    if (!/^-?\d{1,9}$/.test(value)) errors[key] = [`The value '${value}' is not valid for ${key}.`];
    else if (Number(value) < (key === 'Page' ? 1 : 0)) errors[key] = [`'${key}' must be greater than 0.`];
    return Number(value);
  };
  const page = number('Page', 1);
  const asked = number('PageSize', defaultPageSize);
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  return { ok: true, value: { page, pageSize: Math.min(asked === 0 ? defaultPageSize : asked, maxPageSize) } };
}

export function parseV7Query(query: URLSearchParams): ParsedV7<V7Query> {
  const errors: Record<string, string[]> = {};
  const oneOf = <T extends string>(key: string, allowed: readonly T[], fallback: T | null): T | null => {
    const [value] = valuesOf(query, key);
    if (value === undefined || value === '') return fallback;
    const found = allowed.find((candidate) => candidate.toLowerCase() === value.toLowerCase());
    if (found === undefined) errors[key] = [`The value '${value}' is not valid for ${key}.`];
    return found ?? fallback;
  };
  const list = (key: string, shape: RegExp, complaint: string): string[] => {
    const values = valuesOf(query, key);
    if (values.some((value) => !shape.test(value))) errors[key] = [complaint];
    return values;
  };
  const ids = /^\d+$/;
  const slug = /^[a-z0-9-]+$/;
  const tagRule = 'Tags must be a valid ID or a slug (lowercase letters, numbers, and hyphens).';
  const value: V7Query = {
    adult: oneOf('IsNsfw', ['False', 'True', 'All'], 'False') ?? 'False',
    includedTags: list('IncludedTags', slug, tagRule),
    excludedTags: list('ExcludedTags', slug, tagRule),
    includedArtists: list('IncludedArtists', ids, 'Artist IDs must be valid numbers.'),
    excludedArtists: list('ExcludedArtists', ids, 'Artist IDs must be valid numbers.'),
    includedIds: list('IncludedIds', ids, 'Image IDs must be valid numbers.'),
    excludedIds: list('ExcludedIds', ids, 'Image IDs must be valid numbers.'),
    animated: oneOf('IsAnimated', ['False', 'True', 'All'], 'All') ?? 'All',
    order: oneOf('OrderBy', ['UPLOADED_AT', 'FAVORITES', 'RANDOM', 'ADDED_TO_ALBUM'], null),
    orientation: oneOf('Orientation', ['LANDSCAPE', 'PORTRAIT', 'SQUARE', 'ALL'], 'ALL') ?? 'ALL',
    sizes: [
      range(valuesOf(query, 'Width')[0], (image) => image.picture.width),
      range(valuesOf(query, 'Height')[0], (image) => image.picture.height),
      range(valuesOf(query, 'ByteSize')[0], (image) => image.picture.bytes),
    ],
  };
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, value };
}

/** `>=1`, `>1`, `<=1`, `<1`, `1..2` or `1`. The service silently ignores what it cannot read. */
function range(text: string | undefined, of: (image: WaifuEntry) => number): (image: WaifuEntry) => boolean {
  const match = /^\s*(?:(>=|<=|>|<)\s*(\d+)|(\d+)\.\.(\d+)|(\d+))\s*$/.exec(text ?? '');
  if (!match) return () => true;
  const [, operator, bound, low, high, exact] = match;
  if (low !== undefined) return (image) => of(image) >= Number(low) && of(image) <= Number(high);
  if (exact !== undefined) return (image) => of(image) === Number(exact);
  const limit = Number(bound);
  switch (operator) {
    case '>=':
      return (image) => of(image) >= limit;
    case '<=':
      return (image) => of(image) <= limit;
    case '>':
      return (image) => of(image) > limit;
    default:
      return (image) => of(image) < limit;
  }
}

export function matchesV7(query: V7Query, image: WaifuEntry): boolean {
  const hasTag = (wanted: string): boolean =>
    image.tags.some((tag) => tag.slug === wanted || String(tag.id) === wanted);
  const byArtist = (id: string): boolean => image.artist !== null && String(image.artist.id) === id;
  const { width, height, animated } = image.picture;
  if (query.adult === 'False' && image.adult !== false) return false;
  if (query.adult === 'True' && image.adult !== true) return false;
  if (query.animated !== 'All' && animated !== (query.animated === 'True')) return false;
  if (query.orientation === 'LANDSCAPE' && width <= height) return false;
  if (query.orientation === 'PORTRAIT' && width >= height) return false;
  if (query.orientation === 'SQUARE' && width !== height) return false;
  if (!query.includedTags.every(hasTag) || query.excludedTags.some(hasTag)) return false;
  if (!query.includedArtists.every(byArtist) || query.excludedArtists.some(byArtist)) return false;
  // Ids are the exception to AND: an image has one id only.
  if (query.includedIds.length > 0 && !query.includedIds.includes(String(image.id))) return false;
  if (query.excludedIds.includes(String(image.id))) return false;
  return query.sizes.every((fits) => fits(image));
}
