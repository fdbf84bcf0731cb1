import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keys, startServers } from '../index.ts';
import type { TestServers, YiffRestServer } from '../index.ts';
import { ask, at, list } from '../kit/testing.ts';
import type { Answer, Ask } from '../kit/testing.ts';

let servers: TestServers;
let yiff: YiffRestServer;
beforeAll(async () => {
  servers = await startServers({ pictures: 60, limits: 'off' });
  yiff = servers.yiffRest;
});
afterAll(() => servers.close());
beforeEach(() => {
  yiff.reset();
  Object.assign(yiff.conditions, { blocked: false, diskFull: false, readOnly: false });
});

const call = (path: string, options: Ask = {}): Promise<Answer> => ask(`${yiff.url}${path}`, options);
const outcome = ({ status, json }: Answer): unknown => [status, at(json, 'code'), at(json, 'success')];

describe('yiff.rest', () => {
  it('is online', async () => {
    expect(await call('/online')).toMatchObject({ status: 200, json: { success: true, uptime: expect.any(Number) } });
  });

  it('lists categories: one without the flag, one not at all', async () => {
    const answer = await call('/categories');
    const data = list(answer.json, 'data');
    expect(data[0]).toEqual({ name: 'Animals > Birb', db: 'animals.birb', sfw: true, count: expect.any(Number) });
    expect(data.find((category) => category['db'] === 'abstract.unrated')).not.toHaveProperty('sfw');
    expect(data.some((category) => category['sfw'] === false)).toBe(true);
    expect(data.some((category) => category['db'] === 'hidden.corner')).toBe(false);
    expect((await call('/hidden/corner')).status).toBe(200);
  });

  it('answers one category, or 1030', async () => {
    expect(await call('/categories/nature.sea')).toMatchObject({ json: { success: true, data: { db: 'nature.sea' } } });
    expect(await call('/categories/no.such')).toMatchObject({
      status: 404,
      json: { success: false, code: 1030, error: 'Category not found.' },
    });
  });

  it('answers an image by id and by md5 in the shape of the seed, or 1040', async () => {
    const post = yiff.posts.find((candidate) => candidate.external);
    const byId = await call(`/images/${post?.id ?? ''}`);
    expect(Object.keys(at(byId.json, 'data') as object)).toEqual([
      ...['artists', 'sources', 'width', 'height', 'url', 'type', 'name', 'id', 'md5', 'ext', 'size'],
      ...['reportURL', 'shortURL', 'external', 'viewable', 'seen', 'category'],
    ]);
    const byMd5 = await call(`/images/${post?.picture.md5 ?? ''}`);
    expect(at(byMd5.json, 'data', 'id')).toBe(post?.id);
    expect(post?.id).not.toBe(post?.picture.md5);
    const internal = yiff.posts.find((candidate) => !candidate.external);
    expect(internal?.id).toBe(internal?.picture.md5);
    expect(await call('/images/0123')).toMatchObject({
      status: 404,
      json: { code: 1040, error: 'Image not found.' },
    });
  });

  it('answers random images by slashes and by dots, never one twice in an answer', async () => {
    for (const path of ['/nature/night', '/nature.night', '/nature/forest/misty']) {
      const answer = await call(`${path}?amount=5`);
      expect(answer.json).toMatchObject({ $schema: 'https://schema.yiff.rest/V2.json', success: true });
      const found = list(answer.json, 'images').map((image) => image['id']);
      expect(found.length).toBeGreaterThan(0);
      expect(new Set(found).size).toBe(found.length);
    }
    expect(list((await call('/nature/night')).json, 'images')).toHaveLength(1);
  });

  it('gives notes unless they are disabled', async () => {
    expect(list((await call('/nature/night')).json, 'notes').map((note) => note['id'])).toEqual([3, 5, 6, 7, 8]);
    expect(list((await call('/nature/night?notes=disabled')).json, 'notes')).toEqual([]);
    const keyed = await call('/nature/night?sizeLimit=100mb', { headers: { Authorization: keys.plain } });
    expect(list(keyed.json, 'notes').map((note) => note['id'])).toEqual([6, 7, 8]);
  });

  it('reads sizes in powers of two', async () => {
    const sizes = yiff.posts.filter((post) => post.category === 'nature.night').map((post) => post.picture.bytes);
    const limit = Math.ceil(Math.min(...sizes) / 1024);
    const answer = await call(`/nature/night?amount=5&sizeLimit=${limit}kb`);
    expect(list(answer.json, 'images').every((image) => Number(image['size']) <= limit * 1024)).toBe(true);
    expect(outcome(await call('/nature/night?sizeLimit=1kb'))).toEqual([400, 1041, false]);
  });

  it.each([
    ['/nature/night?amount=0', [400, 1051, false]],
    ['/nature/night?amount=-3', [400, 1051, false]],
    ['/nature/night?amount=6', [400, 1052, false]],
    ['/nature/empty', [400, 1041, false]],
    ['/nature/nothing', [404, 1030, false]],
    ['/no/such/route', [404, 1024, false]],
    ['/', [404, 1024, false]],
    ['/bulk', [405, 1025, false]],
  ])('answers GET %s with its code', async (path, expected) => {
    expect(outcome(await call(path))).toEqual(expected);
  });

  it.each([
    [keys.inactive, [401, 1011, false]],
    [keys.disabled, [403, 1012, false]],
    [keys.elsewhere, [403, 1022, false]],
    ['nobody', [401, 1010, false]],
    [`Bearer ${keys.plain}`, [401, 1010, false]],
  ])('answers the key %s with its code on any route', async (key, expected) => {
    for (const path of ['/categories', '/nature/night']) {
      expect(outcome(await call(path, { headers: { Authorization: key } }))).toEqual(expected);
    }
  });

  it('says why a key is disabled', async () => {
    const answer = await call('/categories', { headers: { Authorization: keys.disabled } });
    expect(at(answer.json, 'extra', 'reason')).toEqual(expect.any(String));
  });

  it.each([
    ['Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130 Electron/33', 1002],
    ['', 1021],
    ['node', 1021],
    ['undici', 1021],
    ['axios/1.7', 1021],
  ])('refuses the User-Agent "%s"', async (agent, code) => {
    expect(outcome(await call('/categories', { headers: { 'User-Agent': agent } }))).toEqual([403, code, false]);
    expect(yiff.violations.map((violation) => violation.kind)).toEqual(['user_agent']);
  });

  it('is blocked, full or read only when told to', async () => {
    yiff.conditions.blocked = true;
    expect(outcome(await call('/categories'))).toEqual([403, 1002, false]);
    Object.assign(yiff.conditions, { blocked: false, diskFull: true });
    expect(outcome(await call('/categories'))).toEqual([507, 1020, false]);
    Object.assign(yiff.conditions, { diskFull: false, readOnly: true });
    expect((await call('/categories')).status).toBe(503);
  });
});

