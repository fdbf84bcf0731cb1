import type { Category, Filter, ProviderInfo, RemoteImage, Tag } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';

/** What every image service can do for the program. Each answer is parsed by schema; nothing here touches the disk. */
export interface Provider {
  readonly info: () => ProviderInfo;
  /** Succeeds when the service answers. */
  online(signal?: AbortSignal): Promise<Result<void>>;
  /**
   * One page of images for `filter`, each at most once, none of `request.exclude`. What the service cannot filter is filtered here and
   * over-fetched for, within the service's limits; a page may so be shorter than `limit`, and empty with a cursor means "go on".
   * A service's "no match" is an empty page, never an error.
   */
  browse(filter: Filter, request: PageRequest, signal?: AbortSignal): Promise<Result<ProviderPage>>;
  image(remoteId: string, signal?: AbortSignal): Promise<Result<RemoteImage>>;
  tags(signal?: AbortSignal): Promise<Result<readonly Tag[]>>;
  categories(signal?: AbortSignal): Promise<Result<readonly Category[]>>;
}

export interface PageRequest {
  /** From the page before; null for the first. Opaque, may come from a hostile client: anything malformed is `invalid_input`. */
  readonly cursor: string | null;
  readonly limit: number;
}

export interface ProviderPage {
  readonly images: readonly RemoteImage[];
  /** Unusable items of the answer, left out. */
  readonly dropped: number;
  readonly cursor: string | null;
  /** Notes of the service worth showing once. */
  readonly notes: readonly string[];
}

/** What a provider needs to know at the moment of a call; a function, so that settings and secrets may change at any time. */
export interface ProviderConfig {
  readonly baseUrl: string;
  readonly token: string | null;
  /** waifu.im alone: which API to speak. */
  readonly apiVersion: 'auto' | 'v5' | 'v7';
  /** waifu.im alone: the account to act for; null is the token's own. */
  readonly userId: number | null;
  /** waifu.im alone: the value of the geo block's bypass header. */
  readonly bypass: string | null;
}

/** A comparison as waifu.im takes it, such as `>=1920`. */
export type Comparison = `${'>=' | '<=' | '>' | '<' | '=' | '!='}${number}`;

/** Everything the favorites list can be narrowed by. */
export interface FavoritesQuery extends Partial<Filter> {
  /** Only these remote ids. */
  readonly ids?: readonly string[];
  /** None of these remote ids. */
  readonly excludedIds?: readonly string[];
  readonly width?: Comparison;
  readonly height?: Comparison;
  readonly byteSize?: Comparison;
}

export interface RemoteFavoriteList {
  readonly images: readonly RemoteImage[];
  /** Unusable entries, left out. They are favorites all the same: their absence from `images` is no removal. */
  readonly dropped: number;
  /** The remote ids of dropped entries, where at least those could be read. */
  readonly droppedIds: readonly string[];
}

export interface RemoteAlbum {
  readonly id: string;
  readonly name: string;
}

/** The account's albums at a service (waifu.im v7), without the favorites. They are only read. */
export interface RemoteAlbums {
  list(signal?: AbortSignal): Promise<Result<readonly RemoteAlbum[]>>;
  /** All of one, adult entries included, in the order they were put into it. */
  images(album: string, signal?: AbortSignal): Promise<Result<RemoteFavoriteList>>;
}

/** The account's favorites at a service (waifu.im v5, v6 and v7). */
export interface RemoteFavorites {
  /** The whole list, adult entries included. An empty list is a success; an outage never looks like one. */
  list(query: FavoritesQuery, signal?: AbortSignal): Promise<Result<RemoteFavoriteList>>;
  /** `changed: false` when it already was a favorite (409). */
  insert(remoteId: string, signal?: AbortSignal): Promise<Result<{ readonly changed: boolean }>>;
  /** `changed: false` when it was none (404). */
  delete(remoteId: string, signal?: AbortSignal): Promise<Result<{ readonly changed: boolean }>>;
  toggle(remoteId: string, signal?: AbortSignal): Promise<Result<{ readonly favorite: boolean }>>;
  /** Is the token good? */
  test(signal?: AbortSignal): Promise<Result<void>>;
}
