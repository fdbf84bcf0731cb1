import type { Category, Display, Image, ProviderInfo, Tag } from '../../shared/model.ts';

/** Deterministic made-up data. The pictures themselves are drawn by `pictures.ts`. */
export const fakeProviders: readonly ProviderInfo[] = [
  {
    id: 'waifu-im',
    name: 'waifu.im',
    homepage: 'https://www.waifu.im',
    baseUrl: 'https://api.waifu.im',
    has: { tags: true, categories: false, account: true, favorites: true },
    orders: ['random', 'newest', 'favorites'],
  },
  {
    id: 'yiff-rest',
    name: 'yiff.rest',
    homepage: 'https://yiff.rest',
    baseUrl: 'https://v2.yiff.rest',
    has: { tags: false, categories: true, account: true, favorites: false },
    orders: ['random'],
  },
];

const words = ['hills', 'sky', 'maid', 'waves', 'dawn', 'forest', 'city', 'rain', 'snow', 'marin-kitagawa', 'uniform'];
export const fakeTags: readonly Tag[] = words.map((name, index) => ({
  name,
  description: `Pictures of ${name}.`,
  count: index === 4 ? null : 1800 - index * 157,
  rating: 'safe',
}));
export const fakeCategories: readonly Category[] = ['birb', 'blep', 'dikdik'].map((name, index) => ({
  db: `animals.${name}`,
  name: `Animals > ${name[0]?.toUpperCase() ?? ''}${name.slice(1)}`,
  count: 40 + index * 31,
  rating: 'safe',
}));

const sizes = [
  [1920, 1080],
  [1200, 1800],
  [3840, 2160],
  [1600, 1200],
  [900, 1600],
  [2560, 1440],
  [1500, 1500],
  [1447, 2047],
  [3440, 1440],
] as const;
const hues = [212, 28, 340, 150, 268, 190, 48, 8, 232, 312, 96] as const;
const artists = [
  'Hoshino Aki',
  'Mizuki Ren',
  'kawasemi27',
  '青木まどか',
  'A painter with a rather long name of several words',
];

/** Dominant colors roughly as `pictures.ts` draws them. */
export function hueOf(index: number): number {
  return hues[(index * 7) % hues.length] ?? 0;
}
function colorOf(index: number): string {
  const channel = (shift: number): string =>
    Math.round(96 + 72 * Math.cos(((hueOf(index) + shift) * Math.PI) / 180))
      .toString(16)
      .padStart(2, '0');
  return `#${channel(0)}${channel(-120)}${channel(120)}`;
}

export function fakeImages(count: number): Image[] {
  return Array.from({ length: count }, (_, index) => {
    const provider = index % 4 === 3 ? 'yiff-rest' : 'waifu-im';
    const [width, height] = sizes[(index * 5 + Math.floor(index / 7)) % sizes.length] ?? [1920, 1080];
    const artist = artists[index % artists.length] ?? 'Aki';
    const remoteId = String(7000 + index);
    return {
      id: `${provider}:${remoteId}`,
      provider,
      remoteId,
      url: `https://example.org/${remoteId}.jpg`,
      width,
      height,
      bytes: 400_000 + index * 31_337,
      extension: index % 11 === 0 ? 'gif' : 'jpg',
      rating: 'safe',
      animated: index % 11 === 0,
      tags:
        provider === 'waifu-im' ? [words[index % words.length] ?? '', words[(index * 3 + 1) % words.length] ?? ''] : [],
      category: provider === 'yiff-rest' ? (fakeCategories[index % 3]?.db ?? null) : null,
      artists:
        index % 6 === 5 ? [] : [{ name: artist, links: ['https://www.pixiv.net/users/1', 'https://x.com/artist'] }],
      sources: [`https://www.pixiv.net/artworks/${remoteId}`],
      dominantColor: colorOf(index),
      hash: null,
      md5: null,
      pageUrl: `https://www.waifu.im/images/${remoteId}`,
      // Newest first, some a day.
      uploadedAt: new Date(Date.UTC(2024, 4, 10, 8, 30) - Math.floor(index / 6) * 86_400_000).toISOString(),
      likedAt: null,
      likes: (index * 37) % 400,
      cached: index % 3 !== 0,
      favorite: index % 5 === 0,
      blocked: false,
      title: null,
    };
  });
}

export const fakeDisplays: readonly Display[] = [
  { id: 'DP-1', key: 'edid:DEL-40F1-7H2K', x: 0, y: 0, width: 2560, height: 1440, scaleFactor: 1, primary: true },
  { id: 'HDMI-1', key: 'HDMI-1', x: 2560, y: 180, width: 1920, height: 1080, scaleFactor: 1, primary: false },
  {
    id: 'DP-2',
    key: 'edid:GSM-5B09-3042',
    x: -1080,
    y: -240,
    width: 1080,
    height: 1920,
    scaleFactor: 1,
    primary: false,
  },
];
