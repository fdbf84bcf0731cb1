import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { createFakeClient, fakeSettings, type FakeClient } from '../testing/fake-client.ts';
import { fakeDisplays } from '../testing/fake-data.ts';
import { settled, startTestApp } from '../testing/test-app.ts';
import type { App } from './app.svelte.ts';
import { historyPage } from './history.svelte.ts';

const broken = appError('offline', 'There is no network.', { retryable: true });
const [first = '', second = ''] = fakeDisplays.map(({ key }) => key);
const names = fakeDisplays.map(({ id }) => id);

async function start(client: FakeClient = createFakeClient()) {
  const { app } = await startTestApp(client);
  const inputs = (name: string) => client.calls.filter((call) => call.name === name).map((call) => call.input);
  return { app, client, inputs, ids: app.browse.list.ids().slice() };
}
const said = (app: App) => app.notices.list.at(-1)?.message ?? '';

describe('moving the desktop', () => {
  it('goes on and back, one thing at a time, and says on which displays', async () => {
    const { app, client, inputs } = await start();
    await app.rotation.next();
    const before = app.wallpapers.current.map(({ image }) => image.id);
    expect(before.length).toBe(3);
    await app.rotation.next();
    expect(said(app)).toBe('New wallpaper on DP-1, HDMI-1, and DP-2 — checked.');
    expect(app.wallpapers.current.map(({ image }) => image.id)).not.toEqual(before);
    await app.rotation.previous();
    expect(app.wallpapers.current.map(({ image }) => image.id)).toEqual(before);
    expect(said(app)).toBe('DP-1, HDMI-1, and DP-2 show what they showed before.');

    client.hold();
    const moving = app.rotation.next();
    void app.rotation.previous(['DP-1']);
    expect(app.rotation.moving).toBe('next');
    client.release();
    await moving;
    expect([app.rotation.moving, inputs('wallpaper.previous').length]).toEqual([null, 1]);
    await app.rotation.previous(['DP-1']);
    expect(inputs('wallpaper.previous').at(-1)).toEqual({ displays: ['DP-1'] });
  });

  it('says what failed, and offers another try only where that may help', async () => {
    const { app, client } = await start();
    client.fail('wallpaper.next', broken);
    await app.rotation.next();
    expect([said(app), app.notices.list.at(-1)?.action?.label]).toEqual(['There is no network.', 'Try again']);
    client.fail('wallpaper.next', appError('no_candidate', 'Nothing fits.'));
    await app.rotation.next();
    expect([said(app), app.notices.list.at(-1)?.action]).toEqual(['Nothing fits.', null]);
  });

  it('secures at once, also while another change is under way, and releases', async () => {
    const { app, client } = await start();
    client.hold();
    void app.rotation.next();
    const safe = app.rotation.secure(true);
    client.release();
    await safe;
    expect([app.rotation.safe, app.rotation.status?.state]).toEqual([true, 'safe']);
    expect(app.notices.list.map(({ action }) => action?.label)).toContain('Release');
    await app.rotation.secure(false);
    expect(app.rotation.safe).toBe(false);
    // Its button has nothing to release any more.
    expect(app.notices.list.map(({ action }) => action?.label)).not.toContain('Release');
  });
});

