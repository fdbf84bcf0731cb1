import { spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RemoteImage } from '../../shared/model.ts';
import { createTestLog } from '../store/testing.ts';
import type { Codec } from './codec.ts';
import { createPictures } from './create-pictures.ts';
import type { MediaFile } from './pictures.ts';
import { killAndVerify } from './testing/kill.ts';
import { landscape, openTestPictures, sha256, testCodec } from './testing/pictures.ts';

let codec: Codec;
let contents: Buffer[];
beforeAll(async () => {
  codec = testCodec();
  contents = await Promise.all([1, 2].map((n) => landscape(n, { width: 600, height: 400 })));
});
afterAll(() => codec.close());

let test: ReturnType<typeof openTestPictures>;
let images: RemoteImage[];
let kept: MediaFile[];
beforeEach(async () => {
  test = openTestPictures(codec);
  images = contents.map((content, n) => test.host.offer(`yiff-rest:${n}`, content));
  test.store.images.upsert(images);
  kept = [];
  for (const image of images) {
    await test.pictures.open(image, 'small');
    const full = await test.pictures.open(image, 'full');
    if (full.ok) kept.push(full.value);
  }
  expect(kept).toHaveLength(2);
});
afterEach(() => test.close());

const first = (): MediaFile => {
  const file = kept[0];
  if (file === undefined) throw new Error('nothing was kept');
  return file;
};
const at = (...parts: string[]): string => path.join(test.folder, ...parts);
const thumbOf = (hash: string): string => at('thumbs', '480', hash.slice(0, 2), `${hash}.webp`);

/** What `verify` finds, without and then with repair; afterwards it must find nothing. */
async function verify() {
  const look = await test.pictures.verify({ repair: false });
  const again = await test.pictures.verify({ repair: false });
  expect(again).toEqual(look);
  const repair = await test.pictures.verify({ repair: true });
  if (!look.ok || !repair.ok) throw new Error('verify failed');
  expect(look.value.problems.map(({ kind, subject }) => [kind, subject])).toEqual(
    repair.value.problems.map(({ kind, subject }) => [kind, subject]),
  );
  expect(look.value.problems.some(({ repaired }) => repaired)).toBe(false);
  expect(look.value.clean).toBe(look.value.problems.length === 0);
  expect(repair.value.clean).toBe(true);
  expect(await test.pictures.verify({ repair: false })).toMatchObject({
    ok: true,
    value: { clean: true, problems: [] },
  });
  return look.value.problems;
}

