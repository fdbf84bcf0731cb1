import type { WaifuEntry } from '../catalogue/entries.ts';

/** A `/search` or `/fav` query, checked as the service checks it. */
export interface V5Query {
  readonly includedTags: readonly string[];
  readonly excludedTags: readonly string[];
  readonly includedFiles: readonly string[];
  readonly excludedFiles: readonly string[];
  readonly adult: boolean | null;
  readonly gif: boolean | null;
  readonly order: 'FAVORITES' | 'UPLOADED_AT' | 'RANDOM' | 'LIKED_AT';
  readonly orientation: 'LANDSCAPE' | 'PORTRAIT' | 'RANDOM';
  readonly limit: number | null;
  readonly many: boolean;
  readonly full: boolean;
  readonly sizes: readonly ((image: WaifuEntry) => boolean)[];
  readonly userId: number | null;
}

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly detail: string };

const name = /^[a-zA-Z0-9-]+$/;
const comparison = /^(>=|<=|=|!=|>|<)([0-9]+)$/;

export function parseV5Query(query: URLSearchParams, endpoint: 'search' | 'fav'): Parsed<V5Query> {
  const problems: string[] = [];
  const list = (key: string): string[] => {
    const values = query.getAll(key);
    for (const value of values) if (!name.test(value)) problems.push(`${key} should match "${name.source}"`);
    return values;
  };
  const oneOf = <T extends string>(key: string, allowed: readonly T[], fallback: T): T => {
    const value = query.get(key);
    if (value === null) return fallback;
    const found = allowed.find((candidate) => candidate === value.toUpperCase());
    if (found === undefined) problems.push(`${key} should be one of ${allowed.join(', ')}`);
    return found ?? fallback;
  };
  const threeState = (key: string, fallback: boolean | null): boolean | null => {
    const value = query.get(key)?.toLowerCase();
    if (value === undefined) return fallback;
    if (value === 'null') return null;
    if (value === 'true' || value === 'false') return value === 'true';
    problems.push(`${key} should be true, false or null`);
    return fallback;
  };
  const flag = (key: string): boolean => {
    const value = query.get(key)?.toLowerCase();
    if (value === undefined || value === 'false') return false;
    if (value !== 'true') problems.push(`${key} should be a boolean`);
    return true;
  };
  const integer = (key: string, least: number, complaint: string): number | null => {
    const value = query.get(key);
    if (value === null) return null;
    if (!/^\d+$/.test(value) || Number(value) < least) problems.push(`${key} ${complaint}`);
    return Number(value);
  };
  const measure = (key: string, of: (image: WaifuEntry) => number): ((image: WaifuEntry) => boolean)[] =>
    query.getAll(key).map((value) => {
      const match = comparison.exec(value);
      if (!match) problems.push(`${key} should match "${comparison.source.replace('([0-9]+)', '[0-9]+')}"`);
      return (image) => compare(of(image), match?.[1] ?? '=', Number(match?.[2]));
    });

  const value: V5Query = {
    includedTags: list('included_tags'),
    excludedTags: list('excluded_tags'),
    includedFiles: list('included_files'),
    excludedFiles: list('excluded_files'),
    adult: threeState('is_nsfw', endpoint === 'fav' ? null : false),
    gif: threeState('gif', null),
    order:
      endpoint === 'fav'
        ? oneOf('order_by', ['FAVORITES', 'UPLOADED_AT', 'RANDOM', 'LIKED_AT'], 'LIKED_AT')
        : oneOf('order_by', ['FAVORITES', 'UPLOADED_AT', 'RANDOM'], 'RANDOM'),
    orientation: oneOf('orientation', ['LANDSCAPE', 'PORTRAIT', 'RANDOM'], 'RANDOM'),
    limit: integer('limit', 2, 'should be greater than 1'),
    many: flag('many'),
    full: flag('full'),
    sizes: [
      ...measure('width', (image) => image.picture.width),
      ...measure('height', (image) => image.picture.height),
      ...measure('byte_size', (image) => image.picture.bytes),
    ],
    userId: integer('user_id', 1, 'should be a positive integer'),
  };
  return problems.length > 0 ? { ok: false, detail: problems.join('; ') } : { ok: true, value };
}

function compare(left: number, operator: string, right: number): boolean {
  switch (operator) {
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '!=':
      return left !== right;
    default:
      return left === right;
  }
}

export function matchesV5(query: V5Query, image: WaifuEntry): boolean {
  const slugs = image.tags.map((tag) => tag.slug);
  const known = (values: readonly string[]): boolean =>
    values.some((value) => value === String(image.id) || value.toLowerCase() === image.signature);
  const { width, height, extension } = image.picture;
  if (query.includedFiles.length > 0 && !known(query.includedFiles)) return false;
  if (known(query.excludedFiles)) return false;
  if (!query.includedTags.every((tag) => slugs.includes(tag.toLowerCase()))) return false;
  if (query.excludedTags.some((tag) => slugs.includes(tag.toLowerCase()))) return false;
  if (query.adult !== null && image.adult !== query.adult) return false;
  if (query.gif !== null && (extension === 'gif') !== query.gif) return false;
  if (query.orientation === 'LANDSCAPE' && width <= height) return false;
  if (query.orientation === 'PORTRAIT' && width >= height) return false;
  return query.sizes.every((fits) => fits(image));
}