describe('setting rotation up', () => {
  it('shows what the owner answers, and pauses for as long as was said', async () => {
    const { app, inputs } = await start();
    expect(app.rotation.status?.state).toBe('off');
    await app.rotation.set({ on: true, everyMinutes: 10 });
    expect([app.rotation.status?.state, app.rotation.config?.everyMinutes]).toEqual(['running', 10]);
    await app.rotation.pause('resumed');
    expect([app.rotation.status?.state, inputs('rotation.pause').at(-1)]).toEqual(['paused', { until: null }]);
    await app.rotation.resume();
    expect(app.rotation.status?.state).toBe('running');
  });

  it('keeps what is not understood: a refused change leaves everything as it was', async () => {
    const { app, client } = await start();
    client.fail('rotation.set', appError('invalid_input', 'Not a time zone.'));
    expect(await app.rotation.set({ timeZone: 'Nowhere' })).toBe(false);
    expect([said(app), app.rotation.config?.timeZone]).toEqual(['Not a time zone.', null]);
    expect((await app.rotation.trySet({ timeZone: 'Nowhere' }))?.message).toBe('Not a time zone.');
  });

  it('keeps what differs on a display, and nothing for one that is as all', async () => {
    const { app } = await start();
    await app.rotation.setDisplay(first, { pool: 'library' });
    await app.rotation.setDisplay(first, { fit: 'blur' });
    await app.rotation.setDisplay(second, { fit: 'fit' });
    expect(app.rotation.config?.displays).toEqual({
      [first]: { pool: 'library', fit: 'blur' },
      [second]: { pool: null, fit: 'fit' },
    });
    await app.rotation.setDisplay(second, { fit: null });
    expect(Object.keys(app.rotation.config?.displays ?? {})).toEqual([first]);
  });

  it('tells no upcoming picture that may not be seen any more', async () => {
    const client = createFakeClient();
    client.settings = { ...fakeSettings, adultContent: true };
    for (const [id, image] of client.images) client.images.set(id, { ...image, rating: 'adult' });
    const { app } = await start(client);
    expect(app.rotation.status?.displays.every(({ upcoming }) => upcoming !== null)).toBe(true);
    client.hold();
    client.emit('settings.changed', { ...client.settings, adultContent: false });
    expect(app.rotation.status?.displays.every(({ upcoming }) => upcoming === null)).toBe(true);
    client.release();
  });

  it('removes a pool with a way back, also to where it was used', async () => {
    const { app } = await start();
    await app.pools.load();
    await app.pools.save({ id: 'quiet', name: 'Quiet', sources: [{ kind: 'favorites', weight: 1 }] });
    await app.rotation.set({ pool: 'quiet' });
    const quiet = app.pools.pools.find(({ id }) => id === 'quiet');
    if (!quiet) throw new Error('The pool was not saved.');
    await app.pools.remove(quiet);
    expect([app.rotation.config?.pool, app.pools.pools.some(({ id }) => id === 'quiet')]).toEqual(['browse', false]);
    expect(app.notices.list.at(-1)?.message).toBe(
      'The pool "Quiet" was removed. Where it was used, pictures now come from the last search in Browse.',
    );
    expect(app.notices.undoLast()).toBe(true);
    await settled();
    await settled();
    expect([app.rotation.config?.pool, app.pools.nameOf('quiet')]).toEqual(['quiet', 'Quiet']);
    expect(app.pools.nameOf('library')).toBe('Pictures on this disk');
  });
});

