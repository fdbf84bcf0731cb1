import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { keys, startServers, type TestServers } from '../../../../e2e/servers/index.ts';
import { filter, type FilterInput } from '../../../shared/model.ts';
import type { Result } from '../../../shared/result.ts';
import type { ProviderPage } from '../provider.ts';
import { createJumpingClock } from '../testing/clock.ts';
import { createTestServices, type TestServicesOptions } from '../testing/services.ts';

const clock = createJumpingClock();
let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ pictures: 120, clock: clock.now });
});
afterAll(() => servers.close());
afterEach(() => {
  servers.yiffRest.reset();
  Object.assign(servers.yiffRest.conditions, { blocked: false, diskFull: false, readOnly: false });
});

const wish = (more: Partial<FilterInput> = {}) => filter.parse({ provider: 'yiff-rest', ...more });
const setUp = (yiffRest: TestServicesOptions['yiffRest'] = {}, http: TestServicesOptions['http'] = {}) => {
  // A new program does not know when the one before asked last.
  void clock.sleep(60_000);
  const services = createTestServices({ clock, http, yiffRest: { baseUrl: servers.yiffRest.url, ...yiffRest } });
  return { ...services, yiff: services.providers['yiff-rest'] };
};
function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}
async function walk(
  yiff: ReturnType<typeof setUp>['yiff'],
  more: Partial<FilterInput>,
  limit = 30,
  pages = 100,
): Promise<ProviderPage[]> {
  const found: ProviderPage[] = [];
  let cursor: string | null = null;
  do {
    const page: ProviderPage = valueOf(await yiff.browse(wish(more), { cursor, limit }));
    expect(page.images.length).toBeLessThanOrEqual(limit);
    found.push(page);
    cursor = page.cursor;
  } while (cursor !== null && found.length < pages);
  return found;
}
const imagesOf = (pages: readonly ProviderPage[]) => pages.flatMap((page) => page.images);
const posts = (db: string) => servers.yiffRest.posts.filter((post) => post.category === db);

