import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Codec } from '../files/codec.ts';
import { testCodec } from '../files/testing/pictures.ts';
import { openTestStore } from '../store/testing.ts';
import { createScan } from './scan.ts';
import { measure, plant } from './testing/plant.ts';

let test: ReturnType<typeof openTestStore>;
let codec: Codec;
beforeEach(() => {
  test = openTestStore();
  codec = testCodec();
});
afterEach(async () => {
  await codec.close();
  test.close();
});

describe('duplicates', () => {
  it('are found: scaled, recompressed, cropped by 2 %, in another format; and what only looks like them is not', async () => {
    // Four of each painter with the same palette, and the same drawing with something added.
    const planted = await plant(test.store, path.join(test.folder, 'planted'), { count: 68, scale: 0.5 });
    const scan = createScan({ store: test.store, codec, pictures: planted.pictures });
    const report = await scan.run(() => undefined, new AbortController().signal);
    expect(report).toMatchObject({ ok: true, value: { compared: planted.families.size, changed: true } });
    const { recall, precision, missed, wrong } = measure(test.store, planted);
    expect({ recall: recall >= 0.98, missed: missed.slice(0, 10), is: recall }).toMatchObject({ recall: true });
    expect({ precision: precision >= 0.995, wrong: wrong.slice(0, 10), is: precision }).toMatchObject({
      precision: true,
    });
  });
});
