import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHistoryPage } from '../wallpaper/history-page.ts';
import { createTestRotation, held, ids, quietly, testDisplay } from './testing.ts';

let test: ReturnType<typeof createTestRotation>;
beforeEach(() => {
  test = createTestRotation();
});
afterEach(() => test.close());

describe('safe now', () => {
  it('covers every display from the disk, holds everything back, survives a restart, and gives back what was there', async () => {
    test.world.displays = [testDisplay('A'), testDisplay('B', { x: 1920, primary: false })];
    test.add([...ids(8), { id: 'waifu-im:20' }]);
    let rotation = test.create();
    rotation.start();
    expect((await rotation.set({ on: true, pool: 'library', everyMinutes: 10, safeImage: 'waifu-im:20' })).ok).toBe(
      true,
    );
    await rotation.change('next', quietly);
    const before = test.shown.at(-1);
    test.world.online = false;
    expect((await rotation.safe(true)).ok).toBe(true);
    expect(test.shown.at(-1)?.placements).toMatchObject([
      { display: 'A', picture: { image: { id: 'waifu-im:20' } } },
      { display: 'B', picture: { image: { id: 'waifu-im:20' } } },
    ]);
    const count = test.shown.length;
    expect((await rotation.next({ fit: null }, quietly)).ok).toBe(false);
    await test.clock.advance(60 * 60_000);
    await rotation.stop();
    rotation = test.create();
    rotation.start();
    await test.clock.advance(60 * 60_000);
    expect(test.shown).toHaveLength(count);
    expect((await rotation.safe(false)).ok).toBe(true);
    expect(test.shown.at(-1)?.placements).toEqual(before?.placements);
    await rotation.stop();
  });

  it('ends as it was asked for last, however quickly one follows the other', async () => {
    test.add([...ids(4), { id: 'waifu-im:20', width: 64, height: 40 }]);
    const rotation = test.create();
    await rotation.set({ pool: 'library', safeImage: 'waifu-im:20' });
    await rotation.next({ fit: null }, quietly);
    const before = test.imagesShown().at(-1);
    await Promise.all([rotation.safe(true), rotation.safe(false)]);
    expect(await rotation.status()).toMatchObject({ value: { safe: false } });
    expect(test.imagesShown().at(-1)).toBe(before);
    await Promise.all([rotation.safe(true), rotation.safe(false), rotation.safe(true)]);
    expect(await rotation.status()).toMatchObject({ value: { safe: true } });
    expect(test.imagesShown().at(-1)).toBe('waifu-im:20');
    await rotation.stop();
  });

  it('covers what somebody has put there since, when it is asked again', async () => {
    test.add([{ id: 'waifu-im:20', rating: 'safe' }, { id: 'waifu-im:21' }]);
    const rotation = test.create();
    await rotation.set({ safeImage: 'waifu-im:20' });
    await rotation.safe(true);
    await rotation.safe(true);
    expect(test.imagesShown()).toEqual(['waifu-im:20']);
    const [image] = test.store.images.getMany(['waifu-im:21']);
    if (image === undefined) throw new Error('It was added.');
    const placements = [{ display: 'A', picture: { kind: 'image' as const, image }, fit: 'fill' as const }];
    await test.changes.show({ placements }, 'set', quietly);
    await rotation.safe(true);
    expect(test.imagesShown()).toEqual(['waifu-im:20', 'waifu-im:21', 'waifu-im:20']);
    await rotation.stop();
  });

  it.each(['next', 'schedule'] as const)('ends a change that is still fetching (%s)', async (reason) => {
    test.add([{ id: 'waifu-im:20' }], [{ id: 'waifu-im:1', width: 3840, height: 2160 }]);
    test.store.favorites.like([{ id: 'waifu-im:1', at: 1 }]);
    const rotation = test.create();
    await rotation.set({ pool: 'favorites', safeImage: 'waifu-im:20' });
    const fetching = held(test.world);
    const changing = reason === 'next' ? rotation.next({ fit: null }, quietly) : rotation.change(reason, quietly);
    await fetching.begun;
    expect((await rotation.safe(true)).ok).toBe(true);
    fetching.release();
    expect(await changing).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('"Safe now" is on') },
    });
    expect(test.imagesShown()).toEqual(['waifu-im:20']);
    expect(await rotation.status()).toMatchObject({ value: { lastError: null } });
    await rotation.stop();
  });

  it('covers a display that comes while it is on, and gives every display back', async () => {
    const [a, b] = [testDisplay('A'), testDisplay('B', { x: 1920, primary: false })];
    test.world.displays = [a, b];
    test.add([...ids(8), { id: 'waifu-im:20', width: 100, height: 100 }]);
    const rotation = test.create();
    rotation.start();
    await rotation.set({ pool: 'library', safeImage: 'waifu-im:20' });
    await rotation.change('next', quietly);
    const before = test.shown.at(-1)?.placements ?? [];
    test.world.displays = [a];
    await rotation.safe(true);
    test.world.displays = [a, b];
    test.world.looks = [{ display: b, shows: 'lost', outside: null, forgets: true }];
    const from = test.shown.length;
    test.happens('displays');
    await test.clock.advance(1_000);
    expect(new Set(test.imagesShown().slice(from))).toEqual(new Set(['waifu-im:20']));
    test.world.looks = [];
    await rotation.safe(false);
    const shown = new Map(test.shown.flatMap(({ placements }) => placements.map((each) => [each.display, each])));
    expect([...shown.values()]).toEqual(before);
    await rotation.stop();
  });

  it('covers what a person has begun to put there, but not what is put there since', async () => {
    test.add([{ id: 'waifu-im:20' }, { id: 'waifu-im:21' }]);
    const rotation = test.create();
    await rotation.set({ safeImage: 'waifu-im:20' });
    const before = rotation.untilSafe();
    await rotation.safe(true);
    expect(before.aborted).toBe(true);
    const since = rotation.untilSafe();
    expect(since.aborted).toBe(false);
    await rotation.safe(true);
    expect(since.aborted).toBe(true);
    await rotation.stop();
  });

  it('works with an empty library', async () => {
    const rotation = test.create();
    expect((await rotation.safe(true)).ok).toBe(true);
    expect(test.shown.at(-1)?.placements).toMatchObject([{ picture: { kind: 'outside' } }]);
    const list = createHistoryPage({ store: test.store, gate: { allows: () => true } });
    expect(list({ display: null, before: null, limit: 1 }).entries).toMatchObject([
      { image: null, outside: false, hidden: false, reason: 'safe' },
    ]);
    await rotation.stop();
  });
});
