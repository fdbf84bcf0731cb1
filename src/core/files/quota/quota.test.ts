import { describe, expect, it, beforeAll, afterAll, beforeEach, afterEach } from 'vitest';
import type { Codec } from '../codec.ts';
import { quotaHolds } from '../testing/quota-property.ts';
import { landscape, openTestPictures, testCodec } from '../testing/pictures.ts';
import { thumbnailBound } from './thumbnail-room.ts';

describe('the limit', () => {
  it('holds to the byte, whatever is fetched at the same time', { timeout: 120_000 }, () => quotaHolds(12));
});

describe('pictures under a limit', () => {
  let codec: Codec;
  beforeAll(() => {
    codec = testCodec();
  });
  afterAll(() => codec.close());
  const limit = { bytes: 0 };
  const told: string[] = [];
  let test: ReturnType<typeof openTestPictures>;
  beforeEach(() => {
    limit.bytes = 1e9;
    told.length = 0;
    test = openTestPictures(codec, { limitBytes: () => limit.bytes, onFull: ({ message }) => told.push(message) });
  });
  afterEach(() => test.close());

  async function offered(count: number) {
    const contents = await Promise.all(
      Array.from({ length: count }, (_, n) => landscape(n + 1, { width: 400, height: 250, format: 'png' })),
    );
    const images = contents.map((content, n) => test.host.offer(`waifu-im:${n + 1}`, content));
    test.store.images.upsert(images);
    return images;
  }

  it('push out what was used longest ago', async () => {
    const images = await offered(5);
    for (const image of images.slice(0, 3)) expect((await test.pictures.open(image, 'full')).ok).toBe(true);
    const bound = thumbnailBound({ width: 400, height: 250 }, 480, 1);
    limit.bytes = test.store.disk.bytes() + bound;
    for (const image of images.slice(3)) expect((await test.pictures.open(image, 'full')).ok).toBe(true);
    const cached = test.store.images.getMany(images.map(({ id }) => id)).map((image) => image.cached);
    expect(cached.slice(3)).toEqual([true, true]);
    expect(cached[0]).toBe(false);
    expect(test.store.disk.bytes()).toBeLessThanOrEqual(limit.bytes);
    expect(await test.pictures.verify({ repair: false })).toMatchObject({ ok: true, value: { clean: true } });
  });

  it('say what is in the way when everything there is pinned, leave nothing behind, and fit again after that', async () => {
    const [first, second] = await offered(2);
    expect((await test.pictures.keep(first!)).ok).toBe(true);
    limit.bytes = test.store.disk.bytes() + 2000;
    const refused = await test.pictures.open(second!, 'full');
    expect(refused).toMatchObject({ ok: false, error: { code: 'quota_full', retryable: false } });
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(/^There is no room for more pictures: of the .* kB they may take, .* kB are favorites/);
    // Nothing was asked of the host that could not be kept.
    expect(test.host.requests).toHaveLength(1);
    expect(test.pictures.reserved()).toBe(0);
    limit.bytes = 1000;
    expect(await test.pictures.open(second!, 'full')).toMatchObject({ ok: false, error: { code: 'quota_full' } });
    expect(told.at(-1)).toMatch(/^This picture alone takes more than the 1\.0 kB|^There is no room/);
    limit.bytes = 1e9;
    expect((await test.pictures.open(second!, 'full')).ok).toBe(true);
    expect(await test.pictures.verify({ repair: false })).toMatchObject({ ok: true, value: { clean: true } });
  });

  it('count what a killed process left, and what is under way', async () => {
    const [first] = await offered(1);
    const release = test.host.hold(1);
    const opening = test.pictures.open(first!, 'full');
    while (test.pictures.reserved() === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(test.pictures.reserved()).toBe(first!.bytes);
    release();
    expect((await opening).ok).toBe(true);
    expect(test.pictures.reserved()).toBe(0);
    const before = test.store.disk.bytes();
    await test.reopen();
    expect(test.store.disk.bytes()).toBe(before);
  });

  it('make a thumbnail of a picture without evicting it for its own sake', async () => {
    const [first] = await offered(1);
    expect((await test.pictures.open(first!, 'full')).ok).toBe(true);
    limit.bytes = test.store.disk.bytes();
    expect(await test.pictures.open(first!, 'large')).toMatchObject({ ok: false, error: { code: 'quota_full' } });
    expect(test.store.images.get('waifu-im:1')?.cached).toBe(true);
    limit.bytes = 1e9;
    expect((await test.pictures.open(first!, 'large')).ok).toBe(true);
  });

  it('give thumbnails that do not compress the room they need', async () => {
    const noise = Buffer.from(Array.from({ length: 300 * 300 * 3 }, (_, n) => (Math.imul(n, 2654435761) >>> 13) & 255));
    const { default: sharp } = await import('sharp');
    const content = await sharp(noise, { raw: { width: 300, height: 300, channels: 3 } })
      .png()
      .toBuffer();
    const image = test.host.offer('waifu-im:9', content);
    test.store.images.upsert([image]);
    expect((await test.pictures.open(image, 'small')).ok).toBe(true);
  });
});
