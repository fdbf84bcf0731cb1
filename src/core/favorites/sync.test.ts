import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { favoriteQuery } from '../../shared/model.ts';
import { createWorld, modelImages, type World } from './testing/world.ts';

let world: World;
beforeEach(() => {
  world = createWorld();
});
afterEach(() => world.end());

const id = (index: number): string => `waifu-im:${index}`;
const ids = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, index) => id(from + index));
const list = async () => {
  const result = await world.engine.list(favoriteQuery.parse({}));
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
};
const journal = (): string[] => world.store.sync.journal(1000).map(({ event }) => event);

describe('a like', () => {
  it('is local at once and queued, also without an account', async () => {
    world.account = null;
    expect(await world.engine.add([id(1)])).toEqual({ ok: true, value: { changed: [id(1)] } });
    expect(world.engine.state()).toMatchObject({ favorites: 1, pending: 1, account: false });
    expect(await world.sync()).toMatchObject({ pushed: 0, error: { code: 'unauthorized' } });
    expect(world.remote.requests).toEqual([]);
    world.account = 'account-one';
    expect(await world.sync()).toMatchObject({ pushed: 1, error: null });
    expect([...world.remote.favorites]).toEqual(['1']);
    expect(world.engine.state()).toMatchObject({ favorites: 1, pending: 0 });
  });

  it('of yiff.rest stays here', async () => {
    await world.engine.add(['yiff-rest:abc']);
    expect(world.engine.state()).toMatchObject({ favorites: 1, pending: 0 });
    expect(await world.engine.remove(['yiff-rest:abc'])).toEqual({ ok: true, value: { changed: ['yiff-rest:abc'] } });
    expect(world.engine.pending()).toEqual([]);
  });

  it('of something unknown is an error, and the rest of a batch is liked', async () => {
    expect(await world.engine.add([id(999)])).toMatchObject({ ok: false, error: { code: 'not_found' } });
    const result = await world.engine.add([id(1), id(999), id(2)]);
    expect(result).toMatchObject({ ok: false, error: { message: expect.stringContaining('1 of 3') } });
    expect(world.liked()).toEqual(new Set([id(1), id(2)]));
  });

  it('has only its last word sent', async () => {
    await world.engine.add([id(1)]);
    await world.engine.remove([id(1)]);
    await world.engine.toggle(id(1));
    await world.engine.toggle(id(1));
    expect(world.engine.pending()).toMatchObject([{ id: id(1), desired: 'unliked', attempts: 0, parked: false }]);
    await world.sync();
    expect(world.remote.requests).toEqual(['list']);
    expect(world.engine.pending()).toEqual([]);
  });

  it('is seen by every client', async () => {
    await world.engine.add([id(1)]);
    expect(world.heard.find(({ name }) => name === 'images.changed')?.payload).toMatchObject({
      images: [{ id: id(1), favorite: true }],
    });
    expect(world.heard.some(({ name }) => name === 'favorites.changed')).toBe(true);
  });
});

