import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settings } from '../shared/model.ts';
import type { ExportChoice, PicturesExported } from '../shared/transfer.ts';
import { createContentGate } from './catalog/gate.ts';
import { systemClock } from './clock.ts';
import { createCollections } from './collections/collections.ts';
import { createEdits } from './edits/edits.ts';
import { createEventBus } from './events.ts';
import { testCodec } from './files/testing/pictures.ts';
import { openFolderWorld, tinyPng, valueOf, type FolderWorld } from './folders/testing/world.ts';
import { createLibrary } from './library/library.ts';
import { silentLog } from './testing/fake-core.ts';
import { transferHandlers } from './transfer-handlers.ts';

const codec = testCodec();
afterAll(() => codec.close());
let world: FolderWorld;
let target: string;
beforeEach(() => {
  world = openFolderWorld(codec);
  target = `${world.root}-exported`;
});
afterEach(async () => {
  await world.close();
  rmSync(target, { recursive: true, force: true });
});

function parts() {
  const { store } = world;
  const current = () => ({ ...settings.parse({}), ...world.settings });
  const gate = createContentGate(current);
  const events = createEventBus();
  const collections = createCollections({
    store,
    gate,
    events,
    edits: createEdits({ store, events, now: systemClock.now }),
    now: systemClock.now,
  });
  const library = createLibrary({ search: store.search, settings: current, clock: systemClock, random: () => 0.5 });
  const unused = (): never => {
    throw new Error('not used');
  };
  const handlers = transferHandlers({
    ports: { dataFolder: world.dataFolder, version: '0', clock: systemClock, log: silentLog },
    store,
    gate,
    library,
    collections,
    pictures: world.pictures,
    favorites: { add: unused } as never,
    blocks: { add: unused } as never,
    rotation: { savePool: unused },
    events,
  });
  return { handlers, collections };
}

async function exported(choice: ExportChoice): Promise<PicturesExported> {
  const context = { signal: new AbortController().signal, progress: () => undefined };
  const input = { choice, folder: target, json: true, xmp: false };
  return valueOf(await parts().handlers['export.pictures'](input, context));
}

describe('exporting pictures that stay in their folder', () => {
  const id = (relative: string): string => world.at(relative)!.id;
  const copy = (relative: string): string =>
    path.join(target, 'Unknown artist', `${id(relative).replace(':', '-')}.png`);

  it('copies them from where they are, whatever selects them', async () => {
    world.write('a.png', tinyPng(1));
    world.write('b.png', tinyPng(2));
    await world.scan(await world.add());
    const made = parts().collections.create({ name: 'Both', query: null, images: [id('a.png'), id('b.png')] });
    const collection = valueOf(made).collection.id;
    const smart = valueOf(parts().collections.create({ name: 'Smart', query: 'provider:local', images: [] }));
    for (const choice of [
      { query: '' },
      { collection },
      { collection: smart.collection.id },
      { ids: [id('a.png'), id('b.png')] },
    ]) {
      expect(await exported(choice)).toMatchObject({ exported: 2, missing: 0, failures: [] });
      expect(readFileSync(copy('a.png')).equals(tinyPng(1))).toBe(true);
      expect(existsSync(`${copy('b.png')}.json`)).toBe(true);
      rmSync(target, { recursive: true });
    }
  });

  it('names those that are gone, and exports the others', async () => {
    world.write('a.png', tinyPng(1));
    const gone = world.write('b.png', tinyPng(2));
    await world.scan(await world.add());
    rmSync(gone);
    expect(await exported({ ids: ['local:nothing', id('a.png'), id('b.png')] })).toMatchObject({
      exported: 1,
      missing: 2,
      failures: [
        { id: 'local:nothing', reason: 'The library knows no such picture.' },
        { id: id('b.png'), reason: expect.stringContaining('not in its folder now') },
      ],
    });
  });

  it('says why one that was named may not be seen', async () => {
    world.write('a.png', tinyPng(1));
    await world.scan(await world.add({ rating: 'adult' }));
    expect(await exported({ ids: [id('a.png')] })).toMatchObject({
      exported: 0,
      failures: [{ id: id('a.png'), reason: expect.stringContaining('adult content') }],
    });
    expect(await exported({ query: '' })).toMatchObject({ exported: 0, missing: 0, hidden: 1 });
  });
});
