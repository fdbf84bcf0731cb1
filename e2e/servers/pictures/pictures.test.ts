import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { imageSize } from 'image-size';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { yiffCategories } from '../catalogue/entries.ts';
import { loadPictures } from '../catalogue/pictures.ts';
import { render } from '../catalogue/render.ts';
import { pictureSpec } from '../catalogue/specs.ts';
import { startServers } from '../index.ts';
import type { TestServers } from '../index.ts';
import { yiffPicturePath } from './server.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ pictures: 24, limits: 'off' });
});
afterAll(() => servers.close());

const urlOf = (index: number): string => {
  const image = servers.waifuIm.images[index];
  return `${servers.pictures.url}/${image?.id}.${image?.picture.extension}`;
};

describe('the catalogue', () => {
  it('tells the truth about every picture it serves', async () => {
    const served = [
      ...servers.waifuIm.images.map((image) => ({
        path: `/${image.id}.${image.picture.extension}`,
        picture: image.picture,
      })),
      ...servers.yiffRest.posts.map((post) => ({ path: yiffPicturePath(post), picture: post.picture })),
    ];
    expect(served).toHaveLength(24);
    for (const { path, picture } of served) {
      const response = await fetch(`${servers.pictures.url}${path}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      const size = imageSize(bytes);
      expect([bytes.length, createHash('md5').update(bytes).digest('hex'), size.width, size.height, size.type]).toEqual(
        [...[picture.bytes, picture.md5, picture.width, picture.height], picture.extension],
      );
      expect(response.headers.get('content-type')).toBe(picture.contentType);
      expect(picture.hash).toMatch(/^[0-9a-f]{16}$/);
    }
  });

  it('holds each format, orientation, rating, animation and category even when small, and no file twice', () => {
    const images = servers.waifuIm.images;
    const pictures = [...images, ...servers.yiffRest.posts].map((entry) => entry.picture);
    expect(new Set(pictures.map((picture) => picture.extension))).toEqual(new Set(['jpg', 'png', 'webp', 'gif']));
    expect(new Set(pictures.map((picture) => Math.sign(picture.width - picture.height)))).toEqual(new Set([-1, 0, 1]));
    expect(new Set(images.map((image) => image.adult))).toEqual(new Set([true, false, null]));
    expect(new Set(pictures.map((picture) => picture.animated))).toEqual(new Set([true, false]));
    expect(new Set(pictures.map((picture) => picture.md5)).size).toBe(24);
    expect(images.some((image) => image.source === null)).toBe(true);
    expect(images.some((image) => image.artist === null)).toBe(true);
    const filled = new Set(servers.yiffRest.posts.map((post) => post.category));
    expect(yiffCategories.filter((category) => !filled.has(category.db)).map((category) => category.db)).toEqual([
      'nature.empty',
    ]);
  });

  it('spans 640 px to 4K when whole', () => {
    const specs = Array.from({ length: 216 }, (_, index) => pictureSpec(index));
    expect(Math.max(...specs.map((spec) => spec.width))).toBe(3840);
    expect(Math.max(...specs.map((spec) => spec.height))).toBe(3840);
    expect(Math.min(...specs.map((spec) => spec.width))).toBe(640);
  });

  it('draws the same picture each time', () => {
    expect(render(pictureSpec(2)).bytes.equals(render(pictureSpec(2)).bytes)).toBe(true);
  });

  it('draws only what is missing or damaged, and leaves nothing unfinished', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kabegami-pictures-test-'));
    try {
      const drawn: number[] = [];
      const first = await loadPictures(3, folder, (done) => drawn.push(done));
      expect(drawn).toEqual([1, 2, 3]);
      await truncate(first[1]?.file ?? '', 10);
      await rm(first[2]?.file ?? '');
      drawn.length = 0;
      const second = await loadPictures(3, folder, (done) => drawn.push(done));
      expect(drawn).toEqual([1, 2]);
      expect(second).toEqual(first);
      expect((await stat(first[1]?.file ?? '')).size).toBe(first[1]?.bytes);
      expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the image host', () => {
  it('answers ranges', async () => {
    const whole = Buffer.from(await (await fetch(urlOf(0))).arrayBuffer());
    const part = async (range: string, headers: Record<string, string> = {}) => {
      const response = await fetch(urlOf(0), { headers: { Range: range, ...headers } });
      return {
        status: response.status,
        range: response.headers.get('content-range'),
        body: await response.arrayBuffer(),
      };
    };
    const middle = await part('bytes=100-199');
    expect([middle.status, middle.range]).toEqual([206, `bytes 100-199/${whole.length}`]);
    expect(Buffer.from(middle.body).equals(whole.subarray(100, 200))).toBe(true);
    expect(Buffer.from((await part('bytes=-50')).body).equals(whole.subarray(-50))).toBe(true);
    expect((await part(`bytes=${whole.length}-`)).status).toBe(416);
    expect((await part('bytes=5-', { 'If-Range': '"another"' })).status).toBe(200);
    expect((await part('lines=1-2')).status).toBe(200);
  });

  it('answers 304 to a known ETag, HEAD without a body, 404 and 405', async () => {
    const first = await fetch(urlOf(1), { method: 'HEAD' });
    expect(first.headers.get('content-length')).toBe(String(servers.waifuIm.images[1]?.picture.bytes));
    const etag = first.headers.get('etag') ?? '';
    expect((await fetch(urlOf(1), { headers: { 'If-None-Match': etag } })).status).toBe(304);
    expect((await fetch(`${servers.pictures.url}/1.jpg`)).status).toBe(404);
    expect((await fetch(urlOf(1), { method: 'POST' })).status).toBe(405);
  });

  it('counts, loses and exchanges files', async () => {
    const path = new URL(urlOf(3)).pathname;
    servers.pictures.reset();
    servers.pictures.replace(path, Buffer.from('another picture'));
    expect(await (await fetch(urlOf(3))).text()).toBe('another picture');
    servers.pictures.remove(path);
    expect((await fetch(urlOf(3))).status).toBe(404);
    servers.pictures.replace(path, null);
    expect((await fetch(urlOf(3))).status).toBe(200);
    expect(servers.pictures.count(path)).toBe(3);
  });
});