describe('history', () => {
  const filled = async (count: number) => {
    const client = createFakeClient();
    const ids = [...client.images.keys()];
    for (let step = 0; step < count; step += 1)
      client.rotation.put(ids[step] ?? '', [names[step % 3] ?? ''], 'fill', 'schedule');
    const started = await start(client);
    await started.app.history.load();
    return started;
  };
  const keys = (app: App) => app.history.entries.map(({ key }) => key);

  it('reads back to the beginning, a page at a time, each entry once', async () => {
    const { app } = await filled(100);
    expect(keys(app)).toHaveLength(historyPage);
    while (!app.history.ended) await app.history.more();
    expect(keys(app)).toEqual(Array.from({ length: 100 }, (_, index) => 100 - index));
    await app.history.more();
    expect(keys(app)).toHaveLength(100);
  });

  it('follows what changes, without losing how far back one has looked', async () => {
    const { app, client } = await filled(100);
    await app.history.more();
    client.rotation.put('waifu-im:7001', ['DP-1'], 'fit', 'next');
    await settled();
    expect(keys(app)).toEqual(Array.from({ length: 81 }, (_, index) => 101 - index));
    const current = app.history.entries.filter((entry) => entry.current);
    expect(current.map(({ displayName }) => displayName).sort()).toEqual(['DP-1', 'DP-2', 'HDMI-1']);
    await app.history.more();
    expect(new Set(keys(app)).size).toBe(101);
  });

  it('begins anew where more happened than a page tells', async () => {
    const { app, client } = await filled(5);
    client.hold();
    for (let step = 0; step < 60; step += 1) client.rotation.put('waifu-im:7001', ['DP-1'], 'fill', 'next');
    client.release();
    await settled();
    await settled();
    while (!app.history.ended) await app.history.more();
    expect(keys(app)).toEqual(Array.from({ length: 65 }, (_, index) => 65 - index));
  });

  it('asks for one display, and drops the answer to an older question', async () => {
    const { app, client } = await filled(30);
    client.hold();
    app.history.select(first);
    app.history.select(second);
    client.release();
    await settled();
    expect([app.history.display, app.history.loading]).toEqual([second, false]);
    expect(app.history.entries.length).toBe(10);
    expect(app.history.entries.every(({ display }) => display === second)).toBe(true);
    expect(Object.values(app.history.names).sort()).toEqual([...names].sort());
  });

  it('shows an entry again on its display', async () => {
    const { app } = await filled(9);
    const entry = app.history.entries.at(-1);
    if (!entry) throw new Error('There is no entry.');
    await app.history.jump(entry);
    await settled();
    expect(app.wallpapers.current.find(({ displayKey }) => displayKey === entry.display)?.image.id).toBe(
      entry.image?.id,
    );
    expect(said(app)).toBe(`${entry.displayName} shows it again.`);
    expect(app.history.entries[0]).toMatchObject({ image: { id: entry.image?.id }, current: true });
  });

  it('says what failed, keeps what is known, and goes on', async () => {
    const { app, client } = await filled(100);
    client.fail('wallpaper.history', broken);
    await app.history.more();
    expect([app.history.error, keys(app).length]).toEqual([broken, historyPage]);
    client.fail('wallpaper.history', null);
    await app.history.more();
    expect([app.history.error, keys(app).length]).toEqual([null, historyPage * 2]);
  });

  it('hides at once what is no longer allowed', async () => {
    const client = createFakeClient();
    client.settings = { ...fakeSettings, adultContent: true };
    const adult = client.images.get('waifu-im:7001');
    if (adult) client.images.set(adult.id, { ...adult, rating: 'adult' });
    client.rotation.put('waifu-im:7001', ['DP-1'], 'fill');
    const { app } = await start(client);
    await app.history.load();
    expect(app.history.entries[0]?.image?.id).toBe('waifu-im:7001');
    client.hold();
    client.emit('settings.changed', { ...client.settings, adultContent: false });
    expect(app.history.entries[0]).toMatchObject({ image: null, hidden: true });
    expect(app.history.hidden).toBe(1);
    client.release();
  });

  it('leaves out what is blocked, wherever it is, goes on behind a page of nothing else, and has it back when undone', async () => {
    const client = createFakeClient();
    for (let step = 0; step < 100; step += 1) client.rotation.put('waifu-im:7001', ['DP-1'], 'fill', 'next');
    for (let step = 0; step < 100; step += 1)
      client.rotation.put(step % 2 ? 'waifu-im:7000' : 'waifu-im:7004', ['DP-1'], 'fill', 'next');
    const { app } = await start(client);
    await app.history.load();
    while (!app.history.ended) await app.history.more();
    expect(keys(app)).toHaveLength(200);
    const blocking = app.blocks.add({ kind: 'image', value: 'waifu-im:7004' });
    expect(keys(app)).toHaveLength(150);
    await blocking;
    await app.blocks.add({ kind: 'image', value: 'waifu-im:7000' });
    await settled();
    while (!app.history.ended) await app.history.more();
    expect(app.history.entries.every(({ image }) => image?.id === 'waifu-im:7001')).toBe(true);
    app.history.reset();
    await app.history.load();
    expect(keys(app).length).toBeGreaterThan(0);
    app.notices.undoLast();
    await settled();
    await settled();
    while (!app.history.ended) await app.history.more();
    expect(keys(app)).toHaveLength(150);
  });
});

