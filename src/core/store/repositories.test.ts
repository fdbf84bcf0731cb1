import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  favoriteQuery,
  filter as filterSchema,
  settings as settingsSchema,
  type FilterInput,
  type Fit,
  type RemoteImage,
} from '../../shared/model.ts';
import { cachedPageSql } from './browse-cached.ts';
import { evictableSql, largestSql } from './disk.ts';
import { openStore } from './open.ts';
import { createTestLog, openTestStore, testImage } from './testing.ts';
import { currentSql } from './wallpapers.ts';

let test: ReturnType<typeof openTestStore>;
beforeEach(() => {
  test = openTestStore();
});
afterEach(() => test.close());

const hashOf = (n: number): string => n.toString(16).padStart(64, '0');
const file = (n: number, bytes = 1000) => ({ hash: hashOf(n), bytes, extension: 'png', width: 1920, height: 1080 });
const unknown = { dominantColor: null, hash: null };
function like(id: string, removedAt: number | null = null): void {
  test.store.database
    .prepare('INSERT INTO favorite (image_id, liked_at, removed_at) VALUES (?, ?, ?)')
    .run([id, test.clock.time, removedAt]);
}
/** An image is on a display now. */
function show(display: string, image: string, at: number, fit: Fit = 'fill'): void {
  const entry = { display, name: display, image, outside: null, fit, backend: 'feh', verified: true };
  test.store.wallpapers.record({ reason: 'set', at, entries: [entry] });
}
/** Puts images on the disk, one file each. */
function cache(images: readonly RemoteImage[]): void {
  test.store.images.upsert(images);
  images.forEach((image, index) => test.store.files.attach(image.id, file(index + 1, image.bytes ?? 1000), unknown));
}

