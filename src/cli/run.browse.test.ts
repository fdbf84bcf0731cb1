import { describe, expect, it } from 'vitest';
import { appError } from '../shared/errors.ts';
import type { Image, Page } from '../shared/model.ts';
import { fail, ok } from '../shared/result.ts';
import { image, json, run } from './testing/run-cli.ts';

describe('browse', () => {
  const page = (ids: readonly string[], cursor: string | null, more: Partial<Page> = {}) =>
    ok({ images: ids.map((id) => image(id)), dropped: 0, cursor, offline: false, hidden: 0, ...more });

  it('passes every filter on', async () => {
    let seen: unknown;
    const ran = await run(
      'browse --provider waifu-im --tag a --tag b --exclude-tag c --orientation landscape --min-width 1920 --min-height 1080 ' +
        '--max-bytes 5000000 --order newest --rating any --animated yes --limit 3 --json',
      {
        browse: (input) => {
          seen = input;
          return page([], null, { dropped: 2 });
        },
      },
    );
    expect(seen).toEqual({
      filter: {
        provider: 'waifu-im',
        tags: ['a', 'b'],
        excludedTags: ['c'],
        category: null,
        orientation: 'landscape',
        minWidth: 1920,
        minHeight: 1080,
        maxBytes: 5_000_000,
        order: 'newest',
        rating: 'any',
        animated: 'yes',
      },
      cursor: null,
      limit: 3,
    });
    expect(json(ran)).toEqual({ ok: true, value: { images: [], dropped: 2, hidden: 0, offline: false } });
  });

  it('goes to the service that has categories when one is asked for', async () => {
    let seen: unknown;
    await run('browse --category animals.birb', {
      browse: ({ filter }) => {
        seen = [filter.provider, filter.category];
        return page([], null);
      },
    });
    expect(seen).toEqual(['yiff-rest', 'animals.birb']);
  });

  it('follows the pages to the limit, repeating nothing', async () => {
    const asked: unknown[] = [];
    const pages = [page(['waifu-im:1', 'waifu-im:2'], 'a'), page([], 'b'), page(['waifu-im:2', 'waifu-im:3'], 'c')];
    const ran = await run('browse --limit 3 --json', {
      browse: ({ cursor, limit }) => {
        asked.push([cursor, limit]);
        return pages.shift() ?? fail(appError('internal', 'asked too often'));
      },
    });
    expect(asked).toEqual([
      [null, 3],
      ['a', 1],
      ['b', 1],
    ]);
    expect((json(ran) as { value: { images: Image[] } }).value.images.map(({ id }) => id)).toEqual([
      'waifu-im:1',
      'waifu-im:2',
      'waifu-im:3',
    ]);
  });

  it('asks for large numbers in pages the contract allows', async () => {
    const asked: number[] = [];
    await run('browse --limit 450', {
      browse: ({ limit }) => {
        const start = asked.reduce((sum, each) => sum + each, 0);
        asked.push(limit);
        return page(
          Array.from({ length: limit }, (_, index) => `waifu-im:${start + index}`),
          'more',
        );
      },
    });
    expect(asked).toEqual([200, 200, 50]);
  });

  it('stops when a service has nothing new, however often it says that there is more', async () => {
    let asked = 0;
    const ran = await run('browse --limit 100 --json', {
      browse: () => {
        asked++;
        return page(['waifu-im:1'], 'again');
      },
    });
    expect(asked).toBe(11);
    expect(ran.code).toBe(0);
  });

  it('answers the first error', async () => {
    const pages = [page(['waifu-im:1'], 'a'), fail(appError('rate_limited', 'Slow down.', { retryAfter: 500 }))];
    const ran = await run('browse --json', { browse: () => pages.shift() ?? page([], null) });
    expect(json(ran)).toEqual({
      ok: false,
      error: { code: 'rate_limited', message: 'Slow down.', retryable: true, retryAfter: 500 },
    });
  });

  it('reads well', async () => {
    const ran = await run('browse', {
      browse: () => ok({ images: [image('waifu-im:1')], dropped: 0, cursor: null, offline: true, hidden: 2 }),
    });
    expect(ran.out).toContain('waifu-im:1  1920×1080  1.4 MB png  safe');
    expect(ran.out).toContain('cannot be reached');
    expect(ran.out).toContain('2 images hidden by your content setting.');
  });
});

describe('favorites list', () => {
  it('passes every filter of favorites list on', async () => {
    let seen: unknown;
    await run(
      'favorites list --provider waifu-im --search sky --tag a --tag b --exclude-tag c --orientation portrait --min-width 1 ' +
        '--min-height 2 --max-bytes 3 --rating safe --animated no --sort artist --limit 5',
      {
        'favorites.list': (query) => {
          seen = query;
          return ok({ images: [], total: 0, hidden: 0, tombstones: [] });
        },
      },
    );
    expect(seen).toEqual({
      provider: 'waifu-im',
      search: 'sky',
      tags: ['a', 'b'],
      excludedTags: ['c'],
      orientation: 'portrait',
      minWidth: 1,
      minHeight: 2,
      maxBytes: 3,
      rating: 'safe',
      animated: 'no',
      sort: 'artist',
      offset: 0,
      limit: 5,
    });
  });
});