describe('yiff.rest POST /bulk', () => {
  const bulk = (body: unknown, key: string | null = keys.bulk, query = ''): Promise<Answer> =>
    call(`/bulk${query}`, { method: 'POST', body, ...(key ? { headers: { Authorization: key } } : {}) });

  it('answers as many as there are of each category', async () => {
    const answer = await bulk({ 'nature.night': 3, 'animals.birb': 90 });
    expect(list(answer.json, 'data', 'nature.night')).toHaveLength(3);
    const birds = yiff.posts.filter((post) => post.category === 'animals.birb').length;
    expect(list(answer.json, 'data', 'animals.birb')).toHaveLength(birds);
    const small = await bulk({ 'nature.night': 3 }, keys.bulk, '?sizeLimit=1kb');
    expect(list(small.json, 'data', 'nature.night')).toEqual([]);
  });

  it('needs a key (1013) that is allowed to (1022)', async () => {
    expect(outcome(await bulk({ 'nature.night': 1 }, null))).toEqual([401, 1013, false]);
    expect(outcome(await bulk({ 'nature.night': 1 }, keys.plain))).toEqual([403, 1022, false]);
  });

  it('refuses what it cannot read (1054), strange categories (1030) and too many (1056)', async () => {
    for (const body of [{}, [], 'nature.night', { 'nature.night': 'x' }]) {
      expect(outcome(await bulk(body))).toEqual([400, 1054, false]);
    }
    const strange = await bulk({ 'invalid.category': 1 });
    expect(strange).toMatchObject({
      status: 400,
      json: { code: 1030, error: 'Invalid category specified: invalid.category' },
    });
    expect(await bulk({ 'nature.night': 60, 'nature.sea': 41 })).toMatchObject({
      status: 400,
      json: { code: 1056, error: 'Total amount of images requested is greater than 100 (101)' },
    });
  });
});

describe('yiff.rest in older deployments', () => {
  it('has two lists of categories, .json names, and errors that are objects', async () => {
    const old = await startServers({ pictures: 24, limits: 'off', yiffRest: { older: true } });
    try {
      const categories = await ask(`${old.yiffRest.url}/categories`);
      expect(list(categories.json, 'data', 'enabled').length).toBeGreaterThan(5);
      expect(at(categories.json, 'data', 'disabled')).toEqual([]);
      const id = old.yiffRest.posts[0]?.id ?? '';
      expect(at((await ask(`${old.yiffRest.url}/images/${id}.json`)).json, 'data', 'id')).toBe(id);
      const none = await ask(`${old.yiffRest.url}/nature/empty`);
      expect(none.json).toMatchObject({ code: 1041, error: { message: expect.any(String) } });
    } finally {
      await old.close();
    }
  });
});

describe('yiff.rest limits', () => {
  it('counts each route and all of them, in milliseconds', async () => {
    let now = Date.UTC(2026, 0, 1);
    const limited = await startServers({ pictures: 24, limits: 'real', clock: () => now });
    const { yiffRest } = limited;
    const get = (path: string): Promise<Answer> => ask(`${yiffRest.url}${path}`);
    try {
      const first = await get('/categories');
      expect(Object.fromEntries(first.headers)).toMatchObject({
        'x-ratelimit-limit': '2',
        'x-ratelimit-remaining': '1',
        'x-ratelimit-reset': String(now + 2000),
        'x-ratelimit-reset-after': '2000',
        'x-ratelimit-precision': 'millisecond',
        'x-ratelimit-global-limit': '7',
        'x-ratelimit-global-remaining': '6',
      });
      await get('/categories');
      const third = await get('/categories');
      expect(third).toMatchObject({
        status: 429,
        json: { code: 1000, info: { limit: 2, remaining: 0, resetAfter: 2000, retryAfter: 2000, global: false } },
      });
      expect(third.headers.get('retry-after')).toBe('2');
      for (const path of ['/online', '/nature/night', '/nature/hills', '/animals/birb', '/nature/sea']) {
        expect((await get(path)).status).toBe(200);
      }
      expect(await get('/patterns/waves')).toMatchObject({ status: 429, json: { code: 1001, info: { global: true } } });
      expect(yiffRest.violations.map((violation) => violation.kind)).toEqual(['over_limit', 'over_limit']);
      now += 10_000;
      expect((await get('/categories')).status).toBe(200);
    } finally {
      await limited.close();
    }
  });
});