describe('the flush', () => {
  it('counts 409 and 404 as done', async () => {
    await world.engine.add([id(1), id(2)]);
    // Liked and unliked elsewhere between our list and our requests.
    world.remote.around = () => {
      if (world.remote.requests.at(-1) === 'insert 1') world.remote.favorites.add('1');
    };
    expect(await world.sync()).toMatchObject({ pushed: 2, error: null });
    expect(world.engine.pending()).toEqual([]);
  });

  it('repeats a lost answer without a second effect', async () => {
    await world.engine.add([id(1)]);
    world.remote.faults = ['none', 'lost'];
    expect(await world.sync()).toMatchObject({ pushed: 0, error: { code: 'timeout' } });
    expect(world.engine.pending()).toMatchObject([{ attempts: 1, parked: false }]);
    expect(await world.sync()).toMatchObject({ error: null });
    expect(world.remote.effects.inserted.get('1')).toBe(1);
    expect(world.engine.pending()).toEqual([]);
  });

  it.each(['unauthorized', 'forbidden'] as const)('stops at %s and asks for the token', async (code) => {
    await world.engine.add([id(1), id(2)]);
    world.remote.around = () => {
      if (world.remote.requests.at(-1)?.startsWith('insert'))
        world.remote.refusal = appError(code, 'That token is not accepted.');
    };
    expect(await world.sync()).toMatchObject({ error: { code } });
    expect(world.remote.requests).toEqual(['list', 'insert 1']);
    expect(world.engine.state()).toMatchObject({
      pending: 2,
      lastError: { code, message: 'That token is not accepted.' },
    });
    world.remote.refusal = null;
    world.remote.around = null;
    world.account = 'account-new';
    expect(await world.sync()).toMatchObject({ pushed: 2, error: null });
  });

  it('parks a like of an image that is gone, until it is liked again', async () => {
    await world.engine.add([id(1), id(2)]);
    const gone = world.remote.images.get('1');
    world.remote.images.delete('1');
    expect(await world.sync()).toMatchObject({ pushed: 1, error: null });
    expect(world.engine.pending()).toMatchObject([{ id: id(1), parked: true, reason: 'There is no such image.' }]);
    expect(world.engine.state()).toMatchObject({ parked: 1, favorites: 2 });
    await world.sync();
    expect(world.remote.requests.filter((request) => request === 'insert 1')).toHaveLength(1);
    if (gone) world.remote.images.set('1', gone);
    await world.engine.add([id(1)]);
    expect(await world.sync()).toMatchObject({ pushed: 1 });
    expect(world.engine.pending()).toEqual([]);
  });

  it('leaves an image that fails behind and goes on with the others', async () => {
    await world.engine.add([id(1), id(2), id(3)]);
    world.remote.faults = ['none', 'server_error'];
    expect(await world.sync()).toMatchObject({ pushed: 2, error: null });
    expect(world.engine.pending()).toMatchObject([{ id: id(1), attempts: 1, parked: false }]);
  });

  it('gives up after three failures in a row', async () => {
    await world.engine.add(ids(0, 10));
    world.remote.faults = ['none', ...Array.from({ length: 20 }, () => 'server_error' as const)];
    expect(await world.sync()).toMatchObject({ pushed: 0, error: { code: 'server_error' } });
    expect(world.remote.requests).toHaveLength(4);
  });

  it('leaves the service alone for as long as it asked', async () => {
    await world.engine.add([id(1)]);
    world.remote.around = () => {
      world.remote.refusal = appError('rate_limited', 'Too many requests.', { retryAfter: 60_000 });
    };
    expect(await world.sync()).toMatchObject({ error: { code: 'rate_limited' } });
    world.remote.refusal = null;
    world.remote.around = null;
    expect(await world.sync()).toMatchObject({ error: { code: 'rate_limited' } });
    expect(world.remote.requests).toEqual(['list']);
    world.clock.advance(60_001);
    expect(await world.sync()).toMatchObject({ pushed: 1, error: null });
  });

  it('does not leave it alone for longer because the clock is set back', async () => {
    await world.engine.add([id(1)]);
    world.remote.refusal = appError('rate_limited', 'Too many requests.', { retryAfter: 60_000 });
    expect(await world.sync()).toMatchObject({ error: { code: 'rate_limited' } });
    world.remote.refusal = null;
    world.clock.advance(-3 * 3_600_000);
    expect(await world.sync()).toMatchObject({ pushed: 1, error: null });
  });

  it('never takes out a word that came while the one before was under way', async () => {
    await world.engine.add([id(1)]);
    world.remote.around = (moment) => {
      if (moment === 'after' && world.remote.requests.at(-1) === 'insert 1' && world.remote.requests.length === 2)
        void world.engine.remove([id(1)]);
    };
    await world.sync();
    expect(world.remote.requests).toEqual(['list', 'insert 1', 'delete 1']);
    expect(world.engine.pending()).toEqual([]);
    expect([...world.remote.favorites]).toEqual([]);
    expect(world.liked().size).toBe(0);
  });
});

