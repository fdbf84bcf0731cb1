import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import type { Image } from '../../shared/model.ts';
import { createFakeClient, fakeSettings, type FakeClient } from '../testing/fake-client.ts';
import { App } from './app.svelte.ts';
import { createMemory, type Memory } from './storage.ts';

const settled = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

function memoryOf(values = new Map<string, string>()): Memory {
  return createMemory(() => ({
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
  }));
}

const rememberedFilter = (memory: Memory, provider: string) => memory.read(`filter.${provider}`);

/** The whole wiring over a fake client; timers run only when the test says so. */
async function start(client: FakeClient = createFakeClient(), memory = memoryOf()) {
  const timers = new Set<() => void>();
  const waits: number[] = [];
  const app = new App({
    client,
    memory,
    desktop: false,
    later: (ms, action) => {
      waits.push(ms);
      timers.add(action);
      return () => void timers.delete(action);
    },
  });
  app.setConnection('connected');
  await settled();
  const runTimers = async (): Promise<void> => {
    for (const action of [...timers]) {
      timers.delete(action);
      action();
    }
    await settled();
  };
  return { app, client, runTimers, waits };
}
const names = (client: FakeClient) => client.calls.map((call) => call.name);
const broken = appError('offline', 'There is no network.');

describe('browse', () => {
  it('shows the first page, then more, each picture once, until the end', async () => {
    const { app } = await start();
    expect(app.browse.list.length).toBe(60);
    for (let turn = 0; turn < 9; turn += 1) await app.browse.more();
    expect(app.browse.list.length).toBe(150);
    expect(app.browse.ended).toBe(true);
    expect(new Set(app.browse.list.ids()).size).toBe(150);
  });

  it('looks again when the filter changes, and forgets the answer to the old one', async () => {
    const { app, client } = await start();
    client.hold();
    app.browse.tag('hills', 'include');
    await settled();
    app.browse.tag('sky', 'include');
    client.release();
    await settled();
    const shown = app.browse.list.ids().flatMap((id) => app.images.get(id) ?? []);
    expect(shown.every((image) => image.tags.includes('hills') && image.tags.includes('sky'))).toBe(true);
    expect(app.browse.loading).toBe(false);
  });

  it('remembers service and filter', async () => {
    const memory = memoryOf();
    const first = await start(createFakeClient(), memory);
    first.app.browse.tag('maid', 'include');
    first.app.browse.change({ orientation: 'portrait' });
    first.app.browse.select('yiff-rest');
    await settled();
    const second = await start(createFakeClient(), memory);
    expect(second.app.browse.provider).toBe('yiff-rest');
    second.app.browse.select('waifu-im');
    expect(second.app.browse.filter).toMatchObject({ tags: ['maid'], orientation: 'portrait' });
    second.app.browse.reset();
    expect(second.app.browse.filter.tags).toEqual([]);
  });

  it('says what failed and goes on from there when asked', async () => {
    const client = createFakeClient();
    client.fail('browse', broken);
    const { app } = await start(client);
    expect(app.browse.error).toEqual(broken);
    client.fail('browse', null);
    await app.browse.more();
    expect([app.browse.error, app.browse.list.length]).toEqual([null, 60]);
  });

  it('asks the user after many pages without a match', async () => {
    const client = createFakeClient({ count: 4000 });
    for (const [id, image] of client.images) client.images.set(id, { ...image, tags: [] });
    const { app } = await start(client);
    const before = names(client).filter((name) => name === 'browse').length;
    // Every page repeats what is known: nothing new, but more to come.
    const repeat = [...client.images.values()].filter((image) => image.provider === 'waifu-im').slice(0, 60);
    for (const image of repeat) app.browse.list.append([image]);
    const original = client.call.bind(client);
    client.call = (name, input, options) =>
      name === 'browse'
        ? (Promise.resolve({
            ok: true,
            value: { images: repeat, dropped: 0, cursor: 'x', offline: false, hidden: 0 },
          }) as never)
        : original(name, input, options);
    await app.browse.more();
    expect(before).toBe(1);
    expect([app.browse.sparse, app.browse.loading, app.browse.ended]).toEqual([true, false, false]);
  });

  it('follows a tag of a picture into its own service with a fresh filter', async () => {
    const { app } = await start();
    app.browse.change({ orientation: 'portrait' });
    app.viewer.open('waifu-im:7000', app.browse.list);
    app.follow('waifu-im', { tag: 'sky' });
    expect([app.view, app.viewer.id]).toEqual(['browse', null]);
    expect(app.browse.filter).toMatchObject({ tags: ['sky'], orientation: null });
  });
});

