import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import type { Image } from '../../shared/model.ts';
import { createFakeClient } from '../testing/fake-client.ts';
import { settled, startTestApp, timesAsked } from '../testing/test-app.ts';

const broken = appError('offline', 'There is no network.');

describe('hearts', () => {
  it('turn at once, everywhere, and stay when the owner agrees', async () => {
    const { app, client } = await startTestApp();
    client.hold();
    const done = app.images.toggleFavorite('waifu-im:7001');
    expect(app.images.isFavorite('waifu-im:7001')).toBe(true);
    client.release();
    expect(await done).toBe(true);
    expect(client.images.get('waifu-im:7001')?.favorite).toBe(true);
    expect(app.images.get('waifu-im:7001')?.favorite).toBe(true);
  });

  it('turn back, with the reason, when it fails', async () => {
    const { app, client } = await startTestApp();
    client.fail('favorites.add', broken);
    expect(await app.images.toggleFavorite('waifu-im:7001')).toBe(false);
    expect(app.images.isFavorite('waifu-im:7001')).toBe(false);
    expect(app.notices.list.map((notice) => notice.message)).toContain('There is no network.');
  });

  it('hold the last word of quick presses, one call at a time', async () => {
    const { app, client } = await startTestApp();
    client.hold();
    const first = app.images.toggleFavorite('waifu-im:7001');
    void app.images.toggleFavorite('waifu-im:7001');
    void app.images.toggleFavorite('waifu-im:7001');
    void app.images.toggleFavorite('waifu-im:7001');
    expect(app.images.isFavorite('waifu-im:7001')).toBe(false);
    client.release();
    await first;
    await settled();
    expect(client.images.get('waifu-im:7001')?.favorite).toBe(false);
    expect(
      client.calls
        .map(({ name }) => name)
        .filter((name) => name.startsWith('favorites.add') || name === 'favorites.remove'),
    ).toEqual(['favorites.add', 'favorites.remove']);
  });

  it('follow what other windows do', async () => {
    const { app, client } = await startTestApp();
    const image = client.images.get('waifu-im:7001') as Image;
    client.emit('images.changed', { images: [{ ...image, favorite: true }] });
    expect(app.images.isFavorite('waifu-im:7001')).toBe(true);
  });
});

