import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, tokens, type TestServers } from '../../../../e2e/servers/index.ts';
import type { Result } from '../../../shared/result.ts';
import type { FavoritesQuery } from '../provider.ts';
import { createJumpingClock } from '../testing/clock.ts';
import { createTestServices, type TestServicesOptions } from '../testing/services.ts';

const clock = createJumpingClock();
let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ pictures: 24, waifuIm: { images: 260 }, clock: clock.now });
});
afterAll(() => servers.close());
afterEach(() => {
  servers.waifuIm.reset();
  for (const userId of [1, 2]) servers.waifuIm.setFavorites([], userId);
});

const setUp = (waifuIm: TestServicesOptions['waifuIm'] = {}) => {
  void clock.sleep(10_000);
  const config = { baseUrl: servers.waifuIm.url, token: tokens.owner, ...waifuIm };
  const services = createTestServices({ clock, waifuIm: config });
  return { ...services, favorites: services.providers.favorites };
};
function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}
const like = (...ids: number[]): void => servers.waifuIm.setFavorites(ids);
const ids = async (query: FavoritesQuery = {}, config: TestServicesOptions['waifuIm'] = {}): Promise<string[]> =>
  valueOf(await setUp(config).favorites.list(query)).images.map((image) => image.remoteId);

describe.each(['v5', 'v6', 'v7'] as const)('favorites in %s', (version) => {
  beforeAll(() => servers.waifuIm.setVersion(version));
  beforeEach(() => like(7003, 7001, 7004, 7002, 7005));

  it('lists all of them, most recently liked first, adult ones too', async () => {
    const list = valueOf(await setUp().favorites.list({}));
    expect(list.images.map((image) => image.remoteId)).toEqual(['7003', '7001', '7004', '7002', '7005']);
    expect(list).toMatchObject({ dropped: 0, droppedIds: [] });
    expect(list.images.map((image) => image.rating)).toContain('adult');
    for (const image of list.images) expect(image.likedAt).toMatch(/^20\d\d-/);
  });

  it('lists many in few requests', async () => {
    like(...servers.waifuIm.images.map(({ id }) => id));
    expect((await ids()).length).toBe(260);
    expect(servers.waifuIm.count('/fav') + servers.waifuIm.count('/users')).toBe(version === 'v7' ? 3 : 1);
    expect(servers.waifuIm.violations).toEqual([]);
  });

  it('takes an empty list for an empty list, however the server says it', async () => {
    like();
    for (const apiVersion of ['auto', version === 'v7' ? 'v7' : 'v5'] as const)
      expect(valueOf(await setUp({ apiVersion }).favorites.list({}))).toEqual({
        images: [],
        dropped: 0,
        droppedIds: [],
      });
  });

  it.each<FavoritesQuery>([
    { tags: ['landscape'] },
    { excludedTags: ['landscape'] },
    { ids: ['7002', '7003'] },
    { excludedIds: ['7002', '7003'] },
    { rating: 'safe' },
    { rating: 'adult' },
    { animated: 'no' },
    { animated: 'yes' },
    { orientation: 'landscape' },
    { orientation: 'portrait' },
    { orientation: 'square' },
    { minWidth: 700, minHeight: 700 },
    { maxBytes: 40_000 },
    { width: '>=960' },
    { width: '<960' },
    { height: '=640' },
    { height: '!=640' },
    { byteSize: '<=40000' },
    { byteSize: '>40000' },
  ])('narrows the list by %o', async (query) => {
    like(...servers.waifuIm.images.slice(0, 40).map(({ id }) => id));
    const all = valueOf(await setUp().favorites.list({})).images;
    const some = await ids(query);
    const wanted = all.filter((image) => {
      const measure = (text: string | undefined, value: number): boolean => {
        const [, operator = '', digits = ''] = /^([<>=!]+)(\d+)$/.exec(text ?? '') ?? [];
        const limit = Number(digits);
        const holds: Record<string, boolean> = {
          '': true,
          '>=': value >= limit,
          '<=': value <= limit,
          '>': value > limit,
          '<': value < limit,
          '=': value === limit,
          '!=': value !== limit,
        };
        return holds[operator] === true;
      };
      const { width, height } = image;
      const shape = width > height ? 'landscape' : width < height ? 'portrait' : 'square';
      if (query.tags && !query.tags.every((tag) => image.tags.includes(tag))) return false;
      if (query.excludedTags?.some((tag) => image.tags.includes(tag)) === true) return false;
      if (query.ids && !query.ids.includes(image.remoteId)) return false;
      if (query.excludedIds?.includes(image.remoteId) === true) return false;
      if (query.rating && image.rating !== query.rating) return false;
      if (query.animated && image.animated !== (query.animated === 'yes')) return false;
      if (query.orientation && shape !== query.orientation) return false;
      if (width < (query.minWidth ?? 0) || height < (query.minHeight ?? 0)) return false;
      if (query.maxBytes && (image.bytes ?? Infinity) > query.maxBytes) return false;
      return measure(query.width, width) && measure(query.height, height) && measure(query.byteSize, image.bytes ?? 0);
    });
    // A rating the service does not know is adult here, and neither adult nor safe there.
    const known = (id: string): boolean =>
      servers.waifuIm.images.find((entry) => String(entry.id) === id)?.adult !== null;
    expect(some).toEqual(wanted.map((image) => image.remoteId).filter((id) => query.rating !== 'adult' || known(id)));
  });

  it.each(['newest', 'favorites', 'random'] as const)('orders the list: %s', async (order) => {
    expect([...(await ids({ order }))].sort()).toEqual(['7001', '7002', '7003', '7004', '7005']);
    const list = valueOf(await setUp().favorites.list({ order })).images;
    const keys = list.map((image) => (order === 'newest' ? Date.parse(image.uploadedAt ?? '') : (image.likes ?? 0)));
    if (order !== 'random') expect(keys).toEqual([...keys].sort((a, b) => b - a));
  });

  it('inserts once', async () => {
    const { favorites } = setUp();
    expect(valueOf(await favorites.insert('7010'))).toMatchObject({ changed: true });
    expect(servers.waifuIm.favorites()).toContain(7010);
    // v7 does not tell whether it changed anything.
    expect(valueOf(await favorites.insert('7010'))).toEqual({ changed: version === 'v7' });
    expect(servers.waifuIm.favorites().filter((id) => id === 7010)).toHaveLength(1);
  });

  it('deletes once, and what is none without complaint', async () => {
    const { favorites } = setUp();
    expect(valueOf(await favorites.delete('7001'))).toMatchObject({ changed: true });
    expect(servers.waifuIm.favorites()).not.toContain(7001);
    expect(valueOf(await favorites.delete('7001'))).toEqual({ changed: version === 'v7' });
  });

  it('toggles to and fro', async () => {
    const { favorites } = setUp();
    expect(valueOf(await favorites.toggle('7001'))).toEqual({ favorite: false });
    expect(valueOf(await favorites.toggle('7001'))).toEqual({ favorite: true });
    expect(servers.waifuIm.favorites()).toContain(7001);
  });

  it('says when there is no such image', async () => {
    const { favorites } = setUp();
    for (const id of ['999999', 'abc', '', '-1'])
      for (const answer of [await favorites.insert(id), await favorites.toggle(id)])
        expect(answer).toMatchObject({ ok: false, error: { code: 'not_found', retryable: false } });
  });

  it('acts for another user where it may', async () => {
    servers.waifuIm.setFavorites([7020, 7021], 2);
    expect(await ids({}, { token: tokens.viewer, userId: 2 })).toEqual(['7020', '7021']);
    const manager = setUp({ token: tokens.manager, userId: 2 }).favorites;
    expect((await manager.insert('7022')).ok && (await manager.delete('7020')).ok).toBe(true);
    expect((await manager.toggle('7021')).ok).toBe(true);
    expect(servers.waifuIm.favorites(2)).toEqual([7022]);
    expect(servers.waifuIm.favorites(1)).toHaveLength(5);
  });

  it('names the missing permission where it may not', async () => {
    const list = await setUp({ token: tokens.neighbour, userId: 1 }).favorites.list({});
    expect(list).toMatchObject({ ok: false, error: { code: 'forbidden', retryable: false } });
    if (!list.ok) expect(list.error.message).toContain('view_favorites');
    const { favorites } = setUp({ token: tokens.viewer, userId: 1 });
    for (const answer of [await favorites.insert('7010'), await favorites.delete('7001')]) {
      expect(answer).toMatchObject({ ok: false, error: { code: 'forbidden' } });
      if (!answer.ok) expect(answer.error.message).toContain('manage_favorites');
    }
    expect(servers.waifuIm.favorites()).toHaveLength(5);
  });

  it('tests the token', async () => {
    const test = async (config: TestServicesOptions['waifuIm']) => {
      const { providers } = setUp(config);
      return providers.test('waifu-im');
    };
    expect(await test({})).toMatchObject({ ok: true });
    like();
    expect(await test({})).toMatchObject({ ok: true });
    expect(await test({ token: 'wrong' })).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
    const before = servers.waifuIm.count();
    expect(await test({ token: null })).toMatchObject({ ok: false, error: { code: 'unauthorized' } });
    expect(servers.waifuIm.count()).toBe(before);
  });

  it('asks for the token when it is missing or refused', async () => {
    const { favorites } = setUp({ token: 'wrong' });
    for (const answer of [
      await favorites.list({}),
      await favorites.insert('7010'),
      await favorites.delete('7001'),
      await favorites.toggle('7001'),
    ]) {
      expect(answer).toMatchObject({ ok: false, error: { code: 'unauthorized', retryable: false } });
      if (!answer.ok) expect(answer.error.message).toContain('token');
    }
  });

  it.each([
    ['server_error', { status: 400 }, 'bad_request'],
    ['server_error', { status: 401 }, 'unauthorized'],
    ['server_error', { status: 403 }, 'forbidden'],
    ['server_error', { status: 500 }, 'server_error'],
    ['server_error', { status: 503 }, 'server_error'],
    ['rate_limited', { retryAfter: 600 }, 'rate_limited'],
    ['html_challenge', { status: 403 }, 'blocked'],
    ['html_challenge', { status: 200 }, 'blocked'],
    ['answer', { status: 404, body: '<html></html>', contentType: 'text/html' }, 'bad_response'],
    ['answer', { status: 404, body: '' }, 'bad_response'],
    ['answer', { status: 404, body: '{"error":"nothing here"}' }, 'bad_response'],
    ['answer', { status: 200, body: '{}' }, 'bad_response'],
    ['reset', {}, 'offline'],
    ['cut_off', {}, 'bad_response'],
    ['truncated_json', {}, 'bad_response'],
    ['wrong_length', {}, 'bad_response'],
    ['empty_body', {}, 'bad_response'],
  ] as const)('never takes a server that does %s %o for an empty list', async (kind, more, code) => {
    for (const apiVersion of ['auto', version === 'v7' ? 'v7' : 'v5'] as const) {
      servers.waifuIm.faults.add({ kind, ...more });
      const list = await setUp({ apiVersion }).favorites.list({});
      expect(list).toMatchObject({ ok: false, error: { code } });
      servers.waifuIm.reset();
    }
  });

  it.each([400, 401, 403, 429, 500])('answers %i to each change with an error that says what to do', async (status) => {
    const codes: Record<number, string> = {
      400: 'bad_request',
      401: 'unauthorized',
      403: 'forbidden',
      429: 'rate_limited',
      500: 'server_error',
    };
    const { favorites } = setUp({ apiVersion: version === 'v7' ? 'v7' : 'v5' });
    servers.waifuIm.faults.add({ kind: 'server_error', status });
    for (const answer of [
      await favorites.insert('7010'),
      await favorites.delete('7001'),
      await favorites.toggle('7001'),
    ]) {
      expect(answer).toMatchObject({ ok: false, error: { code: codes[status] } });
      if (!answer.ok) expect(answer.error.message).toMatch(/^\S.*\.$/s);
    }
    expect(servers.waifuIm.favorites()).toHaveLength(5);
  });

  it('repeats a like whose answer got lost, but never a toggle', async () => {
    const { favorites } = setUp({ apiVersion: version === 'v7' ? 'v7' : 'v5' });
    servers.waifuIm.faults.add({ kind: 'lost_answer', times: 1 });
    expect((await favorites.insert('7010')).ok).toBe(true);
    expect(servers.waifuIm.favorites()).toContain(7010);
    servers.waifuIm.faults.add({ kind: 'lost_answer', times: 1, method: version === 'v5' ? 'DELETE' : 'POST|DELETE' });
    if (version !== 'v7') {
      servers.waifuIm.faults.clear();
      servers.waifuIm.faults.add({ kind: 'lost_answer', times: 1, path: 'toggle' });
      expect((await favorites.toggle('7001')).ok).toBe(false);
      expect(servers.waifuIm.favorites()).not.toContain(7001);
      expect(servers.waifuIm.count('/fav/toggle')).toBe(1);
    }
  });

  it('tells which favorites it could not read: they are no removals', async () => {
    servers.waifuIm.faults.add({ kind: 'item_value', field: 'width', value: null });
    expect(valueOf(await setUp({ apiVersion: version === 'v7' ? 'v7' : 'v5' }).favorites.list({}))).toMatchObject({
      dropped: 1,
      droppedIds: ['7003'],
    });
  });
});