describe('tags', () => {
  const asked = (client: FakeClient) => names(client).filter((name) => name === 'tags.list').length;

  it('are asked for again while some are not known, and no more when all are', async () => {
    const client = createFakeClient();
    client.unrated = 12;
    const { app } = await start(client);
    expect([asked(client), app.browse.words.unrated]).toEqual([1, 12]);
    client.unrated = 0;
    await app.browse.loadWords();
    expect([asked(client), app.browse.words.unrated]).toEqual([2, 0]);
    await app.browse.loadWords();
    expect(asked(client)).toBe(2);
  });

  it('stay when they cannot be asked for again, and are asked for after a failure', async () => {
    const client = createFakeClient();
    client.unrated = 12;
    const { app } = await start(client);
    const { tags } = app.browse.words;
    client.fail('tags.list', broken);
    await app.browse.loadWords();
    expect(app.browse.words).toMatchObject({ tags, unrated: 12, error: broken, loading: false });
    client.fail('tags.list', null);
    client.unrated = 0;
    await app.browse.loadWords();
    expect(app.browse.words).toMatchObject({ tags, unrated: 0, error: null });
  });

  it('forget an answer to the former content setting', async () => {
    const client = createFakeClient();
    client.unrated = 12;
    const { app } = await start(client);
    client.hold();
    const late = app.browse.loadWords();
    await settled();
    client.emit('settings.changed', { ...client.settings, adultContent: true });
    const before = app.browse.words;
    expect(before).toMatchObject({ tags: [], loading: true });
    client.release();
    await late;
    await settled();
    expect(app.browse.words).toMatchObject({ unrated: 12, loading: false });
    expect(app.browse.words.tags.length).toBeGreaterThan(0);
  });
});

describe('a service that cannot be reached', () => {
  const asked = (client: FakeClient) => names(client).filter((name) => name === 'browse').length;
  const online = (client: FakeClient, is: boolean) =>
    client.emit('connection.changed', { id: 'waifu-im', online: is, error: null });

  it('is asked again by itself, ever more seldom, and all is well when it answers', async () => {
    const client = createFakeClient();
    client.pageOffline = true;
    const { app, runTimers, waits } = await start(client);
    for (let turn = 0; turn < 3; turn += 1) await runTimers();
    expect(waits).toEqual([15_000, 30_000, 60_000, 60_000]);
    expect([asked(client), app.browse.offline, app.browse.list.length]).toEqual([4, true, 60]);
    client.pageOffline = false;
    const epoch = app.mediaEpoch;
    await runTimers();
    expect([app.browse.offline, app.browse.list.length]).toEqual([false, 60]);
    expect(app.mediaEpoch).toBeGreaterThan(epoch);
    const total = asked(client);
    await runTimers();
    expect(asked(client)).toBe(total);
  });

  it('is asked at once when it is said to be back, but not again and again', async () => {
    const client = createFakeClient();
    client.fail('browse', broken);
    const { app } = await start(client);
    online(client, false);
    for (let turn = 0; turn < 5; turn += 1) {
      online(client, true);
      await settled();
    }
    expect([asked(client), app.browse.error]).toEqual([2, broken]);
    client.fail('browse', null);
    app.browse.retryNow();
    await settled();
    expect([app.browse.error, app.browse.list.length]).toEqual([null, 60]);
  });

  it('waits while the viewer is open', async () => {
    const client = createFakeClient();
    client.pageOffline = true;
    const { app, runTimers } = await start(client);
    app.viewer.open('waifu-im:7000', app.browse.list);
    client.pageOffline = false;
    await runTimers();
    expect([asked(client), app.browse.offline]).toEqual([1, true]);
    app.viewer.close();
    await runTimers();
    expect(app.browse.offline).toBe(false);
  });
});