describe('images', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 30 }).map((value) => value.replaceAll('\0', ''));
  const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });
  const remoteImage: fc.Arbitrary<RemoteImage> = fc
    .record({
      provider: fc.constantFrom('waifu-im' as const, 'yiff-rest' as const),
      remoteId: fc.stringMatching(/^[A-Za-z0-9_-]{1,20}$/),
      url: text,
      width: fc.integer({ min: 1, max: 100_000 }),
      height: fc.integer({ min: 1, max: 100_000 }),
      bytes: orNull(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })),
      extension: fc.constantFrom('jpg', 'png', 'webp', 'gif'),
      rating: fc.constantFrom('safe' as const, 'adult' as const),
      animated: fc.boolean(),
      tags: fc.array(text, { maxLength: 6 }),
      category: orNull(text),
      artists: fc.array(fc.record({ name: text, links: fc.array(text, { maxLength: 3 }) }), { maxLength: 3 }),
      sources: fc.array(text, { maxLength: 3 }),
      dominantColor: orNull(text),
      hash: orNull(text),
      md5: orNull(text),
      pageUrl: orNull(text),
      uploadedAt: orNull(
        fc.oneof(
          text,
          fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
        ),
      ),
      likedAt: orNull(text),
      likes: orNull(fc.integer({ min: 0 })),
      title: orNull(text),
    })
    .map((image) => ({ ...image, id: `${image.provider}:${image.remoteId}` }));

  let shared: ReturnType<typeof openTestStore>;
  beforeAll(() => {
    shared = openTestStore();
  });
  afterAll(() => shared.close());

  it('come back as they went in, whatever is in them', () => {
    let n = 0;
    fc.assert(
      fc.property(remoteImage, (generated) => {
        // A fresh id each time: what an earlier run left behind must not fill this one's gaps.
        n += 1;
        const image = { ...generated, remoteId: `${n}`, id: `${generated.provider}:${n}` };
        shared.store.images.upsert([image]);
        expect(shared.store.images.get(image.id)).toEqual({ ...image, cached: false, favorite: false, blocked: false });
      }),
      { numRuns: 200 },
    );
    expect(shared.store.check()).toEqual([]);
  });

  it('are refreshed as a whole, except what the program found out itself', () => {
    const { images } = test.store;
    images.upsert([testImage({ id: 'waifu-im:1', likedAt: '2025-01-01T00:00:00Z' })]);
    images.upsert([
      testImage({ id: 'waifu-im:1', tags: ['night'], hash: null, dominantColor: null, artists: [], likes: 9 }),
    ]);
    expect(images.get('waifu-im:1')).toMatchObject({
      tags: ['night'],
      hash: '0123456789abcdef',
      dominantColor: '#336699',
      artists: [],
      likes: 9,
      likedAt: '2025-01-01T00:00:00Z',
    });
    const names = test.store.database
      .prepare<{ name: string }>('SELECT name FROM image_tag JOIN tag ON tag.key = tag_key')
      .all([])
      .map(({ name }) => name);
    expect(names).toEqual(['night']);
  });

  it('are answered in the order asked, unknown ones left out', () => {
    const { images } = test.store;
    images.upsert([1, 2, 3].map((n) => testImage({ id: `waifu-im:${n}` })));
    expect(images.getMany(['waifu-im:3', 'waifu-im:9', 'waifu-im:1']).map(({ id }) => id)).toEqual([
      'waifu-im:3',
      'waifu-im:1',
    ]);
    expect(images.getMany([])).toEqual([]);
    expect(images.get(`waifu-im:1' OR 1=1 --`)).toBeNull();
  });

  it('have empty lists where theirs are damaged, keep nothing from the others, and are named by the check', () => {
    const { images, database, favorites } = test.store;
    images.upsert([testImage({ id: 'waifu-im:1' }), testImage({ id: 'waifu-im:2' })]);
    like('waifu-im:1');
    like('waifu-im:2');
    // As a disk would do it: nothing is asked.
    database.exec('PRAGMA ignore_check_constraints = ON; DROP TRIGGER search_text_change');
    database.exec("UPDATE image SET tags = '[', artists = '7', sources = '{' WHERE id = 'waifu-im:1'");
    expect(images.get('waifu-im:1')).toMatchObject({ tags: [], artists: [], sources: [], width: 1920 });
    // These look into the lists themselves.
    for (const [query, found] of [
      [{ sort: 'artist' }, ['waifu-im:2', 'waifu-im:1']],
      [{ search: 'sky' }, ['waifu-im:2']],
      [{ tags: ['sky'] }, ['waifu-im:2']],
      [{ excludedTags: ['sky'] }, ['waifu-im:1']],
    ] as const)
      expect(favorites.find(favoriteQuery.parse(query), true).ids).toEqual(found);
    expect(test.store.check()).toEqual(
      expect.arrayContaining([
        'The tags of the image waifu-im:1 cannot be read.',
        'The sources of the image waifu-im:1 cannot be read.',
      ]),
    );
  });

  it('are favorites while liked, not as tombstones', () => {
    const { images } = test.store;
    images.upsert([1, 2].map((n) => testImage({ id: `waifu-im:${n}` })));
    like('waifu-im:1');
    like('waifu-im:2', 1);
    expect(images.getMany(['waifu-im:1', 'waifu-im:2']).map(({ favorite }) => favorite)).toEqual([true, false]);
    expect(test.store.stats().favorites).toBe(1);
  });

  it('are picked at random among those allowed', () => {
    cache([
      testImage({ id: 'waifu-im:1' }),
      testImage({ id: 'waifu-im:2', rating: 'adult' }),
      testImage({ id: 'yiff-rest:3' }),
    ]);
    test.store.images.upsert([testImage({ id: 'waifu-im:4' }), testImage({ id: 'waifu-im:5', rating: 'adult' })]);
    like('waifu-im:4');
    like('waifu-im:5');
    const all = ({
      from = 'library',
      rating = 'safe',
      exclude = [],
    }: {
      from?: 'library' | 'favorites';
      rating?: 'safe' | 'any';
      exclude?: readonly string[];
    }) =>
      [0, 0.3, 0.5, 0.7, 0.999].map((value) => {
        const rules = { rating, orientation: null, minWidth: 0, minHeight: 0, animated: true, cached: false };
        const request = { rules, pool: 'p', from: 'fresh', exclude, random: () => value } as const;
        return test.store.candidates.draw({ ...request, source: { kind: from } })?.id ?? null;
      });
    expect(new Set(all({}))).toEqual(new Set(['waifu-im:1', 'yiff-rest:3']));
    expect(new Set(all({ rating: 'any' }))).toEqual(new Set(['waifu-im:1', 'waifu-im:2', 'yiff-rest:3']));
    expect(new Set(all({ exclude: ['waifu-im:1'] }))).toEqual(new Set(['yiff-rest:3']));
    expect(new Set(all({ from: 'favorites' }))).toEqual(new Set(['waifu-im:4']));
    expect(new Set(all({ exclude: ['waifu-im:1', 'yiff-rest:3'] }))).toEqual(new Set([null]));
  });
});

