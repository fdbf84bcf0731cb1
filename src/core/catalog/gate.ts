import { appError } from '../../shared/errors.ts';
import type { Filter, Rating, Settings } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** Decides what may be shown, fetched or applied. Everything that leaves the core or enters the disk for a person passes here. */
export interface ContentGate {
  allows(item: { readonly rating: Rating | 'unknown' }): boolean;
  /** As `allows`, as an error that says what to do. */
  check(item: { readonly rating: Rating | 'unknown' }): Result<void>;
  /** May this be asked at all? */
  checkFilter(filter: Pick<Filter, 'rating'>): Result<void>;
  /** Splits a list into what may be seen and how many may not. */
  split<T extends { readonly rating: Rating | 'unknown' }>(
    items: readonly T[],
  ): { readonly seen: readonly T[]; readonly hidden: number };
}

const blocked = fail(
  appError(
    'content_blocked',
    'This is adult content, which is turned off. Its owner can turn it on in Settings, or with: kabegami settings set adultContent true',
  ),
);

/** The gate of design: safe by default, and anything not certainly safe is adult. Reads the setting anew each time. */
export function createContentGate(settings: () => Pick<Settings, 'adultContent'>): ContentGate {
  const allows: ContentGate['allows'] = (item) => item.rating === 'safe' || settings().adultContent;
  return {
    allows,
    check: (item) => (allows(item) ? ok(undefined) : blocked),
    checkFilter: (filter) => (filter.rating === 'safe' || settings().adultContent ? ok(undefined) : blocked),
    split(items) {
      const seen = items.filter(allows);
      return { seen, hidden: items.length - seen.length };
    },
  };
}
