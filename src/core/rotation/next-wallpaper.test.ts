import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import {
  filter as filterSchema,
  type Filter,
  type FilterInput,
  type Image,
  type Page,
  type Settings,
} from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { createContentGate } from '../catalog/gate.ts';
import { image } from '../wallpaper/testing/pictures.ts';
import { createNextWallpaper } from './next-wallpaper.ts';

interface World {
  settings?: Partial<Pick<Settings, 'nextFrom' | 'adultContent'>>;
  /** What the service answers. */
  browse?: (filter: Filter) => Result<readonly Image[]>;
  library?: readonly Image[];
  favorites?: readonly Image[];
  current?: readonly Image[];
  recent?: readonly string[];
  lastFilter?: FilterInput | null;
  random?: () => number;
  /** Pictures that turn out to be unusable. */
  broken?: readonly string[];
}

function start(world: World) {
  const set: string[] = [];
  const filters: Filter[] = [];
  const page = (images: readonly Image[]): Page => ({ images, dropped: 0, cursor: null, offline: false, hidden: 0 });
  const unused = (): never => {
    throw new Error('Next does not use this.');
  };
  const next = createNextWallpaper({
    settings: () => ({ nextFrom: 'browse', adultContent: false, ...world.settings }),
    gate: createContentGate(() => ({ adultContent: world.settings?.adultContent ?? false })),
    random: world.random ?? (() => 0),
    browse: ({ filter }) => {
      filters.push(filter);
      const answer = (world.browse ?? (() => ok([])))(filter);
      return Promise.resolve(answer.ok ? ok(page(answer.value)) : answer);
    },
    wallpaper: {
      set: ({ image: { id } }) => {
        set.push(id);
        if (world.broken?.includes(id)) return Promise.resolve(fail(appError('bad_picture', 'Broken.')));
        return Promise.resolve(ok({ applied: [], images: [id] }));
      },
    },
    store: {
      settings: { recall: () => world.lastFilter ?? undefined, remember: unused, get: unused, set: unused },
      wallpapers: {
        record: unused,
        current: () => (world.current ?? []).map((each) => ({ display: 'A', image: each, fit: 'fill', setAt: '' })),
        recent: (limit) => (world.recent ?? []).slice(0, limit),
      },
      images: {
        upsert: unused,
        get: unused,
        getMany: unused,
        browseCached: unused,
        pick: ({ from, rating, exclude }) =>
          ((from === 'library' ? world.library : world.favorites) ?? []).find(
            (each) => (rating === 'any' || each.rating === 'safe') && !exclude.includes(each.id),
          ) ?? null,
      },
    },
  });
  return { set, filters, run: (signal?: AbortSignal) => next({ fit: 'fill' }, () => undefined, signal) };
}

const [a, b, c] = [image('waifu-im:a'), image('waifu-im:b'), image('waifu-im:c')];
const adult = image('waifu-im:x', { rating: 'adult' });
const moving = image('waifu-im:m', { animated: true });

