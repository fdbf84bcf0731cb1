import type { Filter, ProviderId } from '../../shared/model.ts';
import { t } from '../messages/index.ts';
import { motions, oneOf, orientations, ratings, sizePresets } from './options.ts';

/** What Browse and Favorites both can narrow down by. */
export type Narrowing = Pick<Filter, 'orientation' | 'minWidth' | 'minHeight' | 'maxBytes' | 'animated' | 'rating'>;

export const anything: Narrowing = {
  orientation: null,
  minWidth: 0,
  minHeight: 0,
  maxBytes: null,
  animated: 'any',
  rating: 'safe',
};

/** The filter of a service nobody has touched yet. */
export function emptyFilter(provider: ProviderId): Filter {
  return { ...anything, provider, tags: [], excludedTags: [], category: null, order: 'random' };
}

/** A filter from storage: whatever is not usable in it is as if never set. */
export function readFilter(provider: ProviderId, stored: unknown): Filter {
  const empty = emptyFilter(provider);
  if (typeof stored !== 'object' || stored === null) return empty;
  const from = stored as Readonly<Record<string, unknown>>;
  const names = (value: unknown): string[] =>
    Array.isArray(value)
      ? [
          ...new Set(
            value.filter((name): name is string => typeof name === 'string' && name.length > 0 && name.length <= 100),
          ),
        ].slice(0, 20)
      : [];
  const whole = (value: unknown): number =>
    typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= 1_000_000 ? value : 0;
  const tags = names(from['tags']);
  const category = from['category'];
  const bytes = typeof from['maxBytes'] === 'number' ? Math.floor(from['maxBytes']) : null;
  return {
    ...empty,
    tags,
    excludedTags: names(from['excludedTags']).filter((name) => !tags.includes(name)),
    category:
      typeof category === 'string' && category.length <= 100 && /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/.test(category)
        ? category
        : null,
    orientation: orientations.find((option) => option === from['orientation']) ?? null,
    minWidth: whole(from['minWidth']),
    minHeight: whole(from['minHeight']),
    maxBytes: bytes !== null && Number.isSafeInteger(bytes) && bytes >= 1 ? bytes : null,
    order: oneOf(['random', 'newest', 'favorites'], from['order'], 'random'),
    rating: oneOf(ratings, from['rating'], 'safe'),
    animated: oneOf(motions, from['animated'], 'any'),
  };
}

/** A chip: one thing a filter asks for, and what the filter is without it. */
export interface Chip {
  readonly key: string;
  readonly label: string;
  readonly excluded: boolean;
  /** The tag, where it is one: it can be flipped between included and excluded. */
  readonly tag: string | null;
  readonly without: Partial<Filter>;
}

/** The chips of tags and of everything set away from its default. Order and service are not chips: they are always visible. */
export function chipsOf(
  filter: Narrowing & Partial<Pick<Filter, 'tags' | 'excludedTags' | 'category'>>,
  categoryName: (db: string) => string,
  usualRating: Narrowing['rating'] = 'safe',
): Chip[] {
  const chips: Chip[] = [];
  const add = (key: string, label: string, without: Partial<Filter>, more: Partial<Chip> = {}): void =>
    void chips.push({ key, label, without, excluded: false, tag: null, ...more });
  const { tags = [], excludedTags = [], category = null } = filter;
  for (const tag of tags)
    add(`+${tag}`, t.filter.chip.with(tag), { tags: tags.filter((name) => name !== tag) }, { tag });
  for (const tag of excludedTags)
    add(
      `-${tag}`,
      t.filter.chip.without(tag),
      { excludedTags: excludedTags.filter((name) => name !== tag) },
      { tag, excluded: true },
    );
  if (category !== null) add('category', categoryName(category), { category: null });
  if (filter.orientation !== null) add('orientation', t.filter.orientations[filter.orientation], { orientation: null });
  if (filter.minWidth > 0 || filter.minHeight > 0)
    add('size', t.filter.chip.minSize(filter.minWidth, filter.minHeight), { minWidth: 0, minHeight: 0 });
  if (filter.maxBytes !== null) add('weight', t.filter.chip.maxBytes(filter.maxBytes), { maxBytes: null });
  if (filter.animated !== 'any') add('motion', t.filter.motions[filter.animated], { animated: 'any' });
  if (filter.rating !== usualRating) add('rating', t.filter.ratings[filter.rating], { rating: usualRating });
  return chips;
}

/** Adds, moves or removes a tag: `include`, `exclude`, or `null` for neither. */
export function withTag(filter: Filter, tag: string, mode: 'include' | 'exclude' | null): Filter {
  const tags = filter.tags.filter((name) => name !== tag);
  const excludedTags = filter.excludedTags.filter((name) => name !== tag);
  return {
    ...filter,
    tags: mode === 'include' ? [...tags, tag] : tags,
    excludedTags: mode === 'exclude' ? [...excludedTags, tag] : excludedTags,
  };
}

/** Which named size a minimum is. */
export function sizeName(
  value: Pick<Narrowing, 'minWidth' | 'minHeight'>,
  display: { readonly width: number; readonly height: number } | null,
): 'any' | 'display' | keyof typeof sizePresets | 'custom' {
  if (value.minWidth === 0 && value.minHeight === 0) return 'any';
  for (const name of ['hd', 'qhd', 'uhd'] as const)
    if (sizePresets[name].minWidth === value.minWidth && sizePresets[name].minHeight === value.minHeight) return name;
  if (display && display.width === value.minWidth && display.height === value.minHeight) return 'display';
  return 'custom';
}

/** Words found in a name, for the tag and category lists: every typed word must occur. Best matches first. */
export function matching<T>(entries: readonly T[], text: string, nameOf: (entry: T) => string): readonly T[] {
  const words = text
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter(Boolean);
  if (words.length === 0) return entries;
  const scored = entries.flatMap((entry) => {
    const name = nameOf(entry).toLowerCase();
    if (!words.every((word) => name.includes(word))) return [];
    return [{ entry, score: name.startsWith(words[0] ?? '') ? 0 : 1 }];
  });
  return scored.sort((a, b) => a.score - b.score).map(({ entry }) => entry);
}
