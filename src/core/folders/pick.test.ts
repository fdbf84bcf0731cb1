import { existsSync, readdirSync, renameSync, unlinkSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PickReport } from '../../shared/folders.ts';
import { testCodec } from '../files/testing/pictures.ts';
import { openFolderWorld, tinyPng, valueOf, type FolderWorld } from './testing/world.ts';

const codec = testCodec();
afterAll(() => codec.close());
let world: FolderWorld;
beforeEach(() => {
  world = openFolderWorld(codec);
});
afterEach(() => world.close());

async function pick(
  paths: readonly string[],
  options: { readonly mode?: 'copy' | 'reference'; readonly rating?: 'safe' | 'adult' } = {},
): Promise<PickReport> {
  const { mode = 'reference', rating = 'safe' } = options;
  return valueOf(
    await world.folders.pick({ paths: [...paths], mode, rating }, () => undefined, new AbortController().signal),
  );
}

describe('pictures that are chosen one by one', () => {
  it('come in alone, whatever else lies beside them, and with what is written beside them', async () => {
    const file = world.write('in/a.png', tinyPng(1));
    world.write('in/a.png.json', '{"title": "Morning", "tags": ["sky"]}');
    world.write('in/b.png', tinyPng(2));
    const report = await pick([file]);
    expect(report).toMatchObject({ added: 1, hidden: 0, failed: 0, folders: [] });
    expect(world.at('a.png')).toMatchObject({
      id: report.images[0],
      rating: 'safe',
      cached: true,
      title: 'Morning',
      tags: ['sky'],
    });
    expect(world.folders.list()).toMatchObject([
      { path: path.dirname(file), pictures: 1, picked: true, rating: 'adult' },
    ]);
    // A scan later sees no more than that either, and what is written beside it again.
    world.write('in/a.png.json', '{"title": "Evening", "tags": ["sky"]}');
    const [folder] = world.folders.list();
    expect(await world.scan(folder!.id)).toMatchObject({ found: 1, missing: 0 });
    expect(world.at('a.png')?.title).toBe('Evening');
    expect(world.at('b.png')).toBeNull();
  });

  it('are adult unless their owner says that they are safe, each for itself', async () => {
    const [a, b] = [world.write('a.png', tinyPng(1)), world.write('b.png', tinyPng(2))];
    expect(await pick([a], { rating: 'adult' })).toMatchObject({ images: [], hidden: 1, added: 1 });
    expect(await pick([b])).toMatchObject({ hidden: 0, added: 1 });
    expect([world.at('a.png')?.rating, world.at('b.png')?.rating]).toEqual(['adult', 'safe']);
    // Said again, it counts for the first one, too.
    expect(await pick([a])).toMatchObject({ hidden: 0, added: 0, images: [world.at('a.png')?.id] });
  });

  it('are missing when they go, found again when they come back, and forgotten when their owner says so', async () => {
    const file = world.write('a.png', tinyPng(1));
    world.write('other.png', tinyPng(5));
    const { images } = await pick([file]);
    const [folder] = world.folders.list();
    renameSync(file, `${file}.away`);
    expect(await world.scan(folder!.id)).toMatchObject({ missing: 1 });
    expect(world.folders.placesOf(images[0]!)).toEqual({
      places: [{ folder: folder!.id, path: file, missing: true }],
      copied: false,
    });
    renameSync(`${file}.away`, file);
    await world.scan(folder!.id);
    expect(world.folders.placesOf(images[0]!).places).toMatchObject([{ missing: false }]);
    unlinkSync(file);
    await world.scan(folder!.id);
    valueOf(await world.folders.forgetMissing(folder!.id, new AbortController().signal));
    expect(world.store.images.get(images[0]!)).toBeNull();
    expect(world.folders.list()).toMatchObject([{ missing: 0 }]);
  });

  it('are copied, and their place is of no interest any more', async () => {
    const file = world.write('a.png', tinyPng(1));
    const { images } = await pick([file], { mode: 'copy' });
    expect(world.folders.list()).toEqual([]);
    unlinkSync(file);
    const image = world.store.images.get(images[0]!)!;
    expect(image).toMatchObject({ cached: true });
    expect(existsSync(valueOf(await world.pictures.open(image, 'full')).path)).toBe(true);
    expect(world.folders.placesOf(image.id)).toEqual({ places: [], copied: true });
  });

  it('belong to the folder that is in the library already', async () => {
    const file = world.write('deep/a.png', tinyPng(1));
    const id = await world.add();
    expect(await pick([file])).toMatchObject({ added: 1 });
    expect(world.folders.list()).toMatchObject([{ id, picked: false, pictures: 1 }]);
    // By copy: the reference stays, and the library has its own.
    const copied = await pick([file], { mode: 'copy' });
    expect(world.folders.placesOf(copied.images[0]!)).toMatchObject({ places: [{ missing: false }], copied: true });
  });

  it('say what cannot be taken, and take folders for folders', async () => {
    world.write('some/a.png', tinyPng(1));
    const [text, broken] = [world.write('notes.txt', 'no picture'), world.write('b.png', 'no picture')];
    const report = await pick([text, broken, path.join(world.root, 'nothing.png'), path.join(world.root, 'some')]);
    expect(report).toMatchObject({ images: [], folders: [path.join(world.root, 'some')], failed: 3 });
    expect(report.failures.map(({ path: file }) => path.basename(file)).sort()).toEqual([
      'b.png',
      'notes.txt',
      'nothing.png',
    ]);
    expect(readdirSync(world.root).sort()).toEqual(['b.png', 'notes.txt', 'some']);
    // The data folder's own are in the library already.
    const own = await pick([path.join(world.dataFolder, 'pictures', 'a.png')]);
    expect(own).toMatchObject({ failed: 1 });
  });
});