describe('the pull', () => {
  it('brings what was liked elsewhere, in the order of the likes', async () => {
    world.remote.images.set('7', modelImages(8, () => ({ likedAt: '2020-01-01T00:00:00Z' }))[7] ?? expect.fail());
    for (const remoteId of ['7', '3', '5']) world.remote.favorites.add(remoteId);
    expect(await world.sync()).toMatchObject({ pulled: 3, dropped: 0, held: 0, error: null });
    expect((await list()).images.map((image) => image.id)).toEqual([id(3), id(5), id(7)]);
    expect(await world.sync()).toMatchObject({ pulled: 0 });
  });

  it('makes a tombstone of what was dropped: file kept, restorable', async () => {
    await world.engine.add([id(1), id(2)]);
    await world.sync();
    world.remote.favorites.delete('1');
    expect(await world.sync()).toMatchObject({ dropped: 1, held: 0 });
    const { images, tombstones } = await list();
    expect(images.map((image) => image.id)).toEqual([id(2)]);
    expect(tombstones.map(({ image }) => image.id)).toEqual([id(1)]);
    expect(journal()).toContain('removed by the service');

    expect(world.engine.restore([id(1), id(2)])).toEqual({ ok: true, value: { changed: [id(1)] } });
    await world.sync();
    expect([...world.remote.favorites].sort()).toEqual(['1', '2']);
    expect((await list()).tombstones).toEqual([]);
  });

  it('forgets a tombstone that is let go', async () => {
    await world.engine.add([id(1)]);
    await world.sync();
    world.remote.favorites.clear();
    await world.sync();
    expect(world.engine.letGo([id(1)])).toEqual({ ok: true, value: { changed: [id(1)] } });
    expect(await world.sync()).toMatchObject({ pulled: 0, dropped: 0 });
    expect(await list()).toMatchObject({ total: 0, tombstones: [] });
  });

  it.each(['server_error', 'bad_response', 'offline', 'timeout', 'lost'] as const)(
    'removes nothing because of %s',
    async (fault) => {
      await world.engine.add(ids(0, 5));
      await world.sync();
      world.remote.favorites.clear();
      world.remote.faults = [fault];
      expect(await world.sync()).toMatchObject({ dropped: 0, error: expect.anything() as unknown });
      expect(world.liked().size).toBe(5);
    },
  );

  it('holds back what is too much to be believed, also over a restart, and carries it out when told', async () => {
    await world.engine.add(ids(0, 30));
    await world.sync();
    world.remote.favorites.clear();
    world.remote.favorites.add('35');
    expect(await world.sync()).toMatchObject({ pulled: 1, dropped: 0, held: 30, error: null });
    expect(world.liked().size).toBe(31);
    world.restart();
    expect(world.engine.state()).toMatchObject({ held: 30, favorites: 31 });
    expect(await world.sync(true)).toMatchObject({ dropped: 30, held: 0 });
    expect(world.liked()).toEqual(new Set([id(35)]));
    expect((await list()).tombstones).toHaveLength(30);
  });

  it('takes a yes for what was asked about, not for more', async () => {
    await world.engine.add(ids(0, 40));
    await world.sync();
    for (const remoteId of ids(0, 15)) world.remote.favorites.delete(remoteId.slice(9));
    expect(await world.sync()).toMatchObject({ held: 15 });
    world.remote.favorites.clear();
    expect(await world.sync(true)).toMatchObject({ dropped: 15, held: 25 });
    expect(world.liked().size).toBe(25);
  });

  it('forgets the question when the list is whole again', async () => {
    await world.engine.add(ids(0, 30));
    await world.sync();
    world.remote.favorites.clear();
    await world.sync();
    for (const one of ids(0, 30)) world.remote.favorites.add(one.slice(9));
    expect(await world.sync()).toMatchObject({ held: 0, dropped: 0 });
    expect(world.engine.state().held).toBe(0);
  });

  it('believes no gap that may be an entry it could not read', async () => {
    await world.engine.add(ids(0, 4));
    await world.sync();
    world.remote.unreadable = { ids: ['1'], nameless: 0 };
    expect(await world.sync()).toMatchObject({ dropped: 0, held: 0 });
    world.remote.favorites.delete('2');
    world.remote.unreadable = { ids: [], nameless: 1 };
    expect(await world.sync()).toMatchObject({ dropped: 0, held: 1 });
    expect(world.liked().size).toBe(4);
  });

  it('does not take a list for the answer to a like that came after it', async () => {
    world.remote.favorites.add('1');
    world.remote.around = async (moment) => {
      if (moment === 'before' || world.remote.requests.length > 1) return;
      world.remote.favorites.delete('1');
      await world.engine.add([id(1)]);
    };
    expect(await world.sync()).toMatchObject({ pushed: 1 });
    expect([...world.remote.favorites]).toEqual(['1']);
    expect(world.liked()).toEqual(new Set([id(1)]));
  });

  it('lets a like win over a removal it races with', async () => {
    await world.engine.add([id(1)]);
    await world.sync();
    await world.engine.remove([id(1)]);
    await world.engine.add([id(1)]);
    world.remote.favorites.delete('1');
    expect(await world.sync()).toMatchObject({ dropped: 0, pushed: 1 });
    expect([...world.remote.favorites]).toEqual(['1']);
    expect(world.liked()).toEqual(new Set([id(1)]));
  });
});