describe('verify', () => {
  it('finds nothing in a sound library, and says how far it is', async () => {
    const progress: [number, number][] = [];
    const report = await test.pictures.verify({ repair: false, onProgress: (...now) => progress.push(now) });
    expect(report).toEqual({ ok: true, value: { clean: true, problems: [], checked: 4 } });
    expect(progress).toEqual([
      [1, 2],
      [2, 2],
    ]);
    expect(await test.pictures.verify({ repair: true }, AbortSignal.abort())).toMatchObject({
      ok: false,
      error: { code: 'cancelled' },
    });
  });

  it('lets a record without its file go, so that it is fetched again', async () => {
    rmSync(first().path);
    expect(await verify()).toMatchObject([
      { kind: 'missing_file', subject: `pictures/${first().hash.slice(0, 2)}/${first().hash}.jpg` },
    ]);
    const image = images[0];
    if (image === undefined) throw new Error();
    expect(test.store.images.get(image.id)?.cached).toBe(false);
    expect(await test.pictures.open(image, 'full')).toMatchObject({ ok: true, value: { hash: first().hash } });
  });

  it.each([
    ['changed', (file: string) => writeFileSync(file, Buffer.from(readFileSync(file)).fill(7, 300, 400))],
    ['cut', (file: string) => truncateSync(file, 1000)],
  ])('sets a %s file aside', async (_how, damage) => {
    damage(first().path);
    expect(await verify()).toMatchObject([{ kind: 'wrong_content' }]);
    expect(readdirSync(at('lost+found'))).toEqual([`${first().hash}.jpg`]);
    expect(existsSync(first().path)).toBe(false);
  });

  it('gives a file without a record its record back where an image is known to be it', async () => {
    test.store.files.detach(first().hash);
    rmSync(thumbOf(first().hash));
    expect(await verify()).toMatchObject([{ kind: 'stray_file' }]);
    expect(test.store.files.of(images[0]?.id ?? '')).toMatchObject({ hash: first().hash, width: 600, height: 400 });
    expect(existsSync(at('lost+found'))).toBe(false);
  });

  it('keeps files that nothing is known about in lost+found', async () => {
    const strange = await landscape(9);
    const hash = sha256(strange);
    mkdirSync(at('pictures', hash.slice(0, 2)), { recursive: true });
    writeFileSync(at('pictures', hash.slice(0, 2), `${hash}.jpg`), strange);
    writeFileSync(at('pictures', 'notes.txt'), 'mine');
    mkdirSync(at('lost+found'));
    writeFileSync(at('lost+found', 'notes.txt'), 'an earlier one');
    copyFileSync(first().path, at('pictures', path.basename(first().path)));
    expect((await verify()).map(({ kind }) => kind)).toEqual(['stray_file', 'stray_file', 'stray_file']);
    expect(readdirSync(at('lost+found')).sort()).toEqual(
      [`${hash}.jpg`, 'notes-1.txt', 'notes.txt', path.basename(first().path)].sort(),
    );
    expect(readFileSync(at('lost+found', 'notes-1.txt'), 'utf8')).toBe('mine');
    expect(existsSync(first().path)).toBe(true);
  });

  it('removes damaged, missing and stray thumbnails, which are made again', async () => {
    const [one, two] = kept.map(({ hash }) => hash);
    if (one === undefined || two === undefined) throw new Error();
    writeFileSync(thumbOf(one), 'not a picture');
    rmSync(thumbOf(two));
    writeFileSync(at('thumbs', 'what.webp'), '');
    mkdirSync(at('thumbs', '480', '00'), { recursive: true });
    writeFileSync(at('thumbs', '480', '00', `${'0'.repeat(64)}.webp`), '');
    expect((await verify()).map(({ kind }) => kind).sort()).toEqual([
      'bad_thumbnail',
      'bad_thumbnail',
      'stray_file',
      'stray_file',
    ]);
    for (const image of images) expect(await test.pictures.open(image, 'small')).toMatchObject({ ok: true });
    expect(test.store.stats().thumbnails).toBe(2);
  });

  it('says what happened when the database was lost, and leaves no empty folders behind', async () => {
    const hashes = kept.map(({ hash }) => hash);
    for (const { id } of images) test.store.database.prepare('DELETE FROM image WHERE id = ?').run([id]);
    for (const hash of hashes) test.store.files.detach(hash);
    const problems = await verify();
    expect(problems.map(({ kind }) => kind)).toEqual(['database', ...Array<string>(4).fill('stray_file')]);
    expect(problems[0]?.message).toMatch(/^2 picture files are here .* lost or replaced.* a backup of your own .*; /);
    expect(readdirSync(at('lost+found')).sort()).toEqual(hashes.map((hash) => `${hash}.jpg`).sort());
    expect([readdirSync(at('pictures')), readdirSync(at('thumbs'))]).toEqual([[], []]);
  });

  it('finds unfinished downloads, not those under way', async () => {
    const content = await landscape(3, { width: 900, height: 700, format: 'png' });
    const under = test.host.offer('yiff-rest:3', content);
    test.store.images.upsert([under]);
    const release = test.host.hold();
    let opened: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      opened = test.pictures.open(under, 'full', { onProgress: () => resolve() });
    });
    writeFileSync(at('incoming', 'deadbeef-1.part'), 'half');
    expect(await verify()).toMatchObject([{ kind: 'unfinished_download', subject: 'incoming/deadbeef-1.part' }]);
    release();
    expect(await opened).toMatchObject({ ok: true });
  });

  it('says that the database is damaged, and what to do, where it cannot be read', async () => {
    await test.pictures.close();
    const { folder, store, host } = test;
    const damaged = Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT_VTAB' });
    const pictures = createPictures({
      folder,
      index: {
        ...store.files,
        all() {
          throw damaged;
        },
      },
      disk: store.disk,
      limitBytes: () => 1e9,
      checkDatabase: () => ['row 5 missing from index'],
      fetchPicture: host.fetchPicture,
      codec,
      clock: { now: () => 0 },
      log: createTestLog(),
    });
    const report = await pictures.verify({ repair: false });
    expect(report).toMatchObject({ ok: true, value: { clean: false, problems: [{}, { kind: 'database' }] } });
    expect(report.ok && report.value.problems[1]?.message).toMatch(
      /The database is damaged \(database disk image is malformed\).* To put it back, .*kabegami backup restore/,
    );
    await pictures.close();
  });

  it('passes on what the database says of itself, which it cannot repair', async () => {
    await test.pictures.close();
    const { folder, store, host } = test;
    const pictures = createPictures({
      folder,
      index: store.files,
      disk: store.disk,
      limitBytes: () => 1e9,
      checkDatabase: () => ['row 5 missing from index'],
      fetchPicture: host.fetchPicture,
      codec,
      clock: { now: () => 0 },
      log: createTestLog(),
    });
    const message = async (): Promise<string> => {
      const report = await pictures.verify({ repair: true });
      expect(report).toMatchObject({
        ok: true,
        value: { clean: false, problems: [{ kind: 'database', repaired: false }] },
      });
      return report.ok ? (report.value.problems[0]?.message ?? '') : '';
    };
    expect(await message()).not.toContain('backups/');
    mkdirSync(at('backups'));
    writeFileSync(at('backups', 'library-v1-2026.db'), '');
    expect(await message()).toContain('kabegami backup restore --snapshot latest');
    await pictures.close();
  });
});