describe('hearts', () => {
  it('turn at once, everywhere, and stay when the owner agrees', async () => {
    const { app, client } = await start();
    client.hold();
    const done = app.images.toggleFavorite('waifu-im:7001');
    expect(app.images.isFavorite('waifu-im:7001')).toBe(true);
    client.release();
    expect(await done).toBe(true);
    expect(client.images.get('waifu-im:7001')?.favorite).toBe(true);
    expect(app.images.get('waifu-im:7001')?.favorite).toBe(true);
  });

  it('turn back, with the reason, when it fails', async () => {
    const { app, client } = await start();
    client.fail('favorites.add', broken);
    expect(await app.images.toggleFavorite('waifu-im:7001')).toBe(false);
    expect(app.images.isFavorite('waifu-im:7001')).toBe(false);
    expect(app.notices.list.map((notice) => notice.message)).toContain('There is no network.');
  });

  it('hold the last word of quick presses, one call at a time', async () => {
    const { app, client } = await start();
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
    expect(names(client).filter((name) => name.startsWith('favorites.add') || name === 'favorites.remove')).toEqual([
      'favorites.add',
      'favorites.remove',
    ]);
  });

  it('follow what other windows do', async () => {
    const { app, client } = await start();
    const image = client.images.get('waifu-im:7001') as Image;
    client.emit('images.changed', { images: [{ ...image, favorite: true }] });
    expect(app.images.isFavorite('waifu-im:7001')).toBe(true);
  });
});

