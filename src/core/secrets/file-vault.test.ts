import { chmod, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFileVault, secretsFileName } from './file-vault.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kabegami-vault-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the file vault', () => {
  it('gives back what was put in, also to a later start', async () => {
    await createFileVault({ folder }).set('waifu-im.token', 'canary-token');
    const later = createFileVault({ folder });
    expect(await later.get('waifu-im.token')).toEqual({ ok: true, value: 'canary-token' });
    expect(await later.get('yiff-rest.key')).toEqual({ ok: true, value: null });
    expect(await later.get('__proto__')).toEqual({ ok: true, value: null });
    await later.remove('waifu-im.token');
    expect(await later.get('waifu-im.token')).toEqual({ ok: true, value: null });
  });

  it.skipIf(process.platform === 'win32')(
    'is readable by its owner only, and closes a file that was left open',
    async () => {
      const vault = createFileVault({ folder });
      await vault.set('a', 'canary');
      const path = join(folder, secretsFileName);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      await chmod(path, 0o644);
      await vault.get('a');
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    },
  );

  it('loses nothing when several are written at once, and leaves no temporary file', async () => {
    const vault = createFileVault({ folder });
    await Promise.all(Array.from({ length: 20 }, (_, index) => vault.set(`name-${index}`, `value-${index}`)));
    for (let index = 0; index < 20; index++)
      expect(await vault.get(`name-${index}`)).toEqual({ ok: true, value: `value-${index}` });
    expect(await readdir(folder)).toEqual([secretsFileName]);
  });

  it('tells of a damaged file without quoting or replacing it', async () => {
    const path = join(folder, secretsFileName);
    await writeFile(path, '{"waifu-im.token": "canary-token"');
    const vault = createFileVault({ folder });
    const result = await vault.get('waifu-im.token');
    expect(result).toMatchObject({ ok: false, error: { code: 'data_folder_unwritable' } });
    expect(JSON.stringify(result)).not.toContain('canary');
    expect((await vault.set('a', 'b')).ok).toBe(false);
    expect(await readFile(path, 'utf8')).toContain('canary-token');
  });

  it('answers an error where the folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    const result = await createFileVault({ folder: join(folder, 'file', 'below') }).set('a', 'canary');
    expect(result).toMatchObject({ ok: false, error: { code: 'data_folder_unwritable' } });
    expect(JSON.stringify(result)).not.toContain('canary');
  });

  it('carries a warning to show', () => {
    expect(createFileVault({ folder }).storage).toMatchObject({
      kind: 'file',
      warning: expect.stringContaining('unencrypted'),
    });
  });
});