describe('favorites', () => {
  async function open() {
    const all = await startTestApp();
    all.app.show('favorites');
    all.app.favorites.enter();
    await settled();
    return { ...all, favorites: all.app.favorites };
  }

  /** 700 favorites of 1,000 pictures. */
  async function openMany() {
    const client = createFakeClient({ count: 1000 });
    let liked = 0;
    for (const image of client.images.values()) {
      const favorite = image.id !== 'waifu-im:7001' && liked < 700;
      if (favorite) liked += 1;
      client.images.set(image.id, { ...image, favorite });
    }
    const all = await startTestApp(client);
    all.app.favorites.enter();
    for (let part = 0; part < 4; part += 1) await settled();
    expect(all.app.favorites.list.length).toBe(700);
    /** Lets the call that is held answer, and holds the next one. */
    const part = async (): Promise<void> => {
      await settled();
      client.release();
      client.hold();
      await settled();
    };
    return { ...all, favorites: all.app.favorites, part };
  }

  it('lists, searches and resets', async () => {
    const { favorites } = await open();
    expect(favorites.list.length).toBe(40);
    favorites.change({ search: 'hills' });
    await settled();
    expect(favorites.list.length).toBeGreaterThan(0);
    expect(favorites.list.length).toBeLessThan(40);
    expect(favorites.narrowed).toBe(true);
    favorites.reset();
    await settled();
    expect(favorites.list.length).toBe(40);
  });

  it('removes several at once and brings them back', async () => {
    const { app, client, favorites } = await open();
    const [a, b, c] = favorites.list.ids();
    favorites.select(a ?? '');
    favorites.select(c ?? '', true);
    expect([...favorites.selection]).toEqual([a, b, c]);
    await favorites.remove([...favorites.selection]);
    await settled();
    expect([favorites.list.length, favorites.selection.size]).toEqual([37, 0]);
    expect(app.notices.undoLast()).toBe(true);
    await settled();
    await settled();
    expect(favorites.list.length).toBe(40);
    expect(client.images.get(b ?? '')?.favorite).toBe(true);
    expect(app.notices.undoLast()).toBe(false);
  });

  it('puts everything back when removing fails', async () => {
    const { client, favorites } = await open();
    client.fail('favorites.remove', broken);
    await favorites.remove([favorites.list.at(0) ?? '']);
    await settled();
    expect(favorites.list.length).toBe(40);
  });

  it('shows what a service dropped, restores it or lets it go', async () => {
    const all = createFakeClient();
    const gone = [...all.images.values()].slice(1, 4);
    all.tombstones = gone.map((image) => ({ image, removedAt: '2026-03-01T00:00:00Z' }));
    const { app } = await startTestApp(all);
    app.favorites.enter();
    await settled();
    app.favorites.show('removed');
    expect(app.favorites.shown.ids()).toEqual(gone.map((image) => image.id));
    await app.favorites.restore([gone[0]?.id ?? '']);
    await app.favorites.letGo([gone[1]?.id ?? '']);
    await settled();
    expect(app.favorites.removed.length).toBe(1);
    await app.favorites.letGo([gone[2]?.id ?? '']);
    await settled();
    expect(app.favorites.showing).toBe('kept');
  });

  it('catches up when something changed, but only while it is looked at', async () => {
    const { client, favorites, runTimers } = await open();
    favorites.leave();
    const before = timesAsked(client, 'favorites.list');
    await client.call('favorites.add', { ids: ['waifu-im:7001'] });
    await runTimers();
    expect(timesAsked(client, 'favorites.list')).toBe(before);
    favorites.enter();
    await settled();
    expect(favorites.list.length).toBe(41);
  });

  it('shows a long list as its parts come in, and exchanges a shown one in one go', async () => {
    const { client, favorites, part } = await openMany();
    client.hold();
    favorites.change({ sort: 'uploaded' });
    const lengths: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      await part();
      lengths.push(favorites.list.length);
    }
    expect(lengths).toEqual([100, 500, 700]);
    expect([favorites.total, favorites.loading]).toEqual([700, false]);

    // Something was liked elsewhere: the list stays whole until the new one is.
    const image = client.images.get('waifu-im:7001');
    if (image) client.images.set(image.id, { ...image, favorite: true });
    void favorites.load();
    lengths.length = 0;
    for (let turn = 0; turn < 3; turn += 1) {
      await part();
      lengths.push(favorites.list.length);
    }
    expect(lengths).toEqual([700, 700, 701]);
  });

  it('does not ask again for the list while files come in, only when it is another one', async () => {
    const { client, favorites, runTimers } = await openMany();
    const asked = () => timesAsked(client, 'favorites.list');
    const before = asked();
    const [first] = favorites.list.ids();
    const image = client.images.get(first ?? '');
    if (!image) throw new Error('There is no favorite.');
    client.emit('images.changed', { images: [{ ...image, cached: !image.cached }] });
    client.emit('favorites.changed', { ...client.sync, favorites: 700, available: 12 });
    await runTimers();
    expect(asked()).toBe(before);
    expect(favorites.sync?.available).toBe(12);

    client.emit('favorites.changed', { ...client.sync, favorites: 700, revision: client.sync.revision + 1 });
    await runTimers();
    expect(asked()).toBeGreaterThan(before);
  });

  it('believes what it heard last, not an answer that was overtaken', async () => {
    const { client, favorites, part } = await openMany();
    client.hold();
    client.sync = { ...client.sync, running: true };
    const asked = favorites.loadState();
    client.emit('favorites.changed', { ...client.sync, favorites: 700, running: false });
    await part();
    await asked;
    expect(favorites.sync?.running).toBe(false);
  });

  it('says that the rest of a list is missing, and gets it when asked again', async () => {
    const { client, favorites, part } = await openMany();
    client.hold();
    favorites.change({ sort: 'uploaded' });
    await part();
    client.fail('favorites.list', broken);
    await part();
    expect([favorites.list.length, favorites.error?.code, favorites.loading]).toEqual([100, 'offline', false]);
    client.fail('favorites.list', null);
    client.release();
    await favorites.load();
    expect([favorites.list.length, favorites.error]).toEqual([700, null]);
  });

  it('takes nothing of a list that was on its way when the opt-in went off', async () => {
    const { client, favorites, part } = await openMany();
    client.calls.length = 0;
    client.hold();
    favorites.change({ sort: 'uploaded' });
    await part();
    favorites.hideAdult();
    client.release();
    for (let turn = 0; turn < 5; turn += 1) await settled();
    const offsets = client.calls.flatMap(({ name, input }) =>
      name === 'favorites.list' ? [(input as { readonly offset: number }).offset] : [],
    );
    expect(offsets).toEqual([0, 100, 0, 100, 500]);
    expect([favorites.list.length, favorites.loading]).toEqual([700, false]);
  });

  it('tells how the sync went, in words', async () => {
    const { app, client, favorites } = await open();
    await favorites.syncNow();
    expect(app.notices.list.at(-1)?.message).toBe('In step: 3 received, 0 sent.');
    client.fail('favorites.sync', broken);
    await favorites.syncNow(true);
    expect(app.notices.list.at(-1)).toMatchObject({ level: 'error', message: 'There is no network.' });
    expect(
      client.calls.some(({ name, input }) => name === 'favorites.sync' && JSON.stringify(input).includes('true')),
    ).toBe(true);
  });
});
