import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { fail, ok } from '../../shared/result.ts';
import { createReadPatches, patchPlaces, patchSize, rememberPatches, samePatch } from './patches.ts';
import { drawingCodec } from './testing/pictures.ts';

describe('patches', () => {
  let folder: string;
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'kabegami-patches-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const size = { width: 320, height: 200 };
  /** Every pixel has a color of its own. */
  const rgb = new Uint8Array(size.width * size.height * 3);
  for (let at = 0; at < size.width * size.height; at += 1) rgb.set([at & 255, (at >> 8) & 255, (at * 7) & 255], at * 3);
  const picture = async (name: string): Promise<string> => {
    const path = join(folder, name);
    const image = sharp(rgb, { raw: { ...size, channels: 3 } });
    await (name.endsWith('.jpg') ? image.jpeg({ quality: 95, chromaSubsampling: '4:4:4' }) : image.png()).toFile(path);
    return path;
  };

  it('are the very pixels of the picture', async () => {
    const patches = await createReadPatches({ codec: drawingCodec, folder })(await picture('a.png'), size);
    if (!patches.ok) throw new Error(patches.error.message);
    expect(patches.value).toHaveLength(96);
    for (const [index, { x, y }] of patchPlaces(size).entries()) {
      for (let row = 0; row < patchSize; row += 1) {
        const from = ((y + row) * size.width + x) * 3;
        const bytes = patchSize * 3;
        expect([...(patches.value[index] ?? new Uint8Array()).subarray(row * bytes, (row + 1) * bytes)]).toEqual([
          ...rgb.subarray(from, from + bytes),
        ]);
      }
    }
    expect(readdirSync(folder)).toEqual(['a.png']);
  });

  it('lie inside the picture, however small', () => {
    for (const small of [size, { width: 16, height: 16 }, { width: 5, height: 4000 }]) {
      for (const { x, y } of patchPlaces(small)) {
        expect(x >= 0 && x + patchSize <= small.width).toBe(true);
        expect(y >= 0 && y + patchSize <= small.height).toBe(true);
      }
    }
  });

  it('tell pictures apart, and forgive what decoders and 16-bit screens do', () => {
    const patch = (value: number): Uint8Array => new Uint8Array(48).fill(value);
    expect(samePatch(patch(100), patch(108))).toBe(true);
    expect(samePatch(patch(100), patch(120))).toBe(false);
    expect(samePatch(patch(100), new Uint8Array(3).fill(100))).toBe(false);
  });

  it('are read once a file and size, and failures are not remembered', async () => {
    const asked: string[] = [];
    const read = rememberPatches((file, { width }) => {
      asked.push(`${file} ${width}`);
      return Promise.resolve(file === 'bad' ? fail(appError('bad_picture', 'No.')) : ok([new Uint8Array([width])]));
    });
    expect(await read('a', size)).toEqual(ok([new Uint8Array([320 & 255])]));
    expect(await read('a', size)).toEqual(ok([new Uint8Array([320 & 255])]));
    await read('a', { ...size, width: 100 });
    await read('bad', size);
    await read('bad', size);
    expect(asked).toEqual(['a 320', 'a 100', 'bad 320', 'bad 320']);
    for (let n = 0; n < 100; n += 1) await read(`other ${n}`, size);
    await read('a', size);
    expect(asked).toHaveLength(105);
  });

  it('say when the codec fails', async () => {
    const codec = { compose: () => Promise.resolve(fail(appError('bad_picture', 'No.'))) };
    expect(await createReadPatches({ codec, folder })('/none.png', size)).toMatchObject({
      ok: false,
      error: { code: 'bad_picture' },
    });
    const silent = { compose: () => Promise.resolve({ ok: true as const, value: undefined }) };
    expect(await createReadPatches({ codec: silent, folder })('/none.png', size)).toMatchObject({
      ok: false,
      error: { code: 'internal' },
    });
  });
});
