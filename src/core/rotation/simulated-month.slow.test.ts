import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Display, Image } from '../../shared/model.ts';
import { playlist as playlistSchema } from '../../shared/rotation.ts';
import { nextCron, playlistAt } from './playlists.ts';
import { createTestRotation, testDisplay } from './testing.ts';

const minute = 60_000;
const hour = 60 * minute;
const zone = 'Europe/Berlin';

/** What may happen to the machine in a month. `awake` and `asleep` are minutes. */
const happening = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ what: fc.constant('awake' as const), minutes: fc.integer({ min: 1, max: 600 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('asleep' as const), minutes: fc.integer({ min: 1, max: 900 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('network' as const), minutes: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('battery' as const), minutes: fc.constant(0) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('full-screen' as const), minutes: fc.constant(0) }) },
  {
    weight: 2,
    arbitrary: fc.record({ what: fc.constant('replug' as const), minutes: fc.integer({ min: 0, max: 3 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('block' as const), minutes: fc.integer({ min: 1, max: 40 }) }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('found' as const), minutes: fc.integer({ min: 1, max: 5 }) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('restart' as const), minutes: fc.constant(0) }) },
  {
    weight: 1,
    arbitrary: fc.record({ what: fc.constant('clock-back' as const), minutes: fc.integer({ min: 1, max: 120 }) }),
  },
);

const landscape = testDisplay('edid:wide');
const portrait = testDisplay('edid:tall', { x: 1920, width: 1080, height: 1920, primary: false });
const large = testDisplay('edid:large', { x: 3000, width: 2560, height: 1440, primary: false });
const plugged = [[landscape], [landscape, portrait], [portrait, landscape], [large, portrait, landscape]] as const;

const work = playlistSchema.parse({
  id: 'work',
  name: 'Work',
  days: [1, 2, 3, 4, 5],
  from: '09:00',
  to: '17:30',
  pool: 'favorites',
  safeOnly: true,
});

/** Lies across each of the two changes of summer time, and a month of neither. */
const starts = ['2026-03-14T09:17:00Z', '2026-10-10T09:17:00Z', '2026-06-01T09:17:00Z'] as const;

describe('a month', () => {
  it('changes when it should, repeats nothing early, and shows nothing that is too small, adult or blocked', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...starts),
        fc.array(happening, { minLength: 60, maxLength: 160 }),
        async (start, happenings) => {
          const test = createTestRotation(Date.parse(start));
          try {
            await liveThrough(test, Date.parse(start), happenings);
          } finally {
            await test.stopAll();
            test.close();
          }
        },
      ),
      { numRuns: 12, endOnFailure: true },
    );
  });
});

type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

