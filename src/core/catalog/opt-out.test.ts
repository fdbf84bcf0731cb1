import { expect, it } from 'vitest';
import type { CurrentWallpaper, Image } from '../../shared/model.ts';
import { createEventBus } from '../events.ts';
import { testImage } from '../store/testing.ts';
import { watchOptOut } from './opt-out.ts';

const shown = (rating: 'safe' | 'adult'): CurrentWallpaper => ({
  display: `${rating}-display`,
  displayKey: `${rating}-display`,
  image: { ...testImage({ id: 'waifu-im:1', rating }), cached: true, favorite: false, blocked: false } satisfies Image,
  fit: 'fill',
  setAt: '2026-01-01T00:00:00.000Z',
});

function start(left: readonly CurrentWallpaper[]) {
  const events = createEventBus();
  const heard: unknown[] = [];
  const state = { adultContent: true };
  let asked = 0;
  let there = [shown('safe'), shown('adult')];
  const replace = (): Promise<void> => {
    asked += 1;
    there = [...left];
    return Promise.resolve();
  };
  const watch = watchOptOut({ events, settings: () => state, wallpapers: () => there, replace });
  events.subscribe((name, payload) => name !== 'settings.changed' && heard.push([name, payload]));
  const change = async (adultContent: boolean): Promise<void> => {
    state.adultContent = adultContent;
    events.emit('settings.changed', state as never);
    await watch.settled();
  };
  return { heard, change, asked: () => asked };
}

it('hides an adult wallpaper from clients and replaces it, once', async () => {
  const { heard, change, asked } = start([shown('safe')]);
  await change(true);
  expect(heard).toEqual([]);
  await change(false);
  await change(false);
  expect(heard).toMatchObject([['wallpaper.changed', { wallpapers: [{ display: 'safe-display' }], hidden: 1 }]]);
  expect(heard).toHaveLength(1);
  expect(asked()).toBe(1);
});

it('says that it is still there when nothing could be put in its place', async () => {
  const { heard, change } = start([shown('safe'), shown('adult')]);
  await change(false);
  expect(heard).toMatchObject([
    ['wallpaper.changed', {}],
    ['notice', { level: 'error' }],
  ]);
});
