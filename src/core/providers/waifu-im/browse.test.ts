import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { adultOnlyTag, startServers, tokens, type TestServers } from '../../../../e2e/servers/index.ts';
import { filter, type FilterInput, type RemoteImage } from '../../../shared/model.ts';
import type { Result } from '../../../shared/result.ts';
import { matches } from '../matches.ts';
import type { Provider, ProviderPage } from '../provider.ts';
import { createJumpingClock } from '../testing/clock.ts';
import { createTestServices, type TestServicesOptions } from '../testing/services.ts';

const clock = createJumpingClock();
let servers: TestServers;
beforeAll(async () => {
  servers = await startServers({ pictures: 24, waifuIm: { images: 130 }, clock: clock.now });
});
afterAll(() => servers.close());
afterEach(() => servers.waifuIm.reset());

const wish = (more: Partial<FilterInput> = {}) => filter.parse({ provider: 'waifu-im', ...more });
const setUp = (waifuIm: TestServicesOptions['waifuIm'] = {}) => {
  // A new program does not know when the one before asked last.
  void clock.sleep(10_000);
  const services = createTestServices({ clock, waifuIm: { baseUrl: servers.waifuIm.url, ...waifuIm } });
  return { ...services, waifuIm: services.providers['waifu-im'] };
};
function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`);
  return result.value;
}
/** Follows the cursor to its end, or for `pages` pages. */
async function walk(provider: Provider, more: Partial<FilterInput>, limit = 30, pages = 100): Promise<ProviderPage[]> {
  const found: ProviderPage[] = [];
  let cursor: string | null = null;
  do {
    const page: ProviderPage = valueOf(await provider.browse(wish(more), { cursor, limit }));
    expect(page.images.length).toBeLessThanOrEqual(limit);
    expect(page.cursor?.length ?? 0).toBeLessThan(20_000);
    found.push(page);
    cursor = page.cursor;
  } while (cursor !== null && found.length < pages);
  return found;
}
const idsOf = (pages: readonly ProviderPage[]): string[] => pages.flatMap((page) => page.images.map(({ id }) => id));
/** What the catalogue holds for a filter, told by the servers' own entries. */
function expected(more: Partial<FilterInput>): string[] {
  const wanted = wish(more);
  return servers.waifuIm.images
    .filter((entry) => {
      const { picture } = entry;
      const image = {
        rating: entry.adult === false ? 'safe' : 'adult',
        width: picture.width,
        height: picture.height,
        bytes: picture.bytes,
        // v5 knows only that a file is a GIF.
        animated: servers.waifuIm.version === 'v7' ? picture.animated : picture.extension === 'gif',
        category: null,
        tags: entry.tags.map(({ slug }) => slug),
      } as unknown as RemoteImage;
      return matches(wanted, image);
    })
    .map(({ id }) => `waifu-im:${id}`)
    .sort();
}

describe.each(['v5', 'v6', 'v7'] as const)('browse in %s', (version) => {
  beforeAll(() => servers.waifuIm.setVersion(version));

  it.each([
    ['everything safe at random', {}],
    ['everything safe, newest first', { order: 'newest' }],
    ['everything safe, most liked first', { order: 'favorites' }],
    ['all of a tag', { tags: ['landscape'] }],
    ['two tags, but not a third', { tags: ['landscape'], excludedTags: ['sea'], order: 'newest' }],
    ['landscape', { orientation: 'landscape' }],
    ['portrait', { orientation: 'portrait', order: 'newest' }],
    ['square, which v5 does not know', { orientation: 'square' }],
    ['square in order', { orientation: 'square', order: 'newest' }],
    ['a least size', { minWidth: 900, minHeight: 700 }],
    ['a greatest file', { maxBytes: 60_000 }],
    ['still ones', { animated: 'no' }],
  ] as const)('finds %s: all of it, each once', async (_name, more) => {
    const ids = idsOf(await walk(setUp().waifuIm, more as Partial<FilterInput>));
    expect(new Set(ids).size).toBe(ids.length);
    expect([...ids].sort()).toEqual(expected(more as Partial<FilterInput>));
    expect(servers.waifuIm.violations).toEqual([]);
  });

  it('finds moving ones by what the picture is', async () => {
    const pages = await walk(setUp().waifuIm, { animated: 'yes' });
    for (const page of pages) for (const image of page.images) expect(image.animated).toBe(true);
    expect(idsOf(pages).length).toBeGreaterThan(0);
  });

  it('keeps the order over pages', async () => {
    const pages = await walk(setUp().waifuIm, { order: 'newest' }, 7);
    const dates = pages.flatMap((page) => page.images.map((image) => image.uploadedAt ?? ''));
    expect(dates).toEqual([...dates].sort().reverse());
    const liked = (await walk(setUp().waifuIm, { order: 'favorites' }, 7)).flatMap((page) =>
      page.images.map((image) => image.likes ?? 0),
    );
    expect(liked).toEqual([...liked].sort((a, b) => b - a));
  });

  it('takes any page size, one included (a limit of 1 is refused by v5)', async () => {
    for (const limit of [1, 2, 31, 200]) {
      const page = valueOf(await setUp().waifuIm.browse(wish(), { cursor: null, limit }));
      expect(page.images.length).toBeGreaterThan(0);
      expect(page.images.length).toBeLessThanOrEqual(limit);
    }
    expect(servers.waifuIm.requests.filter(({ status }) => status === 400)).toEqual([]);
    const ones = await walk(setUp().waifuIm, { tags: ['sea'] }, 1);
    expect([...idsOf(ones)].sort()).toEqual(expected({ tags: ['sea'] }));
  });

  it('goes on when the page size changes on the way', async () => {
    const { waifuIm } = setUp();
    const first = valueOf(await waifuIm.browse(wish({ order: 'newest' }), { cursor: null, limit: 30 }));
    const second = valueOf(await waifuIm.browse(wish({ order: 'newest' }), { cursor: first.cursor, limit: 4 }));
    const third = valueOf(await waifuIm.browse(wish({ order: 'newest' }), { cursor: second.cursor, limit: 50 }));
    const ids = idsOf([first, second, third]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(idsOf(await walk(setUp().waifuIm, { order: 'newest' })).slice(0, ids.length));
  });

  it('never lets an adult picture into a safe search, even if the service does', async () => {
    for (const value of [true, null]) {
      servers.waifuIm.faults.add({
        kind: 'item_value',
        field: version === 'v7' ? 'isNsfw' : 'is_nsfw',
        value,
        items: 'all',
      });
      const page = valueOf(await setUp().waifuIm.browse(wish(), { cursor: null, limit: 5 }));
      expect(page.images).toEqual([]);
      servers.waifuIm.reset();
    }
  });

  it('finds adult ones only where asked', async () => {
    const safe = await walk(setUp().waifuIm, { tags: [adultOnlyTag] });
    expect(idsOf(safe)).toEqual([]);
    const adult = await walk(setUp().waifuIm, { tags: [adultOnlyTag], rating: 'any' });
    expect([...idsOf(adult)].sort()).toEqual(expected({ tags: [adultOnlyTag], rating: 'any' }));
    for (const page of adult) for (const image of page.images) expect(image.rating).toBe('adult');
    const strict = await walk(setUp().waifuIm, { rating: 'adult' });
    expect(idsOf(strict).length).toBeGreaterThan(0);
    for (const page of strict) for (const image of page.images) expect(image.rating).toBe('adult');
  });

  it('answers an empty page for no match, and for a category, which it does not know', async () => {
    const page = valueOf(await setUp().waifuIm.browse(wish({ tags: ['no-such-tag'] }), { cursor: null, limit: 30 }));
    expect(page).toEqual({ images: [], dropped: 0, cursor: null, notes: [] });
    const before = servers.waifuIm.count();
    expect(
      valueOf(await setUp().waifuIm.browse(wish({ category: 'animals.birb' }), { cursor: null, limit: 3 })),
    ).toEqual(page);
    expect(servers.waifuIm.count()).toBe(before);
  });

  it.each(['item_missing', 'item_null', 'item_extra', 'item_value'] as const)(
    'drops and counts a spoiled item (%s), and shows the others',
    async (kind) => {
      servers.waifuIm.faults.add({
        kind,
        field: 'url',
        value: 'javascript:alert(1)',
        path: '^/(search|images)\\?.*(limit=30|PageSize=30)',
      });
      const page = valueOf(await setUp().waifuIm.browse(wish(), { cursor: null, limit: 30 }));
      expect(page.images.length).toBeGreaterThanOrEqual(29);
      if (kind === 'item_extra') expect(page.dropped).toBe(0);
      else expect(page.dropped).toBeGreaterThanOrEqual(1);
    },
  );

  it('refuses a cursor that it did not write', async () => {
    const { waifuIm } = setUp();
    for (const cursor of ['', 'x', 'v5', 'v7.0.30.AA', 'v9.1.30.AA', `v5.1.0.${'A'.repeat(19_000)}`, 'v7.1.30.____'])
      expect(await waifuIm.browse(wish(), { cursor, limit: 30 })).toMatchObject({
        ok: false,
        error: { code: 'invalid_input' },
      });
  });

  it('tells no one who browses', async () => {
    const { waifuIm } = setUp({ token: tokens.owner });
    await waifuIm.browse(wish(), { cursor: null, limit: 5 });
    for (const { headers } of servers.waifuIm.requests) {
      expect(headers.authorization).toBeUndefined();
      expect(headers['x-api-key']).toBeUndefined();
    }
  });

  it('violates no limit in 200 pages', async () => {
    const { waifuIm } = setUp();
    let pages = 0;
    while (pages < 200) {
      const left = 200 - pages;
      pages += (await walk(waifuIm, { rating: 'any', order: pages % 3 === 0 ? 'newest' : 'random' }, 10, left)).length;
    }
    expect(servers.waifuIm.violations).toEqual([]);
    const times = servers.waifuIm.requests.map(({ at }) => at);
    expect(times.length).toBeGreaterThanOrEqual(200);
    times.forEach((at, index) => {
      if (index > 0) expect(at - (times[index - 1] ?? 0)).toBeGreaterThanOrEqual(200);
    });
  });

  it('finds one image by its id, adult ones too', async () => {
    const { waifuIm } = setUp();
    const adult = servers.waifuIm.images.find((entry) => entry.adult === true);
    for (const entry of [servers.waifuIm.images[0], adult]) {
      const image = valueOf(await waifuIm.image(String(entry?.id)));
      expect(image).toMatchObject({
        remoteId: String(entry?.id),
        rating: entry?.adult === false ? 'safe' : 'adult',
        width: entry?.picture.width,
        bytes: entry?.picture.bytes,
      });
    }
    for (const id of ['999999', 'abc', '../fav', '0', '1e3'])
      expect(await waifuIm.image(id)).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('is online', async () => expect((await setUp().waifuIm.online()).ok).toBe(true));

  it('knows which tags are for adults only, asking as little as it must', async () => {
    const services = setUp();
    const tags = valueOf(await services.waifuIm.tags());
    expect(tags.find((tag) => tag.name === adultOnlyTag)?.rating).toBe('adult');
    const sea = tags.find((tag) => tag.name === 'sea');
    expect(sea?.rating).toBe('safe');
    expect(sea?.description).toBe('The open sea.');
    if (version === 'v7') expect(sea?.count).toBe(expected({ tags: ['sea'] }).length);
    const before = servers.waifuIm.count();
    expect(valueOf(await services.restart()['waifu-im'].tags())).toEqual(tags);
    // The list again (in v7 two pages of it), but nothing of each tag.
    expect(servers.waifuIm.count() - before).toBeLessThanOrEqual(2);
    expect(valueOf(await services.waifuIm.categories())).toEqual([]);
  });

  it.each([
    ['server_error', { status: 500 }, 'server_error'],
    ['server_error', { status: 400 }, 'bad_request'],
    ['server_error', { status: 403 }, 'forbidden'],
    ['html_challenge', { status: 403 }, 'blocked'],
    ['html_challenge', { status: 503 }, 'blocked'],
    ['html_challenge', { status: 200 }, 'blocked'],
    ['rate_limited', { retryAfter: 3600 }, 'rate_limited'],
    ['rate_limited', { retryAfter: 2 }, 'rate_limited'],
    ['rate_limited', { retryAfter: null }, 'rate_limited'],
    ['reset', {}, 'offline'],
    ['cut_off', {}, 'bad_response'],
    ['truncated_json', {}, 'bad_response'],
    ['wrong_length', {}, 'bad_response'],
    ['empty_body', {}, 'bad_response'],
    ['answer', { body: '{"images":"none","items":3}' }, 'bad_response'],
    ['answer', { body: 'true' }, 'bad_response'],
    ['answer', { status: 404, body: '<html>gone</html>', contentType: 'text/html' }, 'bad_response'],
    ['huge_body', { bytes: 40_000_000 }, 'too_large'],
  ] as const)('answers a server that does %s %o with %s', async (kind, more, code) => {
    for (const mode of ['auto', version === 'v7' ? 'v7' : 'v5'] as const) {
      servers.waifuIm.faults.add({ kind, ...more });
      const { waifuIm } = setUp({ apiVersion: mode });
      const result = await waifuIm.browse(wish(), { cursor: null, limit: 5 });
      expect(result).toMatchObject({ ok: false, error: { code } });
      if (!result.ok) expect(result.error.message).toMatch(/^\S.*\.$/s);
      servers.waifuIm.reset();
    }
  });

  it('shows what it has when a later request fails, and lets the next page tell', async () => {
    const { waifuIm } = setUp();
    await waifuIm.online();
    servers.waifuIm.reset();
    let calls = 0;
    const off = servers.waifuIm.faults;
    const page = waifuIm.browse(wish(), { cursor: null, limit: 100 });
    while (calls < 50 && servers.waifuIm.count() < 1) {
      calls += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    off.add({ kind: 'server_error', status: 400 });
    const first = valueOf(await page);
    expect(first.images.length).toBeGreaterThan(0);
    expect(first.cursor).not.toBeNull();
    expect(await waifuIm.browse(wish(), { cursor: first.cursor, limit: 5 })).toMatchObject({
      ok: false,
      error: { code: 'bad_request' },
    });
  });

  it('gets over a moment of trouble by itself', async () => {
    servers.waifuIm.faults.add({ kind: 'rate_limited', retryAfter: 2, times: 1 });
    servers.waifuIm.faults.add({ kind: 'server_error', status: 502, times: 1 });
    expect((await setUp().waifuIm.browse(wish(), { cursor: null, limit: 5 })).ok).toBe(true);
    expect(servers.waifuIm.violations).toEqual([]);
  });

  it('sends the bypass value where one is set, to the service alone', async () => {
    await setUp({ bypass: 'personal' }).waifuIm.browse(wish(), { cursor: null, limit: 5 });
    for (const { headers } of servers.waifuIm.requests) expect(headers['x-geo-blocking-bypass']).toBe('personal');
  });

  it('can be cancelled', async () => {
    const { waifuIm } = setUp();
    expect(await waifuIm.browse(wish(), { cursor: null, limit: 5 }, AbortSignal.abort())).toMatchObject({
      ok: false,
      error: { code: 'cancelled' },
    });
    expect(servers.waifuIm.count()).toBe(0);
  });
});

describe('the version', () => {
  it('is found out once for each address and remembered', async () => {
    servers.waifuIm.setVersion('v7');
    const services = setUp();
    await services.waifuIm.browse(wish(), { cursor: null, limit: 5 });
    await services.waifuIm.browse(wish(), { cursor: null, limit: 5 });
    await services.restart()['waifu-im'].browse(wish(), { cursor: null, limit: 5 });
    expect(servers.waifuIm.count()).toBe(4);
    expect(services.memory.get(`waifu-im.api:${servers.waifuIm.url}`)).toBe('v7');
  });

  it.each([
    ['v5', 'v7'],
    ['v7', 'v5'],
  ] as const)('is found out anew when a server goes from %s to %s', async (from, to) => {
    servers.waifuIm.setVersion(from);
    const { waifuIm, providers } = setUp({ token: tokens.owner });
    const page = valueOf(await waifuIm.browse(wish({ rating: 'any' }), { cursor: null, limit: 5 }));
    servers.waifuIm.setVersion(to);
    // v5's "nothing found" and a server that knows no such route look alike to a search; the next certain answer tells.
    valueOf(await waifuIm.tags());
    expect(valueOf(await waifuIm.browse(wish(), { cursor: null, limit: 5 })).images).toHaveLength(5);
    valueOf(await providers.favorites.list({}));
    expect(await waifuIm.browse(wish(), { cursor: page.cursor, limit: 5 })).toMatchObject({
      error: { code: 'invalid_input' },
    });
  });

  it('is what the setting says, where it says', async () => {
    servers.waifuIm.setVersion('v5');
    expect(await setUp({ apiVersion: 'v7' }).waifuIm.browse(wish(), { cursor: null, limit: 5 })).toMatchObject({
      ok: false,
      error: { code: 'bad_response' },
    });
    servers.waifuIm.setVersion('v7');
    expect(await setUp({ apiVersion: 'v5' }).waifuIm.tags()).toMatchObject({ error: { code: 'bad_response' } });
  });

  it('is not guessed from a server that is something else', async () => {
    const services = setUp({ baseUrl: servers.yiffRest.url });
    expect(await services.waifuIm.browse(wish(), { cursor: null, limit: 5 })).toMatchObject({
      ok: false,
      error: { code: 'bad_response' },
    });
    expect(services.memory.size).toBe(0);
  });
});

describe('tags in v7', () => {
  it('are no half list when they are given up, and go on from there the next time', async () => {
    servers.waifuIm.setVersion('v7');
    void clock.sleep(10_000);
    const abort = new AbortController();
    const probes = (): number => servers.waifuIm.requests.filter(({ query }) => query['PageSize']?.[0] === '1').length;
    const { providers } = createTestServices({
      clock,
      waifuIm: { baseUrl: servers.waifuIm.url, apiVersion: 'v7' },
      http: {
        fetch(input, init) {
          // The fourth is given up on its way.
          if (probes() === 3) abort.abort();
          return fetch(input, init);
        },
      },
    });
    const before = await providers['waifu-im'].tags(abort.signal);
    expect(before).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(probes()).toBe(3);
    const tags = valueOf(await providers['waifu-im'].tags());
    expect(tags.filter(({ rating }) => rating === 'unknown')).toEqual([]);
    expect(probes()).toBe(tags.length);
  });
});
