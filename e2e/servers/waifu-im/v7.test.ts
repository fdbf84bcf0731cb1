import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, tokens } from '../index.ts';
import type { TestServers } from '../index.ts';
import { ask, at, list } from '../kit/testing.ts';
import type { Answer, Ask } from '../kit/testing.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ pictures: 24, limits: 'off', waifuIm: { images: 60 } });
});
afterAll(() => servers.close());
beforeEach(() => {
  servers.waifuIm.reset();
  servers.waifuIm.setFavorites([]);
});

const call = (path: string, options: Ask = {}): Promise<Answer> => ask(`${servers.waifuIm.url}${path}`, options);
const own = (path: string, options: Ask = {}): Promise<Answer> =>
  call(`/users/me/albums${path}`, { ...options, headers: { 'X-Api-Key': tokens.owner, ...options.headers } });
const ids = (answer: Answer): number[] => list(answer.json, 'items').map((item) => Number(item['id']));

describe('v7 GET /images', () => {
  it('answers a page in the shape of the service', async () => {
    const answer = await call('/images?PageSize=5');
    expect(answer.status).toBe(200);
    expect(answer.json).toMatchObject({
      pageNumber: 1,
      hasPreviousPage: false,
      hasNextPage: true,
      maxPageSize: 100,
      defaultPageSize: 30,
    });
    expect(Object.keys(list(answer.json, 'items')[0] ?? {})).toEqual([
      ...['id', 'perceptualHash', 'extension', 'dominantColor', 'source', 'artists', 'uploadedAt', 'isNsfw'],
      ...[
        'isAnimated',
        'width',
        'height',
        'byteSize',
        'url',
        'tags',
        'favorites',
        'likedAt',
        'addedToAlbumAt',
        'albums',
      ],
    ]);
    expect(Object.keys(list(answer.json, 'items', 0, 'tags')[0] ?? {})).toEqual(['id', 'name', 'slug', 'description']);
  });

  it('pages through everything once when the order is stable', async () => {
    const seen: number[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await call(`/images?IsNsfw=All&OrderBy=UPLOADED_AT&PageSize=25&Page=${page}`);
      seen.push(...ids(answer));
      if (at(answer.json, 'hasNextPage') !== true) break;
    }
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });

  it('caps the page size, and answers an empty list beyond the end and for no match', async () => {
    expect(ids(await call('/images?PageSize=5000&IsNsfw=All'))).toHaveLength(60);
    expect(await call('/images?Page=99')).toMatchObject({ status: 200, json: { items: [] } });
    expect(await call('/images?IncludedTags=no-such-tag')).toMatchObject({
      status: 200,
      json: { items: [], totalCount: 0, totalPages: 0, hasNextPage: false },
    });
  });

  it.each([
    ['Width=>=1000', (item: Record<string, unknown>) => Number(item['width']) >= 1000],
    [
      'Height=600..720',
      (item: Record<string, unknown>) => Number(item['height']) >= 600 && Number(item['height']) <= 720,
    ],
    ['ByteSize=<60000', (item: Record<string, unknown>) => Number(item['byteSize']) < 60_000],
    ['Orientation=SQUARE', (item: Record<string, unknown>) => item['width'] === item['height']],
    ['orientation=portrait', (item: Record<string, unknown>) => Number(item['width']) < Number(item['height'])],
    ['IsAnimated=True', (item: Record<string, unknown>) => item['isAnimated'] === true],
    ['IsNsfw=True', (item: Record<string, unknown>) => item['isNsfw'] === true],
    ['IsNsfw=False', (item: Record<string, unknown>) => item['isNsfw'] === false],
    ['IncludedIds=7000&IncludedIds=7001', (item: Record<string, unknown>) => Number(item['id']) < 7002],
    ['IncludedArtists=13', (item: Record<string, unknown>) => at(item, 'artists', 0, 'id') === 13],
    ['ExcludedTags=landscape', (item: Record<string, unknown>) => !slugs(item).includes('landscape')],
    ['IncludedTags=landscape&IncludedTags=hills', (item: Record<string, unknown>) => slugs(item).includes('hills')],
  ])('filters by %s', async (query, fits) => {
    const encoded = query.replace(/(>=|<)/g, (text) => encodeURIComponent(text));
    const answer = await call(`/images?${query.startsWith('IsNsfw') ? '' : 'IsNsfw=All&'}${encoded}&PageSize=100`);
    const items = list(answer.json, 'items');
    expect(items.length).toBeGreaterThan(0);
    expect(items.length).toBeLessThan(60);
    expect(items.every(fits)).toBe(true);
  });

  it('answers nothing under the adult tag while IsNsfw is False, and ignores ranges it cannot read', async () => {
    expect(ids(await call('/images?IncludedTags=adult-only-tag'))).toEqual([]);
    expect(ids(await call('/images?IncludedTags=adult-only-tag&IsNsfw=True')).length).toBeGreaterThan(0);
    const all = at((await call('/images')).json, 'totalCount');
    expect(at((await call('/images?Width=wide')).json, 'totalCount')).toBe(all);
  });

  it.each([
    ['IsNsfw=Sometimes', 'IsNsfw'],
    ['OrderBy=SIZE', 'OrderBy'],
    ['OrderBy=ADDED_TO_ALBUM', 'orderBy'],
    ['Orientation=ROUND', 'Orientation'],
    ['IncludedIds=x', 'IncludedIds'],
    ['IncludedTags=No%20Slug', 'IncludedTags'],
    ['Page=0', 'Page'],
    ['PageSize=many', 'PageSize'],
  ])('answers %s with problem details', async (query, field) => {
    const answer = await call(`/images?${query}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.json).toMatchObject({
      status: 400,
      title: expect.any(String),
      traceId: expect.any(String),
      errors: { [field]: [expect.any(String)] },
    });
  });
});

function slugs(item: Record<string, unknown>): unknown[] {
  return list(item, 'tags').map((tag) => tag['slug']);
}

describe('v7 one image, tags, and what is gone', () => {
  it('answers an image by id, 404 otherwise', async () => {
    expect(await call('/images/7003')).toMatchObject({ status: 200, json: { id: 7003 } });
    expect(await call('/images/1')).toMatchObject({ status: 404, json: { status: 404 } });
    servers.waifuIm.setRating(7003, null);
    expect((await call('/images/7003')).json).toMatchObject({ isNsfw: null });
  });

  it('pages the tags', async () => {
    const answer = await call('/tags?PageSize=3&Page=2');
    expect(list(answer.json, 'items')).toHaveLength(3);
    expect(answer.json).toMatchObject({ pageNumber: 2, hasPreviousPage: true, hasNextPage: true });
  });

  it('knows nothing of v5', async () => {
    for (const path of ['/search', '/fav', '/fav/insert']) expect((await call(path)).status).toBe(404);
    expect((await call('/images', { method: 'POST' })).status).toBe(405);
  });
});

describe('v7 favorites and albums', () => {
  it.each([
    ['X-Api-Key', () => ({ 'X-Api-Key': tokens.owner })],
    ['ApiKey', () => ({ Authorization: `ApiKey ${tokens.owner}` })],
    ['Bearer', () => ({ Authorization: `Bearer ${servers.waifuIm.accounts[0]?.jwt ?? ''}` })],
  ])('takes the key as %s', async (_name, headers) => {
    expect((await call('/users/me/albums', { headers: headers() })).status).toBe(200);
  });

  it('answers 401 to none, to a wrong key, and to a key as Bearer', async () => {
    for (const headers of [{}, { 'X-Api-Key': 'no' }, { Authorization: `Bearer ${tokens.owner}` }]) {
      expect((await call('/users/me/albums/favorites/images', { headers: { ...headers } })).status).toBe(401);
    }
  });

  it('adds and removes idempotently', async () => {
    for (const method of ['POST', 'POST'] as const) {
      expect((await own('/favorites/images/7001', { method })).status).toBe(204);
    }
    expect(servers.waifuIm.favorites()).toEqual([7001]);
    const answer = await own('/favorites/images');
    expect(list(answer.json, 'items')[0]).toMatchObject({
      id: 7001,
      likedAt: expect.any(String),
      addedToAlbumAt: expect.any(String),
      albums: [{ name: 'Favorites', isDefault: true }],
    });
    for (const method of ['DELETE', 'DELETE'] as const) {
      expect((await own('/favorites/images/7001', { method })).status).toBe(204);
    }
    expect((await own('/favorites/images/1', { method: 'POST' })).status).toBe(404);
    expect(await own('/favorites/images')).toMatchObject({ status: 200, json: { items: [], totalCount: 0 } });
  });

  it('defaults to safe images there too, pages, and orders by when they were added', async () => {
    const liked = servers.waifuIm.images.slice(0, 45).map((image) => image.id);
    servers.waifuIm.setFavorites(liked);
    const safe = await own('/favorites/images?PageSize=100');
    expect(list(safe.json, 'items').every((item) => item['isNsfw'] === false)).toBe(true);
    const query = '/favorites/images?IsNsfw=All&OrderBy=ADDED_TO_ALBUM&PageSize=30&Page=';
    expect([...ids(await own(`${query}1`)), ...ids(await own(`${query}2`))]).toEqual(liked);
  });

  it('creates, lists, changes, fills and deletes albums', async () => {
    const made = await own('', { body: { name: 'Quiet', description: 'Little to see.' } });
    expect(made).toMatchObject({ status: 201, json: { name: 'Quiet', isDefault: false, userId: 1 } });
    const id = String(at(made.json, 'id'));
    expect((await own(`/${id}/images/7002`, { method: 'POST' })).status).toBe(204);
    expect(ids(await own(`/${id}/images?IsNsfw=All`))).toEqual([7002]);
    expect((await own(`/${id}`, { method: 'PUT', body: { name: 'Still', description: '' } })).json).toMatchObject({
      name: 'Still',
    });
    const all = await own('');
    expect(list(all.json, 'items').map((album) => album['name'])).toEqual(['Favorites', 'Still']);
    expect((await own(`/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await own(`/${id}/images`)).status).toBe(404);
    expect((await own('', { body: { name: '' } })).json).toMatchObject({ errors: { Name: [expect.any(String)] } });
    expect((await own('/favorites', { method: 'DELETE' })).status).toBe(400);
  });

  it('lets only those with the permission into the albums of another user', async () => {
    const path = '/users/1/albums/favorites/images';
    expect((await call(path, { headers: { 'X-Api-Key': tokens.neighbour } })).status).toBe(403);
    expect((await call(path, { headers: { 'X-Api-Key': tokens.viewer } })).status).toBe(200);
    const add = (token: string): Promise<Answer> =>
      call(`${path}/7004`, { method: 'POST', headers: { 'X-Api-Key': token } });
    expect((await add(tokens.viewer)).status).toBe(403);
    expect((await add(tokens.manager)).status).toBe(204);
    expect(servers.waifuIm.favorites(1)).toEqual([7004]);
  });

  it('forgets a revoked key and an image taken down', async () => {
    const account = servers.waifuIm.addAccount({ token: 'short-lived' });
    const mine = (): Promise<Answer> =>
      call('/users/me/albums/favorites/images?IsNsfw=All', { headers: { 'X-Api-Key': 'short-lived' } });
    servers.waifuIm.addFavorite(7059, { userId: account.userId });
    expect(ids(await mine())).toEqual([7059]);
    servers.waifuIm.removeImage(7059);
    expect(ids(await mine())).toEqual([]);
    servers.waifuIm.revoke('short-lived');
    expect((await mine()).status).toBe(401);
  });
});
