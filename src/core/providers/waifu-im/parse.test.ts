import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { imageId, type RemoteImage } from '../../../shared/model.ts';
import { parseImagesV5, parseImagesV7 } from './parse.ts';

const base = 'https://api.waifu.im';
/** The seed's own example. */
const v5 = {
  signature: '85d7aa55941c7087',
  extension: '.jpg',
  image_id: 7622,
  favorites: 3,
  dominant_color: '#dfcdc5',
  source: 'https://www.pixiv.net/en/artworks/95981691',
  artist: {
    artist_id: 54,
    name: '大熊まい',
    patreon: null,
    pixiv: 'https://www.pixiv.net/users/29449',
    twitter: 'https://twitter.com/m_okuma0831',
    deviant_art: null,
  },
  uploaded_at: '2022-04-07T13:51:47.979181Z',
  liked_at: '2022-04-07T14:07:46.455245Z',
  is_nsfw: false,
  width: 1406,
  height: 1875,
  byte_size: 1538007,
  url: 'https://cdn.waifu.im/7622.jpg',
  preview_url: 'https://www.waifu.im/preview/7622/',
  tags: [{ tag_id: 12, name: 'waifu', description: 'A female anime/manga character.', is_nsfw: false }],
};
const v7 = {
  id: 7622,
  perceptualHash: '85d7aa55941c7087',
  extension: '.jpg',
  dominantColor: '#dfcdc5',
  source: 'https://www.pixiv.net/en/artworks/95981691',
  artists: [
    {
      id: 54,
      name: '大熊まい',
      patreon: null,
      pixiv: 'https://www.pixiv.net/users/29449',
      twitter: 'https://twitter.com/m_okuma0831',
      deviantArt: null,
    },
  ],
  uploadedAt: '2022-04-07T13:51:47.979181Z',
  isNsfw: false,
  isAnimated: false,
  width: 1406,
  height: 1875,
  byteSize: 1538007,
  url: 'https://cdn.waifu.im/7622.jpg',
  tags: [{ id: 12, name: 'Waifu', slug: 'waifu', description: 'x' }],
  favorites: 3,
  likedAt: '2022-04-07T14:07:46.455245Z',
  addedToAlbumAt: null,
  albums: [],
};
const expected: RemoteImage = {
  id: 'waifu-im:7622',
  provider: 'waifu-im',
  remoteId: '7622',
  url: 'https://cdn.waifu.im/7622.jpg',
  width: 1406,
  height: 1875,
  bytes: 1538007,
  extension: 'jpg',
  rating: 'safe',
  animated: false,
  tags: ['waifu'],
  category: null,
  artists: [{ name: '大熊まい', links: ['https://www.pixiv.net/users/29449', 'https://twitter.com/m_okuma0831'] }],
  sources: ['https://www.pixiv.net/en/artworks/95981691'],
  dominantColor: '#dfcdc5',
  hash: '85d7aa55941c7087',
  md5: null,
  pageUrl: 'https://www.waifu.im/preview/7622/',
  uploadedAt: '2022-04-07T13:51:47.979Z',
  likedAt: '2022-04-07T14:07:46.455Z',
  likes: 3,
};
const one5 = (more: object) => parseImagesV5([{ ...v5, ...more }], base).images[0];
const one7 = (more: object) => parseImagesV7([{ ...v7, ...more }], base).images[0];

describe('parseImages', () => {
  it("reads the seed's example", () => expect(parseImagesV5([v5], base).images).toEqual([expected]));
  it('reads the same image of v7', () =>
    expect(parseImagesV7([v7], base).images).toEqual([{ ...expected, pageUrl: null }]));

  it.each([true, null, undefined, 'false', 0])('takes a rating of %s for adult', (value) => {
    expect(one5({ is_nsfw: value })?.rating).toBe('adult');
    expect(one7({ isNsfw: value })?.rating).toBe('adult');
  });
  it("lets an adult tag outweigh the image's own flag", () => {
    expect(one5({ tags: [{ name: 'adult-only-tag', is_nsfw: true }] })?.rating).toBe('adult');
    expect(one5({ tags: [{ name: 'odd', is_nsfw: null }] })?.rating).toBe('adult');
  });
  it('takes null for everything that may be null', () => {
    const nothing = { artist: null, source: null, preview_url: null, liked_at: null, byte_size: null, tags: null };
    expect(one5({ ...nothing, signature: null, dominant_color: null, favorites: null })).toMatchObject({
      artists: [],
      sources: [],
      pageUrl: null,
      likedAt: null,
      bytes: null,
      tags: [],
      hash: null,
      dominantColor: null,
      likes: null,
    });
  });
  it('knows a hash of zeros for none', () => expect(one5({ signature: '0000000000000000' })?.hash).toBeNull());
  it('normalises extensions and takes them from the address where they are missing', () => {
    expect(one5({ extension: '.JPEG' })?.extension).toBe('jpg');
    expect(one5({ extension: null, url: 'https://cdn.waifu.im/1.webp?x=1' })?.extension).toBe('webp');
    expect(one5({ extension: '.gif' })?.animated).toBe(true);
  });
  it.each([
    { url: 'http://cdn.waifu.im/1.jpg' },
    { url: 'https://127.0.0.1/1.jpg' },
    { url: 7 },
    { image_id: '../../etc' },
    { image_id: -1 },
    { image_id: null },
    { width: 0 },
    { height: '1875' },
    { width: 1e9 },
    { extension: '.exe' },
  ])('drops an image with %o', (more) => {
    expect(parseImagesV5([{ ...v5, ...more }], base)).toMatchObject({ images: [], dropped: 1 });
  });
  it('tells the id of a dropped image where it can, and takes each image once', () => {
    const parsed = parseImagesV5([v5, { ...v5, image_id: 9, width: null }, v5, 'x'], base);
    expect(parsed.images).toHaveLength(1);
    expect(parsed).toMatchObject({ dropped: 2, droppedIds: ['9'] });
  });
  it('drops links that are none', () => {
    const artist = { ...v5.artist, pixiv: 'javascript:alert(1)', twitter: 'http://twitter.com/x' };
    expect(one5({ artist, source: 'data:text/html,x' })).toMatchObject({
      artists: [{ links: ['https://twitter.com/x'] }],
      sources: [],
    });
  });

  it('never throws, whatever a server sends, and answers nothing unusable', () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(null, '', 'https://a.example/x.png', -1, 1e300, [], {}));
    const spoil = (item: object) =>
      fc.dictionary(fc.constantFrom(...Object.keys(item)), odd).map((changes): unknown => ({ ...item, ...changes }));
    fc.assert(
      fc.property(fc.array(fc.oneof(spoil(v5), spoil(v7), fc.jsonValue()), { maxLength: 5 }), (items) => {
        for (const parsed of [parseImagesV5(items, base), parseImagesV7(items, base)]) {
          for (const image of parsed.images) {
            expect(imageId.safeParse(image.id).success).toBe(true);
            expect(image.url).toMatch(/^https:/);
            expect(image.extension).toMatch(/^[a-z]+$/);
            expect(image.width * image.height).toBeGreaterThan(0);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});
