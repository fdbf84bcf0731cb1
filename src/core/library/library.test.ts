import { afterEach, describe, expect, it } from 'vitest';
import { settings } from '../../shared/model.ts';
import { openTestStore, testImage } from '../store/testing.ts';
import { createLibrary } from './library.ts';

const stores: (() => void)[] = [];
afterEach(() => stores.splice(0).forEach((close) => close()));

function world(adultContent = false) {
  const { store, clock, close } = openTestStore();
  stores.push(close);
  const library = createLibrary({
    search: store.search,
    settings: () => ({ ...settings.parse({}), adultContent }),
    clock: { now: () => clock.time },
    random: () => 0.5,
  });
  return { store, clock, library };
}
const value = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

describe('library', () => {
  it('pages through a result, and arranges the same', async () => {
    const { store, library } = world();
    store.images.upsert(
      Array.from({ length: 25 }, (_, n) =>
        testImage({
          id: `waifu-im:${n}`,
          tags: n % 2 === 0 ? ['sky'] : ['sea'],
          uploadedAt: new Date(n * 1e9).toISOString(),
        }),
      ),
    );
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof library.search>> = await library.search({
        query: 'tag:SKY',
        cursor,
        limit: 5,
      });
      const { images, next, total, exact, hidden } = value(page);
      expect([total, exact, hidden]).toEqual([13, true, 0]);
      ids.push(...images.map(({ id }) => id));
      cursor = next;
    } while (cursor !== null);
    expect(ids).toEqual(Array.from({ length: 13 }, (_, n) => `waifu-im:${24 - 2 * n}`));
    const arranged = value(await library.arrange({ query: 'tag:sky', cursor: null, limit: 20_000 }));
    expect(library.images(arranged.keys).map(({ image }) => image.id)).toEqual(ids);
    expect(arranged.ratios).toEqual(ids.map(() => 1778));
    expect(arranged.next).toBeNull();
  });

  it('says what is wrong with a query, and with a cursor that is none', async () => {
    const { library } = world();
    const asked = [
      await library.search({ query: 'sky tagg:x', cursor: null, limit: 5 }),
      await library.arrange({ query: 'sky tagg:x', cursor: null, limit: 5 }),
      library.facets('sky tagg:x'),
      await library.ruler('sky tagg:x'),
      await library.random('sky tagg:x'),
    ];
    for (const answer of asked)
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'invalid_input', message: expect.stringContaining('at "tagg:x"') as string },
      });
    expect(await library.search({ query: '', cursor: 'nonsense', limit: 5 })).toMatchObject({
      ok: false,
      error: { code: 'invalid_input' },
    });
  });

  it('never tells adult images while the opt-in is off, and counts them', async () => {
    const { store, library } = world();
    store.images.upsert([
      testImage({ id: 'waifu-im:1', tags: ['sky'] }),
      testImage({ id: 'waifu-im:2', tags: ['sky', 'adult-only-tag'], rating: 'adult' }),
    ]);
    for (const query of ['', 'sky', 'tag:sky', 'width:>1', 'rating:any', 'sort:random', 'color:#336699~']) {
      const { images, hidden, total } = value(await library.search({ query, cursor: null, limit: 5 }));
      expect([query, images.map(({ id }) => id), total, hidden]).toEqual([query, ['waifu-im:1'], 1, 1]);
    }
    expect(value(await library.search({ query: 'rating:adult', cursor: null, limit: 5 }))).toMatchObject({
      images: [],
      total: 0,
      hidden: 1,
    });
    expect(JSON.stringify(value(library.facets('')))).not.toContain('adult');
    expect(library.complete('adult', 5).items).toEqual([]);
    expect(library.complete('tag:adu', 7).items).toEqual([]);
    expect(library.images([0, 1, 2, 3]).map(({ image }) => image.id)).toEqual(['waifu-im:1']);
    expect(value(await library.random('tag:adult-only-tag'))).toEqual({ image: null });
  });

  it('completes keys, what they take, and names with counts', () => {
    const { store, library } = world();
    store.images.upsert([
      testImage({ id: 'waifu-im:1', tags: ['sky', 'skyline'], artists: [{ name: 'Ada Sky', links: [] }] }),
      testImage({ id: 'waifu-im:2', tags: ['sky'], artists: [] }),
    ]);
    const texts = (text: string, caret = text.length) => library.complete(text, caret).items.map((item) => item.text);
    expect(library.complete('a -tag:sk b', 9)).toEqual({
      from: 2,
      to: 9,
      items: [
        { text: '-tag:sky', label: 'sky', kind: 'tag', count: 2 },
        { text: '-tag:skyline', label: 'skyline', kind: 'tag', count: 1 },
      ],
    });
    expect(texts('sky')).toEqual(['tag:sky', 'tag:skyline', 'artist:"Ada Sky"']);
    expect(texts('orient')).toContain('orientation:');
    expect(texts('orientation:l')).toEqual(['orientation:landscape']);
    expect(texts('sort:li')).toEqual(['sort:likes', 'sort:liked']);
    expect(texts('')).toEqual([]);
  });

  it('marks the months of a list', async () => {
    const { store, library } = world();
    const dates = ['2024-03-05', '2024-03-01', '2024-01-09', '2023-12-31'];
    store.images.upsert(
      dates.map((date, n) => testImage({ id: `waifu-im:${n}`, uploadedAt: `${date}T00:00:00.000Z` })),
    );
    store.images.upsert([testImage({ id: 'waifu-im:9', uploadedAt: null })]);
    expect(value(await library.ruler('')).marks).toEqual([
      { index: 0, label: '2024-03' },
      { index: 2, label: '2024-01' },
      { index: 3, label: '2023-12' },
      { index: 4, label: '—' },
    ]);
    expect(value(await library.ruler('sort:random')).marks).toEqual([]);
  });
});
