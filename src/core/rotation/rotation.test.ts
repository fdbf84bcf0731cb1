import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { playlist } from '../../shared/rotation.ts';
import type { Rotation } from './rotation.ts';
import { createTestRotation, held, ids, quietly, testDisplay } from './testing.ts';

let test: ReturnType<typeof createTestRotation>;
beforeEach(() => {
  test = createTestRotation();
});
afterEach(() => test.close());

describe('the shuffle bag', () => {
  it('shows everything before anything again, over a restart too, and says what is left', async () => {
    test.add(ids(6));
    let rotation = test.create();
    await rotation.set({ pool: 'library' });
    for (let n = 0; n < 3; n += 1) expect((await rotation.change('next', quietly)).ok).toBe(true);
    const status = await rotation.status();
    expect(status.ok && status.value.displays).toMatchObject([{ left: 3, total: 6, relaxed: [] }]);
    await rotation.stop();
    rotation = test.create();
    for (let n = 0; n < 3; n += 1) expect((await rotation.change('next', quietly)).ok).toBe(true);
    expect(new Set(test.imagesShown()).size).toBe(6);
    // The next round does not begin with what is there.
    expect((await rotation.change('next', quietly)).ok).toBe(true);
    expect(test.imagesShown().at(-1)).not.toBe(test.imagesShown().at(-2));
    await rotation.stop();
  });

  it('gives near-duplicates one place', async () => {
    test.add([
      { id: 'waifu-im:1', hash: 'ffff0000ffff0000' },
      { id: 'waifu-im:2', hash: 'ffff0000ffff0001' },
      { id: 'waifu-im:3', hash: '00ff00ff00ff00ff' },
    ]);
    const rotation = test.create();
    await rotation.set({ pool: 'library' });
    await rotation.change('next', quietly);
    await rotation.change('next', quietly);
    const twins = test.imagesShown().filter((id) => id !== 'waifu-im:3');
    expect(twins).toHaveLength(1);
    await rotation.stop();
  });
});

describe('rules', () => {
  it('never enlarge, show adult or blocked pictures; stillness and then orientation give way', async () => {
    test.add([
      { id: 'waifu-im:1', width: 1280, height: 720 },
      { id: 'waifu-im:2', rating: 'adult' },
      { id: 'waifu-im:3', tags: ['spiders'] },
      { id: 'waifu-im:4', width: 2000, height: 3000 },
      { id: 'waifu-im:5', animated: true },
    ]);
    test.store.blocks.add({ kind: 'tag', value: 'spiders' }, 0);
    const rotation = test.create();
    await rotation.set({ pool: 'library' });
    expect((await rotation.change('next', quietly)).ok).toBe(true);
    expect(test.imagesShown()).toEqual(['waifu-im:5']);
    test.store.blocks.add({ kind: 'image', value: 'waifu-im:5' }, 0);
    await rotation.change('next', quietly);
    expect(test.imagesShown().at(-1)).toBe('waifu-im:4');
    const status = await rotation.status();
    expect(status.ok && status.value.displays[0]?.relaxed).toEqual(['still', 'orientation']);
    test.store.blocks.add({ kind: 'image', value: 'waifu-im:4' }, 0);
    const dry = await rotation.change('next', quietly);
    expect(dry).toMatchObject({ ok: false, error: { code: 'no_candidate' } });
    await rotation.set({ maxUpscale: 2 });
    expect((await rotation.change('next', quietly)).ok).toBe(true);
    expect(test.imagesShown().at(-1)).toBe('waifu-im:1');
    await rotation.stop();
  });

  it('give each display what lies as it does, and all displays one picture where that is wanted', async () => {
    test.world.displays = [testDisplay('A'), testDisplay('B', { x: 1920, width: 1080, height: 1920, primary: false })];
    test.add([
      { id: 'waifu-im:1' },
      { id: 'waifu-im:2', width: 1080, height: 1920 },
      { id: 'waifu-im:3', width: 4000, height: 2000 },
    ]);
    const rotation = test.create();
    await rotation.set({ pool: 'library' });
    await rotation.change('next', quietly);
    const [first] = test.shown;
    expect(first?.placements.find(({ display }) => display === 'B')).toMatchObject({
      picture: { image: { id: 'waifu-im:2' } },
    });
    await rotation.set({ layout: 'span' });
    await rotation.change('next', quietly);
    expect(test.shown.at(-1)?.placements).toMatchObject([
      { display: 'A', fit: 'span', picture: { image: { id: 'waifu-im:3' } } },
      { display: 'B', fit: 'span', picture: { image: { id: 'waifu-im:3' } } },
    ]);
    await rotation.stop();
  });
});

