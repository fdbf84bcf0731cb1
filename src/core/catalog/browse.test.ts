import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { fail, ok } from '../../shared/result.ts';
import type { Provider } from '../providers/provider.ts';
import { openTestStore, testImage } from '../store/testing.ts';
import { createBrowse } from './browse.ts';
import { createContentGate } from './gate.ts';
import { fakeProvider, filterOf } from './testing.ts';

let test: ReturnType<typeof openTestStore>;
beforeEach(() => {
  test = openTestStore();
});
afterEach(() => test.close());

function browseWith(methods: Partial<Provider>, adultContent = false) {
  const notes: string[] = [];
  const browse = createBrowse({
    providers: { 'waifu-im': fakeProvider('waifu-im', methods), 'yiff-rest': fakeProvider('yiff-rest', methods) },
    store: test.store,
    gate: createContentGate(() => ({ adultContent })),
    onNotes: (_provider, heard) => notes.push(...heard),
  });
  return { browse, notes };
}
const page = (...images: ReturnType<typeof testImage>[]) => ok({ images, dropped: 0, cursor: null, notes: [] });
const file = (hash: string) => ({ hash: hash.repeat(64), bytes: 10, extension: 'jpg', width: 1920, height: 1080 });

describe('browse', () => {
  it('answers a page once each, and remembers it', async () => {
    const { browse } = browseWith({
      browse: () =>
        Promise.resolve(
          page(testImage({ id: 'waifu-im:1' }), testImage({ id: 'waifu-im:2' }), testImage({ id: 'waifu-im:1' })),
        ),
    });
    const answer = await browse({ filter: filterOf(), cursor: null, limit: 30 });
    expect(answer.ok && answer.value.images.map((image) => image.id)).toEqual(['waifu-im:1', 'waifu-im:2']);
    expect(test.store.images.get('waifu-im:2')?.width).toBe(1920);
  });

  it('refuses an adult filter, and drops adult items a service slips in', async () => {
    let asked = 0;
    const { browse } = browseWith({
      browse: () => {
        asked += 1;
        return Promise.resolve(page(testImage({ id: 'waifu-im:1' }), testImage({ id: 'waifu-im:2', rating: 'adult' })));
      },
    });
    const refused = await browse({ filter: filterOf({ rating: 'any' }), cursor: null, limit: 30 });
    expect(refused).toMatchObject({ ok: false, error: { code: 'content_blocked' } });
    expect(asked).toBe(0);
    const answer = await browse({ filter: filterOf(), cursor: null, limit: 30 });
    expect(answer).toMatchObject({ ok: true, value: { hidden: 1, images: [{ id: 'waifu-im:1' }] } });
    expect(test.store.images.get('waifu-im:2')).toBeNull();
  });

  it('says that a category is adult, rather than nothing at all', async () => {
    const adult = { db: 'grown.things', name: 'Grown > Things', count: 3, rating: 'adult' } as const;
    test.store.lists.saveCategories('yiff-rest', [adult], 0);
    const { browse } = browseWith({});
    const request = { filter: filterOf({ provider: 'yiff-rest', category: adult.db }), cursor: null, limit: 5 };
    expect(await browse(request)).toMatchObject({ ok: false, error: { code: 'content_blocked' } });
    expect(await browseWith({}, true).browse(request)).toMatchObject({ ok: true });
  });

  it('shows what is on the disk when the service is away, within the filter', async () => {
    test.store.images.upsert([
      testImage({ id: 'waifu-im:1' }),
      testImage({ id: 'waifu-im:2', width: 640, height: 480 }),
      testImage({ id: 'waifu-im:3' }),
    ]);
    test.store.files.attach('waifu-im:1', file('a'), { dominantColor: null, hash: null });
    test.store.files.attach('waifu-im:2', file('b'), { dominantColor: null, hash: null });
    const { browse } = browseWith({ browse: () => Promise.resolve(fail(appError('offline', 'No network.'))) });
    const answer = await browse({ filter: filterOf({ minWidth: 1000 }), cursor: null, limit: 30 });
    expect(answer).toMatchObject({ ok: true, value: { offline: true, images: [{ id: 'waifu-im:1', cached: true }] } });
  });

  it('shows what is on the disk when the service is in trouble, to whom that helps, and what it said', async () => {
    const trouble = { browse: () => Promise.resolve(fail(appError('server_error', 'It answered with an error.'))) };
    const { browse } = browseWith(trouble);
    const request = { filter: filterOf(), cursor: null, limit: 30, evenInTrouble: true };
    // With nothing on the disk, the error is the answer.
    expect(await browse(request)).toMatchObject({ ok: false, error: { code: 'server_error' } });
    test.store.images.upsert([testImage({ id: 'waifu-im:1' })]);
    test.store.files.attach('waifu-im:1', file('a'), { dominantColor: null, hash: null });
    expect(await browse(request)).toMatchObject({
      ok: true,
      value: { offline: true, trouble: 'It answered with an error.', images: [{ id: 'waifu-im:1' }] },
    });
    expect(await browse({ ...request, evenInTrouble: false })).toMatchObject({ ok: false });
    const refusing = browseWith({ browse: () => Promise.resolve(fail(appError('unauthorized', 'No such token.'))) });
    expect(await refusing.browse(request)).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
  });

  it('goes on where it was: disk pages stay on the disk, service pages fail when the service is lost', async () => {
    const images = ['1', '2', '3'].map((id) => testImage({ id: `waifu-im:${id}` }));
    test.store.images.upsert(images);
    images.forEach((image, index) =>
      test.store.files.attach(image.id, file('abc'.charAt(index)), { dominantColor: null, hash: null }),
    );
    const cursors: (string | null)[] = [];
    let online = false;
    const { browse } = browseWith({
      browse: (_filter, { cursor }) => {
        cursors.push(cursor);
        return Promise.resolve(
          online
            ? ok({ images: [testImage({ id: 'waifu-im:9' })], dropped: 0, cursor: 'two', notes: [] })
            : fail(appError('offline', 'No network.')),
        );
      },
    });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const answer = await browse({ filter: filterOf(), cursor, limit: 2 });
      if (!answer.ok) throw new Error(answer.error.message);
      seen.push(...answer.value.images.map((image) => image.id));
      cursor = answer.value.cursor;
    } while (cursor !== null);
    expect(seen.sort()).toEqual(['waifu-im:1', 'waifu-im:2', 'waifu-im:3']);
    expect(cursors).toEqual([null]);

    online = true;
    const first = await browse({ filter: filterOf(), cursor: null, limit: 2 });
    online = false;
    const next = await browse({ filter: filterOf(), cursor: first.ok ? first.value.cursor : null, limit: 2 });
    expect(next).toMatchObject({ ok: false, error: { code: 'offline', retryable: true } });
    expect(cursors.at(-1)).toBe('two');
  });

  it('passes other errors and notes on, and refuses cursors it never gave', async () => {
    const failing = browseWith({ browse: () => Promise.resolve(fail(appError('rate_limited', 'Wait.'))) });
    expect(await failing.browse({ filter: filterOf(), cursor: null, limit: 2 })).toMatchObject({
      error: { code: 'rate_limited' },
    });
    expect(await failing.browse({ filter: filterOf(), cursor: 'xyz', limit: 2 })).toMatchObject({
      error: { code: 'invalid_input' },
    });
    const noting = browseWith({
      browse: () => Promise.resolve(ok({ images: [], dropped: 0, cursor: null, notes: ['Hello'] })),
    });
    await noting.browse({ filter: filterOf(), cursor: null, limit: 2 });
    expect(noting.notes).toEqual(['Hello']);
  });
});
