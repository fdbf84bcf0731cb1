import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { fail, ok } from '../../shared/result.ts';
import type { Lists } from '../../shared/transfer.ts';
import { createContentGate } from '../catalog/gate.ts';
import { createTestLibrary, fillLibrary, type TestLibrary } from '../backup/testing/library.ts';
import { createTestLog, testImage } from '../store/testing.ts';
import type { OpenedStore } from '../store/open.ts';
import { gatherLists } from './export-lists.ts';
import { openListCollections } from './list-collections.ts';
import { mergeLists } from './import-lists.ts';
import { readLists, writeLists } from './transfer.ts';

let source: TestLibrary;
let target: TestLibrary;
let from: OpenedStore;
let to: OpenedStore;
beforeEach(() => {
  source = createTestLibrary();
  target = createTestLibrary();
  fillLibrary(source);
  from = source.open();
  to = target.open();
  from.savedSearches.save({ id: null, name: 'Sky', query: 'tag:sky', at: 1 });
});
afterEach(() => {
  for (const store of [from, to]) store.close();
  for (const library of [source, target]) library.remove();
});

const hand = (store: OpenedStore) => openListCollections(store, () => 1);
const gather = (store = from, adultContent = true) =>
  gatherLists({
    store,
    collections: hand(store),
    gate: createContentGate(() => ({ adultContent })),
    program: '0.1.0',
    now: 0,
  });
const merge = (lists: Lists, store = to) =>
  mergeLists(
    {
      store,
      collections: hand(store),
      like: (ids) => Promise.resolve(ok({ changed: store.favorites.like(ids.map((id) => ({ id, at: 9 }))) })),
      block: (target) => Promise.resolve(ok({ block: store.blocks.add(target, 9).block, replaced: [] })),
      savePool: (pool) => {
        store.pools.save(pool);
        return ok(undefined);
      },
      now: () => 9,
    },
    lists,
    new AbortController().signal,
  );
const plain = ({ lists }: { lists: Lists }) => ({
  ...lists,
  createdAt: '',
  images: lists.images.map(({ id }) => id).sort(),
  favorites: [...lists.favorites].sort(),
});

