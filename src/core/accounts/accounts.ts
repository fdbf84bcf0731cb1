import { createHmac } from 'node:crypto';
import { appError } from '../../shared/errors.ts';
import type { Account, ProviderId } from '../../shared/model.ts';
import { providerIds } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Log, Overrides, SecretVault } from '../ports.ts';

/** Every secret the program keeps. */
export const secretNames = ['waifu-im.token', 'waifu-im.bypass', 'yiff-rest.key'] as const;
export type SecretName = (typeof secretNames)[number];

/** Reads a secret by name; null where there is none. */
export type SecretReader = (name: SecretName) => string | null;

/** The accounts at the services. Secrets go in and are used; no method gives one to a client. */
export interface Accounts {
  /** Fills the cache from the vault; call it once at start, before anything asks for `secret`. */
  load(): Promise<Result<void>>;
  /** For provider configuration only. */
  readonly secret: SecretReader;
  /** An opaque name of the account a token belongs to: changes with the token, tells nothing about it. Null without a token. */
  fingerprint(provider: ProviderId): string | null;
  list(): readonly Account[];
  /** Tests the token at once. A refused one is not kept; if the service cannot be asked it is kept, untested. */
  set(provider: ProviderId, token: string, signal?: AbortSignal): Promise<Result<Account>>;
  /** The personal `x-geo-blocking-bypass` value of waifu.im; null removes it. */
  setBypass(provider: ProviderId, bypass: string | null): Promise<Result<Account>>;
  test(provider: ProviderId, signal?: AbortSignal): Promise<Result<Account>>;
  /** Forgets the token (and the bypass value). */
  remove(provider: ProviderId): Promise<Result<Account>>;
}

export interface AccountsOptions {
  readonly vault: SecretVault;
  readonly overrides: Pick<Overrides, 'waifuImToken' | 'yiffRestKey'>;
  /**
   * Asks the service whether the secrets that `secret` answers are good. They may be a candidate that is not kept yet, so use `secret` and not
   * `Accounts.secret` for this request: requests running meanwhile go on with the former token.
   */
  readonly test: (provider: ProviderId, secret: SecretReader, signal?: AbortSignal) => Promise<Result<void>>;
  /** Told of every secret, before it is used anywhere (`Redactor.protect`). */
  readonly protect?: (secret: string) => void;
  /** A token was set, changed or removed. */
  readonly changed?: (provider: ProviderId) => void;
  readonly log?: Log;
}

const tokenNames = { 'waifu-im': 'waifu-im.token', 'yiff-rest': 'yiff-rest.key' } as const satisfies Record<
  ProviderId,
  SecretName
>;
const variables = { 'waifu-im': 'KABEGAMI_WAIFU_IM_TOKEN', 'yiff-rest': 'KABEGAMI_YIFF_REST_KEY' } as const;
const titles = { 'waifu-im': 'waifu.im', 'yiff-rest': 'yiff.rest' } as const;

