import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskTriggerNames } from './disk-triggers.ts';
import { chooseDriver } from './driver.ts';
import { migrations } from './migrations/index.ts';
import { openStore, type OpenedStore } from './open.ts';
import { createTestLog, openTestStore, testImage } from './testing.ts';

let test: ReturnType<typeof openTestStore>;
beforeEach(() => {
  test = openTestStore();
});
afterEach(() => test.close());

const hashOf = (n: number): string => n.toString(16).padStart(64, '0');
const file = (n: number, bytes = 1000) => ({ hash: hashOf(n), bytes, extension: 'png', width: 10, height: 10 });
const nothing = { dominantColor: null, hash: null };

function show(store: OpenedStore, display: string, image: string): void {
  store.wallpapers.record({
    reason: 'set',
    at: 1,
    entries: [{ display, name: display, image, outside: null, fit: 'fill', backend: 'test', verified: true }],
  });
}

function classOf(store: OpenedStore, n: number): string | null {
  const row = store.disk.largest(100).find(({ hash }) => hash === hashOf(n));
  return row?.class ?? null;
}

/** What a person, the rotation and the program do to files and their reasons to stay. */
const deeds = fc.oneof(
  fc.record({ do: fc.constant('attach' as const), image: fc.nat(5), file: fc.nat(5) }),
  fc.record({ do: fc.constant('detach' as const), file: fc.nat(5) }),
  fc.record({ do: fc.constant('thumb' as const), file: fc.nat(5), edge: fc.nat(2), bytes: fc.nat(500) }),
  fc.record({ do: fc.constant('unthumb' as const), file: fc.nat(5), edge: fc.nat(2) }),
  fc.record({
    do: fc.constantFrom('like' as const, 'unlike' as const, 'keep' as const, 'collect' as const, 'uncollect' as const),
    image: fc.nat(5),
  }),
  fc.record({ do: fc.constant('show' as const), image: fc.nat(5), display: fc.constantFrom('A', 'B') }),
  fc.record({ do: fc.constant('back' as const), display: fc.constantFrom('A', 'B') }),
  fc.record({ do: fc.constant('history' as const), kept: fc.nat(4) }),
  fc.record({ do: fc.constant('upcoming' as const), images: fc.array(fc.nat(5), { maxLength: 2 }) }),
  fc.record({ do: fc.constant('safe' as const), image: fc.option(fc.nat(5)) }),
  fc.record({ do: fc.constant('empty' as const) }),
);
type Deed = typeof deeds extends fc.Arbitrary<infer T> ? T : never;

function perform(store: OpenedStore, deed: Deed): void {
  const id = (n: number): string => `waifu-im:${n}`;
  switch (deed.do) {
    case 'attach':
      return store.files.attach(id(deed.image), file(deed.file, 100 + deed.file), nothing);
    case 'detach':
      return store.files.detach(hashOf(deed.file));
    case 'thumb':
      if (store.files.byHash(hashOf(deed.file)) !== null)
        store.files.attachThumbnail(hashOf(deed.file), deed.edge, deed.bytes);
      return;
    case 'unthumb':
      return store.files.detachThumbnail(hashOf(deed.file), deed.edge);
    case 'like':
      return void store.database
        .prepare('INSERT INTO favorite (image_id, liked_at) VALUES (?, 1) ON CONFLICT DO NOTHING')
        .run([id(deed.image)]);
    case 'unlike':
      return void store.database.prepare('DELETE FROM favorite WHERE image_id = ?').run([id(deed.image)]);
    case 'keep':
      return store.files.keep(id(deed.image));
    case 'collect':
      if (store.collections.get(1) !== null)
        store.collections.put(1, [{ image: id(deed.image), position: deed.image }]);
      return;
    case 'uncollect':
      return store.collections.take(1, [id(deed.image)]);
    case 'show':
      return show(store, deed.display, id(deed.image));
    case 'back': {
      const before = store.wallpapers.neighbour(deed.display, 'before');
      if (before !== null)
        store.wallpapers.move({ reason: 'previous', at: 1, moves: [{ display: deed.display, to: before.key }] });
      return;
    }
    case 'history':
      return store.settings.set({ ...store.settings.get(), historyKept: deed.kept });
    case 'upcoming':
      return store.rotation.set('state', {
        upcoming: Object.fromEntries(deed.images.map((n) => [n, { pool: 'x', image: id(n) }])),
      });
    case 'safe':
      return store.rotation.set('config', { safeImage: deed.image === null ? null : id(deed.image) });
    case 'empty':
      return removeForGood(store, 1);
  }
}

