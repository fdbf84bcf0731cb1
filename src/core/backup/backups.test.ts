import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLayout } from '../files/layout.ts';
import { testImage } from '../store/testing.ts';
import { runInWorker } from './run-database-job.ts';
import {
  createTestLibrary,
  dumpLibrary,
  fillLibrary,
  silent,
  verifyLibrary,
  type TestLibrary,
} from './testing/library.ts';

let library: TestLibrary;
let target: string;
beforeEach(() => {
  library = createTestLibrary();
  target = path.join(library.outside, 'b.kabegami');
});
afterEach(() => library.remove());

const create = (pictures: 'none' | 'pinned' | 'all' = 'all', more: { path?: string; overwrite?: boolean } = {}) =>
  library.backups().create({ path: target, pictures, overwrite: false, ...more }, silent);
const restore = () => library.backups().restore({ path: target }, silent);
/** As the program does it. */
const threaded = { runJob: runInWorker };

describe('a backup', () => {
  it('brings back everything after all is gone, and verifies clean', async () => {
    fillLibrary(library);
    const before = dumpLibrary(library.folder);
    expect(
      await library.backups(threaded).create({ path: target, pictures: 'all', overwrite: false }, silent),
    ).toMatchObject({
      ok: true,
      value: {
        pictures: 6,
        damaged: 0,
        counts: { images: 12, favorites: 4, outbox: 1, collections: 1, blocks: 1, pools: 1, history: 2 },
      },
    });
    library.wipe();
    expect(await library.backups(threaded).restore({ path: target }, silent)).toMatchObject({
      ok: true,
      value: { missing: 0, notes: [] },
    });
    expect(library.carryOut()).toBe('restored');
    expect(dumpLibrary(library.folder)).toEqual(before);
    expect(await verifyLibrary(library.folder)).toMatchObject({ clean: true, problems: [] });
    expect(dumpLibrary(library.folder)).toEqual(before);
  });

  it('is a tar file that other programs open, for its owner alone', async () => {
    fillLibrary(library);
    await create();
    expect((statSync(target).mode & 0o777).toString(8)).toBe('600');
    const listed = spawnSync('tar', ['-tf', target], { encoding: 'utf8' });
    expect(listed.status).toBe(0);
    const names = listed.stdout.trim().split('\n');
    expect(names.slice(0, 3)).toEqual(['manifest.json', 'library.db', 'settings.json']);
    expect(names.at(-1)).toBe('contents.json');
    expect(names.filter((name) => name.startsWith('pictures/'))).toHaveLength(6);
    const extracted = spawnSync('tar', ['-xOf', target, 'settings.json'], { encoding: 'utf8' });
    expect(JSON.parse(extracted.stdout)).toMatchObject({ theme: 'dark' });
    expect(readdirSync(library.outside)).toEqual(['b.kabegami']);
  });

  it('is made while the library is written to', async () => {
    fillLibrary(library);
    const store = library.open();
    const making = library.backups(threaded).create({ path: target, pictures: 'all', overwrite: false }, silent);
    store.settings.remember('during', 1);
    expect(await making).toMatchObject({ ok: true });
    store.close();
    expect(await library.backups().inspect({ path: target }, { check: true }, silent)).toMatchObject({
      ok: true,
      value: { checked: true },
    });
  });

  it('without pictures takes over what is here, and lets the records of the rest go', async () => {
    fillLibrary(library);
    await create('none');
    const [first] = readdirSync(path.join(library.folder, 'pictures'));
    rmSync(path.join(library.folder, 'pictures', first ?? ''), { recursive: true });
    const gone =
      6 -
      readdirSync(path.join(library.folder, 'pictures'), { recursive: true, withFileTypes: true }).filter((entry) =>
        entry.isFile(),
      ).length;
    expect(await restore()).toMatchObject({ ok: true, value: { missing: gone, counts: { files: 6 - gone } } });
    library.carryOut();
    expect(await verifyLibrary(library.folder)).toMatchObject({ clean: true, problems: [] });
  });

  it('of pinned pictures holds those that are never cleaned up', async () => {
    fillLibrary(library);
    const store = library.open();
    library.addPicture(store, 'waifu-im:10', 'nobody wants this for good');
    store.close();
    expect(await create('pinned')).toMatchObject({ ok: true, value: { pictures: 6 } });
  });

  it('leaves a damaged picture out and says so', async () => {
    fillLibrary(library);
    const store = library.open();
    const [file] = store.files.all(null, 1);
    store.close();
    if (file === undefined) throw new Error('no file');
    writeFileSync(createLayout(library.folder).picture(file), 'y'.repeat(file.bytes));
    expect(await create()).toMatchObject({ ok: true, value: { pictures: 5, damaged: 1 } });
    expect(await library.backups().inspect({ path: target }, { check: true }, silent)).toMatchObject({ ok: true });
  });

  it('never holds a secret', async () => {
    fillLibrary(library);
    writeFileSync(path.join(library.folder, 'secrets.json'), 'SECRET-TOKEN-VALUE');
    await create();
    expect(readFileSync(target).includes('SECRET-TOKEN-VALUE')).toBe(false);
  });

  it.each([
    ['b.kabegami', 'invalid_input'],
    ['/x/b.tar', 'invalid_input'],
  ])('is not written to %s', async (place, code) => {
    fillLibrary(library);
    expect(await create('none', { path: place })).toMatchObject({ ok: false, error: { code } });
  });

  it('is written neither into the data folder nor where there is no folder', async () => {
    fillLibrary(library);
    expect(await create('none', { path: path.join(library.folder, 'b.kabegami') })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input' },
    });
    expect(await create('none', { path: path.join(library.outside, 'no', 'b.kabegami') })).toMatchObject({
      ok: false,
      error: { code: 'path_unusable' },
    });
    expect(existsSync(path.join(library.folder, 'backup.work'))).toBe(false);
  });

  it.skipIf(process.platform === 'win32')(
    'goes through no link into the data folder, and replaces only files',
    async () => {
      fillLibrary(library);
      symlinkSync(library.folder, path.join(library.outside, 'link'));
      const pipe = path.join(library.outside, 'pipe.kabegami');
      expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
      for (const place of [path.join(library.outside, 'link', 'pictures', 'b.kabegami'), pipe])
        expect(await create('none', { path: place, overwrite: true })).toMatchObject({
          ok: false,
          error: { code: 'invalid_input' },
        });
      expect(statSync(pipe).isFIFO()).toBe(true);
      // Reading it would wait for ever.
      for (const read of [
        library.backups().inspect({ path: pipe }, { check: true }, silent),
        library.backups().restore({ path: pipe }, silent),
      ])
        expect(await read).toMatchObject({ ok: false, error: { code: 'not_found' } });
    },
  );

  it('replaces a file only where that is asked', async () => {
    fillLibrary(library);
    writeFileSync(target, 'mine');
    expect(await create()).toMatchObject({ ok: false, error: { code: 'file_exists' } });
    expect(readFileSync(target, 'utf8')).toBe('mine');
    expect(await create('all', { overwrite: true })).toMatchObject({ ok: true });
    expect(readdirSync(library.outside)).toEqual(['b.kabegami']);
  });

  it('leaves nothing when it is cancelled', async () => {
    fillLibrary(library);
    const controller = new AbortController();
    const made = await library
      .backups()
      .create(
        { path: target, pictures: 'all', overwrite: false },
        { signal: controller.signal, onProgress: () => controller.abort() },
      );
    expect(made).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(readdirSync(library.outside)).toEqual([]);
    expect(existsSync(path.join(library.folder, 'backup.work'))).toBe(false);
  });
});