describe('yiff.rest', () => {
  it('is online', async () => {
    expect((await setUp().yiff.online()).ok).toBe(true);
    servers.yiffRest.faults.add({ kind: 'answer', body: '{"uptime":1}' });
    expect(await setUp().yiff.online()).toMatchObject({ error: { code: 'bad_response' } });
  });

  it('lists its categories, with what is not certainly safe as adult', async () => {
    const list = valueOf(await setUp().yiff.categories());
    expect(list.find(({ db }) => db === 'nature.hills')).toEqual({
      db: 'nature.hills',
      name: 'Nature > Hills',
      count: posts('nature.hills').length,
      rating: 'safe',
    });
    expect(list.find(({ db }) => db === 'grown.gradients')?.rating).toBe('adult');
    expect(list.find(({ db }) => db === 'abstract.unrated')?.rating).toBe('adult');
    expect(valueOf(await setUp().yiff.tags())).toEqual([]);
  });

  it('answers one category, or that there is none (1030)', async () => {
    const { yiff } = setUp();
    expect(valueOf(await yiff.category('animals.birb'))).toMatchObject({ name: 'Animals > Birb', rating: 'safe' });
    expect(await yiff.category('no.such')).toMatchObject({ error: { code: 'not_found' } });
  });

  it('finds an image by id and by md5, rated by its category; or says that there is none (1040)', async () => {
    const { yiff } = setUp();
    const external = servers.yiffRest.posts.find((post) => post.external && post.category === 'nature.hills');
    for (const id of [external?.id, external?.picture.md5])
      expect(valueOf(await yiff.image(id ?? ''))).toMatchObject({
        remoteId: external?.id,
        md5: external?.picture.md5,
        rating: 'safe',
      });
    for (const db of ['grown.gradients', 'abstract.unrated', 'hidden.corner'])
      expect(valueOf(await yiff.image(posts(db)[0]?.id ?? ''))).toMatchObject({ rating: 'adult', category: db });
    for (const id of ['0'.repeat(32), 'ä', '../bulk', ''])
      expect(await yiff.image(id)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it.each([undefined, keys.bulk])('browses one category to its end, each image once (key %s)', async (token) => {
    for (const limit of [1, 7, 30]) {
      const images = imagesOf(await walk(setUp({ token: token ?? null }).yiff, { category: 'nature.hills' }, limit));
      expect(new Set(images.map(({ id }) => id)).size).toBe(images.length);
      expect(images.length).toBe(posts('nature.hills').length);
      for (const image of images) expect(image).toMatchObject({ category: 'nature.hills', rating: 'safe' });
    }
    expect(servers.yiffRest.violations).toEqual([]);
  });

  it.each([
    [undefined, 'safe'],
    [keys.bulk, 'safe'],
    [undefined, 'adult'],
    [keys.bulk, 'any'],
  ] as const)('browses all categories of a rating (key %s, %s)', async (token, rating) => {
    const images = imagesOf(await walk(setUp({ token: token ?? null }).yiff, { rating }, 30, 12));
    expect(new Set(images.map(({ id }) => id)).size).toBe(images.length);
    expect(new Set(images.map(({ category }) => category)).size).toBeGreaterThan(1);
    if (rating !== 'any') for (const image of images) expect(image.rating).toBe(rating);
    expect(servers.yiffRest.violations).toEqual([]);
  });

  it('asks for no adult category while searching safely', async () => {
    const { yiff } = setUp();
    for (const category of ['grown.gradients', 'abstract.unrated'])
      expect(valueOf(await yiff.browse(wish({ category }), { cursor: null, limit: 5 }))).toMatchObject({
        images: [],
        cursor: null,
      });
    expect(servers.yiffRest.requests.map(({ path }) => path)).toEqual(['/categories']);
    const adult = imagesOf(await walk(setUp().yiff, { category: 'grown.gradients', rating: 'any' }));
    expect(adult.length).toBe(posts('grown.gradients').length);
    for (const image of adult) expect(image.rating).toBe('adult');
  });

  it('says that there is no such category, and finds nothing by tags, which it does not have', async () => {
    const { yiff } = setUp();
    const request = { cursor: null, limit: 5 };
    expect(await yiff.browse(wish({ category: 'no.such', rating: 'any' }), request)).toMatchObject({
      error: { code: 'not_found' },
    });
    expect(valueOf(await yiff.browse(wish({ tags: ['sea'] }), request))).toMatchObject({ images: [], cursor: null });
    expect(valueOf(await yiff.browse(wish({ category: 'nature.empty' }), request))).toMatchObject({
      images: [],
      cursor: null,
    });
  });

  it.each([{ orientation: 'landscape' }, { minWidth: 1300 }, { animated: 'no' }, { orientation: 'square' }] as const)(
    'filters here what the service cannot: %o',
    async (more) => {
      const images = imagesOf(await walk(setUp().yiff, { category: 'nature.hills', ...more }));
      const all = posts('nature.hills').filter(({ picture: { width, height, animated } }) => {
        if ('minWidth' in more) return width >= more.minWidth;
        if ('animated' in more) return !animated;
        return more.orientation === 'square' ? width === height : width > height;
      });
      // Animated means moving to the servers; a provider that has only the type to go by takes every GIF for it.
      const found = images.length;
      if ('animated' in more) expect(found).toBeLessThanOrEqual(all.length);
      else expect(found).toBe(all.length);
    },
  );

  it.each([undefined, keys.bulk])(
    'passes the size limit on, and ends where nothing is small enough (1041) (key %s)',
    async (token) => {
      const { yiff } = setUp({ token: token ?? null });
      const images = imagesOf(await walk(yiff, { category: 'nature.hills', maxBytes: 60_000 }));
      expect(images.length).toBe(posts('nature.hills').filter(({ picture }) => picture.bytes <= 60_000).length);
      expect(servers.yiffRest.requests.some(({ query }) => query['sizeLimit']?.[0] === '60000')).toBe(true);
      const nothing = await walk(setUp().yiff, { maxBytes: 10 });
      expect(imagesOf(nothing)).toEqual([]);
    },
  );

  it('asks to be spared notes, and passes on those that come anyway', async () => {
    const { yiff } = setUp();
    const page = valueOf(await yiff.browse(wish(), { cursor: null, limit: 5 }));
    expect(page.notes).toEqual([]);
    expect(servers.yiffRest.requests.at(-1)?.query).toMatchObject({ notes: ['disabled'], amount: ['5'] });
    servers.yiffRest.faults.add({
      kind: 'answer',
      path: 'amount=',
      body: JSON.stringify({ images: [], notes: [{ id: 2, content: 'Moved.' }, { id: 3, content: ' ' }, null] }),
    });
    expect(valueOf(await setUp().yiff.browse(wish(), { cursor: null, limit: 5 })).notes).toEqual(['Moved.']);
  });

  it('stops when a service has nothing new for a while', async () => {
    servers.yiffRest.faults.add({ kind: 'answer', path: 'amount=', body: '{"images":[]}' });
    const pages = await walk(setUp().yiff, {});
    expect(pages).toHaveLength(1);
    expect(servers.yiffRest.count()).toBe(5);
  });

  it('refuses a cursor that it did not write', async () => {
    for (const cursor of ['', 'y', 'y.0.abc', 'v7.1.30.AA', `y.0.${'A'.repeat(19_000)}`, 'y.0.<script>'])
      expect(await setUp().yiff.browse(wish(), { cursor, limit: 5 })).toMatchObject({
        error: { code: 'invalid_input' },
      });
  });

  it('violates no limit in 200 pages, with and without a key', async () => {
    for (const token of [null, keys.plain]) {
      const { yiff } = setUp({ token });
      let pages = 0;
      while (pages < 100) pages += (await walk(yiff, { rating: 'any' }, 10, 100 - pages)).length;
    }
    expect(servers.yiffRest.violations).toEqual([]);
    expect(servers.yiffRest.count()).toBeGreaterThan(200);
  });

  it('obeys a limit it runs into all the same, for the whole host', async () => {
    servers.yiffRest.faults.add({
      kind: 'answer',
      status: 429,
      times: 1,
      body: JSON.stringify({ success: false, code: 1000, error: 'x', info: { retryAfter: 3210, limit: 2 } }),
    });
    const { yiff } = setUp();
    await Promise.all([yiff.online(), yiff.categories()]);
    const [first, ...rest] = servers.yiffRest.requests.map(({ at }) => at);
    for (const at of rest) expect(at - (first ?? 0)).toBeGreaterThanOrEqual(3210);
    expect(rest.length).toBe(2);
  });

  it.each([
    [1000, 429, 'rate_limited'],
    [1001, 429, 'rate_limited'],
    [1002, 403, 'blocked'],
    [1010, 401, 'unauthorized'],
    [1011, 401, 'unauthorized'],
    [1012, 403, 'unauthorized'],
    [1013, 401, 'unauthorized'],
    [1020, 507, 'read_only'],
    [1021, 403, 'blocked'],
    [1022, 403, 'forbidden'],
    [1024, 404, 'bad_response'],
    [1025, 405, 'bad_response'],
    [1030, 404, 'not_found'],
    [1040, 404, 'not_found'],
    [1051, 400, 'bad_request'],
    [1052, 400, 'bad_request'],
    [1054, 400, 'bad_request'],
    [1056, 400, 'bad_request'],
    [0, 500, 'server_error'],
    [2, 503, 'read_only'],
    [4711, 400, 'bad_request'],
    [4711, 418, 'bad_response'],
  ])('answers its error %i (status %i) with %s, in words', async (code, status, expected) => {
    servers.yiffRest.faults.add({
      kind: 'answer',
      status,
      path: 'amount=',
      body: JSON.stringify({ success: false, code, error: { message: 'unreliable' }, extra: { reason: 'Because.' } }),
    });
    const result = await setUp().yiff.browse(wish({ category: 'nature.hills' }), { cursor: null, limit: 5 });
    expect(result).toMatchObject({ ok: false, error: { code: expected } });
    if (!result.ok) expect(result.error.message).toMatch(/^\S.*[."]$/s);
    if (!result.ok && code === 1012) expect(result.error.message).toContain('Because.');
  });

  it.each([
    ['html_challenge', {}, 'blocked'],
    ['reset', {}, 'offline'],
    ['cut_off', {}, 'bad_response'],
    ['truncated_json', {}, 'bad_response'],
    ['wrong_length', {}, 'bad_response'],
    ['empty_body', {}, 'bad_response'],
    ['answer', { body: '{"data":7}' }, 'bad_response'],
    ['answer', { status: 404, body: '<html></html>' }, 'bad_response'],
  ] as const)('answers a server that does %s %o with %s', async (kind, more, code) => {
    servers.yiffRest.faults.add({ kind, ...more });
    const { yiff } = setUp();
    for (const result of [
      await yiff.browse(wish(), { cursor: null, limit: 5 }),
      await yiff.categories(),
      await yiff.category('nature.hills'),
      await yiff.image('0'.repeat(32)),
    ])
      expect(result).toMatchObject({ ok: false, error: { code } });
  });

  it('says what is wrong with the whole service', async () => {
    const cases = [
      ['blocked', 'blocked'],
      ['diskFull', 'read_only'],
      ['readOnly', 'read_only'],
    ] as const;
    for (const [condition, code] of cases) {
      Object.assign(servers.yiffRest.conditions, {
        blocked: false,
        diskFull: false,
        readOnly: false,
        [condition]: true,
      });
      expect(await setUp().yiff.categories()).toMatchObject({ ok: false, error: { code } });
    }
  });

  it('would be refused with a browser for a User-Agent, and says so', async () => {
    for (const userAgent of ['Mozilla/5.0 (X11; Linux) Chrome/130', 'node'])
      expect(await setUp({}, { userAgent }).yiff.online()).toMatchObject({ error: { code: 'blocked' } });
  });
});

describe('bulk', () => {
  it('fills a page in one request, with a key that may', async () => {
    const { yiff } = setUp({ token: keys.bulk });
    const page = valueOf(await yiff.browse(wish(), { cursor: null, limit: 20 }));
    expect(page.images.length).toBe(20);
    expect(servers.yiffRest.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /categories',
      'POST /bulk',
    ]);
    expect(servers.yiffRest.requests.at(-1)?.headers.authorization).toBe(keys.bulk);
  });

  it.each([keys.plain, keys.elsewhere])('is left alone for an hour once it was refused (key %s)', async (token) => {
    const { yiff } = setUp({ token });
    const page = await yiff.browse(wish(), { cursor: null, limit: 10 });
    if (token === keys.plain) expect(valueOf(page).images.length).toBeGreaterThan(0);
    else expect(page).toMatchObject({ error: { code: 'forbidden' } });
    await yiff.browse(wish(), { cursor: null, limit: 10 });
    expect(servers.yiffRest.count('/bulk')).toBe(token === keys.plain ? 1 : 0);
    if (token !== keys.plain) return;
    await clock.sleep(3_700_000);
    await yiff.browse(wish(), { cursor: null, limit: 10 });
    expect(servers.yiffRest.count('/bulk')).toBe(2);
  });

  it.each([1013, 1022, 1030, 1041, 1054])('gives way to single requests on %i', async (code) => {
    servers.yiffRest.faults.add({
      kind: 'answer',
      path: '^/bulk',
      status: 400,
      body: JSON.stringify({ success: false, code, error: 'x' }),
    });
    const page = valueOf(await setUp({ token: keys.bulk }).yiff.browse(wish(), { cursor: null, limit: 10 }));
    expect(page.images.length).toBeGreaterThan(0);
  });

  it('asks for no more than its limit, once it was told (1056)', async () => {
    servers.yiffRest.addKey({ key: 'small-key-0123456789', bulk: true, bulkLimit: 8 });
    const { yiff } = setUp({ token: 'small-key-0123456789' });
    for (const cursor of [null, null]) await yiff.browse(wish(), { cursor, limit: 30 });
    const totals = servers.yiffRest.requests
      .filter(({ path }) => path === '/bulk')
      .map(({ body }) => Object.values(body as Record<string, number>).reduce((sum, amount) => sum + amount, 0));
    expect(totals[0]).toBeGreaterThan(8);
    expect(totals.slice(1).length).toBeGreaterThan(0);
    for (const total of totals.slice(1)) expect(total).toBeLessThanOrEqual(8);
  });
});

describe('the API key', () => {
  it.each([
    [keys.plain, null],
    [keys.bulk, null],
    ['wrong', 'unauthorized'],
    [keys.inactive, 'unauthorized'],
    [keys.disabled, 'unauthorized'],
    [keys.elsewhere, 'forbidden'],
    [null, 'unauthorized'],
  ])('%s is tested: %s', async (token, code) => {
    const result = await setUp({ token }).providers.test('yiff-rest');
    expect(result.ok ? null : result.error.code).toBe(code);
  });
});

describe('an older deployment', () => {
  it('is understood: categories in two lists, errors as objects, images with an ending', async () => {
    const older = await startServers({ pictures: 24, clock: clock.now, yiffRest: { older: true } });
    try {
      const { yiff } = setUp({ baseUrl: older.yiffRest.url });
      expect(valueOf(await yiff.categories()).length).toBeGreaterThan(5);
      expect(await yiff.category('no.such')).toMatchObject({ error: { code: 'not_found' } });
      const post = older.yiffRest.posts[0];
      older.yiffRest.faults.add({
        kind: 'answer',
        path: `^/images/${post?.id}$`,
        status: 404,
        body: '{"success":false,"code":1024}',
      });
      expect(valueOf(await yiff.image(post?.id ?? '')).md5).toBe(post?.picture.md5);
    } finally {
      await older.close();
    }
  });
});
