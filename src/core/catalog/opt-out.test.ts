import { expect, it } from 'vitest';
import type { CurrentWallpaper, Image } from '../../shared/model.ts';
import { createEventBus } from '../events.ts';
import { testImage } from '../store/testing.ts';
import { watchOptOut } from './opt-out.ts';

const shown = (rating: 'safe' | 'adult'): CurrentWallpaper => ({
  display: `${rating}-display`,
  image: { ...testImage({ id: 'waifu-im:1', rating }), cached: true, favorite: false } satisfies Image,
  fit: 'fill',
  setAt: '2026-01-01T00:00:00.000Z',
});

it('hides an adult wallpaper from clients and says that it is still on the desktop, once', () => {
  const events = createEventBus();
  const heard: unknown[] = [];
  const state = { adultContent: true };
  watchOptOut({ events, settings: () => state, wallpapers: () => [shown('safe'), shown('adult')] });
  events.subscribe((name, payload) => name !== 'settings.changed' && heard.push([name, payload]));
  const change = (adultContent: boolean): void => {
    state.adultContent = adultContent;
    events.emit('settings.changed', state as never);
  };
  change(true);
  expect(heard).toEqual([]);
  change(false);
  change(false);
  expect(heard).toMatchObject([
    ['wallpaper.changed', { wallpapers: [{ display: 'safe-display' }], hidden: 1 }],
    ['notice', { level: 'info' }],
  ]);
  expect(heard).toHaveLength(2);
});
