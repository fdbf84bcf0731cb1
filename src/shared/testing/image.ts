import type { Image } from '../model.ts';

/** A safe picture on this disk of which nothing special is known, as the core tells it; `more` is what is. */
export function plainImage(id: string, more: Partial<Image> = {}): Image {
  const [provider, remoteId = ''] = id.split(':');
  return {
    id,
    provider: provider === 'yiff-rest' ? 'yiff-rest' : 'waifu-im',
    remoteId,
    url: `https://pictures.example/${remoteId}.png`,
    width: 1920,
    height: 1080,
    bytes: null,
    extension: 'png',
    rating: 'safe',
    animated: false,
    tags: [],
    category: null,
    artists: [],
    sources: [],
    dominantColor: null,
    hash: null,
    md5: null,
    pageUrl: null,
    uploadedAt: null,
    likedAt: null,
    likes: null,
    cached: true,
    favorite: false,
    blocked: false,
    title: null,
    ...more,
  };
}