describe('the schedule', () => {
  const on = { on: true, pool: 'library', everyMinutes: 30 } as const;

  it('changes every half hour, once after a sleep, and not while paused, on battery or under a full-screen program', async () => {
    test.add(ids(50));
    const rotation = test.create();
    rotation.start();
    await rotation.set({ ...on, pauseOnBattery: true, pauseOnFullScreen: true });
    await test.clock.advance(95 * 60_000);
    expect(test.shown).toHaveLength(3);
    test.clock.jump(7 * 60 * 60_000);
    await test.clock.advance(2 * 60_000);
    expect(test.shown).toHaveLength(4);
    for (const what of ['battery', 'fullScreen'] as const) {
      const before = test.shown.length;
      test.world[what] = true;
      await test.clock.advance(3 * 60 * 60_000);
      expect(test.shown).toHaveLength(before);
      test.world[what] = false;
      await test.clock.advance(2 * 60_000);
      expect(test.shown).toHaveLength(before + 1);
    }
    const before = test.shown.length;
    await rotation.pause(new Date(test.clock.now() + 60 * 60_000).toISOString());
    expect(await rotation.status()).toMatchObject({ value: { state: 'paused' } });
    // A time that is over pauses nothing, and takes back nothing.
    expect(await rotation.pause(new Date(test.clock.now()).toISOString())).toMatchObject({
      ok: false,
      error: { code: 'invalid_input' },
    });
    expect(await rotation.status()).toMatchObject({ value: { state: 'paused' } });
    await test.clock.advance(59 * 60_000);
    expect(test.shown).toHaveLength(before);
    await test.clock.advance(3 * 60_000);
    expect(test.shown).toHaveLength(before + 1);
    await rotation.stop();
  });

  it.each(['onStart', 'onWake', 'onDisplayChange'] as const)(
    'changes by %s where that is wanted, and only then',
    async (trigger) => {
      test.add(ids(20));
      const happen = async (): Promise<string | undefined> => {
        const rotation = test.create();
        rotation.start();
        test.happens('wake');
        await test.clock.advance(1_000);
        test.happens('displays');
        await test.clock.advance(1_000);
        await rotation.stop();
        const status = await rotation.status();
        return status.ok ? status.value.lastChange?.reason : undefined;
      };
      const rotation = test.create();
      await rotation.set({ ...on, everyMinutes: null });
      await happen();
      expect(test.shown).toHaveLength(0);
      await rotation.set({ [trigger]: true });
      expect(await happen()).toBe({ onStart: 'start', onWake: 'wake', onDisplayChange: 'displays' }[trigger]);
      expect(test.shown).toHaveLength(1);
    },
  );

  it('counts from when it is turned on, and another interval from the last change', async () => {
    test.add(ids(6));
    const rotation = test.create();
    rotation.start();
    await test.clock.advance(60 * 60_000);
    await rotation.set({ ...on, everyMinutes: 30 });
    await test.clock.advance(20 * 60_000);
    expect(test.shown).toHaveLength(0);
    await rotation.set({ everyMinutes: 25 });
    await test.clock.advance(4 * 60_000);
    expect(test.shown).toHaveLength(0);
    await test.clock.advance(2 * 60_000);
    expect(test.shown).toHaveLength(1);
    await test.clock.advance(15 * 60_000);
    await rotation.set({ everyMinutes: 10 });
    await test.clock.advance(0);
    expect(test.shown).toHaveLength(2);
    await rotation.stop();
  });

  it('keeps the picture and tries later and later when nothing can be had, and says so once', async () => {
    const notices: unknown[] = [];
    test.events.subscribe((name, payload) => name === 'notice' && notices.push(payload));
    const rotation = test.create();
    rotation.start();
    await rotation.set(on);
    await test.clock.advance(4 * 60 * 60_000);
    expect(test.shown).toEqual([]);
    expect(notices).toHaveLength(1);
    expect(test.world.refills).toBeLessThan(60);
    test.add(ids(3));
    await test.clock.advance(60 * 60_000);
    expect(test.shown.length).toBeGreaterThan(0);
    await rotation.stop();
  });

  it('does not wait longer after a failure because the clock is set back', async () => {
    const rotation = test.create();
    rotation.start();
    await rotation.set(on);
    await test.clock.advance(4 * 60 * 60_000);
    test.add(ids(3));
    test.clock.jump(-6 * 60 * 60_000);
    await test.clock.advance(35 * 60_000);
    expect(test.shown.length).toBeGreaterThan(0);
    await rotation.stop();
  });

  it('goes on from what is on the disk while the network is away', async () => {
    test.add(ids(3));
    test.store.images.upsert(
      test.store.images.getMany(['waifu-im:1']).map((image) => ({ ...image, id: 'waifu-im:9', remoteId: '9' })),
    );
    test.store.favorites.like([...ids(3).map(({ id }) => ({ id, at: 1 })), { id: 'waifu-im:9', at: 1 }]);
    test.world.online = false;
    const rotation = test.create();
    await rotation.set({ pool: 'favorites' });
    for (let n = 0; n < 5; n += 1) expect((await rotation.change('next', quietly)).ok).toBe(true);
    expect(test.imagesShown()).not.toContain('waifu-im:9');
    test.world.online = true;
    for (let n = 0; n < 3; n += 1) await rotation.change('next', quietly);
    expect(test.imagesShown()).toContain('waifu-im:9');
    await rotation.stop();
  });
});

