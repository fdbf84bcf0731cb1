import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder } from './data-folder.ts';
import { prepareDataFolder } from './prepare-data-folder.ts';

describe('dataFolder', () => {
  it('prefers KABEGAMI_HOME, made absolute', () => {
    expect(dataFolder({ KABEGAMI_HOME: '/tmp/k' }, 'linux', '/home/u')).toBe('/tmp/k');
    expect(dataFolder({ KABEGAMI_HOME: 'k' }, 'linux', '/home/u')).toBe(path.resolve('k'));
  });

  it('uses each platform’s standard place', () => {
    expect(dataFolder({}, 'linux', '/home/u')).toBe('/home/u/.local/share/kabegami');
    expect(dataFolder({ XDG_DATA_HOME: '/data' }, 'linux', '/home/u')).toBe('/data/kabegami');
    expect(dataFolder({ XDG_DATA_HOME: 'data' }, 'linux', '/home/u')).toBe('/home/u/.local/share/kabegami');
    expect(dataFolder({}, 'darwin', '/Users/u')).toBe('/Users/u/Library/Application Support/Kabegami');
    expect(dataFolder({ APPDATA: '/r' }, 'win32', '/u')).toBe(path.join('/r', 'Kabegami'));
  });

  it('takes empty variables as not set', () => {
    expect(dataFolder({ KABEGAMI_HOME: '', XDG_DATA_HOME: '' }, 'linux', '/home/u')).toBe(
      '/home/u/.local/share/kabegami',
    );
  });
});

describe('prepareDataFolder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'kabegami-folder-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('creates a private folder', async () => {
    const target = path.join(folder, 'a', 'b');
    expect(await prepareDataFolder(target)).toEqual({ ok: true, value: undefined });
    expect((await stat(target)).mode & 0o777).toBe(0o700);
  });

  it.skipIf(process.platform !== 'linux')('gives up at once where nothing can be made (needs /proc)', async () => {
    for (const target of ['/proc/nope', '/proc/nope/deeper', '/proc/self/nope']) {
      expect(await prepareDataFolder(target)).toMatchObject({ ok: false, error: { code: 'data_folder_unwritable' } });
    }
  });

  it.skipIf(process.platform === 'win32')(
    'makes what it keeps in an open folder private, and nothing else',
    async () => {
      const names = ['library.db', 'library.db-wal', 'owner.lock', 'letter.txt'];
      for (const name of names) {
        await writeFile(path.join(folder, name), '');
        await chmod(path.join(folder, name), 0o644);
      }
      await prepareDataFolder(folder);
      const modes = await Promise.all(names.map(async (name) => (await stat(path.join(folder, name))).mode & 0o777));
      expect(modes).toEqual([0o600, 0o600, 0o600, 0o644]);
    },
  );

  it('names the folder and the way out when it cannot be made', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const result = await prepareDataFolder(path.join(folder, 'file', 'data'));
    expect(result).toMatchObject({ ok: false, error: { code: 'data_folder_unwritable', retryable: false } });
    if (!result.ok) expect(result.error.message).toMatch(/KABEGAMI_HOME/);
  });
});