describe('browsing what is on disk', () => {
  const filter = (more: Omit<FilterInput, 'provider'> = {}) => filterSchema.parse({ provider: 'waifu-im', ...more });
  function browse(more: Omit<FilterInput, 'provider'> = {}, limit = 2): string[] {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page = test.store.images.browseCached(filter(more), { cursor, limit });
      ids.push(...page.images.map(({ id }) => id));
      cursor = page.cursor;
    } while (cursor !== null);
    return ids;
  }
  const day = (n: number): string => new Date(Date.UTC(2025, 0, n)).toISOString();

  beforeEach(() => {
    cache([
      testImage({ id: 'waifu-im:1', uploadedAt: day(1), likes: 5, tags: ['sky', 'sea'] }),
      testImage({ id: 'waifu-im:2', uploadedAt: day(3), likes: null, tags: ['sky'], width: 1080, height: 1920 }),
      testImage({ id: 'waifu-im:3', uploadedAt: day(2), likes: 5, tags: ['sea'], animated: true, bytes: 5000 }),
      testImage({ id: 'waifu-im:4', uploadedAt: null, likes: 7, rating: 'adult' }),
      testImage({ id: 'waifu-im:5', uploadedAt: null, width: 500, height: 500, category: 'animals.birb' }),
      testImage({ id: 'yiff-rest:6' }),
    ]);
    test.store.images.upsert([testImage({ id: 'waifu-im:7' })]);
  });

  it('pages through every order without repeats', () => {
    expect(browse({ order: 'newest' })).toEqual(['waifu-im:2', 'waifu-im:3', 'waifu-im:1', 'waifu-im:5']);
    expect(browse({ order: 'favorites' })).toEqual(['waifu-im:3', 'waifu-im:1', 'waifu-im:5', 'waifu-im:2']);
    expect(browse({ order: 'random' }, 1).sort()).toEqual(['waifu-im:1', 'waifu-im:2', 'waifu-im:3', 'waifu-im:5']);
    const orders = new Set(Array.from({ length: 40 }, () => browse({ order: 'random' }).join()));
    expect(orders.size).toBeGreaterThan(4);
  });

  it('applies every part of a filter', () => {
    const newest = (more: Omit<FilterInput, 'provider'>) => browse({ order: 'newest', ...more });
    expect(newest({ tags: ['sky', 'sea'] })).toEqual(['waifu-im:1']);
    expect(newest({ tags: ['sky', 'sky'] })).toEqual(['waifu-im:2', 'waifu-im:1', 'waifu-im:5']);
    expect(newest({ tags: ['never heard of'] })).toEqual([]);
    expect(newest({ excludedTags: ['sea', 'landscape'] })).toEqual(['waifu-im:2']);
    expect(newest({ rating: 'adult' })).toEqual(['waifu-im:4']);
    expect(newest({ rating: 'any' })).toHaveLength(5);
    expect(newest({ orientation: 'portrait' })).toEqual(['waifu-im:2']);
    expect(newest({ orientation: 'square' })).toEqual(['waifu-im:5']);
    expect(newest({ orientation: 'landscape', minWidth: 1920 })).toEqual(['waifu-im:3', 'waifu-im:1']);
    expect(newest({ minHeight: 1081 })).toEqual(['waifu-im:2']);
    expect(newest({ maxBytes: 1000, animated: 'any' })).not.toContain('waifu-im:3');
    expect(newest({ animated: 'yes' })).toEqual(['waifu-im:3']);
    expect(newest({ animated: 'no' })).not.toContain('waifu-im:3');
    expect(newest({ category: 'animals.birb' })).toEqual(['waifu-im:5']);
  });

  it('ends at a cursor that is none of its own', () => {
    for (const cursor of ['', 'x', '%%%', Buffer.from('{"order":"newest"}').toString('base64url'), 'e30']) {
      expect(test.store.images.browseCached(filter(), { cursor, limit: 5 })).toEqual({ images: [], cursor: null });
    }
  });
});

