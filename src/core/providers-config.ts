import type { ProviderId, Settings } from '../shared/model.ts';
import type { SecretReader } from './accounts/accounts.ts';
import type { Overrides } from './ports.ts';
import type { ProviderConfig } from './providers/provider.ts';

/** Where and as whom each service is asked: settings, overridden by the environment, and the secrets of the moment. */
export function createProviderConfig(
  settings: () => Settings,
  overrides: Overrides,
): (secret: SecretReader) => (provider: ProviderId) => ProviderConfig {
  return (secret) => (provider) => {
    const { waifuImUrl, waifuImApi, waifuImUserId, yiffRestUrl } = settings();
    return provider === 'waifu-im'
      ? {
          baseUrl: (overrides.waifuImUrl ?? waifuImUrl).replace(/\/+$/, ''),
          token: secret('waifu-im.token'),
          apiVersion: waifuImApi,
          userId: waifuImUserId,
          bypass: secret('waifu-im.bypass'),
        }
      : {
          baseUrl: (overrides.yiffRestUrl ?? yiffRestUrl).replace(/\/+$/, ''),
          token: secret('yiff-rest.key'),
          apiVersion: 'auto',
          userId: null,
          bypass: null,
        };
  };
}