describe('the bag, while the network is away', () => {
  const favorites = (...numbers: readonly number[]) =>
    test.store.favorites.like(numbers.map((n) => ({ id: `waifu-im:${n}`, at: 1 })));
  const elsewhere = (...numbers: readonly number[]) =>
    void test.add(
      [],
      numbers.map((n) => ({ id: `waifu-im:${n}`, width: 3840, height: 2160 })),
    );
  const left = async (rotation: Rotation) => {
    const status = await rotation.status();
    return status.ok ? status.value.displays.map((display) => [display.left, display.total]) : null;
  };

  it('goes round by itself, and afterwards the pool goes on with what it has not shown', async () => {
    test.add(ids(3));
    elsewhere(7, 8, 9);
    favorites(1, 2, 3, 7, 8, 9);
    test.world.online = false;
    const rotation = test.create();
    await rotation.set({ pool: 'favorites' });
    for (let n = 0; n < 9; n += 1) expect((await rotation.change('next', quietly)).ok).toBe(true);
    for (let round = 0; round < 9; round += 3)
      expect(new Set(test.imagesShown().slice(round, round + 3))).toEqual(
        new Set(['waifu-im:1', 'waifu-im:2', 'waifu-im:3']),
      );
    expect(await left(rotation)).toEqual([[3, 6]]);
    test.world.online = true;
    for (let n = 0; n < 3; n += 1) await rotation.change('next', quietly);
    expect(new Set(test.imagesShown().slice(9))).toEqual(new Set(['waifu-im:7', 'waifu-im:8', 'waifu-im:9']));
    expect(await left(rotation)).toEqual([[0, 6]]);
    // Away again: what was here in the round before does not come before what the pool has not shown in this one.
    for (let n = 0; n < 2; n += 1) await rotation.change('next', quietly);
    const seen = test.imagesShown().slice(12);
    test.world.online = false;
    for (let n = 0; n < 4; n += 1) await rotation.change('next', quietly);
    expect(new Set([...seen, ...test.imagesShown().slice(14)]).size).toBe(6);
    await rotation.stop();
  });

  it('shows something new as soon as the network is back, although something old is ready', async () => {
    test.add(ids(2));
    elsewhere(7, 8);
    favorites(1, 2, 7, 8);
    test.world.online = false;
    const rotation = test.create();
    rotation.start();
    await rotation.set({ pool: 'favorites' });
    await test.clock.advance(1_000);
    for (let n = 0; n < 4; n += 1) {
      expect((await rotation.change('next', quietly)).ok).toBe(true);
      await test.clock.advance(1_000);
    }
    const status = await rotation.status();
    const ready = status.ok ? status.value.displays[0]?.upcoming?.id : null;
    expect(['waifu-im:1', 'waifu-im:2']).toContain(ready);
    test.world.online = true;
    await rotation.change('next', quietly);
    expect(['waifu-im:7', 'waifu-im:8']).toContain(test.imagesShown().at(-1));
    await rotation.stop();
  });

  it('leaves the round of the others alone where hours are narrower', async () => {
    test.add([...ids(2), { id: 'waifu-im:5', rating: 'adult' }, { id: 'waifu-im:6', rating: 'adult' }]);
    test.world.settings = { ...test.world.settings, adultContent: true };
    favorites(1, 2, 5, 6);
    const rotation = test.create();
    const allDay = { id: 'w', name: 'W', days: [0, 1, 2, 3, 4, 5, 6], from: '00:00', to: '00:00', pool: 'favorites' };
    await rotation.set({ pool: 'favorites', playlists: [playlist.parse({ ...allDay, safeOnly: true })] });
    for (let n = 0; n < 6; n += 1) await rotation.change('next', quietly);
    expect(new Set(test.imagesShown())).toEqual(new Set(['waifu-im:1', 'waifu-im:2']));
    await rotation.set({ playlists: [] });
    for (let n = 0; n < 2; n += 1) await rotation.change('next', quietly);
    expect(new Set(test.imagesShown().slice(6))).toEqual(new Set(['waifu-im:5', 'waifu-im:6']));
    await rotation.stop();
  });

  it('keeps its order when the clock is set back', async () => {
    test.add(ids(4));
    const rotation = test.create();
    await rotation.set({ pool: 'library' });
    for (let n = 0; n < 8; n += 1) {
      await rotation.change('next', quietly);
      test.clock.jump(-60_000);
    }
    const shown = test.imagesShown();
    expect(new Set(shown.slice(0, 4)).size).toBe(4);
    expect(new Set(shown.slice(4)).size).toBe(4);
    await rotation.stop();
  });
});

