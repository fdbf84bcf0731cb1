import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { EventEmitter } from 'node:events';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileVault } from '../core/secrets/file-vault.ts';
import { utilityCodecChild } from './codec-child.ts';
import { openDesktopVault } from './vault.ts';

describe('openDesktopVault', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kabegami-vault-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const flip = (text: string): string => [...text].reverse().join('');
  const encryption = (available: boolean, backend?: 'basic_text' | 'kwallet6') => ({
    isEncryptionAvailable: () => available,
    encryptString: (text: string) => Buffer.from(flip(text)),
    decryptString: (bytes: Buffer) => {
      const text = flip(String(bytes));
      if (text.startsWith('broken')) throw new Error(text);
      return text;
    },
    ...(backend === undefined ? {} : { getSelectedStorageBackend: () => backend }),
  });
  const open = () => Promise.resolve(createFileVault({ folder }));

  it('prefers the keyring that all hosts share', async () => {
    const shared = { ...createFileVault({ folder }), storage: { kind: 'keyring', warning: null } as const };
    const vault = await openDesktopVault({
      folder,
      platform: 'linux',
      encryption: encryption(true, 'kwallet6'),
      open: () => Promise.resolve(shared),
    });
    expect(vault).toBe(shared);
  });

  it('encrypts with the system’s key where there is one', async () => {
    const vault = await openDesktopVault({ folder, platform: 'linux', encryption: encryption(true, 'kwallet6'), open });
    expect(vault.storage).toEqual({ kind: 'keyring', warning: null });
    expect(await vault.set('waifu-im.token', 'my-token')).toEqual({ ok: true, value: undefined });
    expect(await vault.get('waifu-im.token')).toEqual({ ok: true, value: 'my-token' });
    expect(await readFile(path.join(folder, 'electron', 'secrets.json'), 'utf8')).not.toContain('my-token');
    expect(await vault.remove('waifu-im.token')).toMatchObject({ ok: true });
    expect(await vault.get('waifu-im.token')).toEqual({ ok: true, value: null });
  });

  it('never quotes a secret it cannot read', async () => {
    const vault = await openDesktopVault({ folder, platform: 'darwin', encryption: encryption(true), open });
    await vault.set('waifu-im.token', 'broken-secret');
    const answer = await vault.get('waifu-im.token');
    expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(JSON.stringify(answer)).not.toContain('broken-secret');
  });

  it.each([
    ['a password that everybody has', 'linux', encryption(true, 'basic_text')],
    ['an unknown backend', 'linux', encryption(true)],
    ['no encryption', 'win32', encryption(false)],
  ] as const)('takes the file with its warning for %s', async (_what, platform, weak) => {
    const vault = await openDesktopVault({ folder, platform, encryption: weak, open });
    expect(vault.storage.kind).toBe('file');
    expect(vault.storage.warning).toContain('unencrypted');
  });
});

describe('utilityCodecChild', () => {
  it('passes messages both ways and tells the end once', () => {
    const sent: unknown[] = [];
    const child = Object.assign(new EventEmitter(), {
      postMessage: (message: unknown) => sent.push(message),
      kill: () => child.emit('exit', 9),
    });
    const codec = utilityCodecChild((entry) => {
      expect(entry).toBe('/codec.js');
      return child as never;
    }, '/codec.js');
    const heard: unknown[] = [];
    let ends = 0;
    codec.onMessage((message) => heard.push(message));
    codec.onExit(() => ends++);
    child.emit('spawn');
    codec.send({ id: 1 });
    child.emit('message', { type: 'ready' });
    codec.kill();
    child.emit('exit', 0);
    expect([sent, heard, ends]).toEqual([[{ id: 1 }], [{ type: 'ready' }], 1]);
  });

  it('ends a process that was given up while it started, as soon as it can be', () => {
    let kills = 0;
    const child = Object.assign(new EventEmitter(), { postMessage: () => undefined, kill: () => void kills++ });
    const codec = utilityCodecChild(() => child as never, '/codec.js');
    codec.kill();
    expect(kills).toBe(0);
    child.emit('spawn');
    expect(kills).toBe(1);
  });
});
