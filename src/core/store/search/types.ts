import type { Image } from '../../../shared/model.ts';
import type { Term } from '../../../shared/search/index.ts';

/** What is searched for, and by whom. */
export interface SearchQuery {
  readonly terms: readonly Term[];
  /** The opt-in is on. While it is off nothing but safe images is ever selected. */
  readonly adult: boolean;
  /** Milliseconds; what `added:<7d` counts back from. */
  readonly now: number;
  /** 1 to 2147483646; which of the random orders `sort:random` is. */
  readonly seed: number;
}

/** A place in a result's order: that of the last row seen. */
export interface Place {
  /** Some orders have parts, one after the other. */
  readonly part: number;
  readonly sort: number;
  readonly key: number;
}

export interface FoundRow extends Place {
  /** Width / height in thousandths. */
  readonly ratio: number;
}

/** A step of a search: what was found, and where to go on; null at the end. It may stop before it has `limit` rows: a step is short. */
export interface Step {
  readonly rows: readonly FoundRow[];
  readonly next: Place | null;
}

export interface FacetValue {
  readonly value: string;
  readonly label: string;
  readonly count: number;
  readonly term: string;
}
export interface Facet {
  readonly facet: string;
  readonly values: readonly FacetValue[];
}

/** A name that can be completed, with how many images have it. */
export interface NamedCount {
  readonly name: string;
  readonly count: number;
}

export interface SearchRepository {
  /** Grows whenever a result may differ. */
  revision(): number;
  /** Looks the names of a query up and decides how to go about it. Good until the library changes; until then what was found out for a query is kept. */
  open(query: SearchQuery): OpenSearch;
  /** Images by key, in the order asked; what may not be seen is left out. */
  images(keys: readonly number[], adult: boolean): readonly { readonly key: number; readonly image: Image }[];
  /** Names that begin with this text, or hold it; the most used first. Of what may be seen. */
  names(kind: 'tag' | 'artist' | 'site', text: string, adult: boolean, limit: number): readonly NamedCount[];
  collections(): readonly NamedCount[];
  categories(text: string, adult: boolean, limit: number): readonly NamedCount[];
}

/** Each method is short (under 50 ms at a million images); long work is many calls. */
export interface OpenSearch {
  step(after: Place | null, limit: number): Step;
  /** How many there are, and how many more the opt-in hides; `exact: false`: about so many. */
  count(): { readonly total: number; readonly exact: boolean; readonly hidden: number };
  facets(): { readonly facets: readonly Facet[]; readonly exact: boolean };
  /**
   * One of them at random, nearly uniformly, where that takes a moment. `random` in [0, 1). `none`: there is none; `later`: none was found so soon, but the
   * first in a random order is one.
   */
  random(random: number): number | 'none' | 'later';
}
