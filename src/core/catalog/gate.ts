import { appError } from '../../shared/errors.ts';
import type { Filter, Rating, Settings } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

/** What the gate judges: an image, or a tag or category, which is never blocked itself. */
export interface Judged {
  readonly rating: Rating | 'unknown';
  readonly blocked?: boolean;
  readonly mergedInto?: string;
}

/** Decides what may be shown, fetched or applied. Everything that leaves the core or enters the disk for a person passes here. */
export interface ContentGate {
  allows(item: Judged): boolean;
  /** As `allows`, as an error that says what to do. */
  check(item: Judged): Result<void>;
  /** May this be asked at all? */
  checkFilter(filter: Pick<Filter, 'rating'>): Result<void>;
  /** Splits a list into what may be seen and how many are hidden by the content setting. What is blocked is simply not there. */
  split<T extends Judged>(items: readonly T[]): { readonly seen: readonly T[]; readonly hidden: number };
}

const never = fail(
  appError(
    'blocked_by_owner',
    'This picture is never to be seen again, as its owner has said. It can be allowed again in Settings, or with: kabegami block list',
  ),
);
const merged = fail(
  appError(
    'blocked_by_owner',
    'This picture was merged into a duplicate of it, which was kept. Undo the merge to see it again: kabegami library duplicates',
  ),
);
const adult = fail(
  appError(
    'content_blocked',
    'This is adult content, which is turned off. Its owner can turn it on in Settings, or with: kabegami settings set adultContent true',
  ),
);

/** The gate of design: safe by default, and anything not certainly safe is adult. Reads the setting anew each time. */
export function createContentGate(settings: () => Pick<Settings, 'adultContent'>): ContentGate {
  const rated = (item: Judged): boolean => item.rating === 'safe' || settings().adultContent;
  const allows: ContentGate['allows'] = (item) => item.blocked !== true && rated(item);
  return {
    allows,
    check: (item) =>
      item.blocked === true ? (item.mergedInto === undefined ? never : merged) : rated(item) ? ok(undefined) : adult,
    checkFilter: (filter) => (filter.rating === 'safe' || settings().adultContent ? ok(undefined) : adult),
    split(items) {
      const there = items.filter(({ blocked }) => blocked !== true);
      const seen = there.filter(rated);
      return { seen, hidden: there.length - seen.length };
    },
  };
}