describe('preparing ahead', () => {
  it('begins when a pool is chosen, also while the rotation is off, and for the last one that was', async () => {
    test.add(ids(4));
    test.store.favorites.like([{ id: 'waifu-im:1', at: 1 }]);
    const rotation = test.create();
    rotation.start();
    await test.clock.advance(0);
    await Promise.all([rotation.set({ pool: 'library' }), rotation.set({ pool: 'favorites' })]);
    await test.clock.advance(1_000);
    expect(await rotation.status()).toMatchObject({
      value: { state: 'off', displays: [{ upcoming: { id: 'waifu-im:1', cached: true } }] },
    });
    expect(test.shown).toEqual([]);
    await rotation.stop();
  });
});

describe('what may no longer be shown', () => {
  it('is replaced at once', async () => {
    test.add(ids(4));
    const rotation = test.create();
    await rotation.set({ pool: 'library' });
    await rotation.change('next', quietly);
    const [there] = test.imagesShown();
    test.store.blocks.add({ kind: 'image', value: there ?? '' }, 0);
    expect(await rotation.recheck('block')).toEqual(['A']);
    expect(test.imagesShown().at(-1)).not.toBe(there);
    expect(await rotation.recheck('block')).toEqual([]);
    await rotation.stop();
  });

  it('gives way to a safe picture while safe is on, and the release leads back all the same', async () => {
    test.world.settings = { ...test.world.settings, adultContent: true };
    test.add([
      ...ids(9).map(({ id }) => ({ id, rating: 'adult' as const })),
      { id: 'waifu-im:20', width: 100, height: 100 },
      { id: 'waifu-im:21', width: 100, height: 100 },
    ]);
    const rotation = test.create();
    await rotation.set({ pool: 'library', safeImage: 'waifu-im:20' });
    await rotation.change('next', quietly);
    await rotation.safe(true);
    expect(test.imagesShown().at(-1)).toBe('waifu-im:20');
    test.store.blocks.add({ kind: 'image', value: 'waifu-im:20' }, 0);
    expect(await rotation.recheck('block')).toEqual(['A']);
    expect(test.imagesShown().at(-1)).toBe('waifu-im:21');
    await rotation.safe(false);
    expect(test.imagesShown().at(-1)).toBe(test.imagesShown()[0]);
    await rotation.stop();
  });

  it('leaves a display that is covered while its replacement is fetched', async () => {
    test.add([{ id: 'waifu-im:1' }, { id: 'waifu-im:20' }], [{ id: 'waifu-im:2', width: 3840, height: 2160 }]);
    test.store.favorites.like(ids(2).map(({ id }) => ({ id, at: 1 })));
    const rotation = test.create();
    await rotation.set({ pool: 'favorites', safeImage: 'waifu-im:20' });
    test.world.online = false;
    await rotation.change('next', quietly);
    test.world.online = true;
    const fetching = held(test.world);
    test.store.blocks.add({ kind: 'image', value: 'waifu-im:1' }, 0);
    const replacing = rotation.recheck('block');
    await fetching.begun;
    await rotation.safe(true);
    fetching.release();
    expect(await replacing).toEqual(['A']);
    expect(test.imagesShown()).toEqual(['waifu-im:1', 'waifu-im:20']);
    await rotation.stop();
  });
});