describe('a restore', () => {
  it('is previewed with what is here now', async () => {
    fillLibrary(library);
    await create();
    const store = library.open();
    store.database.exec('DELETE FROM favorite');
    store.close();
    expect(await library.backups().inspect({ path: target }, { check: false }, silent)).toMatchObject({
      ok: true,
      value: {
        program: '0.1.0',
        older: false,
        checked: false,
        counts: { favorites: 4 },
        here: { favorites: 0 },
        pictures: { choice: 'all', count: 6 },
      },
    });
  });

  it('can be undone, and that too', async () => {
    fillLibrary(library);
    await create();
    const store = library.open();
    store.settings.set({ ...store.settings.get(), theme: 'light' });
    library.addPicture(store, 'waifu-im:11', 'came after the backup');
    store.close();
    const newer = dumpLibrary(library.folder);
    await restore();
    library.carryOut();
    const older = dumpLibrary(library.folder);
    expect(older).not.toEqual(newer);
    expect(library.backups().state().kept).not.toBeNull();

    expect(await library.backups().undo(silent.signal)).toMatchObject({ ok: true });
    expect(library.carryOut()).toBe('restored');
    expect(dumpLibrary(library.folder)).toEqual(newer);
    expect(await verifyLibrary(library.folder)).toMatchObject({ clean: true, problems: [] });
    expect(await library.backups().undo(silent.signal)).toMatchObject({ ok: true });
    library.carryOut();
    expect(dumpLibrary(library.folder)).toEqual(older);
  });

  it('keeps one library that was replaced, until it is forgotten', async () => {
    fillLibrary(library);
    await create();
    for (let n = 0; n < 3; n += 1) {
      await restore();
      library.carryOut();
    }
    expect(readdirSync(library.folder).filter((name) => name.startsWith('before-restore-'))).toHaveLength(1);
    expect(await library.backups().forget()).toEqual({ ok: true, value: { removed: true } });
    expect(await library.backups().forget()).toEqual({ ok: true, value: { removed: false } });
    expect(await library.backups().undo(silent.signal)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(readdirSync(library.folder).filter((name) => name.startsWith('before-restore-'))).toEqual([]);
  });

  it('keeps what a killed process left in the log of the library that goes', async () => {
    fillLibrary(library);
    await create();
    const store = library.open();
    store.settings.remember('late', 'word');
    // A second library with the same log: as if the process had been killed with it.
    const late = path.join(library.outside, 'late');
    mkdirSync(late);
    for (const name of ['library.db', 'library.db-wal'])
      writeFileSync(path.join(late, name), readFileSync(path.join(library.folder, name)));
    store.close();
    for (const name of ['library.db', 'library.db-wal'])
      writeFileSync(path.join(library.folder, name), readFileSync(path.join(late, name)));
    await restore();
    library.carryOut();
    await library.backups().undo(silent.signal);
    library.carryOut();
    const again = library.open();
    expect(again.settings.recall('late')).toBe('word');
    again.close();
  });

  it('does not take over another service address than the usual ones and those here', async () => {
    fillLibrary(library);
    const store = library.open();
    store.settings.set({
      ...store.settings.get(),
      waifuImUrl: 'https://evil.example',
      yiffRestUrl: 'https://mine.example',
    });
    store.close();
    await create('none');
    const changed = library.open();
    changed.settings.set({ ...changed.settings.get(), waifuImUrl: 'https://api.waifu.im' });
    changed.close();
    const restored = await restore();
    expect(restored.ok && restored.value.notes.join()).toContain('https://evil.example');
    library.carryOut();
    const after = library.open();
    expect(after.settings.get()).toMatchObject({
      waifuImUrl: 'https://api.waifu.im',
      yiffRestUrl: 'https://mine.example',
    });
    after.close();
  });
});

describe('snapshots', () => {
  it('put a lost database back, and verify --repair sorts out what came later', async () => {
    fillLibrary(library);
    expect(await library.backups().snapshot()).toMatchObject({
      ok: true,
      value: { schema: expect.any(Number) as number },
    });
    const before = dumpLibrary(library.folder);
    const store = library.open();
    store.images.upsert([]);
    library.addPicture(store, 'waifu-im:11', 'came after the snapshot');
    store.close();
    for (const name of readdirSync(library.folder))
      if (name.startsWith('library.db')) rmSync(path.join(library.folder, name));
    writeFileSync(path.join(library.folder, 'library.db'), '');
    expect(library.backups().state().lost).toBe(true);
    expect(await library.backups().restore({ snapshot: 'latest' }, silent)).toMatchObject({
      ok: true,
      value: { missing: 0 },
    });
    library.carryOut();
    expect((dumpLibrary(library.folder) as { database: unknown }).database).toEqual(
      (before as { database: unknown }).database,
    );
    const report = await verifyLibrary(library.folder, true);
    expect(report).toMatchObject({ clean: true, problems: [{ kind: 'stray_file', repaired: true }] });
    expect(await verifyLibrary(library.folder)).toMatchObject({ problems: [] });
  });

  /** What a loss leaves: no database, and the snapshots and pictures of before. */
  const lose = (): void => {
    for (const name of readdirSync(library.folder))
      if (name.startsWith('library.db')) rmSync(path.join(library.folder, name));
  };

  it('of a library that was lost stay, though a new one was begun and filled a little', async () => {
    fillLibrary(library);
    await library.backups().snapshot();
    const [good] = library.backups().state().snapshots;
    lose();
    library.clock.time += 60_000;
    library.open().close();
    expect(library.backups().state().lost).toBe(true);
    const begun = await library.backups().snapshot();
    expect(begun).toMatchObject({ ok: true });
    expect(library.backups().state().snapshots).toHaveLength(2);
    expect(await library.backups().inspect({ snapshot: 'latest' }, { check: true }, silent)).toMatchObject({
      ok: true,
      value: { createdAt: good?.at },
    });
    const store = library.open();
    store.images.upsert([testImage({ id: 'waifu-im:99' })]);
    store.close();
    // Nor are the pictures what tells it alone.
    rmSync(path.join(library.folder, 'pictures'), { recursive: true });
    expect(library.backups().state().lost).toBe(true);
    await library.backups().snapshot();
    expect(library.backups().state().snapshots).toHaveLength(3);
    expect(await library.backups().restore({ snapshot: good?.name ?? '' }, silent)).toMatchObject({ ok: true });
    library.carryOut();
    expect(library.backups().state().lost).toBe(false);
    await library.backups().snapshot();
    expect(library.backups().state().snapshots.length).toBeLessThan(4);
  });

  it('are made of a library that began small, and of one that grew again after a loss', async () => {
    library.open().close();
    await library.backups().snapshot();
    expect(library.backups().state().lost).toBe(false);
    fillLibrary(library);
    await library.backups().snapshot();
    lose();
    library.open().close();
    expect(library.backups().state().lost).toBe(true);
    rmSync(path.join(library.folder, 'pictures'), { recursive: true });
    fillLibrary(library);
    expect(library.backups().state().lost).toBe(false);
  });

  it('are passed over where they are damaged', async () => {
    fillLibrary(library);
    await library.backups().snapshot();
    library.clock.time += 24 * 3_600_000;
    await library.backups().snapshot();
    const [newest, older] = library.backups().state().snapshots;
    writeFileSync(path.join(library.folder, 'backups', newest?.name ?? ''), 'rubbish '.repeat(2000));
    expect(await library.backups().inspect({ snapshot: 'latest' }, { check: true }, silent)).toMatchObject({
      ok: true,
      value: { createdAt: older?.at },
    });
    expect(await library.backups().inspect({ snapshot: newest?.name ?? '' }, { check: true }, silent)).toMatchObject({
      ok: false,
      error: { code: 'bad_backup' },
    });
  });

  it('say what remains where none is sound', async () => {
    fillLibrary(library);
    await library.backups().snapshot();
    const [only] = library.backups().state().snapshots;
    expect(only).not.toHaveProperty('damaged');
    truncateSync(path.join(library.folder, 'backups', only?.name ?? ''), (only?.bytes ?? 0) - 4096);
    expect(library.backups().state().snapshots).toEqual([expect.objectContaining({ damaged: true })]);
    const restored = await library.backups().restore({ snapshot: 'latest' }, silent);
    expect(restored).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(!restored.ok && restored.error.message).toMatch(/is sound.*library\.db.*pictures.*library import/);
    expect(!restored.ok && restored.error.message).not.toContain('backup list');
  });

  it('from the future come after those of the past', async () => {
    fillLibrary(library);
    library.clock.time += 400 * 24 * 3_600_000;
    await library.backups().snapshot();
    library.clock.time -= 400 * 24 * 3_600_000;
    const latest = async () => {
      const found = await library.backups().inspect({ snapshot: 'latest' }, { check: false }, silent);
      return found.ok ? found.value.createdAt : null;
    };
    expect(await latest()).toContain('2027-');
    await library.backups().snapshot();
    expect(await latest()).toContain('2026-');
  });

  it('and backups of a damaged database say what to do about it', async () => {
    writeFileSync(path.join(library.folder, 'library.db'), 'rubbish '.repeat(2000));
    const told = { ok: false, error: { code: 'database_corrupt' } };
    expect(await library.backups(threaded).snapshot()).toMatchObject(told);
    expect(await create('none')).toMatchObject(told);
  });

  it('of a damaged database are not kept, and none goes for them', async () => {
    fillLibrary(library);
    const backups = library.backups({
      runJob: (job) => {
        if (job.kind === 'copy') writeFileSync(job.to, '');
        return Promise.resolve({ schema: 3, findings: ['broken'], counts: {} } as never);
      },
    });
    mkdirSync(path.join(library.folder, 'backups'), { recursive: true });
    const old = Array.from(
      { length: 30 },
      (_, n) => `library-v3-2025-12-${String(n + 1).padStart(2, '0')}T00-00-00-000Z.db`,
    );
    for (const name of old) writeFileSync(path.join(library.folder, 'backups', name), '');
    expect(await backups.snapshot()).toMatchObject({ ok: false, error: { code: 'database_corrupt' } });
    expect(readdirSync(path.join(library.folder, 'backups')).sort()).toEqual(old);
    expect(await library.backups().snapshot()).toMatchObject({ ok: true });
    expect(readdirSync(path.join(library.folder, 'backups')).length).toBeLessThan(20);
  });
});