describe('never again', () => {
  it('leaves every list before the owner has answered, and comes back to its place when undone', async () => {
    const { app, client, ids } = await start();
    const id = ids[7] ?? '';
    app.browse.list.focused = id;
    client.hold();
    const blocking = app.blocks.add({ kind: 'image', value: id });
    expect([app.browse.list.indexOf(id), app.browse.list.length]).toEqual([-1, 59]);
    expect(app.browse.list.focused).toBe(ids[8]);
    client.release();
    await blocking;
    expect(said(app)).toBe('You will not see this picture again.');
    app.notices.undoLast();
    await settled();
    expect(app.browse.list.ids()).toEqual(ids);
    expect(client.rotation.blocks).toEqual([]);
  });

  it('puts back what it had taken when it fails', async () => {
    const { app, client, ids } = await start();
    client.fail('blocks.add', broken);
    await app.blocks.add({ kind: 'tag', value: 'sky' });
    expect([app.browse.list.ids(), said(app)]).toEqual([ids, 'There is no network.']);
  });

  it('takes an artist’s and a tag’s pictures, whatever the case, and near-duplicates when the owner tells', async () => {
    const { app, client } = await start();
    await app.blocks.add({ kind: 'artist', value: 'HOSHINO AKI' });
    const shown = () => app.browse.list.ids().flatMap((id) => app.images.get(id) ?? []);
    expect(shown().some(({ artists }) => artists.some(({ name }) => name === 'Hoshino Aki'))).toBe(false);
    await app.blocks.add({ kind: 'tag', value: 'sky' });
    expect(shown().some(({ tags }) => tags.includes('sky'))).toBe(false);
    const [near] = shown();
    if (!near) throw new Error('Nothing is left.');
    client.emit('images.changed', { images: [{ ...near, blocked: true }] });
    expect(app.browse.list.indexOf(near.id)).toBe(-1);
    client.emit('images.changed', { images: [{ ...near, blocked: false }] });
    expect(app.browse.list.indexOf(near.id)).toBe(0);
  });

  it('never brings back what the content setting hides', async () => {
    const client = createFakeClient();
    client.settings = { ...fakeSettings, adultContent: true };
    const image = client.images.get('waifu-im:7001');
    if (!image) throw new Error('There is no such picture.');
    client.images.set(image.id, { ...image, rating: 'adult' });
    const { app } = await start(client);
    expect(app.browse.list.indexOf(image.id)).toBeGreaterThanOrEqual(0);
    await app.blocks.add({ kind: 'image', value: image.id });
    client.hold();
    client.emit('settings.changed', { ...client.settings, adultContent: false });
    client.emit('images.changed', { images: [{ ...image, rating: 'adult', blocked: false }] });
    expect(app.browse.list.indexOf(image.id)).toBe(-1);
    client.release();
  });

  it('moves the viewer on, and out when nothing is left', async () => {
    const { app, ids } = await start();
    app.viewer.open(ids[3] ?? '', app.browse.list);
    await app.blocks.add({ kind: 'image', value: ids[3] ?? '' });
    expect(app.viewer.id).toBe(ids[4]);
    app.viewer.open(ids[9] ?? '');
    await app.blocks.add({ kind: 'image', value: ids[9] ?? '' });
    expect(app.viewer.id).toBeNull();
  });

  it('lists what is blocked, and allows it again', async () => {
    const { app, client } = await start();
    await app.blocks.add({ kind: 'tag', value: 'sky' });
    await app.blocks.load();
    const [block] = app.blocks.list;
    expect([block?.kind, block?.label]).toEqual(['tag', 'sky']);
    client.fail('blocks.remove', broken);
    if (block) await app.blocks.remove(block);
    expect(app.blocks.list).toHaveLength(1);
    client.fail('blocks.remove', null);
    if (block) await app.blocks.remove(block);
    expect([app.blocks.list, said(app)]).toEqual([[], '"sky" is allowed again.']);
  });
});