describe('another account', () => {
  it('removes nothing and is told nothing it was not asked for', async () => {
    await world.engine.add(ids(0, 30));
    await world.sync();
    world.remote.favorites.clear();
    world.remote.favorites.add('35');
    world.remote.requests.length = 0;
    world.account = 'account-two';
    await world.engine.add([id(36)]);
    expect(await world.sync()).toMatchObject({ pulled: 1, pushed: 1, dropped: 0, held: 0 });
    expect(world.remote.requests).toEqual(['list', 'insert 36']);
    expect(world.liked().size).toBe(32);
    // Liking one of them again means it.
    await world.engine.add([id(3)]);
    expect(await world.sync()).toMatchObject({ pushed: 1 });
  });

  it.each([
    ['base url', { waifuImUrl: 'https://elsewhere.example' }],
    ['user', { waifuImUserId: 17 }],
  ])('is also another %s', async (_name, patch) => {
    await world.engine.add([id(1)]);
    await world.sync();
    world.remote.favorites.clear();
    world.settings = { ...world.settings, ...patch };
    expect(await world.sync()).toMatchObject({ dropped: 0 });
    expect(world.liked().size).toBe(1);
    expect(journal()).toContain('account changed');
  });

  it('ends a run that is about the former one before it writes anything', async () => {
    for (const one of ids(0, 5)) world.remote.favorites.add(one.slice(9));
    world.remote.around = (moment) => {
      if (moment === 'after') world.account = 'account-two';
    };
    expect(await world.sync()).toMatchObject({ pulled: 0, error: { code: 'cancelled' } });
    expect(world.liked().size).toBe(0);
    world.remote.around = null;
    await world.sync();
    expect(world.liked().size).toBe(5);
  });
});

describe('adult favorites', () => {
  beforeEach(async () => {
    await world.end();
    world = createWorld({ images: modelImages(10, (index) => ({ rating: index < 4 ? 'adult' : 'safe' })) });
    for (const one of ids(0, 10)) world.remote.favorites.add(one.slice(9));
  });

  it('are kept as metadata, and neither shown, counted, told of nor fetched while the opt-in is off', async () => {
    await world.sync();
    await world.engine.stop();
    expect(world.liked().size).toBe(10);
    expect(world.engine.state()).toMatchObject({ favorites: 6, hidden: 4 });
    expect(await list()).toMatchObject({ total: 6, hidden: 4 });
    expect(JSON.stringify(world.heard)).not.toContain('"rating":"adult"');
    expect(world.files.asked.some((asked) => /:[0-3] /.test(asked))).toBe(false);
    world.settings = { ...world.settings, adultContent: true };
    expect(await list()).toMatchObject({ total: 10, hidden: 0 });
  });

  it('have tombstones that are hidden as well', async () => {
    await world.sync();
    for (const one of ['0', '5']) world.remote.favorites.delete(one);
    await world.sync();
    expect((await list()).tombstones.map(({ image }) => image.id)).toEqual([id(5)]);
  });

  it('cannot be added while the opt-in is off', async () => {
    expect(await world.engine.add([id(0)])).toMatchObject({ ok: false, error: { code: 'content_blocked' } });
    expect(world.liked().size).toBe(0);
  });
});

describe('one sync at a time', () => {
  it('is shared by all who ask while one runs', async () => {
    let release = (): void => undefined;
    world.remote.around = (moment) =>
      moment === 'before' ? new Promise<void>((resolve) => (release = resolve)) : undefined;
    const first = world.sync();
    await Promise.resolve();
    await Promise.resolve();
    expect(world.engine.state().running).toBe(true);
    const others = [world.sync(), world.sync(), world.sync()];
    const controller = new AbortController();
    const impatient = world.engine.sync({ acceptRemovals: false }, () => undefined, controller.signal);
    controller.abort();
    expect(await impatient).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    world.remote.around = null;
    release();
    await Promise.all([first, ...others]);
    expect(world.remote.requests).toEqual(['list', 'list']);
    await Promise.resolve();
    expect(world.engine.state().running).toBe(false);
  });
});
