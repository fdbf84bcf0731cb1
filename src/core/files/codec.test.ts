import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import type { Codec, ComposeLayer } from './codec.ts';
import { forkCodec } from './fork-codec.ts';
import { inspectPicture } from './inspect.ts';
import { pictureType } from './picture-type.ts';

/** The real codec: Skia in a process of its own, started from its source. */
let codec: Codec;
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'kabegami-codec-'));
  codec = forkCodec(fileURLToPath(new URL('./codec-process.ts', import.meta.url)), { clock: systemClock });
});
afterAll(async () => {
  await codec.close();
  await rm(folder, { recursive: true, force: true });
});

let names = 0;
async function saved(content: Uint8Array, extension = 'png'): Promise<string> {
  names += 1;
  const file = path.join(folder, `source-${names}.${extension}`);
  await writeFile(file, content);
  return file;
}
const target = (extension: string): string => path.join(folder, `target-${(names += 1)}.${extension}`);

/** Left half red, right half blue. */
const halves = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#0000ff' } }).composite([
    {
      input: { create: { width: Math.floor(width / 2), height, channels: 3, background: '#ff0000' } },
      left: 0,
      top: 0,
    },
  ]);

async function pixelsOf(file: string) {
  const image = await loadImage(await readFile(file));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  return {
    width: image.width,
    height: image.height,
    at: (x: number, y: number): number[] => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)],
  };
}
const near = (actual: readonly number[], expected: readonly number[], tolerance = 12): void => {
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((actual[index] ?? 0) - value), `${actual.join()} is not ${expected.join()}`).toBeLessThanOrEqual(
      tolerance,
    );
  }
};

