import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import type { Image } from '../../shared/model.ts';
import { createFakeClient, fakeSettings } from '../testing/fake-client.ts';
import { memoryOf, settled, startTestApp } from '../testing/test-app.ts';
import { type Memory } from './storage.ts';

const rememberedFilter = (memory: Memory, provider: string) => memory.read(`filter.${provider}`);
const broken = appError('offline', 'There is no network.');

describe('the content setting', () => {
  it('hides at once, everywhere, when it is turned off', async () => {
    const client = createFakeClient();
    client.settings = { ...fakeSettings, adultContent: true };
    const ids = [...client.images.keys()];
    for (const id of ids.slice(0, 10)) client.images.set(id, { ...(client.images.get(id) as Image), rating: 'adult' });
    const { app } = await startTestApp(client);
    app.browse.change({ rating: 'any' });
    await settled();
    app.favorites.enter();
    await settled();
    const adult = (list: { ids(): readonly string[] }) =>
      list.ids().filter((id) => app.images.get(id)?.rating !== 'safe').length;
    expect(adult(app.browse.list)).toBeGreaterThan(0);
    app.viewer.open(ids[0] ?? '', app.browse.list);
    client.hold();
    client.emit('settings.changed', { ...client.settings, adultContent: false });
    expect([adult(app.browse.list), adult(app.favorites.list), app.viewer.id]).toEqual([0, 0, null]);
    expect(app.browse.filter.rating).toBe('safe');
    client.release();
  });

  it('begins with safe pictures when it is turned on again, also after a restart', async () => {
    const client = createFakeClient();
    client.settings = { ...fakeSettings, adultContent: true };
    const memory = memoryOf();
    const { app } = await startTestApp(client, memory);
    app.browse.change({ rating: 'adult', orientation: 'portrait' });
    app.favorites.change({ rating: 'adult' });
    expect(rememberedFilter(memory, 'waifu-im')).toMatchObject({ rating: 'adult' });
    await app.settings.set({ adultContent: false });
    await settled();
    expect(rememberedFilter(memory, 'waifu-im')).toMatchObject({ rating: 'safe', orientation: 'portrait' });
    await app.settings.set({ adultContent: true });
    expect([app.browse.filter.rating, app.favorites.query.rating]).toEqual(['safe', 'any']);
    const restarted = await startTestApp(client, memory);
    expect(restarted.app.browse.filter.rating).toBe('safe');
  });

  it('counts the wallpapers it hides', async () => {
    const client = createFakeClient();
    client.rotation.hiddenWallpapers = 1;
    const { app } = await startTestApp(client);
    expect([app.wallpapers.current.length, app.wallpapers.hidden]).toEqual([0, 1]);
    client.rotation.hiddenWallpapers = 0;
    await app.rotation.next();
    expect([app.wallpapers.current.length, app.wallpapers.hidden]).toEqual([3, 0]);
  });

  it('is off until it is known', async () => {
    const client = createFakeClient();
    client.fail('settings.get', broken);
    const { app } = await startTestApp(client);
    expect([app.settings.adult, app.settings.error]).toEqual([false, broken]);
  });
});