describe('a start after a process was killed', () => {
  it('finishes what had begun', async () => {
    const { hash } = first();
    // Killed after the file was moved to its place and before its row was written.
    const adopted = images[0]?.id ?? '';
    test.store.files.detach(hash);
    rmSync(thumbOf(hash));
    writeFileSync(at('incoming', `adding.${adopted.replace(':', '.')}.${hash}.jpg`), '');
    // The same, of an image whose metadata was never written.
    const unknown = await landscape(8);
    const unknownFile = at('pictures', sha256(unknown).slice(0, 2), `${sha256(unknown)}.jpg`);
    mkdirSync(path.dirname(unknownFile), { recursive: true });
    writeFileSync(unknownFile, unknown);
    writeFileSync(at('incoming', `adding.waifu-im.77.${sha256(unknown)}.jpg`), '');
    // Killed while evicting, and while downloading.
    const evicted = kept[1];
    if (evicted === undefined) throw new Error();
    rmSync(evicted.path);
    writeFileSync(at('incoming', `removing.${evicted.hash}.jpg`), '');
    writeFileSync(at('incoming', 'cafe-1.part'), 'half');
    // Names that only look like notes.
    writeFileSync(at('incoming', `removing.${'../'.repeat(2).replaceAll('/', '%2f')}.jpg`), '');
    writeFileSync(at('incoming', `adding.waifu-im.x.${'g'.repeat(64)}.jpg`), '');

    await test.reopen();
    expect(await test.pictures.verify({ repair: false })).toMatchObject({
      ok: true,
      value: { clean: true, problems: [] },
    });
    expect(readdirSync(at('incoming'))).toEqual([]);
    expect(test.store.files.of(adopted)?.hash).toBe(hash);
    expect(existsSync(unknownFile)).toBe(false);
    expect(test.store.files.byHash(evicted.hash)).toBeNull();
  });

  it.each(['adding.yiff-rest.0', 'thumbnail'])(
    'lets go of a thumbnail that got its place and no row (%s)',
    async (note) => {
      const { hash } = first();
      test.store.files.detachThumbnail(hash, 480);
      writeFileSync(at('incoming', `${note}.${hash}.jpg`), '');
      await test.reopen();
      expect(await test.pictures.verify({ repair: false })).toMatchObject({
        ok: true,
        value: { clean: true, problems: [] },
      });
      expect(existsSync(thumbOf(hash))).toBe(false);
      expect(readdirSync(at('incoming'))).toEqual([]);
    },
  );

  it('finds a library that verifies clean, wherever it was killed', () => killAndVerify(2, codec), 60_000);
});

describe('a full disk', () => {
  const mount = mkdtempSync(path.join(tmpdir(), 'kabegami-full-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=400k', 'tmpfs', mount]).status === 0;
  afterAll(() => {
    if (mounted) spawnSync('umount', [mount]);
    rmSync(mount, { recursive: true, force: true });
  });

  it.skipIf(!mounted)(
    'is told as such and leaves nothing half-written (needs the right to mount a small tmpfs)',
    async () => {
      const content = await landscape(7, { width: 1800, height: 1200, format: 'png' });
      const large = Buffer.concat([content, Buffer.alloc(500_000)]);
      const image = test.host.offer('waifu-im:1', large);
      test.store.images.upsert([image]);
      const pictures = createPictures({
        folder: mount,
        index: test.store.files,
        disk: test.store.disk,
        limitBytes: () => 1e9,
        checkDatabase: test.store.check,
        fetchPicture: test.host.fetchPicture,
        codec,
        clock: { now: () => 0 },
        log: createTestLog(),
      });
      expect(await pictures.open(image, 'full')).toMatchObject({ ok: false, error: { code: 'disk_full' } });
      expect(readdirSync(path.join(mount, 'incoming'))).toEqual([]);
      // Room for the picture, none for its thumbnail.
      const fits = test.host.offer('waifu-im:1', content);
      writeFileSync(path.join(mount, 'ballast'), Buffer.alloc(400 * 1024 - Math.ceil(content.length / 4096) * 4096));
      expect(await pictures.open(fits, 'full')).toMatchObject({ ok: false, error: { code: 'disk_full' } });
      expect(readdirSync(path.join(mount, 'incoming'))).toEqual([]);
      expect(test.store.images.get(image.id)?.cached).toBe(false);
      rmSync(path.join(mount, 'ballast'));
      expect(await pictures.open(fits, 'full')).toMatchObject({ ok: true });
      await pictures.close();
    },
  );
});