describe('next random wallpaper', () => {
  it('asks Browse with its last filter, at random, for pictures that stand still', async () => {
    const { run, filters, set } = start({
      lastFilter: { provider: 'yiff-rest', category: 'animals.birb', order: 'newest', minWidth: 800 },
      browse: () => ok([a]),
    });
    expect(await run()).toMatchObject({ ok: true, value: { images: [a.id] } });
    expect(filters).toEqual([
      filterSchema.parse({
        provider: 'yiff-rest',
        category: 'animals.birb',
        order: 'random',
        minWidth: 800,
        animated: 'no',
      }),
    ]);
    expect(set).toEqual([a.id]);
  });

  it('takes a moving one only when there is nothing else, or it was asked for', async () => {
    const { run, filters } = start({ browse: ({ animated }) => ok(animated === 'no' ? [] : [moving]) });
    expect(await run()).toMatchObject({ ok: true, value: { images: [moving.id] } });
    expect(filters.map(({ animated }) => animated)).toEqual(['no', 'any']);
    const asked = start({ lastFilter: { provider: 'waifu-im', animated: 'yes' }, browse: () => ok([moving]) });
    await asked.run();
    expect(asked.filters.map(({ animated }) => animated)).toEqual(['yes']);
    expect(await start({ settings: { nextFrom: 'library' }, library: [moving, a] }).run()).toMatchObject({
      value: { images: [a.id] },
    });
    expect(await start({ settings: { nextFrom: 'library' }, library: [moving] }).run()).toMatchObject({
      value: { images: [moving.id] },
    });
  });

  it('never asks for or takes adult pictures while they are off, whatever was last looked for', async () => {
    const world: World = {
      lastFilter: { provider: 'waifu-im', rating: 'adult' },
      browse: () => ok([adult]),
      library: [adult],
      favorites: [adult],
    };
    for (const nextFrom of ['browse', 'library', 'favorites'] as const) {
      const off = start({ ...world, settings: { nextFrom } });
      expect(await off.run()).toMatchObject({ ok: false, error: { code: 'no_candidate' } });
      expect(off.set).toEqual([]);
      expect(off.filters.every(({ rating }) => rating === 'safe')).toBe(true);
      expect(await start({ ...world, settings: { nextFrom, adultContent: true } }).run()).toMatchObject({ ok: true });
    }
  });

  it('goes to the disk when the service is away, refuses, or has nothing', async () => {
    for (const browse of [
      () => fail(appError('offline', 'No network.')),
      () => fail(appError('rate_limited', 'Later.')),
      () => ok([]),
    ])
      expect(await start({ browse, library: [b] }).run()).toMatchObject({ ok: true, value: { images: [b.id] } });
  });

  it('avoids what is shown and what was shown lately, as long as it can', async () => {
    const shown = { current: [a], recent: [a.id, b.id] };
    expect(await start({ ...shown, browse: () => ok([a, b, c]) }).run()).toMatchObject({ value: { images: [c.id] } });
    expect(await start({ ...shown, browse: () => ok([a, b]) }).run()).toMatchObject({ value: { images: [b.id] } });
    expect(await start({ ...shown, browse: () => ok([a]) }).run()).toMatchObject({ value: { images: [a.id] } });
    for (const nextFrom of ['library', 'favorites'] as const) {
      const from = (images: readonly Image[]) =>
        start({ ...shown, settings: { nextFrom }, library: images, favorites: images }).run();
      expect(await from([a, b, c])).toMatchObject({ value: { images: [c.id] } });
      expect(await from([a, b])).toMatchObject({ value: { images: [b.id] } });
      expect(await from([a])).toMatchObject({ value: { images: [a.id] } });
    }
  });

  it('prefers a favorite that is here over one that must be fetched', async () => {
    const far = image('waifu-im:far', { cached: false });
    const settings = { nextFrom: 'favorites' } as const;
    expect(await start({ settings, favorites: [far, a] }).run()).toMatchObject({ value: { images: [a.id] } });
    expect(await start({ settings, favorites: [far] }).run()).toMatchObject({ value: { images: [far.id] } });
  });

  it('says what to do when there is nothing', async () => {
    for (const nextFrom of ['browse', 'library', 'favorites'] as const) {
      const done = await start({ settings: { nextFrom } }).run();
      expect(done).toMatchObject({ ok: false, error: { code: 'no_candidate' } });
      expect(!done.ok && done.error.message).toMatch(/Browse|browse/);
    }
  });

  it('tries another when a picture is broken, a few times', async () => {
    const recovered = start({ browse: () => ok([a, b]), broken: [a.id] });
    expect(await recovered.run()).toMatchObject({ ok: true, value: { images: [b.id] } });
    const all = [a, b, c, moving];
    const hopeless = start({ browse: () => ok(all), broken: all.map(({ id }) => id) });
    expect(await hopeless.run()).toMatchObject({ ok: false, error: { code: 'bad_picture' } });
    expect(hopeless.set).toHaveLength(3);
  });

  it('stops when aborted', async () => {
    const abort = new AbortController();
    abort.abort();
    expect(
      await start({ browse: () => fail(appError('cancelled', 'Cancelled.')), library: [a] }).run(abort.signal),
    ).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });

  it('reaches every candidate, whatever the dice say', async () => {
    await fc.assert(
      fc.asyncProperty(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), async (dice) => {
        const { run, set } = start({ browse: () => ok([a, b, c]), random: () => dice });
        await run();
        expect(set).toEqual([[a, b, c][Math.floor(dice * 3)]?.id]);
      }),
    );
  });
});
