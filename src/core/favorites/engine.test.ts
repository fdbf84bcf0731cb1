import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { favoriteQuery, type FavoriteQuery, type SyncState } from '../../shared/model.ts';
import { pace } from './offline.ts';
import { debounce, syncInterval } from './schedule.ts';
import { createWorld, modelImages, type World } from './testing/world.ts';

let world: World;
const id = (index: number): string => `waifu-im:${index}`;
/** Everything that is under way without waiting for time to pass. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve));
};
beforeEach(() => {
  world = createWorld({ images: modelImages(10, (index) => ({ rating: index < 2 ? 'adult' : 'safe' })) });
});
afterEach(() => world.end());

describe('the running engine', () => {
  it('syncs at start, after changes, every half hour and on reconnect', async () => {
    world.remote.favorites.add('3');
    world.engine.start();
    await settle();
    expect(world.remote.requests).toEqual(['list']);
    expect(world.liked()).toEqual(new Set([id(3)]));
    await world.engine.add([id(4)]);
    world.clock.advance(debounce);
    await settle();
    expect(world.remote.requests).toEqual(['list', 'insert 4']);
    world.clock.advance(syncInterval);
    await settle();
    expect(world.remote.requests.slice(2)).toEqual(['list']);
    for (const online of [false, true, true])
      world.events.emit('connection.changed', { id: 'waifu-im', online, error: null });
    await settle();
    expect(world.remote.requests.slice(3)).toEqual(['list']);
  });

  it('tells when a sync begins and, last, that it is over', async () => {
    world.engine.start();
    await settle();
    const told = world.heard.flatMap(({ name, payload }) =>
      name === 'favorites.changed' ? [(payload as SyncState).running] : [],
    );
    expect([told.at(0), told.at(-1)]).toEqual([true, false]);
  });

  it('sends a like made offline once the service is back, once', async () => {
    world.remote.refusal = appError('offline', 'waifu.im cannot be reached.');
    world.engine.start();
    await settle();
    await world.engine.add([id(5)]);
    world.clock.advance(debounce);
    await settle();
    expect(world.engine.state()).toMatchObject({ pending: 1, lastError: { code: 'offline' } });
    world.remote.refusal = null;
    world.events.emit('connection.changed', { id: 'waifu-im', online: true, error: null });
    await settle();
    expect(world.engine.state()).toMatchObject({ pending: 0, lastError: null, running: false });
    expect(world.remote.effects.inserted.get('5')).toBe(1);
  });

  it('syncs with a new account at once and asks for a token that is refused once', async () => {
    world.account = null;
    world.engine.start();
    await settle();
    expect(world.remote.requests).toEqual([]);
    world.account = 'account-one';
    world.remote.refusal = appError('unauthorized', 'That token is not valid any more.');
    world.engine.accountChanged();
    await settle();
    world.clock.advance(syncInterval);
    await settle();
    const notices = world.heard.filter(({ name }) => name === 'notice');
    expect(notices.map(({ payload }) => payload)).toEqual([
      { level: 'error', message: 'That token is not valid any more.' },
    ]);
  });
});

describe('favorites that are asked for', () => {
  it('are liked as far as they can be, and the others are named', async () => {
    const added = await world.engine.add([id(5), id(97), id(6), id(98)]);
    expect(added).toMatchObject({
      ok: false,
      error: {
        code: 'not_found',
        message: '2 of 4 images could not be liked (waifu-im:97, waifu-im:98). There is no image waifu-im:97.',
      },
    });
    expect(world.liked()).toEqual(new Set([id(5), id(6)]));
  });
});

describe('favorites offline', () => {
  it('are all fetched with their thumbnails, newest first, and never what is hidden', async () => {
    for (const one of ['1', '2', '3']) world.remote.favorites.add(one);
    world.engine.start();
    await settle();
    expect(world.files.asked).toEqual(
      ['2', '3'].flatMap((one) => ['full', 'small', 'large'].map((variant) => `waifu-im:${one} ${variant}`)),
    );
    expect(world.engine.state()).toMatchObject({ favorites: 2, available: 2, hidden: 1 });
    const progress = world.heard.flatMap(({ payload }) =>
      typeof payload === 'object' && payload !== null && 'kind' in payload && payload.kind === 'favorites-offline'
        ? [payload]
        : [],
    );
    expect(progress).toMatchObject([
      { done: 1, total: 2, request: null, unit: 'items' },
      { done: 2, total: 2 },
    ]);

    world.settings = { ...world.settings, adultContent: true };
    world.events.emit('settings.changed', world.settings);
    await settle();
    expect(world.engine.state()).toMatchObject({ favorites: 3, available: 3, hidden: 0 });
  });

  it('come again when a file went missing, and wait longer for what fails', async () => {
    await world.engine.add([id(4), id(5)]);
    world.files.failing.set(id(5), appError('server_error', 'The image host is ill.'));
    world.engine.start();
    await settle();
    expect(world.engine.state()).toMatchObject({ favorites: 2, available: 1 });
    const asked = world.files.asked.filter((one) => one === `${id(5)} full`).length;
    world.files.failing.clear();
    world.clock.advance(30_000);
    await settle();
    expect(world.files.asked.filter((one) => one === `${id(5)} full`)).toHaveLength(asked + 1);
    expect(world.engine.state()).toMatchObject({ available: 2 });

    const file = world.store.files.of(id(4));
    world.store.files.detach(file?.hash ?? '');
    await world.engine.add([id(6)]);
    await settle();
    expect(world.engine.state()).toMatchObject({ favorites: 3, available: 3 });
  });

  it('do not wait longer because the clock is set back', async () => {
    await world.engine.add([id(5)]);
    world.files.failing.set(id(5), appError('server_error', 'The image host is ill.'));
    world.engine.start();
    await settle();
    expect(world.engine.state()).toMatchObject({ favorites: 1, available: 0 });
    world.files.failing.clear();
    world.clock.advance(-3 * 3_600_000);
    await world.engine.add([id(6)]);
    await settle();
    expect(world.engine.state()).toMatchObject({ favorites: 2, available: 2 });
  });
});

describe('favorites without room', () => {
  it('wait, are not asked for again and again, and come when the limit grows', async () => {
    const full = appError('quota_full', 'There is no room.');
    await world.engine.add([3, 4, 5, 6, 7, 8].map(id));
    for (const one of [3, 4, 5, 6, 8]) world.files.failing.set(id(one), full);
    world.engine.start();
    await settle();
    for (let turn = 0; turn < 8; turn += 1) {
      world.clock.advance(pace);
      await settle();
    }
    expect(world.engine.state()).toMatchObject({ favorites: 6, available: 1, waitingForRoom: 5 });
    // After three in a row it is plain that there is no room; nothing more happens by itself for hours.
    const asked = world.files.asked.length;
    world.clock.advance(60 * 60_000);
    await settle();
    expect(world.files.asked).toHaveLength(asked);
    expect(world.heard.filter(({ name }) => name === 'notice')).toEqual([]);

    world.files.failing.clear();
    world.settings = { ...world.settings, cacheLimitBytes: world.settings.cacheLimitBytes * 2 };
    world.events.emit('settings.changed', world.settings);
    for (let turn = 0; turn < 12; turn += 1) {
      await settle();
      world.clock.advance(pace);
    }
    await settle();
    expect(world.engine.state()).toMatchObject({ available: 6, waitingForRoom: 0 });
  });
});

describe('the list', () => {
  const find = async (query: Partial<FavoriteQuery>): Promise<number[]> => {
    const result = await world.engine.list(favoriteQuery.parse(query));
    if (!result.ok) throw new Error(result.error.message);
    return result.value.images.map((image) => Number(image.remoteId));
  };
  beforeEach(async () => {
    await world.end();
    world = createWorld({
      images: modelImages(6, (index) => ({
        width: [4000, 1000, 2000, 3000, 1000, 500][index] ?? 1,
        height: [2000, 3000, 2000, 1000, 3000, 500][index] ?? 1,
        bytes: [500, 400, 300, 200, 100, null][index] ?? null,
        tags: index % 2 === 0 ? ['sky', 'wide_sea'] : ['100%', 'sky'],
        artists:
          index === 5
            ? []
            : [
                {
                  name: ['Zoe', 'adam', '木村', 'Bob', 'adam'][index] ?? '',
                  links: ['https://links.example/secret-garden'],
                },
              ],
        uploadedAt: `2025-01-0${6 - index}T00:00:00Z`,
        animated: index === 1,
        rating: index === 3 ? 'adult' : 'safe',
        likedAt: `2025-02-0${index + 1}T00:00:00Z`,
      })),
    });
    for (let index = 0; index < 6; index++) world.remote.favorites.add(String(index));
    await world.sync();
  });

  it.each<[string, Partial<FavoriteQuery>, number[]]>([
    ['newest like first', {}, [5, 4, 2, 1, 0]],
    ['newest upload first', { sort: 'uploaded' }, [0, 1, 2, 4, 5]],
    ['largest first', { sort: 'size' }, [0, 2, 1, 4, 5]],
    ['by artist, the unknown last', { sort: 'artist' }, [4, 1, 0, 2, 5]],
    ['words in tags and artists', { search: 'SEA  木' }, [2]],
    ['an id', { search: 'im:4' }, [4]],
    ['a percent sign as itself', { search: '0%' }, [5, 1]],
    ['an underscore as itself', { search: 'wide_' }, [4, 2, 0]],
    ['not in links', { search: 'garden' }, []],
    ['tags, all of them', { tags: ['sky', '100%'] }, [5, 1]],
    ['without a tag', { excludedTags: ['100%'] }, [4, 2, 0]],
    ['portrait', { orientation: 'portrait' }, [4, 1]],
    ['square', { orientation: 'square' }, [5, 2]],
    ['sizes', { minWidth: 1000, minHeight: 2000, maxBytes: 400 }, [4, 2, 1]],
    ['animated', { animated: 'yes' }, [1]],
    ['still', { animated: 'no', limit: 2 }, [5, 4]],
    ['still, the rest', { animated: 'no', offset: 2 }, [2, 0]],
    ['of another provider', { provider: 'yiff-rest' }, []],
    ['adult, with the opt-in off', { rating: 'adult' }, []],
  ])('%s', async (_name, query, expected) => {
    expect(await find(query)).toEqual(expected);
  });

  it('is the same list when read in parts, and its number tells when it is another one', async () => {
    const whole = await find({});
    const parts: number[] = [];
    for (let offset = 0; offset < whole.length + 2; offset += 2) parts.push(...(await find({ offset, limit: 2 })));
    expect(parts).toEqual(whole);

    const { revision } = world.engine.state();
    await find({});
    expect(world.engine.state().revision).toBe(revision);
    await world.engine.remove(['waifu-im:0']);
    expect(world.engine.state().revision).toBeGreaterThan(revision);
  });

  it('counts what matches and what is hidden', async () => {
    const result = await world.engine.list(favoriteQuery.parse({ tags: ['100%'], limit: 1 }));
    expect(result).toMatchObject({ ok: true, value: { total: 2, hidden: 1 } });
  });
});
