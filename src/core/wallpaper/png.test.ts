import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePng, encodePng } from './png.ts';

const picture = fc
  .record({ width: fc.integer({ min: 1, max: 20 }), height: fc.integer({ min: 1, max: 20 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((rgb) => ({ width, height, rgb })),
  );

describe('png', () => {
  it('reads back what it wrote', async () => {
    await fc.assert(
      fc.asyncProperty(picture, async (pixels) => {
        expect(await decodePng(await encodePng(pixels))).toEqual(pixels);
      }),
      { numRuns: 30 },
    );
  });

  it('reads what another library wrote with every filter, and the other way round', async () => {
    await fc.assert(
      fc.asyncProperty(picture, fc.constantFrom(3, 4), async ({ width, height, rgb }, channels) => {
        const image = sharp(rgb, { raw: { width, height, channels: 3 } });
        const file = await (channels === 4 ? image.ensureAlpha() : image)
          .png({ adaptiveFiltering: true, palette: false })
          .toBuffer();
        const decoded = await decodePng(file);
        // Gray pictures may be written as gray, which is not read here.
        if (decoded !== null) expect([...decoded.rgb]).toEqual([...rgb]);
        else expect((await sharp(file).metadata()).space).toBe('b-w');
        const ours = await sharp(await encodePng({ width, height, rgb }))
          .raw()
          .toBuffer();
        expect([...ours]).toEqual([...rgb]);
      }),
      { numRuns: 30 },
    );
  });

  it('reads nothing from anything else', async () => {
    const file = await encodePng({ width: 2, height: 2, rgb: new Uint8Array(12) });
    expect(await decodePng(Buffer.from('GIF89a'))).toBeNull();
    expect(await decodePng(file.subarray(0, 30))).toBeNull();
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 0, max: 255 }), async (at, value) => {
        const broken = Buffer.from(file);
        broken[at] = value;
        await decodePng(broken);
      }),
    );
  });
});