describe('mistakes', () => {
  it('are told with what to do', async () => {
    const rotation = test.create();
    for (const patch of [{ timeZone: 'Mars/Base' }, { times: ['61 * * * *'] }, { times: ['tomorrow'] }])
      expect(await rotation.set(patch)).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    for (const patch of [{ pool: 'nowhere' }, { safeImage: 'waifu-im:404' }])
      expect(await rotation.set(patch)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(rotation.savePool({ id: 'browse', name: 'x', sources: [{ kind: 'library', weight: 1 }] }).ok).toBe(false);
    expect(rotation.removePool('missing')).toMatchObject({ ok: false, error: { code: 'not_found' } });
    await rotation.stop();
  });

  it('are pools of what is not there; what a pool has may be away for a time', async () => {
    const rotation = test.create();
    const folder = await mkdtemp(path.join(tmpdir(), 'kabegami-pool-'));
    const save = (...places: readonly (string | number)[]) =>
      rotation.savePool({
        id: 'mixed',
        name: 'Mixed',
        sources: places.map((place) =>
          typeof place === 'number'
            ? { kind: 'collection', collection: place, weight: 1 }
            : { kind: 'folder', path: place, rating: 'safe', weight: 1 },
        ),
      });
    const message = (text: string) => ({ ok: false, error: { message: expect.stringContaining(text) } });
    expect(save(99)).toMatchObject({ ...message('There is no collection 99.') });
    expect(save('/nosuch')).toMatchObject(message('There is no folder /nosuch.'));
    expect(save('Pictures')).toMatchObject(message('not the whole path'));
    expect(rotation.pools().some(({ id }) => id === 'mixed')).toBe(false);
    expect(save(folder).ok).toBe(true);
    await rm(folder, { recursive: true });
    expect(save(folder).ok).toBe(true);
    expect(save(folder, 99).ok).toBe(false);
    await rotation.stop();
  });
});

describe('a pool that is saved', () => {
  it('is filled at once by what it finds on this machine, and asks no service', async () => {
    const rotation = test.create();
    const asked: (string | undefined)[] = [];
    test.world.refill = (sources) => {
      asked.push(...sources.map(({ refill }) => refill?.kind));
      return Promise.resolve({ ok: true, value: { offline: false } });
    };
    let told = 0;
    const toldTwice = new Promise<void>((resolve) => {
      test.events.subscribe((name) => {
        if (name !== 'pools.changed') return;
        told += 1;
        if (told === 2) resolve();
      });
    });
    rotation.savePool({
      id: 'mixed',
      name: 'Mixed',
      sources: [
        { kind: 'search', query: 'tag:sky', weight: 1 },
        { kind: 'browse', weight: 1 },
        { kind: 'favorites', weight: 1 },
      ],
    });
    await toldTwice;
    expect(asked).toEqual(['search']);
    await rotation.stop();
  });
});

describe('stopping', () => {
  it('waits until nobody is told any more, and goes on where that fails', async () => {
    const rotation = test.create();
    await rotation.set({ on: false });
    let fail = (_error: Error): void => undefined;
    const asked = new Promise<void>((resolve) => {
      test.world.listing = () => {
        resolve();
        return new Promise((_resolve, reject) => (fail = reject));
      };
    });
    await test.clock.advance(1_000);
    await asked;
    let stopped = false;
    const stopping = rotation.stop().then(() => (stopped = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(stopped).toBe(false);
    fail(new Error('The desktop is gone.'));
    await stopping;
  });
});