describe('favorites in v5 and v6', () => {
  it('delete by the method the server takes, and remember it', async () => {
    servers.waifuIm.setVersion('v6');
    like(7001, 7002);
    const services = setUp({ apiVersion: 'v5' });
    await services.favorites.delete('7001');
    await services.restart().favorites.delete('7002');
    expect(servers.waifuIm.requests.map(({ method }) => method)).toEqual(['DELETE', 'POST', 'POST']);
    servers.waifuIm.setVersion('v5');
    like(7001);
    expect(await services.favorites.delete('7001')).toEqual({ ok: true, value: { changed: true } });
    expect(servers.waifuIm.favorites()).toEqual([]);
  });

  it('do not take the missing route of a newer server for an empty list', async () => {
    servers.waifuIm.setVersion('v7');
    like(7001);
    expect(await setUp({ apiVersion: 'v5' }).favorites.list({})).toMatchObject({ error: { code: 'bad_response' } });
    const services = setUp();
    services.memory.set(`waifu-im.api:${servers.waifuIm.url}`, 'v5');
    expect(valueOf(await services.favorites.list({})).images).toHaveLength(1);
  });
});

describe('favorites in v7', () => {
  beforeAll(() => servers.waifuIm.setVersion('v7'));

  it('take a session token, an API key, and an API key in the old header', async () => {
    like(7001);
    const jwt = servers.waifuIm.accounts[0]?.jwt ?? '';
    expect(await ids({}, { token: jwt, apiVersion: 'v7' })).toEqual(['7001']);
    expect(servers.waifuIm.requests.at(-1)?.headers.authorization).toBe(`Bearer ${jwt}`);
    expect(await ids({}, { apiVersion: 'v7' })).toEqual(['7001']);
    expect(servers.waifuIm.requests.at(-1)?.headers['x-api-key']).toBe(tokens.owner);
    servers.waifuIm.faults.add({ kind: 'server_error', status: 401, times: 1 });
    const services = setUp({ apiVersion: 'v7' });
    expect((await services.favorites.list({})).ok).toBe(true);
    expect(servers.waifuIm.requests.at(-1)?.headers.authorization).toBe(`ApiKey ${tokens.owner}`);
    await services.favorites.list({});
    expect(servers.waifuIm.requests.at(-1)?.headers.authorization).toBe(`ApiKey ${tokens.owner}`);
  });

  it('are read again when the list changed while it was read, and never half', async () => {
    like(...servers.waifuIm.images.map(({ id }) => id));
    const { favorites } = setUp({ apiVersion: 'v7' });
    const list = favorites.list({});
    while (servers.waifuIm.count() < 1) await new Promise((resolve) => setImmediate(resolve));
    servers.waifuIm.removeFavorite(7000);
    expect(valueOf(await list).images).toHaveLength(259);
    const wrong = { items: [], totalCount: 7, hasNextPage: false };
    servers.waifuIm.faults.add({ kind: 'answer', body: JSON.stringify(wrong) });
    expect(await favorites.list({})).toMatchObject({ ok: false, error: { code: 'bad_response', retryable: true } });
    servers.waifuIm.reset();
    servers.waifuIm.faults.add({
      kind: 'answer',
      body: JSON.stringify({ items: [], totalCount: 7, hasNextPage: true }),
    });
    expect(await favorites.list({})).toMatchObject({ ok: false, error: { code: 'bad_response' } });
  });
});