describe('the classes and sums of files', () => {
  it.each(['9', '10'])('are right after whatever was done (Node-API %s)', (napi) => {
    fc.assert(
      fc.property(fc.array(deeds, { maxLength: 40 }), (all) => {
        const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-disk-'));
        const opened = openStore({
          folder,
          log: createTestLog(),
          clock: { now: () => 1 },
          driver: chooseDriver(napi),
        });
        if (!opened.ok) throw new Error(opened.error.message);
        const store = opened.value;
        try {
          store.images.upsert([0, 1, 2, 3, 4, 5].map((n) => testImage({ id: `waifu-im:${n}` })));
          store.collections.insert({ name: 'Some', query: null, at: 1 });
          for (const deed of all) perform(store, deed);
          expect(store.disk.audit(null, 100, false).wrong).toBe(0);
          expect(store.disk.sumsAreRight(false)).toBe(true);
          expect(store.check()).toEqual([]);
        } finally {
          store.close();
          rmSync(folder, { recursive: true, force: true });
        }
      }),
      { numRuns: 15 },
    );
  });

  it('say why a file stays, the strongest reason first', () => {
    const { store } = test;
    store.images.upsert([1, 2, 3].map((n) => testImage({ id: `waifu-im:${n}` })));
    store.images.upsert([testImage({ id: 'yiff-rest:9' })]);
    store.files.attach('waifu-im:1', file(1), nothing);
    expect(classOf(store, 1)).toBe('cache');
    store.files.keep('waifu-im:1');
    expect(classOf(store, 1)).toBe('kept');
    store.rotation.set('config', { safeImage: 'waifu-im:1' });
    expect(classOf(store, 1)).toBe('wallpaper');
    store.rotation.set('config', { safeImage: null });
    expect(classOf(store, 1)).toBe('kept');
    store.rotation.set('state', { upcoming: { here: { pool: 'browse', image: 'waifu-im:1' } } });
    expect(classOf(store, 1)).toBe('wallpaper');
    const collection = store.collections.insert({ name: 'Some', query: null, at: 1 });
    store.collections.put(collection, [{ image: 'waifu-im:1', position: 1 }]);
    expect(classOf(store, 1)).toBe('collection');
    store.database.prepare("INSERT INTO favorite (image_id, liked_at) VALUES ('waifu-im:1', 1)").run([]);
    expect(classOf(store, 1)).toBe('favorite');
    removeForGood(store, collection);
    store.files.attachThumbnail(hashOf(1), 480, 70);
    store.files.attach('yiff-rest:9', file(2, 500), nothing);
    store.files.attachThumbnail(hashOf(2), 480, 30);
    expect(store.disk.totals()).toEqual([
      { class: 'cache', origin: 'yiff-rest', files: 1, bytes: 500, thumbnails: 1, thumbnailBytes: 30 },
      { class: 'favorite', origin: 'waifu-im', files: 1, bytes: 1000, thumbnails: 1, thumbnailBytes: 70 },
    ]);
    expect([store.disk.bytes(), store.disk.pinnedBytes()]).toEqual([1600, 1070]);
    expect(store.disk.largest(1)).toEqual([{ ...file(1), class: 'favorite', image: 'waifu-im:1' }]);
    expect(store.stats()).toMatchObject({ files: 2, bytes: 1500, thumbnails: 2, thumbnailBytes: 100 });
  });

  it('let go of the history beyond the setting, and take it back when it grows', () => {
    const { store } = test;
    store.images.upsert([1, 2, 3, 4].map((n) => testImage({ id: `waifu-im:${n}` })));
    for (const n of [1, 2, 3, 4]) {
      store.files.attach(`waifu-im:${n}`, file(n), nothing);
      show(store, 'A', `waifu-im:${n}`);
    }
    const evictable = () => store.disk.evictable({ after: null, limit: 10 }).map(({ hash }) => Number(hash));
    expect(evictable()).toEqual([]);
    store.settings.set({ ...store.settings.get(), historyKept: 2 });
    expect(evictable()).toEqual([1, 2]);
    store.settings.set({ ...store.settings.get(), historyKept: 0 });
    expect(evictable()).toEqual([1, 2, 3]);
    store.settings.set({ ...store.settings.get(), historyKept: 3 });
    expect(evictable()).toEqual([1]);
  });

  it('are found wrong and put right by an audit', () => {
    const { store } = test;
    store.images.upsert([testImage({ id: 'waifu-im:1' })]);
    store.files.attach('waifu-im:1', file(1), nothing);
    store.database.exec(
      "UPDATE file SET class = 'kept', origin = 'elsewhere'; UPDATE disk_total SET bytes = bytes + 5",
    );
    expect(store.disk.audit(null, 10, true)).toEqual({ wrong: 1, last: hashOf(1) });
    expect(store.disk.audit(null, 10, false).wrong).toBe(0);
    expect(store.disk.sumsAreRight(true)).toBe(false);
    expect(store.disk.sumsAreRight(false)).toBe(true);
    expect(store.disk.totals()).toMatchObject([{ class: 'cache', origin: 'waifu-im', files: 1, bytes: 1000 }]);
  });
});

