import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startServers, tokens } from '../index.ts';
import type { TestServers } from '../index.ts';
import { ask, at, list } from '../kit/testing.ts';
import type { Answer, Ask } from '../kit/testing.ts';

let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({
    pictures: 24,
    limits: 'off',
    waifuIm: { version: 'v5', images: 60 },
  });
});
afterAll(() => servers.close());
beforeEach(() => {
  servers.waifuIm.reset();
  servers.waifuIm.setVersion('v5');
  servers.waifuIm.setFavorites([]);
});

const call = (path: string, options: Ask & { readonly token?: string | null } = {}): Promise<Answer> => {
  const { token = tokens.owner, ...rest } = options;
  return ask(`${servers.waifuIm.url}${path}`, {
    ...rest,
    headers: { 'Accept-Version': 'v5', ...(token ? { Authorization: `Bearer ${token}` } : {}), ...rest.headers },
  });
};
const search = (query: string, token: string | null = null): Promise<Answer> => call(`/search?${query}`, { token });

describe('v5 GET /search', () => {
  it('answers one image in the shape of the seed', async () => {
    const answer = await search('');
    expect(answer.status).toBe(200);
    const images = list(answer.json, 'images');
    expect(images).toHaveLength(1);
    expect(Object.keys(images[0] ?? {})).toEqual([
      ...['signature', 'extension', 'image_id', 'favorites', 'dominant_color', 'source', 'artist', 'uploaded_at'],
      ...['liked_at', 'is_nsfw', 'width', 'height', 'byte_size', 'url', 'preview_url', 'tags'],
    ]);
    expect(images[0]).toMatchObject({
      signature: expect.stringMatching(/^[0-9a-f]{16}$/),
      extension: expect.stringMatching(/^\.(jpg|png|webp|gif)$/),
      dominant_color: expect.stringMatching(/^#[0-9a-f]{6}$/),
      is_nsfw: false,
      liked_at: null,
    });
    expect(Object.keys(list(answer.json, 'images', 0, 'tags')[0] ?? {})).toEqual([
      'tag_id',
      'name',
      'description',
      'is_nsfw',
    ]);
  });

  it('lists safe images alone unless asked, and never an unrated one as safe', async () => {
    const ids = async (query: string): Promise<unknown[]> =>
      list((await search(`${query}&full=true`, tokens.admin)).json, 'images').map((image) => image['is_nsfw']);
    expect(new Set(await ids('a=1'))).toEqual(new Set([false]));
    expect(new Set(await ids('is_nsfw=true'))).toEqual(new Set([true]));
    expect(new Set(await ids('is_nsfw=null'))).toEqual(new Set([true, false, null]));
  });

  it.each([
    ['width=>=1000', (image: Record<string, unknown>) => Number(image['width']) >= 1000],
    ['width=<1000', (image: Record<string, unknown>) => Number(image['width']) < 1000],
    ['height=!=720', (image: Record<string, unknown>) => image['height'] !== 720],
    ['height==720', (image: Record<string, unknown>) => image['height'] === 720],
    ['byte_size=<=60000', (image: Record<string, unknown>) => Number(image['byte_size']) <= 60_000],
    ['byte_size=>60000', (image: Record<string, unknown>) => Number(image['byte_size']) > 60_000],
    ['gif=true', (image: Record<string, unknown>) => image['extension'] === '.gif'],
    ['gif=false', (image: Record<string, unknown>) => image['extension'] !== '.gif'],
    ['orientation=LANDSCAPE', (image: Record<string, unknown>) => Number(image['width']) > Number(image['height'])],
    ['orientation=PORTRAIT', (image: Record<string, unknown>) => Number(image['width']) < Number(image['height'])],
    ['included_tags=landscape&included_tags=hills', (i: Record<string, unknown>) => tagged(i, 'landscape', 'hills')],
    ['excluded_tags=landscape', (image: Record<string, unknown>) => !tagged(image, 'landscape')],
  ])('filters by %s', async (query, fits) => {
    const encoded = query.replace(/(>=|<=|!=|>|<)/g, (text) => encodeURIComponent(text));
    const answer = await search(`${encoded}&full=true&is_nsfw=null`, tokens.admin);
    const images = list(answer.json, 'images');
    expect(images.length).toBeGreaterThan(0);
    expect(images.length).toBeLessThan(60);
    expect(images.every(fits)).toBe(true);
  });

  it('takes ids and signatures in included_files, which lifts the limit, and leaves out excluded_files', async () => {
    const images = servers.waifuIm.images.filter((image) => image.adult === false);
    const wanted = images.slice(0, 40).map((image) => image.id);
    const answer = await search(wanted.map((id) => `included_files=${id}`).join('&'));
    expect(
      list(answer.json, 'images')
        .map((image) => image['image_id'])
        .sort(),
    ).toEqual([...wanted].sort());
    const signature = images[1]?.signature ?? '';
    const bySignature = await search(`included_files=${signature}`);
    expect(list(bySignature.json, 'images').every((image) => image['signature'] === signature)).toBe(true);
    const without = await search(`included_files=${wanted[0]}&included_files=${wanted[1]}&excluded_files=${wanted[0]}`);
    expect(list(without.json, 'images').map((image) => image['image_id'])).toEqual([wanted[1]]);
  });

  it('orders by favorites and by date', async () => {
    const byLikes = list((await search('many=true&order_by=FAVORITES')).json, 'images').map((i) =>
      Number(i['favorites']),
    );
    expect(byLikes).toHaveLength(30);
    expect(byLikes).toEqual([...byLikes].sort((a, b) => b - a));
    const dates = list((await search('many=true&order_by=UPLOADED_AT')).json, 'images').map((i) =>
      String(i['uploaded_at']),
    );
    expect(dates).toEqual([...dates].sort().reverse());
  });

  it.each([
    ['limit=1', 'should be greater than 1'],
    ['limit=31', 'less than or equal to 30'],
    ['limit=many', 'limit'],
    ['width=1000', 'width'],
    ['height=>=x', 'height'],
    ['byte_size=~5', 'byte_size'],
    ['included_tags=a%20b', 'included_tags'],
    ['excluded_files=a.b', 'excluded_files'],
    ['is_nsfw=maybe', 'is_nsfw'],
    ['order_by=LIKED_AT', 'order_by'],
    ['orientation=SQUARE', 'orientation'],
  ])('answers %s with 400', async (query, word) => {
    const answer = await search(query);
    expect(answer.status).toBe(400);
    expect(at(answer.json, 'detail')).toContain(word);
  });

  it('answers no match with 404, and full to anybody but an admin with 403', async () => {
    const none = await search('included_tags=no-such-tag');
    expect([none.status, typeof at(none.json, 'detail')]).toEqual([404, 'string']);
    expect((await search('full=true')).json).toEqual({ detail: 'Forbidden' });
    expect((await search('limit=40', tokens.admin)).status).toBe(200);
  });

  it('finds nothing under the adult tag while only safe images are asked for', async () => {
    expect((await search('included_tags=adult-only-tag')).status).toBe(404);
    expect((await search('included_tags=adult-only-tag&is_nsfw=true')).status).toBe(200);
  });
});

function tagged(image: Record<string, unknown>, ...names: readonly string[]): boolean {
  const own = list(image, 'tags').map((tag) => tag['name']);
  return names.every((name) => own.includes(name));
}

describe('v5 GET /tags', () => {
  it('lists names, or objects when full', async () => {
    const names = (await call('/tags', { token: null })).json;
    expect(at(names, 'nsfw')).toEqual(['adult-only-tag']);
    expect(at(names, 'versatile')).toContain('landscape');
    const full = (await call('/tags?full=true', { token: null })).json;
    expect(list(full, 'nsfw')[0]).toMatchObject({ tag_id: expect.any(Number), name: 'adult-only-tag', is_nsfw: true });
  });
});

describe.each(['v5', 'v6'] as const)('%s favorites', (version) => {
  const remove = (body: unknown, token: string | null = tokens.owner): Promise<Answer> =>
    call('/fav/delete', { method: version === 'v6' ? 'POST' : 'DELETE', body, token });
  const first = 7000;
  beforeEach(() => servers.waifuIm.setVersion(version));

  it('inserts, refuses a second time with 409, deletes, and then answers 404', async () => {
    expect((await call('/fav/insert', { body: { image_id: first } })).json).toEqual({ state: 'INSERTED' });
    const again = await call('/fav/insert', { body: { image_id: first } });
    expect(again.status).toBe(409);
    expect(again.json).toEqual({
      detail: 'The image you provided is already in the user favorites, consider using /fav/toggle instead.',
    });
    expect((await remove({ image_id: first })).json).toEqual({ state: 'DELETED' });
    expect((await remove({ image_id: first })).status).toBe(404);
  });

  it('toggles', async () => {
    expect((await call('/fav/toggle', { body: { image_id: first } })).json).toEqual({ state: 'INSERTED' });
    expect(servers.waifuIm.favorites()).toEqual([first]);
    expect((await call('/fav/toggle', { body: { image_id: first } })).json).toEqual({ state: 'DELETED' });
  });

  it('lists everything by default, adult too, the most recent first, with liked_at', async () => {
    const ids = servers.waifuIm.images.slice(0, 40).map((image) => image.id);
    servers.waifuIm.setFavorites(ids);
    const answer = await call('/fav');
    const images = list(answer.json, 'images');
    expect(images.map((image) => image['image_id'])).toEqual(ids);
    expect(new Set(images.map((image) => image['is_nsfw']))).toEqual(new Set([true, false, null]));
    expect(images.every((image) => typeof image['liked_at'] === 'string')).toBe(true);
    expect(list((await call('/fav?is_nsfw=false&orientation=PORTRAIT')).json, 'images').length).toBeLessThan(40);
    expect(list((await call('/fav?many=true')).json, 'images')).toHaveLength(30);
  });

  it('answers 404 for no favorites and for no match', async () => {
    expect((await call('/fav')).status).toBe(404);
    servers.waifuIm.addFavorite(first);
    expect((await call('/fav?included_tags=no-such-tag')).status).toBe(404);
  });

  it.each([
    ['no body', undefined],
    ['no JSON', 'image_id=5'],
    ['no id', {}],
    ['an id that is no number', { image_id: 'x' }],
    ['a user that is no number', { image_id: first, user_id: 'me' }],
  ])('answers 400 to %s', async (_what, body) => {
    for (const path of ['/fav/insert', '/fav/toggle']) {
      expect((await call(path, { method: 'POST', body })).json).toEqual({ detail: 'Bad Request' });
    }
    expect((await remove(body)).status).toBe(400);
  });

  it('answers 401 without a token or with a wrong one', async () => {
    for (const token of [null, 'nobody']) {
      expect((await call('/fav', { token })).json).toEqual({ detail: 'Unauthorized' });
      expect((await call('/fav/insert', { token, body: { image_id: first } })).status).toBe(401);
      expect((await call('/fav/toggle', { token, body: { image_id: first } })).status).toBe(401);
      expect((await remove({ image_id: first }, token)).status).toBe(401);
    }
  });

  it('lets only those with the permission act for another user', async () => {
    servers.waifuIm.addFavorite(first);
    expect((await call('/fav?user_id=1', { token: tokens.neighbour })).json).toEqual({ detail: 'Forbidden' });
    expect((await call('/fav?user_id=1', { token: tokens.viewer })).status).toBe(200);
    const body = { image_id: first + 1, user_id: 1 };
    for (const token of [tokens.neighbour, tokens.viewer]) {
      expect((await call('/fav/insert', { token, body })).status).toBe(403);
      expect((await call('/fav/toggle', { token, body })).status).toBe(403);
      expect((await remove(body, token)).status).toBe(403);
    }
    expect((await call('/fav/insert', { token: tokens.manager, body })).status).toBe(200);
    expect(servers.waifuIm.favorites(1)).toContain(first + 1);
    expect((await call('/fav?user_id=999', { token: tokens.viewer })).status).toBe(404);
  });

  it('answers 404 for an image that is not there', async () => {
    expect((await call('/fav/insert', { body: { image_id: 1 } })).json).toEqual({ detail: 'Not Found' });
    expect((await call('/fav/toggle', { body: { image_id: 1 } })).status).toBe(404);
  });

  it('allows one method for deleting', async () => {
    const other = await call('/fav/delete', {
      method: version === 'v6' ? 'DELETE' : 'POST',
      body: { image_id: first },
    });
    expect(other.status).toBe(405);
    expect(other.headers.get('allow')).toBe(version === 'v6' ? 'POST' : 'DELETE');
  });

  it('answers 500 when told to, and knows nothing of v7', async () => {
    servers.waifuIm.faults.add({ kind: 'server_error', times: 1 });
    expect((await call('/fav')).json).toEqual({ detail: 'Internal Server Error' });
    expect((await call('/images')).status).toBe(404);
    expect((await call('/tags', { headers: { 'Accept-Version': 'v9' } })).status).toBe(400);
  });
});
