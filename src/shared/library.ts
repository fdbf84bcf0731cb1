import { z } from 'zod';
import type { Image } from './model.ts';

/**
 * Search over everything known on this machine. The query is the syntax of `shared/search`; a mistake in it is `invalid_input`. Only what may be seen
 * is ever in an answer.
 */

export const searchText = z.string().max(2000).default('');
const cursor = z.string().max(2000).nullable().default(null);
export const searchName = z.string().trim().min(1).max(100);

/** `limit` images below the place of `cursor`. */
export const searchPage = z
  .object({ query: searchText, cursor, limit: z.number().int().min(1).max(200).default(60) })
  .prefault({});
/** The places of a whole result, a part at a time. */
export const arrangePage = z
  .object({ query: searchText, cursor, limit: z.number().int().min(1).max(20_000).default(20_000) })
  .prefault({});
export const byQuery = z.object({ query: searchText }).prefault({});
export const byKeys = z.object({ keys: z.array(z.number().int().min(0)).min(1).max(500) });
export const completion = z.object({ text: z.string().max(2000), caret: z.number().int().min(0).max(2000) });
export const savedSearchInput = z.object({
  /** Left out or null: a new one. */
  id: z.number().int().positive().nullable().default(null),
  name: searchName,
  query: z.string().max(2000),
});

export interface SearchResult {
  readonly images: readonly Image[];
  /** How many there are; where not `exact`, about so many. */
  readonly total: number;
  readonly exact: boolean;
  /** Pass it on as `cursor`; null at the end. */
  readonly next: string | null;
  /** Matches left out because adult content is off; about so many where not `exact`. */
  readonly hidden: number;
}

/** Images by their keys (small whole numbers that never change), in the result's order. */
export interface Arrangement {
  readonly keys: readonly number[];
  /** Width / height in thousandths, of each key. */
  readonly ratios: readonly number[];
  readonly next: string | null;
}

export interface Facets {
  readonly facets: readonly {
    /** `tag`, `artist`, `source`, `provider`, `orientation`, `rating`, `size`, `color`, `category`, `is`. */
    readonly facet: string;
    readonly values: readonly {
      readonly value: string;
      readonly label: string;
      /** How many of the result; where not `exact`, about so many. */
      readonly count: number;
      /** To be added to the query: `tag:sky`. */
      readonly term: string;
    }[];
  }[];
  readonly exact: boolean;
}

export interface Completions {
  /** The part of the text that an item takes the place of. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly {
    readonly text: string;
    readonly label: string;
    /** `key`, `value`, `tag`, `artist`, `source`, `collection`, `category`. */
    readonly kind: string;
    /** Images that have it; null where that is not known. */
    readonly count: number | null;
  }[];
}

/** Where in an arranged list something begins: a month, a number of likes. */
export interface Ruler {
  readonly marks: readonly { readonly index: number; readonly label: string }[];
}

export interface SavedSearch {
  readonly id: number;
  readonly name: string;
  readonly query: string;
}