describe('lists', () => {
  it('come into an empty library as they were, and a second time nothing more', async () => {
    const gathered = await gather();
    const added = await merge(gathered.lists);
    expect(added).toMatchObject({
      ok: true,
      value: { favorites: 4, collections: 1, collected: 5, blocks: 1, pools: 1, searches: 1, notes: [] },
    });
    expect(plain(await gather(to))).toEqual(plain(gathered));
    expect(await merge(gathered.lists)).toMatchObject({
      ok: true,
      value: { favorites: 0, collections: 0, collected: 0, blocks: 0, pools: 0, searches: 0 },
    });
    expect(plain(await gather(to))).toEqual(plain(gathered));
  });

  it('are merged with what is there, of which nothing changes', async () => {
    to.images.upsert([testImage({ id: 'waifu-im:2', tags: ['known better'] }), testImage({ id: 'waifu-im:900' })]);
    to.favorites.like([{ id: 'waifu-im:900', at: 1 }]);
    const mine = hand(to).create({ name: '夜 & "day"', notes: '', query: null, images: ['waifu-im:900'] }) ?? 0;
    to.pools.save({ id: 'mine', name: 'Other', sources: [{ kind: 'library', weight: 1 }] });
    to.savedSearches.save({ id: null, name: 'Sky', query: 'tag:other', at: 1 });
    const { lists } = await gather();
    for (let n = 0; n < 2; n += 1) expect(await merge(lists)).toMatchObject({ ok: true });
    expect(hand(to).list()).toHaveLength(1);
    expect(hand(to).images(mine)).toEqual([
      'waifu-im:900',
      'waifu-im:4',
      'waifu-im:3',
      'waifu-im:2',
      'waifu-im:1',
      'waifu-im:0',
    ]);
    expect(to.images.get('waifu-im:2')?.tags).toEqual(['known better']);
    expect(to.images.get('waifu-im:900')?.favorite).toBe(true);
    expect(to.pools.list().map(({ id, name }) => [id, name])).toEqual([
      ['mine-2', 'Mine'],
      ['mine', 'Other'],
    ]);
    expect(to.savedSearches.list().map(({ name, query }) => [name, query])).toEqual([
      ['Sky', 'tag:other'],
      ['Sky (2)', 'tag:sky'],
    ]);
  });

  it('of pools name collections by what they are here', async () => {
    hand(to).create({ name: 'first of all', notes: '', query: null, images: [] });
    const { lists } = await gather();
    const id = lists.collections[0]?.id ?? 0;
    const pools: Lists['pools'] = [
      {
        id: 'p',
        name: 'P',
        sources: [
          { kind: 'collection', collection: id, weight: 1 },
          { kind: 'folder', path: '/elsewhere', rating: 'safe', weight: 1 },
        ],
      },
    ];
    const merged = await merge({ ...lists, pools });
    expect(merged.ok && merged.value.notes).toHaveLength(1);
    const here = hand(to)
      .list()
      .find(({ name }) => name === '夜 & "day"');
    expect(to.pools.get('p')?.sources).toEqual([{ kind: 'collection', collection: here?.id, weight: 1 }]);
  });

  it('leave out what may not be seen, and count it', async () => {
    from.images.upsert([testImage({ id: 'waifu-im:3', rating: 'adult' })]);
    const { lists, leftOut } = await gather(from, false);
    expect(JSON.stringify([lists.images, lists.favorites, lists.collections])).not.toContain('waifu-im:3');
    expect(leftOut).toBe(2);
  });

  it('are read back as they were written, and anything else is refused', async () => {
    const { lists } = await gather();
    const file = path.join(source.outside, 'lists.json');
    const how = { overwrite: false, dataFolder: source.folder, log: createTestLog() };
    const signal = new AbortController().signal;
    expect(await writeLists(lists, file, how)).toMatchObject({ ok: true });
    expect(await writeLists(lists, file, how)).toMatchObject({
      ok: false,
      error: { code: 'file_exists' },
    });
    expect(await readLists(file, signal)).toEqual({ ok: true, value: lists });
    expect(await readLists(`${file}.gone`, signal)).toEqual(
      fail(appError('not_found', `There is no file ${file}.gone. Check how it is written.`)),
    );
    const good = JSON.parse(readFileSync(file, 'utf8')) as Lists;
    const hostile: readonly unknown[] = [
      'not JSON at all',
      [],
      { ...good, version: 2 },
      { ...good, images: good.images.map((image) => ({ ...image, url: 'file:///etc/passwd' })) },
      { ...good, images: good.images.map((image) => ({ ...image, id: 'waifu-im:../../x' })) },
      { ...good, images: good.images.map((image) => ({ ...image, rating: 'unknown' })) },
      { ...good, pools: [{ id: '../x', name: 'x', sources: [{ kind: 'library' }] }] },
    ];
    const reason = async (document: unknown): Promise<string | undefined> => {
      writeFileSync(file, JSON.stringify(document));
      const read = await readLists(file, signal);
      return read.ok ? undefined : /\((.*)\)/.exec(read.error.message)?.[1];
    };
    expect(await reason([])).toBe('it is of another kind');
    expect(await reason({ ...good, format: 'gallery' })).toBe('it is of another kind');
    expect(await reason({ ...good, version: 2 })).toBe('another version of Kabegami made it');
    for (const document of hostile) {
      writeFileSync(file, typeof document === 'string' ? document : JSON.stringify(document));
      expect(await readLists(file, signal)).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    }
  });

  it.skipIf(process.platform === 'win32')(
    'are not written into the data folder, nor over what is no file',
    async () => {
      const { lists } = await gather();
      const how = { overwrite: true, dataFolder: source.folder, log: createTestLog() };
      const link = path.join(source.outside, 'link');
      symlinkSync(source.folder, link);
      const pipe = path.join(source.outside, 'pipe.json');
      expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
      for (const target of [path.join(source.folder, 'restore.json'), path.join(link, 'restore.json'), pipe])
        expect(await writeLists(lists, target, how)).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
      expect(existsSync(path.join(source.folder, 'restore.json'))).toBe(false);
      expect(statSync(pipe).isFIFO()).toBe(true);
      // Reading it would wait for ever.
      expect(await readLists(pipe, new AbortController().signal)).toMatchObject({
        ok: false,
        error: { code: 'invalid_input' },
      });
      expect(await readLists('/dev/zero', new AbortController().signal)).toMatchObject({ ok: false });
    },
  );
});
