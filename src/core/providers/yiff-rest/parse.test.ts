import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageId, type RemoteImage } from '../../../shared/model.ts';
import { ratings } from './client.ts';
import { parseCategories, parseImages } from './parse.ts';

const base = 'https://v2.yiff.rest';
const listed = parseCategories({
  success: true,
  data: [
    { name: 'Animals > Birb', db: 'animals.birb', sfw: true, count: 12 },
    { name: 'Adult', db: 'adult-only-category', sfw: false, count: 3 },
    { name: 'No flag', db: 'no.flag', count: 3 },
    { name: 'Odd flag', db: 'odd.flag', sfw: 'true' },
  ],
});
const ratingOf = ratings(listed ?? []);
const item = {
  artists: ['tazara'],
  sources: ['https://e621.net/posts/4332280', 'https://e621.net/posts/4332280', 'javascript:alert(1)'],
  width: 1275,
  height: 726,
  url: 'https://static1.e621.net/data/18/ec/18ec7925aed47626e6420dc30e2804ef.png',
  type: 'image/png',
  name: '18ec7925aed47626e6420dc30e2804ef.png',
  id: '3552ab3a5ae34c69a58852ef0a1c02f9',
  md5: '18ec7925aed47626e6420dc30e2804ef',
  ext: 'png',
  size: 1687084,
  reportURL: 'https://e621.net/posts/4332280',
  shortURL: 'https://yiff.rocks/3552ab3a5ae34c69a58852ef0a1c02f9',
  external: true,
  viewable: true,
  seen: 0,
  category: 'animals.birb',
};
const parse = (more: object, category: string | null = null) =>
  parseImages([{ ...item, ...more }], { baseUrl: base, ratingOf, category });
const one = (more: object, category: string | null = null) => parse(more, category).images[0];

describe('parseCategories', () => {
  it('reads both shapes', () => {
    expect(listed).toHaveLength(4);
    expect(
      parseCategories({ data: { enabled: [{ name: 'A', db: 'a', sfw: true, count: 1 }], disabled: [{ db: 'b' }] } }),
    ).toEqual([{ name: 'A', db: 'a', count: 1, rating: 'safe' }]);
  });
  it('takes only an explicit flag for safe', () =>
    expect(listed?.map((category) => category.rating)).toEqual(['safe', 'adult', 'adult', 'adult']));
  it('takes a category named twice for adult once one of them is', () => {
    const twice = (first: boolean) => [
      { name: 'A', db: 'a', sfw: first },
      { name: 'A', db: 'a', sfw: !first },
    ];
    for (const first of [true, false])
      expect(parseCategories({ data: twice(first) })).toMatchObject([{ db: 'a', rating: 'adult' }]);
  });
  it('leaves out unusable ones and refuses what is no list', () => {
    expect(parseCategories({ data: [{ db: '../x', name: 'x' }, null, 3] })).toEqual([]);
    expect(parseCategories({ data: 'x' })).toBeNull();
    fc.assert(fc.property(fc.jsonValue(), (value) => void parseCategories(value)));
  });
});

describe('parseImages', () => {
  it("reads the seed's example", () => {
    const expected: RemoteImage = {
      id: 'yiff-rest:3552ab3a5ae34c69a58852ef0a1c02f9',
      provider: 'yiff-rest',
      remoteId: '3552ab3a5ae34c69a58852ef0a1c02f9',
      url: item.url,
      width: 1275,
      height: 726,
      bytes: 1687084,
      extension: 'png',
      rating: 'safe',
      animated: false,
      tags: [],
      category: 'animals.birb',
      artists: [{ name: 'tazara', links: [] }],
      sources: ['https://e621.net/posts/4332280'],
      dominantColor: null,
      hash: null,
      md5: item.md5,
      pageUrl: item.shortURL,
      uploadedAt: null,
      likedAt: null,
      likes: null,
    };
    expect(one({})).toEqual(expected);
  });
  it('rates by the category, and takes what is not listed for adult', () => {
    expect(one({ category: 'adult-only-category' })?.rating).toBe('adult');
    expect(one({ category: 'no.flag' })?.rating).toBe('adult');
    expect(one({ category: 'not.listed' })?.rating).toBe('adult');
    expect(one({ category: null })?.rating).toBe('adult');
    expect(one({ category: null }, 'animals.birb')).toMatchObject({ rating: 'safe', category: 'animals.birb' });
  });
  it('wants both categories safe when the answer names another one than was asked for', () => {
    expect(one({ category: 'animals.birb' }, 'adult-only-category')?.rating).toBe('adult');
    expect(one({ category: 'not.listed' }, 'animals.birb')?.rating).toBe('adult');
  });
  it.each([{ id: '../../etc/passwd' }, { id: '' }, { url: 'ftp://x/y.png' }, { width: null }, { ext: 'webm' }])(
    'drops an image with %o',
    (more) => expect(parse(more)).toMatchObject({ images: [], dropped: 1 }),
  );
  it('knows animated pictures by their type', () => {
    expect(one({ ext: 'gif' })).toMatchObject({ animated: true, extension: 'gif' });
    expect(one({ ext: 'apng' })).toMatchObject({ animated: true, extension: 'png' });
  });
  it('never throws, whatever a server sends', () => {
    const spoiled = fc
      .dictionary(fc.constantFrom(...Object.keys(item)), fc.jsonValue())
      .map((changes): unknown => ({ ...item, ...changes }));
    fc.assert(
      fc.property(fc.array(fc.oneof(spoiled, fc.jsonValue()), { maxLength: 5 }), (items) => {
        for (const image of parseImages(items, { baseUrl: base, ratingOf, category: null }).images) {
          expect(imageId.safeParse(image.id).success).toBe(true);
          expect(image.url).toMatch(/^https:/);
        }
      }),
      { numRuns: 300 },
    );
  });
});