describe('the migrated schema', () => {
  it('has every trigger of them, whatever table a later migration makes anew', () => {
    const rows = test.store.database
      .prepare<{ name: string }>("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'disk_%'")
      .all([]);
    expect(rows.map(({ name }) => name).sort()).toEqual([...diskTriggerNames].sort());
  });

  it('classes what was there, and makes the limit as much larger', () => {
    const db = chooseDriver().open(':memory:');
    const at = migrations.findIndex(({ name }) => name === 'disk');
    for (const { sql, after } of migrations.slice(0, at)) {
      db.exec(sql);
      after?.(db);
    }
    db.exec(`
      INSERT INTO file (hash, bytes, extension, width, height, added_at, used_at) VALUES ('aa', 12000000000, 'png', 1, 1, 1, 1), ('bb', 7, 'png', 1, 1, 1, 1);
      INSERT INTO thumbnail (file_hash, edge, bytes) VALUES ('aa', 480, 3);
      INSERT INTO image (id, provider, remote_id, url, width, height, extension, rating, animated, tags, artists, sources, uploaded, added_at, refreshed_at, file_hash)
        VALUES ('waifu-im:1', 'waifu-im', '1', '', 1, 1, 'png', 'safe', 0, '[]', '[]', '[]', 1, 1, 1, 'aa');
      INSERT INTO favorite (image_id, liked_at) VALUES ('waifu-im:1', 1);`);
    db.exec(migrations[at]!.sql);
    expect(
      db.prepare('SELECT class, origin, files, bytes, thumbnail_bytes FROM disk_total ORDER BY class').all([]),
    ).toEqual([
      expect.objectContaining({ class: 'cache', origin: '', files: 1, bytes: 7, thumbnail_bytes: 0 }),
      expect.objectContaining({ class: 'favorite', origin: 'waifu-im', files: 1, bytes: 12e9, thumbnail_bytes: 3 }),
    ]);
    expect(
      db.prepare<{ value: string }>("SELECT value FROM setting WHERE key = 'cacheLimitBytes'").get([])?.value,
    ).toBe('22000000010');
    db.close();
  });
});

/** As when no edit can bring it back any more. */
function removeForGood(store: ReturnType<typeof openTestStore>['store'], collection: number): void {
  store.collections.bury(collection, 1);
  store.collections.forget(collection);
  store.collections.sweep(1000);
}