describe('favorites', () => {
  async function open() {
    const all = await start();
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
    const all = await start(client);
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
    const { app } = await start(all);
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
    const before = names(client).filter((name) => name === 'favorites.list').length;
    await client.call('favorites.add', { ids: ['waifu-im:7001'] });
    await runTimers();
    expect(names(client).filter((name) => name === 'favorites.list').length).toBe(before);
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
    const asked = () => names(client).filter((name) => name === 'favorites.list').length;
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

describe('the content setting', () => {
  it('hides at once, everywhere, when it is turned off', async () => {
    const client = createFakeClient();
    client.settings = { ...fakeSettings, adultContent: true };
    const ids = [...client.images.keys()];
    for (const id of ids.slice(0, 10)) client.images.set(id, { ...(client.images.get(id) as Image), rating: 'adult' });
    const { app } = await start(client);
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
    const { app } = await start(client, memory);
    app.browse.change({ rating: 'adult', orientation: 'portrait' });
    app.favorites.change({ rating: 'adult' });
    expect(rememberedFilter(memory, 'waifu-im')).toMatchObject({ rating: 'adult' });
    await app.settings.set({ adultContent: false });
    await settled();
    expect(rememberedFilter(memory, 'waifu-im')).toMatchObject({ rating: 'safe', orientation: 'portrait' });
    await app.settings.set({ adultContent: true });
    expect([app.browse.filter.rating, app.favorites.query.rating]).toEqual(['safe', 'any']);
    const restarted = await start(client, memory);
    expect(restarted.app.browse.filter.rating).toBe('safe');
  });

  it('counts the wallpapers it hides', async () => {
    const client = createFakeClient();
    client.rotation.hiddenWallpapers = 1;
    const { app } = await start(client);
    expect([app.wallpapers.current.length, app.wallpapers.hidden]).toEqual([0, 1]);
    client.rotation.hiddenWallpapers = 0;
    await app.rotation.next();
    expect([app.wallpapers.current.length, app.wallpapers.hidden]).toEqual([3, 0]);
  });

  it('is off until it is known', async () => {
    const client = createFakeClient();
    client.fail('settings.get', broken);
    const { app } = await start(client);
    expect([app.settings.adult, app.settings.error]).toEqual([false, broken]);
  });
});

describe('the viewer', () => {
  it('walks along the list, asks for more near its end, and stops at the ends', async () => {
    const { app } = await start();
    let asked = 0;
    const ids = app.browse.list.ids();
    app.viewer.open(ids[0] ?? '', app.browse.list, () => (asked += 1));
    app.viewer.go(-1);
    expect(app.viewer.id).toBe(ids[0]);
    app.viewer.go(1);
    expect([app.viewer.id, app.browse.list.focused, asked]).toEqual([ids[1], ids[1], 0]);
    app.viewer.open(ids[58] ?? '', app.browse.list, () => (asked += 1));
    app.viewer.go(1);
    expect([app.viewer.nextId, asked]).toEqual([null, 2]);
  });

  it('goes on from its place when its picture leaves the list', async () => {
    const { app } = await start();
    const ids = [...app.browse.list.ids()];
    app.viewer.open(ids[5] ?? '', app.browse.list);
    app.browse.list.remove((id) => id === ids[5]);
    expect([app.viewer.previousId, app.viewer.nextId]).toEqual([ids[4], ids[6]]);
  });

  it('gives its picture’s hue to the accent', async () => {
    const { app } = await start();
    const before = app.accent.hue;
    app.viewer.open('waifu-im:7001', app.browse.list);
    expect(app.accent.hue).not.toBe(before);
  });
});

describe('setting a wallpaper', () => {
  it('goes to all displays unless some are left out, and tells what was checked', async () => {
    const { app, client } = await start();
    const dialog = app.setWallpaper;
    await dialog.open('waifu-im:7000');
    expect(dialog.chosen.size).toBe(3);
    dialog.toggle('DP-2');
    dialog.fit = 'blur';
    await dialog.set();
    expect(client.calls.find((call) => call.name === 'wallpaper.set')?.input).toEqual({
      id: 'waifu-im:7000',
      displays: ['DP-1', 'HDMI-1'],
      fit: 'blur',
    });
    expect([dialog.phase, dialog.applied.length, dialog.applied.every((entry) => entry.verified)]).toEqual([
      'done',
      2,
      true,
    ]);
    expect(app.wallpapers.current.length).toBe(2);
  });

  it('keeps the error until it is tried again, and refuses to set nothing', async () => {
    const { app, client } = await start();
    const dialog = app.setWallpaper;
    client.fail('wallpaper.set', appError('no_backend', 'Install feh.'));
    await dialog.open('waifu-im:7000');
    await dialog.set();
    expect([dialog.phase, dialog.error?.message]).toEqual(['failed', 'Install feh.']);
    for (const display of ['DP-1', 'HDMI-1', 'DP-2']) dialog.toggle(display);
    client.calls.length = 0;
    await dialog.set();
    expect(client.calls).toEqual([]);
  });
});

describe('accounts, downloads and notices', () => {
  it('never keeps a token', async () => {
    const { app, client } = await start();
    expect(await app.accounts.save('waifu-im', 'secret-token')).toBeNull();
    expect(app.accounts.of('waifu-im')).toMatchObject({ configured: true, valid: true });
    expect(JSON.stringify($state.snapshot(app.accounts.list))).not.toContain('secret-token');
    client.fail('account.test', appError('unauthorized', 'The token is not valid.'));
    expect((await app.accounts.test('waifu-im'))?.message).toBe('The token is not valid.');
    expect(app.accounts.busy).toBeNull();
  });

  it('downloads all it can and reports the rest', async () => {
    const { app } = await start();
    const result = await app.downloads.all(['waifu-im:7000', 'waifu-im:1', 'waifu-im:7001']);
    expect([result.done, result.errors.length]).toEqual([2, 1]);
    expect(app.images.get('waifu-im:7000')?.cached).toBe(true);
  });

  it('goes away after a while, but not while someone is on it', async () => {
    const { app, runTimers } = await start();
    app.notices.info('one');
    app.notices.info('two');
    app.notices.info('two');
    expect(app.notices.list.map((notice) => notice.message)).toEqual(['one', 'two']);
    app.notices.hold(app.notices.list[1]?.key ?? 0);
    await runTimers();
    expect(app.notices.list.map((notice) => notice.message)).toEqual(['two']);
    app.notices.release(app.notices.list[0]?.key ?? 0);
    await runTimers();
    expect(app.notices.list).toEqual([]);
  });

  it('remembers nothing where nothing can be remembered, and does not break', () => {
    const memory = createMemory(() => {
      throw new Error('denied');
    });
    memory.write('a', 1);
    expect(memory.read('a')).toBeNull();
    expect(memoryOf(new Map([['kabegami.a', '{']])).read('a')).toBeNull();
  });
});