async function liveThrough(
  test: ReturnType<typeof createTestRotation>,
  start: number,
  happenings: readonly Happening[],
): Promise<void> {
  const { clock, world, store } = test;
  let serial = 0;
  const foundAt = new Map<string, number>();
  /** Pictures of all kinds: of ten, six suit a wide display, two a tall one; the others suit none or may not be shown. */
  const find = (count: number): void => {
    const made = Array.from({ length: count }, () => {
      serial += 1;
      const id = `waifu-im:${serial}`;
      const kind = serial % 10;
      if (kind < 6) return { id, width: 3840, height: 2160, ...(kind === 5 ? { rating: 'adult' as const } : {}) };
      if (kind < 8) return { id, width: 1440, height: 2560 };
      return kind === 8 ? { id, width: 1000, height: 500 } : { id, width: 5000, height: 3000, tags: ['spiders'] };
    });
    // Every third is not on this disk yet.
    test.add(
      made.filter((_one, n) => n % 3 !== 0),
      made.filter((_one, n) => n % 3 === 0),
    );
    store.favorites.like(made.map(({ id }) => ({ id, at: 1 })));
    for (const { id } of made) foundAt.set(id, clock.now());
  };
  world.displays = [landscape];
  find(60);
  store.blocks.add({ kind: 'tag', value: 'spiders' }, 0);
  world.settings = { ...world.settings, adultContent: true };

  let rotation = test.create();
  rotation.start();
  const times = ['15 8 * * *', '30 2 * * *'];
  const config = { on: true, pool: 'favorites', everyMinutes: 240, times, timeZone: zone, playlists: [work] } as const;
  await rotation.set({
    ...config,
    times: [...times],
    playlists: [work],
    pauseOnBattery: true,
    pauseOnFullScreen: true,
  });
  // What turning it on has started is done before anything else happens.
  await clock.advance(0);
  const end = start + 30 * 24 * hour;
  let checked = 0;
  let replugAt = 0;
  let lastChange = clock.now();
  let lastPlaylist = playlistAt([work], zone, lastChange)?.id;
  /** The rotation has been free to change since then. */
  let freeSince = clock.now();
  const held = (): boolean => world.battery || world.fullScreen;

  /** What has had its turn in this round. */
  const seen = new Set<string>();
  /** The network last came or went then. */
  let offlineSince = 0;
  const suits = (image: Image, there: Display, safeOnly: boolean): boolean =>
    !image.blocked &&
    image.width >= there.width &&
    image.height >= there.height &&
    image.width > image.height === there.width > there.height &&
    (!safeOnly || image.rating === 'safe');
  /** A picture comes again only when nothing unseen could have come instead. */
  const checkTurn = (image: Image, there: Display, safeOnly: boolean, together: readonly string[]): void => {
    // What was chosen ahead for other displays is nobody's turn yet.
    if (seen.has(image.id) && replugAt <= lastChange) {
      const able = everything().filter((other) => suits(other, there, safeOnly));
      const unseen = able.filter(
        ({ id, cached }) =>
          !seen.has(id) &&
          !together.includes(id) &&
          // Chosen ahead, before it was found or while the network was away.
          (foundAt.get(id) ?? 0) <= lastChange &&
          (cached || (world.online && offlineSince < lastChange)),
      );
      expect(unseen).toEqual([]);
      for (const { id } of able) seen.delete(id);
    }
    seen.add(image.id);
  };
  const everything = (): readonly Image[] => store.images.getMany([...foundAt.keys()]);

  /** Everything that was shown since the last look was right. */
  const check = (): void => {
    let unsure = false;
    for (const { at, placements } of test.shown.slice(checked)) {
      const safeOnly = playlistAt([work], zone, at) !== null;
      const due =
        at >= lastChange + 240 * minute ||
        times.some((pattern) => (nextCron(pattern, zone, lastChange) ?? Infinity) <= at) ||
        playlistAt([work], zone, at)?.id !== lastPlaylist;
      expect(due).toBe(true);
      expect(held()).toBe(false);
      // Where the rules were narrower (safe hours, no network) a round of those few may have begun alone, ahead of this change.
      const safeBefore = playlistAt([work], zone, lastChange) !== null;
      if (safeOnly !== safeBefore || !world.online || offlineSince >= lastChange) unsure = true;
      const together = placements.flatMap(({ picture }) => (picture.kind === 'image' ? picture.image.id : []));
      for (const { display, picture } of placements) {
        if (picture.kind !== 'image') throw new Error('Only images are in this library.');
        const image = store.images.get(picture.image.id);
        const there = [landscape, portrait, large].find(({ id }) => id === display);
        if (image === null || there === undefined) throw new Error('An unknown picture or display.');
        expect(image.width).toBeGreaterThanOrEqual(there.width);
        expect(image.height).toBeGreaterThanOrEqual(there.height);
        expect(image.width > image.height).toBe(there.width > there.height);
        if (safeOnly) expect(image.rating).toBe('safe');
        expect(image.tags).not.toContain('spiders');
        if (!unsure) checkTurn(image, there, safeOnly, together);
      }
      lastChange = at;
      lastPlaylist = playlistAt([work], zone, at)?.id;
    }
    checked = test.shown.length;
    if (!unsure) return;
    // The bag alone knows whose turn it is from here.
    seen.clear();
    for (const id of foundAt.keys()) if (store.bag.has('favorites', id)) seen.add(id);
  };

  for (const { what, minutes } of happenings) {
    if (clock.now() >= end) break;
    if (what === 'awake') {
      await clock.advance(minutes * minute);
      check();
      // Nothing that was due for longer than a tick was left undone, as far as anything was there to show.
      const now = clock.now();
      if (!held() && now - freeSince > 5 * minute) expect(now - lastChange).toBeLessThan(240 * minute + 5 * minute);
    } else if (what === 'asleep') {
      const before = test.shown.length;
      clock.jump(minutes * minute);
      if (minutes % 2 === 0) test.happens('wake');
      await clock.advance(2 * minute);
      check();
      // However much was missed, it is made up for once.
      expect(test.shown.length - before).toBeLessThanOrEqual(1);
    } else if (what === 'network') {
      world.online = !world.online;
      offlineSince = clock.now();
    } else if (what === 'battery') world.battery = !world.battery;
    else if (what === 'full-screen') world.fullScreen = !world.fullScreen;
    else if (what === 'replug') {
      replugAt = clock.now();
      world.displays = plugged[minutes % plugged.length] ?? plugged[0];
      test.happens('displays');
      await clock.advance(0);
    } else if (what === 'block') store.blocks.add({ kind: 'image', value: `waifu-im:${minutes}` }, clock.now());
    else if (what === 'found') find(minutes);
    else if (what === 'clock-back') {
      clock.jump(-minutes * minute);
      lastChange = Math.min(lastChange, clock.now());
    } else {
      await rotation.stop();
      rotation = test.create();
      rotation.start();
      await clock.advance(0);
    }
    if (held()) freeSince = Number.POSITIVE_INFINITY;
    else if (freeSince === Number.POSITIVE_INFINITY) freeSince = clock.now();
    check();
  }
  await rotation.stop();
}