describe('files', () => {
  beforeEach(() =>
    test.store.images.upsert([1, 2, 3, 4].map((n) => testImage({ id: `waifu-im:${n}`, hash: null, md5: `md5-${n}` }))),
  );

  it('are tied to images, several to one, and let go', () => {
    const { files, images } = test.store;
    files.attach('waifu-im:1', file(1), { dominantColor: '#000000', hash: 'ffffffffffffffff' });
    files.attach('waifu-im:2', file(1), unknown);
    files.attachThumbnail(hashOf(1), 480, 77);
    expect(images.get('waifu-im:1')).toMatchObject({
      cached: true,
      dominantColor: '#336699',
      hash: 'ffffffffffffffff',
    });
    expect(files.of('waifu-im:2')).toEqual(file(1));
    expect(files.of('waifu-im:3')).toBeNull();
    expect(files.byHash(hashOf(1))).toEqual(file(1));
    expect(files.thumbnailsOf(hashOf(1))).toEqual([{ edge: 480, bytes: 77 }]);
    expect(test.store.stats()).toMatchObject({ images: 4, files: 1, bytes: 1000, thumbnails: 1 });
    expect(files.wanting('md5-1')).toBeNull();
    expect(files.wanting('md5-3')).toBe('waifu-im:3');
    files.detach(hashOf(1));
    expect(images.get('waifu-im:1')?.cached).toBe(false);
    expect(test.store.stats()).toMatchObject({ files: 0, thumbnails: 0 });
    expect(files.wanting('md5-1')).toBe('waifu-im:1');
    expect(() => files.attach('waifu-im:99', file(9), unknown)).toThrow('no image');
    expect(files.byHash(hashOf(9))).toBeNull();
    expect(test.store.check()).toEqual([]);
  });

  it('are listed in pages', () => {
    const { files } = test.store;
    for (const n of [3, 1, 2]) files.attach(`waifu-im:${n}`, file(n), unknown);
    const first = files.all(null, 2);
    expect(first.map(({ hash }) => hash)).toEqual([hashOf(1), hashOf(2)]);
    expect(files.all(hashOf(2), 2).map(({ hash }) => hash)).toEqual([hashOf(3)]);
    expect(files.count()).toBe(3);
  });

  it('are evicted by age of use, never those an image pins', () => {
    const { files, disk } = test.store;
    for (const n of [1, 2, 3, 4]) {
      test.clock.time += 1000;
      files.attach(`waifu-im:${n}`, file(n), unknown);
    }
    const evictable = () => disk.evictable({ after: null, limit: 10 }).map(({ hash }) => Number.parseInt(hash, 16));
    expect(evictable()).toEqual([1, 2, 3, 4]);
    test.clock.time += 1000;
    files.touch('waifu-im:1');
    expect(evictable()).toEqual([2, 3, 4, 1]);
    files.keep('waifu-im:2');
    expect(evictable()).toEqual([3, 4, 1]);
    like('waifu-im:3', 5);
    expect(evictable()).toEqual([4, 1]);
    show('A', 'waifu-im:4', 1);
    expect(evictable()).toEqual([1]);
    expect(disk.bytes() - disk.pinnedBytes()).toBe(1000);
    // Another image of the same content pins it as well.
    files.attach('waifu-im:2', file(1), unknown);
    expect(evictable()).toEqual([2]);
    // Long history lets go, except of what a display still shows.
    like('waifu-im:1');
    for (let n = 0; n < 300; n += 1) {
      show('B', 'waifu-im:1', n);
    }
    expect(evictable()).toEqual([2]);
    show('A', 'waifu-im:1', 2);
    expect(evictable()).toEqual([2, 4]);
  });
});

describe('wallpapers', () => {
  it('answer the newest entry of each display', () => {
    const { images, wallpapers } = test.store;
    images.upsert([1, 2, 3].map((n) => testImage({ id: `waifu-im:${n}` })));
    const record = (display: string, n: number, at: number) => show(display, `waifu-im:${n}`, at, 'blur');
    expect(wallpapers.current()).toEqual([]);
    record('B', 1, 0);
    record('A', 1, 0);
    record('A', 2, 60_000);
    expect(wallpapers.current().map(({ display, image, fit, setAt }) => [display, image.id, fit, setAt])).toEqual([
      ['A', 'waifu-im:2', 'blur', '1970-01-01T00:01:00.000Z'],
      ['B', 'waifu-im:1', 'blur', '1970-01-01T00:00:00.000Z'],
    ]);
  });
});

