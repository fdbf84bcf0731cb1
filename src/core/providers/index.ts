import type { ProviderId } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { Clock } from '../ports.ts';
import type { Http } from './http.ts';
import type { Provider, ProviderConfig, RemoteAlbums, RemoteFavorites } from './provider.ts';
import { createWaifuIm } from './waifu-im/index.ts';
import { createYiffRest, type YiffRest } from './yiff-rest/index.ts';

export { createHttp, streamError, userAgentOf, type Http, type HttpDeps } from './http.ts';
export { createPictureFetch, type FetchedPicture, type PictureFetch } from './picture-fetch.ts';

/** Both services, and the account's favorites at the one that keeps them. */
export interface Providers {
  readonly 'waifu-im': Provider;
  readonly 'yiff-rest': YiffRest;
  readonly favorites: RemoteFavorites;
  readonly albums: RemoteAlbums;
  /** Is the account's token (or API key) good? Asks the service. */
  test(provider: ProviderId, signal?: AbortSignal): Promise<Result<void>>;
}

export interface ProvidersDeps {
  readonly http: Http;
  /** Address, token and options of a service, read at every request: they may change at any time. */
  readonly config: (provider: ProviderId) => ProviderConfig;
  /** Small values kept across runs (the API version a server speaks, tag ratings, categories). Never secrets. */
  readonly recall: (key: string) => unknown;
  readonly remember: (key: string, value: unknown) => void;
  readonly clock: Pick<Clock, 'now'>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

export function createProviders({ config, ...deps }: ProvidersDeps): Providers {
  const waifuIm = createWaifuIm({ ...deps, config: () => config('waifu-im') });
  const yiffRest = createYiffRest({ ...deps, config: () => config('yiff-rest') });
  return {
    'waifu-im': waifuIm.provider,
    'yiff-rest': yiffRest,
    favorites: waifuIm.favorites,
    albums: waifuIm.albums,
    test: (provider, signal) => (provider === 'waifu-im' ? waifuIm.favorites.test(signal) : yiffRest.test(signal)),
  };
}
