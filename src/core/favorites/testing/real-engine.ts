import { fileURLToPath } from 'node:url';
import { settings, type Settings } from '../../../shared/model.ts';
import { createAccounts, type Accounts } from '../../accounts/accounts.ts';
import { systemClock } from '../../clock.ts';
import { createEventBus } from '../../events.ts';
import { createPictures } from '../../files/create-pictures.ts';
import { forkCodec } from '../../files/fork-codec.ts';
import type { Clock, Log } from '../../ports.ts';
import { createHttp, createPictureFetch, createProviders, userAgentOf } from '../../providers/index.ts';
import { createFileVault } from '../../secrets/file-vault.ts';
import { openStore } from '../../store/open.ts';
import { createFavorites } from '../create-favorites.ts';
import { accountIdentity } from '../identity.ts';
import { remoteIdOf } from '../context.ts';

/** The engine as the program wires it: real store, files, codec, vault and providers, in the folder and against the service given. */
export async function createRealEngine(options: {
  readonly folder: string;
  readonly waifuImUrl: string;
  readonly log: Log;
  readonly settings?: Partial<Settings>;
  readonly clock?: Clock;
}) {
  const { folder, log } = options;
  const given = options.clock ?? systemClock;
  const clock: Clock = { ...given, now: () => Math.floor(given.now()) };
  const opened = openStore({ folder, log, clock });
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  const current = { ...settings.parse({}), waifuImUrl: options.waifuImUrl, ...options.settings };
  const http = createHttp({
    fetch: globalThis.fetch,
    clock,
    random: Math.random,
    log,
    userAgent: userAgentOf('0.0.0', 'https://example.org/kabegami'),
  });
  const providersWith = (secret: Accounts['secret']) =>
    createProviders({
      http,
      config: (provider) => ({
        baseUrl: provider === 'waifu-im' ? current.waifuImUrl : current.yiffRestUrl,
        token: secret(provider === 'waifu-im' ? 'waifu-im.token' : 'yiff-rest.key'),
        apiVersion: current.waifuImApi,
        userId: current.waifuImUserId,
        bypass: secret('waifu-im.bypass'),
      }),
      recall: store.settings.recall,
      remember: store.settings.remember,
      clock,
      random: Math.random,
    });
  const accounts = createAccounts({
    vault: createFileVault({ folder }),
    overrides: { waifuImToken: undefined, yiffRestKey: undefined },
    test: (provider, secret, signal) => providersWith(secret).test(provider, signal),
    log,
  });
  await accounts.load();
  const providers = providersWith(accounts.secret);
  const codec = forkCodec(fileURLToPath(new URL('../../files/codec-process.ts', import.meta.url)), { clock });
  const pictures = createPictures({
    folder,
    index: store.files,
    disk: store.disk,
    limitBytes: () => 1e9,
    checkDatabase: store.check,
    fetchPicture: createPictureFetch(http),
    codec,
    clock,
    log,
  });
  const events = createEventBus();
  const favorites = createFavorites({
    store,
    remote: providers.favorites,
    fetchImage: (id, signal) => providers['waifu-im'].image(remoteIdOf(id), signal),
    pictures,
    settings: () => current,
    hasAccount: () => accounts.secret('waifu-im.token') !== null,
    identity: () => accountIdentity(current, accounts.fingerprint('waifu-im')),
    events,
    clock,
    log,
  });
  return {
    store,
    pictures,
    accounts,
    favorites,
    events,
    async close() {
      await favorites.stop();
      await pictures.close();
      await codec.close();
      store.close();
    },
  };
}
