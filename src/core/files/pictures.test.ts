import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Codec } from './codec.ts';
import { pictureType } from './picture-type.ts';
import { landscape, openTestPictures, sha256, testCodec } from './testing/pictures.ts';

let codec: Codec;
let photo: Buffer;
beforeAll(async () => {
  codec = testCodec();
  photo = await landscape(1, { width: 2400, height: 1500 });
});
afterAll(() => codec.close());

let test: ReturnType<typeof openTestPictures>;
beforeEach(() => {
  test = openTestPictures(codec);
});
afterEach(() => test.close());

/** Every file in the data folder but the database, sorted. */
function files(): string[] {
  return readdirSync(test.folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(test.folder, name)).isFile() && !name.startsWith('library.db'))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
}
const nothing: string[] = [];

describe('open', () => {
  it('fetches a picture once, checks it and keeps it under its own hash', async () => {
    const image = test.host.offer('waifu-im:1', photo, { known: { extension: 'gif' } });
    test.store.images.upsert([image]);
    const hash = sha256(photo);
    const reports: [number, number | null][] = [];
    expect(await test.pictures.peek(image.id, 'full')).toBeNull();
    const full = await test.pictures.open(image, 'full', { onProgress: (...report) => reports.push(report) });
    expect(full).toEqual({
      ok: true,
      // The content says what it is, whatever the service says.
      value: {
        path: path.join(test.folder, 'pictures', hash.slice(0, 2), `${hash}.jpg`),
        contentType: 'image/jpeg',
        bytes: photo.length,
        hash,
      },
    });
    expect(reports.at(-1)).toEqual([photo.length, photo.length]);
    for (const [variant, edge] of [
      ['small', 480],
      ['large', 1600],
    ] as const) {
      const thumb = await test.pictures.open(image, variant);
      expect(thumb).toMatchObject({ ok: true, value: { contentType: 'image/webp', hash } });
      if (!thumb.ok) return;
      const content = readFileSync(thumb.value.path);
      expect(pictureType(content)).toBe('webp');
      expect(thumb.value.bytes).toBe(content.length);
      expect(path.relative(test.folder, thumb.value.path)).toBe(
        path.join('thumbs', String(edge), hash.slice(0, 2), `${hash}.webp`),
      );
    }
    expect(test.host.requests).toHaveLength(1);
    expect(test.store.images.get(image.id)).toMatchObject({
      cached: true,
      dominantColor: expect.stringMatching(/^#[0-9a-f]{6}$/),
      hash: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(test.store.files.of(image.id)).toMatchObject({
      hash,
      width: 2400,
      height: 1500,
      extension: 'jpg',
      bytes: photo.length,
    });
    expect(test.store.stats()).toMatchObject({ files: 1, bytes: photo.length, thumbnails: 2 });
    expect(files()).toHaveLength(3);
    expect(await test.pictures.verify({ repair: false })).toMatchObject({
      ok: true,
      value: { clean: true, problems: [] },
    });
  });

  it.each([
    ['overwritten', (file: string) => writeFileSync(file, Buffer.alloc(statSync(file).size, 'x'))],
    ['cut', (file: string) => truncateSync(file, 500)],
    ['emptied', (file: string) => truncateSync(file, 0)],
  ])('makes a thumbnail that was %s again', async (_how, damage) => {
    const image = test.host.offer('waifu-im:1', photo);
    test.store.images.upsert([image]);
    const made = await test.pictures.open(image, 'small');
    if (!made.ok) throw new Error(made.error.message);
    const sound = readFileSync(made.value.path);
    damage(made.value.path);
    expect(await test.pictures.peek(image.id, 'small')).toBeNull();
    expect(await test.pictures.open(image, 'small')).toEqual(made);
    expect(readFileSync(made.value.path)).toEqual(sound);
    expect(test.host.requests).toHaveLength(1);
  });

  it('shares one download between all who want the picture, and stops it only when none wants it', async () => {
    const image = test.host.offer('waifu-im:1', photo);
    test.store.images.upsert([image]);
    const release = test.host.hold();
    const [first, second] = [new AbortController(), new AbortController()];
    const waiting = [
      test.pictures.open(image, 'full', { signal: first.signal }),
      test.pictures.open(image, 'small', { signal: second.signal }),
      test.pictures.keep(image),
    ];
    first.abort();
    second.abort();
    expect(await waiting[0]).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await waiting[1]).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    release();
    expect(await waiting[2]).toMatchObject({ ok: true });
    expect(test.host.requests).toHaveLength(1);

    const other = test.host.offer('waifu-im:2', await landscape(2, { width: 1600, height: 1000 }));
    test.store.images.upsert([other]);
    test.host.hold();
    const alone = new AbortController();
    const started = new Promise<void>((resolve) => {
      void test.pictures.open(other, 'full', { signal: alone.signal, onProgress: () => resolve() });
    });
    await started;
    alone.abort();
    await test.reopen();
    expect(readdirSync(path.join(test.folder, 'incoming'))).toEqual(nothing);
    expect(await test.pictures.peek(other.id, 'full')).toBeNull();
  });

  it('fetches few at a time', async () => {
    const contents = await Promise.all(
      Array.from({ length: 9 }, (_, n) => landscape(n, { width: 600, height: 400, format: 'png' })),
    );
    const images = contents.map((content, n) => test.host.offer(`waifu-im:${n}`, content));
    test.store.images.upsert(images);
    const release = test.host.hold(0);
    const results = images.map((image) => test.pictures.open(image, 'small'));
    await vi.waitFor(() => expect(test.host.requests).toHaveLength(4));
    release();
    expect((await Promise.all(results)).every(({ ok }) => ok)).toBe(true);
    expect(test.host.mostOpen()).toBe(4);
  });

  it('goes on with a download that broke off, where the host can, and from the start where it cannot', async () => {
    for (const [n, acceptsRanges] of [
      [1, true],
      [2, false],
    ] as const) {
      const content = await landscape(n, { width: 2000, height: 1400, format: 'png' });
      const image = test.host.offer(`waifu-im:${n}`, content, { breakAfter: 20_000, acceptsRanges });
      test.store.images.upsert([image]);
      expect(await test.pictures.open(image, 'full')).toMatchObject({ ok: true, value: { hash: sha256(content) } });
    }
    expect(test.host.requests.map(({ from }) => from)).toEqual([0, 20_000, 0, 20_000]);
  });

  it('stores one file for two images of the same content', async () => {
    const [one, two] = [test.host.offer('waifu-im:1', photo), test.host.offer('yiff-rest:2', photo)];
    test.store.images.upsert([one, two]);
    expect(
      (await Promise.all([test.pictures.open(one, 'full'), test.pictures.open(two, 'full')])).every(({ ok }) => ok),
    ).toBe(true);
    expect(test.store.stats()).toMatchObject({ files: 1 });
    expect(test.store.images.getMany([one.id, two.id]).map(({ cached }) => cached)).toEqual([true, true]);
  });

  it('fetches again what is gone from the disk, also when the service has another picture now', async () => {
    const image = test.host.offer('waifu-im:1', photo);
    test.store.images.upsert([image]);
    const full = await test.pictures.open(image, 'full');
    if (!full.ok) throw new Error(full.error.message);
    const { rmSync } = await import('node:fs');
    rmSync(full.value.path);
    const newer = await landscape(5);
    const changed = test.host.offer('waifu-im:1', newer);
    expect(await test.pictures.open(changed, 'full')).toMatchObject({ ok: true, value: { hash: sha256(newer) } });
    expect(test.store.stats().files).toBe(1);
    expect(await test.pictures.verify({ repair: false })).toMatchObject({ ok: true, value: { clean: true } });
  });
});

describe('what is refused leaves nothing behind', () => {
  const cases: [
    string,
    string,
    () => Promise<Parameters<ReturnType<typeof openTestPictures>['host']['offer']>[2] & { content?: Uint8Array }>,
  ][] = [
    ['bad_picture', 'shorter than announced', () => Promise.resolve({ contentLength: 999_999 })],
    ['bad_picture', 'not as long as the service says', () => Promise.resolve({ known: { bytes: 5 } })],
    [
      'bad_picture',
      'of another checksum',
      () => Promise.resolve({ known: { md5: 'd41d8cd98f00b204e9800998ecf8427e' } }),
    ],
    [
      'bad_picture',
      'cut off without anybody saying its length',
      () =>
        Promise.resolve({
          content: photo.subarray(0, photo.length - 5000),
          contentLength: null,
          known: { bytes: null, md5: null },
        }),
    ],
    [
      'bad_picture',
      'a web page',
      () => Promise.resolve({ content: Buffer.from('<!doctype html><title>Sorry</title>') }),
    ],
    [
      'bad_picture',
      'an SVG',
      () =>
        Promise.resolve({ content: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>') }),
    ],
    ['bad_picture', 'empty', () => Promise.resolve({ content: new Uint8Array() })],
    [
      'bad_picture',
      'a header and nothing else',
      async () => ({ content: (await landscape(3, { format: 'png' })).subarray(0, 60) }),
    ],
    [
      'picture_too_large',
      'over the byte limit',
      () => Promise.resolve({ content: Buffer.alloc(6_000_000, 1), known: { bytes: null } }),
    ],
    [
      'picture_too_large',
      'over the byte limit by its metadata',
      () => Promise.resolve({ known: { bytes: 100_000_000 } }),
    ],
    [
      'picture_too_large',
      'over the pixel limit',
      async () => ({ content: await landscape(4, { width: 3000, height: 3000 }) }),
    ],
  ];
  it.each(cases)('%s: %s', async (code, _what, make) => {
    await test.close();
    test = openTestPictures(codec, { pixelLimit: 4_000_000, byteLimit: 5_000_000 });
    const { content = photo, ...more } = await make();
    const image = test.host.offer('waifu-im:1', content, more);
    test.store.images.upsert([image]);
    expect(await test.pictures.open(image, 'small')).toMatchObject({ ok: false, error: { code } });
    expect(files()).toEqual(nothing);
    expect(test.store.images.get(image.id)?.cached).toBe(false);
  });

  it('also when the connection stays broken, the host has no such picture, or the image is unknown', async () => {
    const image = test.host.offer('waifu-im:1', photo, { breakAfter: 0 });
    test.store.images.upsert([image]);
    expect(await test.pictures.open(image, 'full')).toMatchObject({
      ok: false,
      error: { code: 'offline', retryable: true },
    });
    test.host.withdraw();
    expect(await test.pictures.open(image, 'full')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    const unknown = test.host.offer('waifu-im:2', photo);
    expect(await test.pictures.open(unknown, 'full')).toMatchObject({ ok: false, error: { code: 'internal' } });
    expect(files()).toEqual(nothing);
  });

  it('whatever is sent', async () => {
    const png = await landscape(6, { width: 60, height: 40, format: 'png' });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.tuple(fc.nat(png.length), fc.nat(png.length - 1), fc.nat(255)).map(([length, at, value]) => {
            const content = Buffer.from(png);
            content[at] = value;
            return content.subarray(0, length);
          }),
        ),
        fc.option(fc.nat(400), { nil: undefined }),
        async (content, contentLength) => {
          const image = test.host.offer(`waifu-im:${(n += 1)}`, content, {
            known: { md5: null, bytes: null },
            ...(contentLength === undefined ? {} : { contentLength }),
          });
          test.store.images.upsert([image]);
          const opened = await test.pictures.open(image, 'full');
          // A header may say anything of the size.
          if (!opened.ok) expect(opened.error.code).toMatch(/^(bad_picture|picture_too_large)$/);
        },
      ),
      { numRuns: 60 },
    );
    expect(readdirSync(path.join(test.folder, 'incoming'))).toEqual(nothing);
    expect(await test.pictures.verify({ repair: false })).toMatchObject({
      ok: true,
      value: { clean: true, problems: [] },
    });
  });
});

describe('evict', () => {
  it('removes unpinned files, oldest use first, until they fit', async () => {
    const contents = await Promise.all([1, 2, 3, 4].map((n) => landscape(n, { format: 'png' })));
    const images = contents.map((content, n) => test.host.offer(`waifu-im:${n}`, content));
    test.store.images.upsert(images);
    for (const image of images) await test.pictures.open(image, 'large');
    const [first, second, third, fourth] = images;
    if (!first || !second || !third || !fourth) throw new Error('four were made');
    await test.pictures.keep(first);
    const all = test.store.disk.bytes();
    expect(await test.pictures.evict(all)).toBe(0);
    const freed = await test.pictures.evict(all - 1);
    expect(freed).toBeGreaterThan(0);
    expect(test.store.disk.bytes()).toBe(all - freed);
    expect(test.store.stats().files).toBe(3);
    expect(await test.pictures.evict(0)).toBeGreaterThan(0);
    expect(test.store.images.getMany(images.map(({ id }) => id)).map(({ cached }) => cached)).toEqual([
      true,
      false,
      false,
      false,
    ]);
    expect(files()).toHaveLength(3);
    expect(await test.pictures.verify({ repair: false })).toMatchObject({ ok: true, value: { clean: true } });
  });
});

describe('after the end', () => {
  it('nothing is started any more', async () => {
    const image = test.host.offer('waifu-im:1', photo);
    test.store.images.upsert([image]);
    await test.pictures.close();
    expect(await test.pictures.open(image, 'full')).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(existsSync(path.join(test.folder, 'pictures'))).toBe(false);
  });
});