export function createAccounts(options: AccountsOptions): Accounts {
  const { vault, overrides, test, protect = () => undefined, changed = () => undefined, log } = options;
  const kept = new Map<SecretName, string>();
  const tested = new Map<ProviderId, { readonly valid: boolean | null; readonly note: string | null }>();
  /** Changes of the vault, one after the other: the cache must end as the vault does. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const run = last.then(work, work);
    last = run.catch(() => undefined);
    return run;
  };

  const fromEnvironment = (provider: ProviderId): string | undefined => {
    const value = provider === 'waifu-im' ? overrides.waifuImToken : overrides.yiffRestKey;
    return value === undefined || value.trim() === '' ? undefined : value.trim();
  };
  for (const provider of providerIds) {
    const value = fromEnvironment(provider);
    if (value !== undefined) protect(value);
  }

  const secret: SecretReader = (name) => {
    const provider = providerIds.find((id) => tokenNames[id] === name);
    return (provider === undefined ? undefined : fromEnvironment(provider)) ?? kept.get(name) ?? null;
  };

  const account = (provider: ProviderId): Account => {
    const environment = fromEnvironment(provider) !== undefined;
    const configured = secret(tokenNames[provider]) !== null;
    const result = tested.get(provider);
    const warnings = [configured && !environment ? vault.storage.warning : null, configured ? result?.note : null];
    return {
      provider,
      configured,
      storage: environment ? 'environment' : configured ? vault.storage.kind : null,
      warning: warnings.filter((text) => typeof text === 'string').join(' ') || null,
      valid: configured ? (result?.valid ?? null) : null,
      bypass: provider === 'waifu-im' && secret('waifu-im.bypass') !== null,
    };
  };

  const refuseEnvironment = (provider: ProviderId): Result<never> | null =>
    fromEnvironment(provider) === undefined
      ? null
      : fail(
          appError(
            'invalid_input',
            `The token of ${titles[provider]} comes from the variable ${variables[provider]} of this process. Change it there, or start Kabegami without it.`,
          ),
        );

  /** What a test says of a token; an error only when the token itself is refused. */
  const judge = (
    provider: ProviderId,
    result: Result<void>,
  ): Result<{ valid: boolean | null; note: string | null }> => {
    if (result.ok) return ok({ valid: true, note: null });
    if (result.error.code === 'unauthorized' || result.error.code === 'cancelled') return fail(result.error);
    return ok({
      valid: null,
      note: `Not tested: ${titles[provider]} could not say whether it is good. ${result.error.message}`,
    });
  };

  return {
    async load() {
      for (const name of secretNames) {
        const value = await vault.get(name);
        if (!value.ok) return value;
        if (value.value === null) continue;
        protect(value.value);
        kept.set(name, value.value);
      }
      return ok(undefined);
    },
    secret,
    fingerprint(provider) {
      const token = secret(tokenNames[provider]);
      if (token === null) return null;
      // 48 bits of a keyed hash: enough to notice another token, too little to confirm a guess of one.
      return createHmac('sha256', `kabegami account ${provider}`).update(token).digest('hex').slice(0, 12);
    },
    list: () => providerIds.map(account),
    set: (provider, token, signal) =>
      inTurn(async () => {
        const refused = refuseEnvironment(provider);
        if (refused) return refused;
        protect(token);
        const name = tokenNames[provider];
        const verdict = judge(
          provider,
          await test(provider, (asked) => (asked === name ? token : secret(asked)), signal),
        );
        if (!verdict.ok) return verdict;
        const saved = await vault.set(name, token);
        if (!saved.ok) return saved;
        kept.set(name, token);
        tested.set(provider, verdict.value);
        log?.info('A token was saved', { provider, storage: vault.storage.kind, valid: verdict.value.valid });
        changed(provider);
        return ok(account(provider));
      }),
    setBypass: (provider, bypass) =>
      inTurn(async () => {
        if (provider !== 'waifu-im')
          return fail(appError('invalid_input', `${titles[provider]} has no bypass header; only waifu.im has one.`));
        if (bypass !== null) protect(bypass);
        const saved = await (bypass === null ? vault.remove('waifu-im.bypass') : vault.set('waifu-im.bypass', bypass));
        if (!saved.ok) return saved;
        if (bypass === null) kept.delete('waifu-im.bypass');
        else kept.set('waifu-im.bypass', bypass);
        return ok(account(provider));
      }),
    async test(provider, signal) {
      if (secret(tokenNames[provider]) === null)
        return fail(appError('unauthorized', `There is no token for ${titles[provider]} yet. Add one in Settings.`));
      const before = secret(tokenNames[provider]);
      const verdict = judge(provider, await test(provider, secret, signal));
      // The token may have been exchanged while the service was thinking: then the answer is about another one.
      if (secret(tokenNames[provider]) !== before) return ok(account(provider));
      if (verdict.ok) tested.set(provider, verdict.value);
      else if (verdict.error.code === 'unauthorized')
        tested.set(provider, { valid: false, note: verdict.error.message });
      return verdict.ok ? ok(account(provider)) : verdict;
    },
    remove: (provider) =>
      inTurn(async () => {
        const refused = refuseEnvironment(provider);
        if (refused) return refused;
        const names: readonly SecretName[] =
          provider === 'waifu-im' ? ['waifu-im.token', 'waifu-im.bypass'] : ['yiff-rest.key'];
        for (const name of names) {
          const removed = await vault.remove(name);
          if (!removed.ok) return removed;
          kept.delete(name);
        }
        tested.delete(provider);
        log?.info('A token was removed', { provider });
        changed(provider);
        return ok(account(provider));
      }),
  };
}
