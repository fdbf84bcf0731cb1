import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileVault, secretsFileName } from './file-vault.ts';
import { createKeyringVault, type Keyring } from './keyring-vault.ts';
import { openVault } from './open-vault.ts';
import { sessionBusAnswers } from './session-bus.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kabegami-keyring-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function memoryKeyring(): Keyring & { readonly entries: Map<string, string> } {
  const entries = new Map<string, string>();
  return {
    entries,
    get: (account) => Promise.resolve(entries.get(account) ?? null),
    set: (account, value) => Promise.resolve(void entries.set(account, value)),
    remove: (account) => Promise.resolve(void entries.delete(account)),
  };
}

describe('the keyring vault', () => {
  it('keeps each data folder apart and leaves no probe behind', async () => {
    const keyring = memoryKeyring();
    const one = await createKeyringVault({ keyring, folder: '/one', timeout: 1000 });
    const two = await createKeyringVault({ keyring, folder: '/two', timeout: 1000 });
    expect(keyring.entries.size).toBe(0);
    await one?.set('waifu-im.token', 'canary');
    expect(await one?.get('waifu-im.token')).toEqual({ ok: true, value: 'canary' });
    expect(await two?.get('waifu-im.token')).toEqual({ ok: true, value: null });
  });

  it('is not used when the keyring refuses, forgets or never answers', async () => {
    const never = new Promise<never>(() => undefined);
    const broken: readonly Partial<Keyring>[] = [
      { set: () => Promise.reject(new Error('locked')) },
      { get: () => Promise.resolve(null) },
      { set: () => never },
      {
        set: () => {
          throw new Error('no bus');
        },
      },
    ];
    for (const part of broken)
      expect(await createKeyringVault({ keyring: { ...memoryKeyring(), ...part }, folder, timeout: 20 })).toBe(null);
  });

  it('never quotes the library, which might quote the value', async () => {
    const keyring = memoryKeyring();
    const vault = await createKeyringVault({ keyring, folder, timeout: 1000 });
    keyring.set = (_account, value) => Promise.reject(new Error(`cannot store ${value}`));
    const result = await vault?.set('a', 'canary');
    expect(result?.ok).toBe(false);
    expect(JSON.stringify(result)).not.toContain('canary');
  });
});

describe('openVault', () => {
  it('falls back to the file, and moves its secrets over once a keyring is there', async () => {
    const without = await openVault({ folder, keyring: () => Promise.resolve(null) });
    expect(without.storage.kind).toBe('file');
    await without.set('waifu-im.token', 'canary');

    const keyring = memoryKeyring();
    const vault = await openVault({ folder, keyring: () => Promise.resolve(keyring), env: {} });
    expect(vault.storage).toEqual({ kind: 'keyring', warning: null });
    expect(await vault.get('waifu-im.token')).toEqual({ ok: true, value: 'canary' });
    await vault.set('waifu-im.token', 'canary-two');
    expect(await readFile(join(folder, secretsFileName), 'utf8')).not.toContain('canary');
    expect(await vault.get('waifu-im.token')).toEqual({ ok: true, value: 'canary-two' });
    await vault.remove('waifu-im.token');
    expect(await vault.get('waifu-im.token')).toEqual({ ok: true, value: null });
    expect(await createFileVault({ folder }).get('waifu-im.token')).toEqual({ ok: true, value: null });
  });

  it('can be told to use the file', async () => {
    const vault = await openVault({
      folder,
      keyring: () => Promise.resolve(memoryKeyring()),
      env: { KABEGAMI_KEYRING: 'off' },
    });
    expect(vault.storage.kind).toBe('file');
  });

  it.skipIf(process.platform !== 'linux')('does not wait for a session bus that says nothing', async () => {
    const path = join(folder, 'bus');
    const connected: Socket[] = [];
    const mute = createServer((socket) => void connected.push(socket));
    await new Promise<void>((resolve) => mute.listen(path, resolve));
    const address = { DBUS_SESSION_BUS_ADDRESS: `unix:abstract=no,path=${path}` };
    expect(await sessionBusAnswers(address, 30)).toBe(false);
    for (const socket of connected) socket.destroy();
    mute.close();
    expect(await sessionBusAnswers({ XDG_RUNTIME_DIR: folder }, 30)).toBe(false);
    expect(await sessionBusAnswers({}, 30)).toBe(false);
  });

  // The real library, in a process of its own with no bus at all: it must neither hang nor keep the secret in the kernel.
  it.skipIf(process.platform !== 'linux')('uses the file on a Linux without a session bus', async () => {
    const script = `
      import { openVault } from ${JSON.stringify(new URL('./open-vault.ts', import.meta.url).href)};
      const vault = await openVault({ folder: ${JSON.stringify(folder)}, env: {} });
      process.stdout.write(vault.storage.kind);
    `;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module-typescript', '-e', script], {
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        XDG_RUNTIME_DIR: folder,
        DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder}/none`,
      },
      timeout: 20_000,
    });
    expect(stdout).toBe('file');
  });
});