describe('settings', () => {
  it('round trip, with defaults for what was never set', () => {
    const { settings } = test.store;
    expect(settings.get()).toEqual(settingsSchema.parse({}));
    const changed = { ...settings.get(), adultContent: true, theme: 'dark' as const, waifuImUserId: 5 };
    settings.set(changed);
    expect(settings.get()).toEqual(changed);
  });

  it('fall back key by key where a stored value is unusable', () => {
    const { settings, database } = test.store;
    settings.set({ ...settings.get(), theme: 'dark', closeToTray: false });
    database.prepare('UPDATE setting SET value = ? WHERE key = ?').run(['"sepia"', 'theme']);
    database.prepare('UPDATE setting SET value = ? WHERE key = ?').run(['"yes"', 'adultContent']);
    database.prepare('INSERT INTO setting (key, value) VALUES (?, ?)').run(['ofTheFuture', '1']);
    expect(settings.get()).toEqual({ ...settingsSchema.parse({}), closeToTray: false });
  });

  it('fall back where a stored value is no JSON, and say so once', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'kabegami-json-'));
    const log = createTestLog();
    const opened = openStore({ folder, log, clock: { now: () => 0 } });
    if (!opened.ok) throw new Error(opened.error.message);
    const { settings, database } = opened.value;
    try {
      settings.set({ ...settings.get(), theme: 'dark', closeToTray: false });
      settings.remember('filter', 1);
      database.exec('PRAGMA ignore_check_constraints = ON');
      database.exec("UPDATE setting SET value = '{' WHERE key = 'theme'; UPDATE memory SET value = ''");
      for (let n = 0; n < 2; n += 1) {
        expect(settings.get()).toEqual({ ...settingsSchema.parse({}), closeToTray: false });
        expect(settings.recall('filter')).toBeUndefined();
      }
      expect(log.lines).toHaveLength(2);
    } finally {
      opened.value.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('remember small values', () => {
    const { settings } = test.store;
    expect(settings.recall('nothing')).toBeUndefined();
    settings.remember('filter', { tags: ['ö'] });
    settings.remember('filter', { tags: ['ö', 'x'] });
    expect(settings.recall('filter')).toEqual({ tags: ['ö', 'x'] });
    settings.remember('filter', undefined);
    expect(settings.recall('filter')).toBeNull();
  });
});

describe('lists', () => {
  it('keep the last known tags and categories of each service', () => {
    const { lists, database } = test.store;
    expect(lists.tags('waifu-im')).toBeNull();
    const tags = [{ name: 'sky', description: null, count: 3, rating: 'unknown' as const }];
    const categories = [{ db: 'animals.birb', name: 'Animals > Birb', count: null, rating: 'safe' as const }];
    lists.saveTags('waifu-im', tags, 5);
    lists.saveCategories('yiff-rest', categories, 6);
    lists.saveCategories('yiff-rest', categories, 7);
    expect(lists.tags('waifu-im')).toEqual({ tags, at: 5 });
    expect(lists.categories('yiff-rest')).toEqual({ categories, at: 7 });
    expect(lists.categories('waifu-im')).toBeNull();
    database.exec(`UPDATE list SET items = '{}'`);
    expect(lists.tags('waifu-im')).toBeNull();
  });
});

describe('query plans', () => {
  const plan = (sql: string): string =>
    test.store.database
      // Parameters need no values to plan with; the text of the plan is what is looked at.
      .prepare<{ detail: string }>(
        `EXPLAIN QUERY PLAN ${sql.replaceAll(/:[a-zA-Z]+/g, 'NULL').replaceAll('?', 'NULL')}`,
      )
      .all([])
      .map(({ detail }) => detail)
      .join('\n');

  it('page by index, without sorting', () => {
    expect(plan(cachedPageSql('newest'))).toMatch(
      /SEARCH i USING INDEX image_cached_newest \(provider=\? AND uploaded<\?\)/,
    );
    expect(plan(cachedPageSql('newest'))).not.toMatch(/USE TEMP B-TREE FOR ORDER BY/);
    expect(plan(cachedPageSql('favorites'))).toMatch(/SEARCH i USING INDEX image_cached_liked/);
    expect(plan(cachedPageSql('favorites'))).not.toMatch(/USE TEMP B-TREE FOR ORDER BY/);
    expect(plan(cachedPageSql('random'))).toMatch(/SEARCH i USING INDEX image_cached_/);
  });

  it('never scan images or their tags', () => {
    for (const sql of [cachedPageSql('newest'), cachedPageSql('random'), evictableSql, largestSql, currentSql]) {
      expect(plan(sql)).not.toMatch(/SCAN (i|image|t|image_tag|w)\b/);
    }
    expect(plan(cachedPageSql('newest'))).toMatch(
      /SEARCH t USING COVERING INDEX image_tag_by_image \(image_key=\? AND tag_key=\?\)/,
    );
    expect(plan('SELECT 1 FROM image AS i WHERE i.id IN (SELECT value FROM json_each(?))')).toMatch(/SEARCH i USING/);
    expect(plan(evictableSql)).toMatch(
      /SEARCH file USING INDEX file_by_class \(class=\? AND \(used_at,hash\)>\(\?,\?\)\)/,
    );
    expect(plan(evictableSql)).not.toMatch(/USE TEMP B-TREE/);
    expect(plan(largestSql)).toMatch(/SCAN file USING INDEX file_by_bytes/);
  });
});
