import type { CurrentWallpaper, Image } from '../../shared/model.ts';
import { rotationConfig, type PoolInfo, type RotationStatus } from '../../shared/rotation.ts';

export function anImage(id: string, more: Partial<Image> = {}): Image {
  return {
    id: `waifu-im:${id}`,
    provider: 'waifu-im',
    remoteId: id,
    url: `https://example.org/${id}.png`,
    width: 1920,
    height: 1080,
    bytes: null,
    extension: 'png',
    rating: 'safe',
    animated: false,
    tags: ['sea'],
    category: null,
    artists: [{ name: 'Mori', links: [] }],
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

export function aWallpaper(display: string, image: Image): CurrentWallpaper {
  return { display, displayKey: `key-${display}`, image, fit: 'fill', setAt: '2026-01-01T00:00:00.000Z' };
}

export function aPool(id: string, more: Partial<PoolInfo> = {}): PoolInfo {
  return {
    id,
    name: id,
    sources: [{ kind: 'favorites', weight: 1 }],
    builtIn: false,
    left: 3,
    total: 9,
    hidden: 0,
    ...more,
  };
}

export function aStatus(displays: readonly string[] = ['DP-1'], more: Partial<RotationStatus> = {}): RotationStatus {
  return {
    config: rotationConfig.parse({ on: true, pool: 'favorites' }),
    state: 'running',
    pausedUntil: null,
    safe: false,
    nextAt: null,
    playlist: null,
    lastChange: null,
    lastError: null,
    displays: displays.map((id) => ({
      key: `key-${id}`,
      id,
      pool: { id: 'favorites', name: 'Favorites' },
      fit: 'fill',
      left: 1,
      total: 2,
      relaxed: [],
      upcoming: null,
    })),
    canUndo: false,
    ...more,
  };
}