describe('thumbnails', () => {
  it('are WebP of the longest edge asked for, never enlarged, with color and hash', async () => {
    const source = await saved(await halves(1000, 500).png().toBuffer());
    const small = target('webp');
    const large = target('webp');
    const made = await codec.thumbnails({
      source,
      targets: [
        { edge: 480, path: small },
        { edge: 1600, path: large },
      ],
    });
    expect(made).toMatchObject({
      ok: true,
      value: { width: 1000, height: 500, dominantColor: expect.stringMatching(/^#80007f|#7f0080|#800080/) },
    });
    if (made.ok) expect(made.value.hash).toMatch(/^[0-9a-f]{16}$/);
    expect(pictureType(await readFile(small))).toBe('webp');
    expect(await pixelsOf(small)).toMatchObject({ width: 480, height: 240 });
    expect(await pixelsOf(large)).toMatchObject({ width: 1000, height: 500 });
    near((await pixelsOf(small)).at(20, 20), [255, 0, 0]);
  });

  it('are upright whatever the EXIF orientation says', async () => {
    const source = await saved(await halves(400, 200).jpeg().withMetadata({ orientation: 6 }).toBuffer(), 'jpg');
    const file = target('webp');
    const made = await codec.thumbnails({ source, targets: [{ edge: 100, path: file }] });
    expect(made).toMatchObject({ ok: true, value: { width: 200, height: 400 } });
    const pixels = await pixelsOf(file);
    expect(pixels).toMatchObject({ width: 50, height: 100 });
    near(pixels.at(25, 10), [255, 0, 0]);
    near(pixels.at(25, 90), [0, 0, 255]);
  });

  it('show the first frame of an animation', async () => {
    const frames = Buffer.concat([
      await sharp({ create: { width: 60, height: 40, channels: 3, background: '#00ff00' } })
        .raw()
        .toBuffer(),
      await sharp({ create: { width: 60, height: 40, channels: 3, background: '#ff0000' } })
        .raw()
        .toBuffer(),
    ]);
    const animated = () => sharp(frames, { raw: { width: 60, height: 80, channels: 3, pageHeight: 40 } });
    for (const [extension, content] of [
      ['gif', await animated().gif().toBuffer()],
      ['webp', await animated().webp({ lossless: true }).toBuffer()],
    ] as const) {
      const file = target('webp');
      const made = await codec.thumbnails({
        source: await saved(content, extension),
        targets: [{ edge: 480, path: file }],
      });
      expect(made).toMatchObject({ ok: true, value: { width: 60, height: 40 } });
      near((await pixelsOf(file)).at(30, 20), [0, 255, 0]);
    }
  });

  it('hash a picture and its smaller, recompressed self alike, and another one differently', async () => {
    const hill = (phase: number) =>
      sharp(
        Buffer.from(
          `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800"><defs><linearGradient id="g" x1="0" x2="1"><stop offset="0" stop-color="#123"/><stop offset="1" stop-color="#fda"/></linearGradient></defs>` +
            `<rect width="1200" height="800" fill="url(#g)"/><circle cx="${200 + phase}" cy="300" r="150" fill="#fff"/><path d="M0 700 L${300 + phase} 400 L1200 750 V800 H0Z" fill="#142"/></svg>`,
        ),
      );
    const hashOf = async (content: Buffer): Promise<bigint> => {
      const made = await codec.thumbnails({ source: await saved(content), targets: [] });
      if (!made.ok) throw new Error(made.error.message);
      return BigInt(`0x${made.value.hash}`);
    };
    const distance = (a: bigint, b: bigint): number => (a ^ b).toString(2).replaceAll('0', '').length;
    const original = await hashOf(await hill(0).png().toBuffer());
    const twin = await hashOf(await hill(0).resize(500).jpeg({ quality: 60 }).toBuffer());
    const other = await hashOf(await hill(500).png().toBuffer());
    expect(distance(original, twin)).toBeLessThanOrEqual(4);
    expect(distance(original, other)).toBeGreaterThan(8);
  });
});

describe('compose', () => {
  const layer = (source: string, more: Partial<ComposeLayer> = {}): ComposeLayer => ({
    source,
    from: { x: 0, y: 0, width: 400, height: 200 },
    to: { x: 0, y: 0, width: 400, height: 200 },
    blur: 0,
    brightness: 1,
    ...more,
  });

  it('paints parts of pictures where they belong, over the background', async () => {
    const source = await saved(await halves(400, 200).png().toBuffer());
    const file = target('png');
    const layers = [
      layer(source, { from: { x: 200, y: 0, width: 200, height: 200 }, to: { x: 10, y: 10, width: 50, height: 50 } }),
      layer(source, {
        from: { x: 0, y: 0, width: 200, height: 200 },
        to: { x: 100, y: 0, width: 100, height: 100 },
        brightness: 0.5,
      }),
    ];
    expect(await codec.compose({ target: file, width: 200, height: 100, background: '#00ff00', layers })).toEqual({
      ok: true,
      value: undefined,
    });
    expect(pictureType(await readFile(file))).toBe('png');
    const pixels = await pixelsOf(file);
    expect(pixels).toMatchObject({ width: 200, height: 100 });
    near(pixels.at(5, 5), [0, 255, 0], 0);
    near(pixels.at(30, 30), [0, 0, 255], 1);
    near(pixels.at(150, 50), [128, 0, 0], 2);
  });

  it('blurs smoothly, without fading at the edges', async () => {
    const source = await saved(await halves(400, 200).png().toBuffer());
    for (const blur of [5, 40]) {
      const file = target('jpg');
      expect(
        (
          await codec.compose({
            target: file,
            width: 400,
            height: 200,
            background: '#00ff00',
            layers: [layer(source, { blur })],
          })
        ).ok,
      ).toBe(true);
      expect(pictureType(await readFile(file))).toBe('jpg');
      const { at } = await pixelsOf(file);
      // Corners stay what they were, nothing of the background shows.
      near(at(0, 0), [255, 0, 0]);
      near(at(399, 199), [0, 0, 255]);
      near(at(200, 0), [128, 0, 128], 20);
      // From red to blue without a step: no neighbours differ by much, and it never goes back.
      for (let x = 1; x < 400; x += 1) {
        const step = (at(x - 1, 100)[0] ?? 0) - (at(x, 100)[0] ?? 0);
        expect(step).toBeLessThanOrEqual(blur === 5 ? 35 : 8);
        expect(step).toBeGreaterThanOrEqual(-4);
      }
    }
  });
});

describe('broken and hostile pictures', () => {
  it('are refused with a value, and the codec goes on', async () => {
    const good = await halves(300, 200).png().toBuffer();
    const jpeg = await halves(300, 200).jpeg().toBuffer();
    const bad = [
      Buffer.alloc(0),
      Buffer.from('<html><body>not found</body></html>'),
      Buffer.from(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="file:///etc/passwd"/></svg>',
      ),
      good.subarray(0, 40),
      jpeg.subarray(0, 100),
      Buffer.concat([good.subarray(0, 8), Buffer.alloc(500, 7)]),
    ];
    for (const content of bad) {
      const made = await codec.thumbnails({
        source: await saved(content),
        targets: [{ edge: 480, path: target('webp') }],
      });
      expect(made).toMatchObject({ ok: false, error: { code: 'bad_picture' } });
    }
    const missing = await codec.thumbnails({ source: path.join(folder, 'nothing.png'), targets: [] });
    expect(missing.ok).toBe(false);
    expect((await codec.thumbnails({ source: await saved(good), targets: [] })).ok).toBe(true);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  it('say when there is nowhere to write', async () => {
    const source = await saved(await halves(30, 20).png().toBuffer());
    const inFile = path.join(source, 'thumb.webp');
    expect(await codec.thumbnails({ source, targets: [{ edge: 480, path: inFile }] })).toMatchObject({
      ok: false,
      error: { code: 'data_folder_unwritable' },
    });
  });

  it('never get past inspection with more pixels or bytes than allowed, and never make it throw', async () => {
    const limits = { pixelLimit: 100_000, byteLimit: 50_000 };
    const seeds = await Promise.all([
      halves(300, 200).png().toBuffer(),
      halves(200, 300).jpeg().withMetadata({ orientation: 6 }).toBuffer(),
      halves(300, 200).webp().toBuffer(),
      halves(300, 200).gif().toBuffer(),
      halves(300, 200).avif().toBuffer(),
    ]);
    for (const seed of seeds)
      expect(await inspectPicture(await saved(seed), limits, { complete: true })).toMatchObject({
        ok: true,
        value: { width: 300, height: 200 },
      });
    const file = path.join(folder, 'wild');
    const wild = fc.oneof(
      fc.uint8Array({ maxLength: 2000 }),
      fc
        .record({
          seed: fc.constantFrom(...seeds),
          length: fc.double({ min: 0, max: 1, noNaN: true }),
          patches: fc.array(fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 255 })), { maxLength: 8 }),
        })
        .map(({ seed, length, patches }) => {
          const content = Buffer.from(seed);
          for (const [at, value] of patches) if (at < content.length) content[at] = value;
          return content.subarray(0, Math.ceil(length * content.length));
        }),
    );
    await fc.assert(
      fc.asyncProperty(wild, async (content) => {
        await writeFile(file, content);
        const result = await inspectPicture(file, limits, { complete: true });
        if (result.ok) expect(result.value.width * result.value.height).toBeLessThanOrEqual(limits.pixelLimit);
        else expect(['bad_picture', 'picture_too_large']).toContain(result.error.code);
      }),
      { numRuns: 300 },
    );
  });

  it('are measured by their header: 65,535 × 65,535 is refused unopened', async () => {
    const limits = { pixelLimit: 100_000_000, byteLimit: 50_000_000 };
    const png = Buffer.from(await halves(30, 20).png().toBuffer());
    png.writeUInt32BE(65_535, 16);
    png.writeUInt32BE(65_535, 20);
    const gif = Buffer.from(await halves(30, 20).gif().toBuffer());
    gif.writeUInt16LE(65_535, 6);
    gif.writeUInt16LE(65_535, 8);
    const jpeg = Buffer.from(await halves(30, 20).jpeg().toBuffer());
    const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
    jpeg.writeUInt16BE(65_535, frame + 5);
    jpeg.writeUInt16BE(65_535, frame + 7);
    for (const content of [png, gif, jpeg]) {
      expect(await inspectPicture(await saved(content), limits, { complete: false })).toMatchObject({
        ok: false,
        error: { code: 'picture_too_large' },
      });
    }
  });

  it('are known as cut off when nothing else vouches for their length', async () => {
    const limits = { pixelLimit: 1e8, byteLimit: 1e8 };
    for (const [extension, content] of [
      ['png', await halves(900, 600).png().toBuffer()],
      ['jpg', await halves(900, 600).jpeg().toBuffer()],
      ['webp', await halves(900, 600).webp().toBuffer()],
    ] as const) {
      const cut = await saved(content.subarray(0, content.length - 20), extension);
      expect(await inspectPicture(cut, limits, { complete: true })).toMatchObject({
        ok: false,
        error: { code: 'bad_picture', retryable: true },
      });
      expect(await inspectPicture(cut, limits, { complete: false })).toMatchObject({ ok: true });
    }
  });
});
