import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import type { Image } from '../../shared/model.ts';
import { fail, ok } from '../../shared/result.ts';
import type { NotExported } from '../../shared/transfer.ts';
import { createTestLibrary, fillLibrary, type TestLibrary } from '../backup/testing/library.ts';
import { createLayout } from '../files/layout.ts';
import { createTestLog } from '../store/testing.ts';
import { exportPictures } from './export-pictures.ts';

let library: TestLibrary;
let target: string;
let images: readonly Image[];
let refused: readonly NotExported[];
let allowed: (image: Image) => boolean;
beforeEach(() => {
  library = createTestLibrary();
  target = path.join(library.outside, 'out');
  fillLibrary(library);
  const store = library.open();
  images = store.images.getMany(Array.from({ length: 8 }, (_, n) => `waifu-im:${n}`));
  store.close();
  allowed = () => true;
  refused = [];
});
afterEach(() => library.remove());

async function run(more: { folder?: string; signal?: AbortSignal; onProgress?: () => void } = {}) {
  const store = library.open();
  const layout = createLayout(library.folder);
  try {
    return await exportPictures(
      {
        dataFolder: library.folder,
        imported: [path.join(library.outside, 'mine')],
        fileOf: ({ id }) => {
          const file = store.files.of(id);
          return Promise.resolve(
            file === null
              ? fail(appError('not_found', 'It is not on this disk.'))
              : ok({ path: layout.picture(file), contentType: 'image/png', bytes: file.bytes, hash: file.hash }),
          );
        },
        noteOf: () => 'a note',
        allows: (image) => allowed(image),
        log: createTestLog(),
      },
      pages(),
      { folder: more.folder ?? target, json: true, xmp: true },
      {
        total: images.length,
        onProgress: more.onProgress ?? (() => undefined),
        signal: more.signal ?? new AbortController().signal,
      },
    );
  } finally {
    store.close();
  }
}
async function* pages() {
  yield await Promise.resolve({ images: images.slice(0, 4), hidden: 2 });
  yield { images: images.slice(4), hidden: 0, refused };
}
/** The library's own file of the first picture. */
function first(): string {
  const store = library.open();
  try {
    return createLayout(library.folder).picture(store.files.of('waifu-im:0')!);
  } finally {
    store.close();
  }
}
const files = (): readonly string[] =>
  readdirSync(target, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [path.join(entry.parentPath, entry.name)] : [],
  );

describe('exporting pictures', () => {
  it('puts each into the folder of its artist with its sidecars', async () => {
    expect(await run()).toMatchObject({ ok: true, value: { exported: 6, same: 0, missing: 2, hidden: 2, kept: 0 } });
    const first = path.join(target, 'Painter 0', 'waifu-im-0.png');
    expect(readFileSync(first, 'utf8')).toBe('picture 0 ');
    expect(JSON.parse(readFileSync(`${first}.json`, 'utf8'))).toMatchObject({ id: 'waifu-im:0', note: 'a note' });
    expect(readFileSync(`${first}.xmp`, 'utf8')).toContain('<dc:identifier>waifu-im:0</dc:identifier>');
    expect(files()).toHaveLength(18);
    expect(statSync(first).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it('goes on where it was stopped, and again does nothing', async () => {
    const stopping = new AbortController();
    let seen = 0;
    expect(
      await run({ signal: stopping.signal, onProgress: () => void ((seen += 1) === 3 && stopping.abort()) }),
    ).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    const before = files().length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(18);
    expect(await run()).toMatchObject({ ok: true, value: { exported: 6 - before / 3, same: before / 3 } });
    expect(await run()).toMatchObject({ ok: true, value: { exported: 0, same: 6, kept: 0, bytes: 0 } });
    expect(files()).toHaveLength(18);
  });

  it('overwrites nothing of anybody else', async () => {
    mkdirSync(path.join(target, 'Painter 0'), { recursive: true });
    const first = path.join(target, 'Painter 0', 'waifu-im-0.png');
    writeFileSync(first, 'my own');
    writeFileSync(path.join(target, 'Painter 0', 'waifu-im-4.png.json'), '{"mine":true}');
    expect(await run()).toMatchObject({ ok: true, value: { exported: 6, kept: 1 } });
    expect(readFileSync(first, 'utf8')).toBe('my own');
    expect(existsSync(`${first}.json`)).toBe(false);
    expect(readFileSync(path.join(target, 'Painter 0', 'waifu-im-0-2.png'), 'utf8')).toBe('picture 0 ');
    expect(readFileSync(path.join(target, 'Painter 0', 'waifu-im-4.png.json'), 'utf8')).toBe('{"mine":true}');
  });

  it('renews its own sidecars when more is known', async () => {
    await run();
    images = images.map((image) => ({ ...image, tags: ['new tag'] }));
    expect(await run()).toMatchObject({ ok: true, value: { same: 6, kept: 0 } });
    expect(readFileSync(path.join(target, 'Painter 0', 'waifu-im-0.png.xmp'), 'utf8')).toContain('new tag');
    expect(files()).toHaveLength(18);
  });

  it('asks the gate for each, also when it closes meanwhile', async () => {
    let asked = 0;
    allowed = () => (asked += 1) <= 2;
    expect(await run()).toMatchObject({ ok: true, value: { exported: 2, hidden: 2 + 6 } });
  });

  it('names what it could not export, and why', async () => {
    refused = [{ id: 'waifu-im:99', reason: 'The library knows no such picture.' }];
    rmSync(first());
    expect(await run()).toMatchObject({
      ok: true,
      value: {
        exported: 5,
        missing: 4,
        failures: [
          { id: 'waifu-im:0', reason: 'It went away while it was being copied.' },
          { id: 'waifu-im:99', reason: 'The library knows no such picture.' },
          { id: 'waifu-im:6', reason: 'It is not on this disk.' },
          { id: 'waifu-im:7', reason: 'It is not on this disk.' },
        ],
      },
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'says that a folder cannot be made, where the system refuses it',
    async () => {
      const file = path.join(library.outside, 'file');
      writeFileSync(file, '');
      for (const folder of ['/proc/kabegami/out', path.join(file, 'out'), file])
        expect(await run({ folder })).toMatchObject({
          ok: false,
          error: { code: 'path_unusable', message: expect.stringContaining(folder) },
        });
    },
  );

  it('goes neither into the data folder, nor into one that the library reads, nor to a relative place', async () => {
    const mine = path.join(library.outside, 'mine');
    for (const folder of [path.join(library.folder, 'pictures'), mine, path.join(mine, 'out'), 'out'])
      expect(await run({ folder })).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });
});
