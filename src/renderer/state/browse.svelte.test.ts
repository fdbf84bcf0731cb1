import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { createFakeClient, type FakeClient } from '../testing/fake-client.ts';
import { memoryOf, settled, startTestApp, timesAsked } from '../testing/test-app.ts';

const broken = appError('offline', 'There is no network.');

describe('browse', () => {
  it('shows the first page, then more, each picture once, until the end', async () => {
    const { app } = await startTestApp();
    expect(app.browse.list.length).toBe(60);
    for (let turn = 0; turn < 9; turn += 1) await app.browse.more();
    expect(app.browse.list.length).toBe(150);
    expect(app.browse.ended).toBe(true);
    expect(new Set(app.browse.list.ids()).size).toBe(150);
  });

  it('looks again when the filter changes, and forgets the answer to the old one', async () => {
    const { app, client } = await startTestApp();
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
    const first = await startTestApp(createFakeClient(), memory);
    first.app.browse.tag('maid', 'include');
    first.app.browse.change({ orientation: 'portrait' });
    first.app.browse.select('yiff-rest');
    await settled();
    const second = await startTestApp(createFakeClient(), memory);
    expect(second.app.browse.provider).toBe('yiff-rest');
    second.app.browse.select('waifu-im');
    expect(second.app.browse.filter).toMatchObject({ tags: ['maid'], orientation: 'portrait' });
    second.app.browse.reset();
    expect(second.app.browse.filter.tags).toEqual([]);
  });

  it('says what failed and goes on from there when asked', async () => {
    const client = createFakeClient();
    client.fail('browse', broken);
    const { app } = await startTestApp(client);
    expect(app.browse.error).toEqual(broken);
    client.fail('browse', null);
    await app.browse.more();
    expect([app.browse.error, app.browse.list.length]).toEqual([null, 60]);
  });

  it('asks the user after many pages without a match', async () => {
    const client = createFakeClient({ count: 4000 });
    for (const [id, image] of client.images) client.images.set(id, { ...image, tags: [] });
    const { app } = await startTestApp(client);
    const before = timesAsked(client, 'browse');
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
    const { app } = await startTestApp();
    app.browse.change({ orientation: 'portrait' });
    app.viewer.open('waifu-im:7000', app.browse.list);
    app.follow('waifu-im', { tag: 'sky' });
    expect([app.view, app.viewer.id]).toEqual(['browse', null]);
    expect(app.browse.filter).toMatchObject({ tags: ['sky'], orientation: null });
  });
});

describe('tags', () => {
  const asked = (client: FakeClient) => timesAsked(client, 'tags.list');

  it('are asked for again while some are not known, and no more when all are', async () => {
    const client = createFakeClient();
    client.unrated = 12;
    const { app } = await startTestApp(client);
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
    const { app } = await startTestApp(client);
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
    const { app } = await startTestApp(client);
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
  const asked = (client: FakeClient) => timesAsked(client, 'browse');
  const online = (client: FakeClient, is: boolean) =>
    client.emit('connection.changed', { id: 'waifu-im', online: is, error: null });

  it('is asked again by itself, ever more seldom, and all is well when it answers', async () => {
    const client = createFakeClient();
    client.pageOffline = true;
    const { app, runTimers, waits } = await startTestApp(client);
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
    const { app } = await startTestApp(client);
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
    const { app, runTimers } = await startTestApp(client);
    app.viewer.open('waifu-im:7000', app.browse.list);
    client.pageOffline = false;
    await runTimers();
    expect([asked(client), app.browse.offline]).toEqual([1, true]);
    app.viewer.close();
    await runTimers();
    expect(app.browse.offline).toBe(false);
  });
});
