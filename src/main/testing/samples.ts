import type { CurrentWallpaper, Image } from '../../shared/model.ts';
import { rotationConfig, type PoolInfo, type RotationStatus } from '../../shared/rotation.ts';
import { plainImage } from '../../shared/testing/image.ts';

export const anImage = (id: string, more: Partial<Image> = {}): Image =>
  plainImage(`waifu-im:${id}`, { tags: ['sea'], artists: [{ name: 'Mori', links: [] }], ...more });

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
