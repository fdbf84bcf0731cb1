import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { landscape, testCodec } from '../files/testing/pictures.ts';
import { openFolderWorld, tinyPng, valueOf, type FolderWorld } from './testing/world.ts';

const codec = testCodec();
afterAll(() => codec.close());
let world: FolderWorld;
beforeEach(() => {
  world = openFolderWorld(codec);
});
afterEach(() => world.close());

const sha256 = (content: Buffer): string => createHash('sha256').update(content).digest('hex');

describe('a folder by reference', () => {
  it('knows its pictures, leaves them where they are, and shows them', async () => {
    const content = await landscape(1);
    const file = world.write('holiday/Evening by the sea.jpg', content);
    const id = await world.add();
    expect(await world.scan(id)).toMatchObject({ found: 1, added: 1, known: 0, failed: 0 });
    const image = world.at('holiday/Evening by the sea.jpg');
    expect(image).toMatchObject({
      provider: 'local',
      title: 'Evening by the sea',
      width: 800,
      height: 500,
      cached: true,
      rating: 'safe',
    });
    expect(image!.dominantColor).toMatch(/^#/);
    const full = valueOf(await world.pictures.open(image!, 'full'));
    expect(full).toMatchObject({ path: file, contentType: 'image/jpeg', bytes: content.length, hash: sha256(content) });
    const small = valueOf(await world.pictures.open(image!, 'small'));
    expect((await sharp(small.path).metadata()).width).toBe(480);
    expect(world.store.stats().files).toBe(0);
    expect(readFileSync(file).equals(content)).toBe(true);
  });

  it('is no file: single pictures come in by another way', async () => {
    const file = world.write('a.png', tinyPng(1));
    await expect(world.add({ path: file })).rejects.toThrow(`library add ${file}`);
    await expect(world.add({ path: `${file}.gone` })).rejects.toThrow('There is no folder');
  });

  it('copies what was only known of so far, once it is to be copied', async () => {
    world.write('a.png', tinyPng(1));
    const id = await world.add();
    await world.scan(id);
    expect(world.store.stats().files).toBe(0);
    expect(await world.add({ mode: 'copy' })).toBe(id);
    await world.scan(id);
    expect(world.store.stats().files).toBe(1);
    expect(await world.scan(id)).toMatchObject({ added: 0, known: 1 });
  });

  it('asks only for what has changed when it looks again', async () => {
    world.write('a.png', tinyPng(1));
    world.write('b.png', tinyPng(2));
    const id = await world.add();
    await world.scan(id);
    expect(await world.scan(id)).toMatchObject({ found: 2, added: 0, changed: 0, known: 2, missing: 0 });
  });

  it('follows a picture that is moved, renamed, or edited, and keeps what its owner made of it', async () => {
    const first = world.write('a.png', tinyPng(1));
    const id = await world.add();
    await world.scan(id);
    const image = world.at('a.png')!;
    world.store.favorites.like([{ id: image.id, at: 1 }]);
    mkdirSync(path.join(world.root, 'deep'));
    renameSync(first, path.join(world.root, 'deep/other name.png'));
    expect(await world.scan(id)).toMatchObject({ added: 0 });
    expect(world.at('deep/other name.png')).toMatchObject({
      id: image.id,
      favorite: true,
      cached: true,
      title: 'other name',
    });
    // It lies elsewhere now: that is not missing.
    expect(world.folders.list()).toMatchObject([{ pictures: 1, missing: 0 }]);

    world.write('deep/other name.png', await landscape(3, { format: 'png' }));
    expect(await world.scan(id)).toMatchObject({ added: 0, changed: 1 });
    expect(world.at('deep/other name.png')).toMatchObject({ id: image.id, favorite: true, width: 800 });
  });

  it('tells two pictures that swapped their names apart', async () => {
    const [a, b] = [world.write('a.png', tinyPng(1)), world.write('b.png', tinyPng(2))];
    const id = await world.add();
    await world.scan(id);
    const [one, two] = [world.at('a.png')!.id, world.at('b.png')!.id];
    renameSync(a, `${a}.tmp`);
    renameSync(b, a);
    renameSync(`${a}.tmp`, b);
    utimesSync(a, 1_000, 1_000);
    utimesSync(b, 2_000, 2_000);
    await world.scan(id);
    expect([world.at('a.png')!.id, world.at('b.png')!.id]).toEqual([two, one]);
  });

  it('keeps what vanished, as missing, and has it back when it returns', async () => {
    const file = world.write('a.png', tinyPng(1));
    world.write('b.png', tinyPng(2));
    const id = await world.add();
    await world.scan(id);
    const image = world.at('a.png')!;
    rmSync(file);
    expect(await world.scan(id)).toMatchObject({ missing: 1 });
    expect(world.store.images.get(image.id)).toMatchObject({ cached: false });
    expect(await world.pictures.open(image, 'full')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    writeFileSync(file, tinyPng(1));
    await world.scan(id);
    expect(world.store.images.get(image.id)).toMatchObject({ cached: true });
  });

  it('forgets nothing of a whole folder that is gone, or of its empty mount point', async () => {
    world.write('a.png', tinyPng(1));
    const id = await world.add();
    await world.scan(id);
    const image = world.at('a.png')!;
    const away = `${world.root}-away`;
    renameSync(world.root, away);
    for (const prepare of [() => undefined, () => mkdirSync(world.root)]) {
      prepare();
      const scanned = await world.folders.scan(id, () => undefined, new AbortController().signal);
      expect(scanned).toMatchObject({ ok: false, error: { code: 'not_found' } });
      expect(world.folders.list()).toMatchObject([{ state: { kind: 'absent' }, pictures: 1, missing: 0 }]);
    }
    rmSync(world.root, { recursive: true });
    renameSync(away, world.root);
    expect(await world.scan(id)).toMatchObject({ added: 0, missing: 0 });
    expect(world.store.images.get(image.id)).toMatchObject({ cached: true });
  });

  it('reads a picture again that changed since, before it shows it', async () => {
    world.write('a.png', tinyPng(1));
    const id = await world.add();
    await world.scan(id);
    const image = world.at('a.png')!;
    const content = await landscape(5, { format: 'png' });
    world.write('a.png', content);
    expect(valueOf(await world.pictures.open(image, 'full')).hash).toBe(sha256(content));
    expect(world.store.images.get(image.id)).toMatchObject({ width: 800 });
  });

  it('opens nothing that a link leads out of the folder', async () => {
    world.write('sub/a.png', tinyPng(1));
    const id = await world.add();
    await world.scan(id);
    const image = world.at('sub/a.png')!;
    const outside = `${world.root}-outside`;
    renameSync(path.join(world.root, 'sub'), outside);
    symlinkSync(outside, path.join(world.root, 'sub'));
    expect(await world.pictures.open(image, 'full')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(await world.scan(id)).toMatchObject({ found: 0, missing: 1 });
    rmSync(outside, { recursive: true });
  });

  it('copies a picture that is to be kept, and opens the copy when the original is gone', async () => {
    const file = world.write('a.png', tinyPng(1));
    world.write('b.png', tinyPng(2));
    const id = await world.add();
    await world.scan(id);
    const image = world.at('a.png')!;
    valueOf(await world.pictures.keep(image));
    rmSync(file);
    await world.scan(id);
    expect(world.store.images.get(image.id)).toMatchObject({ cached: true });
    expect(valueOf(await world.pictures.open(image, 'full')).path.startsWith(world.dataFolder)).toBe(true);
  });
});

describe('a folder by copy', () => {
  it('brings the content in, never touches the original, and does not need it any more', async () => {
    const content = await landscape(2);
    const file = world.write('a.jpg', content);
    world.write('again/the same.jpg', content);
    const id = await world.add({ mode: 'copy' });
    expect(await world.scan(id)).toMatchObject({ found: 2, added: 1, known: 1 });
    const image = world.at('a.jpg')!;
    expect(world.at('again/the same.jpg')!.id).toBe(image.id);
    expect(readFileSync(file).equals(content)).toBe(true);
    rmSync(world.root, { recursive: true });
    const full = valueOf(await world.pictures.open(image, 'full'));
    expect(full.path.startsWith(world.dataFolder)).toBe(true);
    expect(readFileSync(full.path).equals(content)).toBe(true);
    expect(await world.shelf.evict(0)).toBe(0);
    mkdirSync(world.root);
  });

  it('takes an edited original for another picture, and keeps the copy', async () => {
    world.write('a.png', tinyPng(1));
    const id = await world.add({ mode: 'copy' });
    await world.scan(id);
    const before = world.at('a.png')!;
    world.write('a.png', await landscape(1, { format: 'png' }));
    expect(await world.scan(id)).toMatchObject({ added: 1 });
    expect(world.at('a.png')!.id).not.toBe(before.id);
    expect(world.store.images.get(before.id)).toMatchObject({ cached: true });
  });
});

describe('what a picture is', () => {
  it('takes every common format and names what it cannot decode', async () => {
    const raw = sharp({ create: { width: 64, height: 48, channels: 3, background: '#c83214' } });
    for (const format of ['jpeg', 'png', 'gif', 'webp', 'avif', 'tiff'] as const)
      world.write(`of ${format}.${format === 'tiff' ? 'tif' : format}`, await raw.clone()[format]().toBuffer());
    world.write('of bmp.bmp', bmp(64, 48));
    world.write('wrong name.png', await raw.clone().rotate(90).webp().toBuffer());
    world.write('page.jpg', '<html>no picture</html>');
    world.write('half.png', (await landscape(1, { format: 'png' })).subarray(0, 900));
    world.write('of jxl.jxl', Buffer.from('ff0a1234', 'hex'));
    world.write('film.mp4', 'film');
    const id = await world.add();
    const report = await world.scan(id);
    expect(report).toMatchObject({ found: 11, added: 7, failed: 4, others: [{ ending: 'mp4', files: 1 }] });
    expect(Object.fromEntries(report.failures.map(({ path: file, reason }) => [file, reason]))).toMatchObject({
      'of tiff.tif': 'TIFF pictures cannot be decoded here.',
      'of jxl.jxl': 'JPEG XL pictures cannot be decoded here.',
      'page.jpg': 'It is not a picture, whatever its name says.',
      'half.png': expect.stringMatching(/cut off/) as string,
    });
    expect(world.at('wrong name.png')).toMatchObject({ extension: 'webp' });
    for (const [name, type] of [
      ['of bmp.bmp', 'image/bmp'],
      ['of avif.avif', 'image/avif'],
    ] as const) {
      const image = world.at(name)!;
      expect(image).toMatchObject({ width: 64, height: 48 });
      expect(valueOf(await world.pictures.open(image, 'full')).contentType).toBe(type);
      const small = await sharp(valueOf(await world.pictures.open(image, 'small')).path).metadata();
      expect(small.width).toBe(64);
      valueOf(await world.pictures.keep(image));
    }
    expect(valueOf(await world.pictures.verify({ repair: false }))).toMatchObject({ clean: true });
    // What has not changed is not tried again; what is made whole is.
    world.write('half.png', await landscape(1, { format: 'png' }));
    expect(await world.scan(id)).toMatchObject({ added: 1, failed: 3 });
  });

  it('leaves hidden files and links alone, and takes names of any kind for paths and nothing else', async () => {
    world.write('.hidden/a.png', tinyPng(1));
    world.write('.b.png', tinyPng(2));
    const names = [
      'new\nline.png',
      '\u202egnp.evil.png',
      "'; DROP TABLE image; --.png",
      '100%_[x].png',
      '$(touch x).png',
      'ü.png',
    ];
    names.forEach((name, n) => world.write(name, tinyPng(10 + n)));
    symlinkSync(world.write('real.png', tinyPng(3)), path.join(world.root, 'link.png'));
    symlinkSync(world.root, path.join(world.root, 'round'));
    const id = await world.add();
    expect(await world.scan(id)).toMatchObject({ found: names.length + 1, added: names.length + 1 });
    for (const name of names)
      expect(valueOf(await world.pictures.open(world.at(name)!, 'full')).path).toBe(path.join(world.root, name));
    expect(world.at('\u202egnp.evil.png')!.title).toBe('gnp.evil');
    expect(await world.scan(id)).toMatchObject({ known: names.length + 1, missing: 0 });
  });
});

describe('thumbnails', () => {
  it('are made while a folder is read as long as room is free, count towards the limit, and are not needed to see a picture', async () => {
    for (let n = 1; n <= 3; n += 1) world.write(`${n}.png`, tinyPng(n));
    const { references } = world.store.disk;
    world.settings.cacheLimitBytes = 0;
    const id = await world.add();
    expect(await world.scan(id)).toMatchObject({ added: 3, failed: 0 });
    expect(references.totals()).toEqual({ thumbnails: 0, bytes: 0 });
    // The picture itself is shown where no thumbnail fits.
    const image = world.at('1.png')!;
    expect(valueOf(await world.pictures.open(image, 'small'))).toMatchObject({
      path: path.join(world.root, '1.png'),
      contentType: 'image/png',
    });

    world.settings.cacheLimitBytes = 1_000_000;
    const small = valueOf(await world.pictures.open(image, 'small'));
    expect(small.contentType).toBe('image/webp');
    expect(references.totals()).toEqual({ thumbnails: 1, bytes: small.bytes });
    expect(world.store.disk.bytes()).toBe(small.bytes);
    world.write('4.png', tinyPng(4));
    await world.scan(id);
    expect(references.totals().thumbnails).toBe(2);

    expect(await world.pictures.evict(small.bytes)).toBeGreaterThan(0);
    expect(references.totals()).toMatchObject({ thumbnails: 1 });
    valueOf(await world.folders.remove(id, false, new AbortController().signal));
    expect(references.totals()).toEqual({ thumbnails: 0, bytes: 0 });
  });
});

describe('what is safe', () => {
  it('is adult unless somebody says otherwise, and makes no thumbnail of it while that is off', async () => {
    world.write('a.png', tinyPng(1));
    const id = await world.add({ rating: 'adult' });
    await world.scan(id);
    const image = world.at('a.png')!;
    expect(image.rating).toBe('adult');
    expect(existsSync(path.join(world.dataFolder, 'folder-thumbs'))).toBe(false);
    await world.add({ rating: 'safe' });
    expect(world.store.images.get(image.id)!.rating).toBe('safe');
    await world.add({ rating: 'adult' });
    expect(world.store.images.get(image.id)!.rating).toBe('adult');
  });

  it('takes the word of a sidecar over the folder, and of two places the stricter', async () => {
    world.write('a.png', tinyPng(1));
    world.write('a.png.json', '{"rating": "explicit"}');
    world.write('b.png', tinyPng(2));
    world.write('copy of b/b.png', tinyPng(2));
    world.write('copy of b/b.json', '{"rating": "questionable"}');
    const id = await world.add({ rating: 'safe' });
    await world.scan(id);
    expect([world.at('a.png')!.rating, world.at('b.png')!.rating]).toEqual(['adult', 'adult']);
    world.write('a.png.json', '{"rating": "safe"} ');
    await world.scan(id);
    expect(world.at('a.png')!.rating).toBe('safe');
  });
});

describe('sidecars', () => {
  it('bring tags, artists, sources, titles and dates, and are noticed when they change', async () => {
    world.write('a.png', tinyPng(1));
    world.write(
      'a.png.json',
      JSON.stringify({
        category: 'e621',
        rating: 's',
        title: 'Morning',
        tags: ['sky', 'sea'],
        artist: 'Painter',
        source: 'https://example.org/1',
        date: '2021-05-18 17:32:00',
      }),
    );
    const id = await world.add({ rating: 'adult' });
    expect(await world.scan(id)).toMatchObject({ sidecars: { read: 1, bad: 0 }, others: [] });
    expect(world.at('a.png')).toMatchObject({
      title: 'Morning',
      tags: ['sky', 'sea'],
      artists: [{ name: 'Painter' }],
      sources: ['https://example.org/1'],
      uploadedAt: '2021-05-18T17:32:00.000Z',
      rating: 'safe',
    });
    world.write('a.png.json', JSON.stringify({ tags: 'night moon' }));
    await world.scan(id);
    expect(world.at('a.png')).toMatchObject({ tags: ['night', 'moon'], rating: 'adult' });
    world.write('b.png', tinyPng(2));
    world.write('b.png.json', '{"tags": [');
    expect(await world.scan(id)).toMatchObject({ added: 1, sidecars: { bad: 1 } });
  });

  it('speak for a whole folder, as gallery-dl writes it', async () => {
    world.write('gallery/1.png', tinyPng(1));
    world.write('gallery/2.png', tinyPng(2));
    world.write('gallery/info.json', '{"tags": ["series"], "author": {"name": "Someone"}}');
    const id = await world.add();
    await world.scan(id);
    for (const name of ['gallery/1.png', 'gallery/2.png'])
      expect(world.at(name)).toMatchObject({ tags: ['series'], artists: [{ name: 'Someone' }] });
  });
});

describe('letting go', () => {
  it('forgets what was only referred to, and keeps what is marked', async () => {
    world.write('a.png', tinyPng(1));
    world.write('b.png', tinyPng(2));
    const id = await world.add();
    await world.scan(id);
    const [liked, other] = [world.at('a.png')!.id, world.at('b.png')!.id];
    world.store.favorites.like([{ id: liked, at: 1 }]);
    expect(valueOf(await world.folders.remove(id, true, new AbortController().signal))).toEqual([]);
    expect(world.store.images.get(liked)).toMatchObject({ favorite: true, cached: false });
    expect(world.store.images.get(other)).toBe(null);
    expect(existsSync(path.join(world.root, 'b.png'))).toBe(true);
  });

  it('keeps copies, or lets them go when room is needed', async () => {
    world.write('a.png', tinyPng(1));
    const id = await world.add({ mode: 'copy' });
    await world.scan(id);
    const image = world.at('a.png')!;
    await world.folders.remove(id, true, new AbortController().signal);
    expect(await world.shelf.evict(0)).toBe(0);
    const again = await world.add({ mode: 'copy' });
    expect(await world.scan(again)).toMatchObject({ added: 0 });
    await world.folders.remove(again, false, new AbortController().signal);
    expect(await world.shelf.evict(0)).toBeGreaterThan(0);
    expect(world.store.images.get(image.id)).toMatchObject({ cached: false });
  });
});

describe('a scan that nobody waits for any more', () => {
  /** Waits for a scan, and gives that up once it has begun. */
  const waitAndLeave = async (id: number): Promise<unknown> => {
    const leaving = new AbortController();
    return world.folders.scan(id, () => leaving.abort(), leaving.signal);
  };
  const atRest = async (id: number): Promise<void> => {
    const busy = () =>
      ['waiting', 'scanning'].includes(world.folders.list().find((each) => each.id === id)?.state.kind ?? '');
    while (busy()) await new Promise((resolve) => setImmediate(resolve));
  };

  it('goes on where it was begun for nobody', async () => {
    for (let n = 1; n <= 5; n += 1) world.write(`${n}.png`, tinyPng(n));
    const id = await world.add();
    world.folders.scanSoon(id);
    expect(await waitAndLeave(id)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    await atRest(id);
    expect(world.store.stats().images).toBe(5);
  });

  it('ends otherwise, and whoever wants it then begins it anew', async () => {
    for (let n = 1; n <= 5; n += 1) world.write(`${n}.png`, tinyPng(n));
    const id = await world.add();
    expect(await waitAndLeave(id)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await world.scan(id)).toMatchObject({ found: 5 });
    await waitAndLeave(id);
    world.write('6.png', tinyPng(6));
    world.folders.scanSoon(id);
    await atRest(id);
    expect(world.at('6.png')).not.toBeNull();
  });
});

it('says what would be done without doing it', async () => {
  world.write('a.png', tinyPng(1));
  world.write('b.png', tinyPng(2));
  world.write('c.jpg', 'no picture');
  const options = { path: world.root, mode: 'copy', rating: 'safe', watch: false, recursive: true } as const;
  const report = valueOf(await world.folders.dryRun(options, () => undefined, new AbortController().signal));
  expect(report).toMatchObject({ found: 3, added: 2, failed: 1, failures: [{ path: 'c.jpg' }] });
  expect(world.store.stats().images).toBe(0);
  expect(world.folders.list()).toEqual([]);
});

it('refuses what is no folder, and its own data folder', async () => {
  for (const where of [
    path.join(world.root, 'nowhere'),
    world.dataFolder,
    path.join(world.dataFolder, 'incoming'),
    'relative',
  ])
    expect(
      await world.folders.add({ path: where, mode: 'copy', rating: 'safe', watch: false, recursive: true }),
    ).toMatchObject({ ok: false });
});

/** 24 bits, bottom up. */
function bmp(width: number, height: number): Buffer {
  const row = Math.ceil((width * 3) / 4) * 4;
  const file = Buffer.alloc(54 + row * height, 90);
  file.fill(0, 0, 54);
  file.write('BM', 0, 'latin1');
  file.writeUInt32LE(file.length, 2);
  file.writeUInt32LE(54, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  return file;
}
