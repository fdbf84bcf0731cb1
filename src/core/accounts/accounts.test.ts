import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { SecretVault } from '../ports.ts';
import { createAccounts, type AccountsOptions, type SecretReader } from './accounts.ts';

function memoryVault(): SecretVault & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    storage: { kind: 'file', warning: 'Readable.' },
    get: (name) => Promise.resolve(ok(entries.get(name) ?? null)),
    set: (name, value) => Promise.resolve(ok(void entries.set(name, value))),
    remove: (name) => Promise.resolve(ok(void entries.delete(name))),
  };
}

function setup(more: Partial<AccountsOptions> = {}) {
  const vault = memoryVault();
  const changed: string[] = [];
  const accounts = createAccounts({
    vault,
    overrides: { waifuImToken: undefined, yiffRestKey: undefined },
    test: (_provider, secret) =>
      Promise.resolve(
        secret('waifu-im.token') === 'bad-token'
          ? fail(appError('unauthorized', 'That token is invalid.'))
          : ok(undefined),
      ),
    changed: (provider) => changed.push(provider),
    ...more,
  });
  return { vault, accounts, changed };
}

describe('accounts', () => {
  it('keeps a good token and never gives it out', async () => {
    const { accounts, vault, changed } = setup();
    expect(await accounts.set('waifu-im', 'good-token')).toEqual({
      ok: true,
      value: {
        provider: 'waifu-im',
        configured: true,
        storage: 'file',
        warning: 'Readable.',
        valid: true,
        bypass: false,
      },
    });
    expect(vault.entries.get('waifu-im.token')).toBe('good-token');
    expect(accounts.secret('waifu-im.token')).toBe('good-token');
    expect(changed).toEqual(['waifu-im']);
    expect(JSON.stringify([accounts.list(), accounts.fingerprint('waifu-im')])).not.toContain('good-token');
  });

  it('keeps nothing of a refused token; the former one stays in use, also during the test', async () => {
    let seen: SecretReader | undefined;
    let answer: (result: Result<void>) => void = () => undefined;
    const { accounts, vault } = setup({
      test: (_provider, secret) => {
        seen = secret;
        return new Promise((resolve) => (answer = resolve));
      },
    });
    const first = accounts.set('waifu-im', 'good-token');
    await Promise.resolve();
    answer(ok(undefined));
    await first;
    const second = accounts.set('waifu-im', 'bad-token');
    await Promise.resolve();
    await Promise.resolve();
    expect(seen?.('waifu-im.token')).toBe('bad-token');
    expect(accounts.secret('waifu-im.token')).toBe('good-token');
    answer(fail(appError('unauthorized', 'That token is invalid.')));
    expect(await second).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
    expect(vault.entries.get('waifu-im.token')).toBe('good-token');
    expect(accounts.secret('waifu-im.token')).toBe('good-token');
  });

  it('keeps a token that could not be tested and says so', async () => {
    const { accounts } = setup({ test: () => Promise.resolve(fail(appError('offline', 'No network.'))) });
    const result = await accounts.set('waifu-im', 'some-token');
    expect(result).toMatchObject({ ok: true, value: { configured: true, valid: null } });
    expect(result.ok && result.value.warning).toContain('Not tested');
  });

  it('notices when a kept token has gone bad', async () => {
    let good = true;
    const { accounts } = setup({
      test: () => Promise.resolve(good ? ok(undefined) : fail(appError('unauthorized', 'That token is disabled.'))),
    });
    await accounts.set('waifu-im', 'token');
    good = false;
    expect(await accounts.test('waifu-im')).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
    expect(accounts.list()[0]).toMatchObject({ configured: true, valid: false });
    expect(await accounts.test('yiff-rest')).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
  });

  it('loads at start, and removes token and bypass', async () => {
    const { accounts, vault } = setup();
    vault.entries.set('waifu-im.token', 'kept');
    vault.entries.set('waifu-im.bypass', 'pass');
    await accounts.load();
    expect(accounts.secret('waifu-im.bypass')).toBe('pass');
    await accounts.remove('waifu-im');
    expect([...vault.entries]).toEqual([]);
    expect(accounts.secret('waifu-im.token')).toBe(null);
    expect(accounts.fingerprint('waifu-im')).toBe(null);
    expect(accounts.list()[0]).toMatchObject({ configured: false, storage: null, warning: null });
  });

  it('lets the environment win and refuses to change it', async () => {
    const protectedValues: string[] = [];
    const { accounts, vault } = setup({
      overrides: { waifuImToken: 'from-environment', yiffRestKey: '  ' },
      protect: (value) => protectedValues.push(value),
    });
    vault.entries.set('waifu-im.token', 'kept');
    await accounts.load();
    expect(accounts.secret('waifu-im.token')).toBe('from-environment');
    expect(accounts.list()).toMatchObject([{ storage: 'environment', warning: null }, { configured: false }]);
    for (const result of [await accounts.set('waifu-im', 'x'), await accounts.remove('waifu-im')])
      expect(result).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(protectedValues).toEqual(['from-environment', 'kept']);
    expect(vault.entries.get('waifu-im.token')).toBe('kept');
  });

  it('has a bypass value for waifu.im alone', async () => {
    const { accounts, vault } = setup();
    await accounts.setBypass('waifu-im', 'personal');
    expect(accounts.secret('waifu-im.bypass')).toBe('personal');
    expect(accounts.list()).toMatchObject([{ bypass: true }, { bypass: false }]);
    expect((await accounts.setBypass('yiff-rest', 'personal')).ok).toBe(false);
    await accounts.setBypass('waifu-im', null);
    expect([...vault.entries]).toEqual([]);
  });

  it('names an account without telling its token', async () => {
    const { accounts } = setup();
    await accounts.set('waifu-im', 'token-one');
    const one = accounts.fingerprint('waifu-im');
    await accounts.set('waifu-im', 'token-two');
    expect(accounts.fingerprint('waifu-im')).not.toBe(one);
    await accounts.set('waifu-im', 'token-one');
    expect(accounts.fingerprint('waifu-im')).toBe(one);
    expect(one).toMatch(/^[0-9a-f]{12}$/);
  });
});
