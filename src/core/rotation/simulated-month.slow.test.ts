import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Display, Image } from '../../shared/model.ts';
import type { CandidateRules } from '../store/store.ts';
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
        fc.integer(),
        async (start, happenings, luck) => {
          const test = createTestRotation(Date.parse(start), drawnFrom(luck));
          try {
            await liveThrough(test, Date.parse(start), happenings);
          } finally {
            await test.stopAll();
            test.close();
          }
        },
      ),
      // The same months each time: another seed, or more of them, by hand (`SEED=7 MONTHS=50`).
      { seed: Number(process.env['SEED'] ?? 1), numRuns: Number(process.env['MONTHS'] ?? 6), endOnFailure: true },
    );
  });
});

/** The same numbers for the same luck (mulberry32), so that a month that went wrong can be lived through again. */
function drawnFrom(luck: number): () => number {
  let state = luck | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

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
  let lastChange = clock.now();
  let lastPlaylist = playlistAt([work], zone, lastChange)?.id;
  /** The rotation has been free to change since then. */
  let freeSince = clock.now();
  const held = (): boolean => world.battery || world.fullScreen;

  const suits = (image: Image, there: Pick<Display, 'width' | 'height'>, safeOnly: boolean): boolean =>
    !image.blocked &&
    image.width >= there.width &&
    image.height >= there.height &&
    image.width > image.height === there.width > there.height &&
    (!safeOnly || image.rating === 'safe');
  /** What has had its turn, for each size of display and in safe hours or not: each of these goes its own rounds through the one pool. */
  const rounds = new Map<string, Set<string>>();
  const everShown = new Set<string>();
  const seenBy = (name: string): Set<string> => {
    const seen = rounds.get(name) ?? new Set(everShown);
    rounds.set(name, seen);
    return seen;
  };
  const nameOf = (width: number, height: number, safeOnly: boolean): string => `${width}x${height} ${safeOnly}`;
  const unseenBy = (there: Pick<Display, 'width' | 'height'>, safeOnly: boolean): readonly Image[] => {
    const seen = seenBy(nameOf(there.width, there.height, safeOnly));
    return everything().filter((image) => suits(image, there, safeOnly) && !seen.has(image.id));
  };
  /** The rounds that the bag has begun, and after how many changes. */
  const begun: { readonly after: number; readonly rules: CandidateRules }[] = [];
  const { restart } = store.bag;
  store.bag.restart = (pool, rules) => {
    restart(pool, rules);
    begun.push({ after: test.shown.length, rules });
  };
  /** A round ends when all was seen, whether it is on this disk or not; what is just chosen for the other displays is as good as seen. */
  const beginRounds = (after: number): void => {
    while (begun[0] !== undefined && begun[0].after <= after) {
      const { minWidth: width, minHeight: height, rating, cached } = begun[0].rules;
      begun.shift();
      if (cached) continue;
      expect(unseenBy({ width, height }, rating === 'safe').length).toBeLessThanOrEqual(world.displays.length - 1);
      rounds.set(nameOf(width, height, rating === 'safe'), new Set());
    }
  };
  /** A picture comes again only when nothing unseen could have come instead, whether the network is there, is away, or came back. */
  const checkTurn = (image: Image, there: Display, safeOnly: boolean, together: readonly string[]): void => {
    if (!seenBy(nameOf(there.width, there.height, safeOnly)).has(image.id)) return;
    const unseen = unseenBy(there, safeOnly).filter(
      ({ id, cached }) =>
        // Had its turn on another display in the same change.
        !together.includes(id) &&
        // Chosen ahead, before it was found.
        (foundAt.get(id) ?? 0) <= lastChange &&
        (cached || world.online),
    );
    expect(unseen.map(({ id }) => id)).toEqual([]);
  };
  const everything = (): readonly Image[] => store.images.getMany([...foundAt.keys()]);

  /** Everything that was shown since the last look was right. */
  const check = (): void => {
    for (const { at, placements } of test.shown.slice(checked)) {
      beginRounds(checked);
      checked += 1;
      const safeOnly = playlistAt([work], zone, at) !== null;
      const due =
        at >= lastChange + 240 * minute ||
        times.some((pattern) => (nextCron(pattern, zone, lastChange) ?? Infinity) <= at) ||
        playlistAt([work], zone, at)?.id !== lastPlaylist;
      expect(due).toBe(true);
      expect(held()).toBe(false);
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
        checkTurn(image, there, safeOnly, together);
      }
      for (const id of together) {
        everShown.add(id);
        for (const seen of rounds.values()) seen.add(id);
      }
      lastChange = at;
      lastPlaylist = playlistAt([work], zone, at)?.id;
    }
    beginRounds(checked);
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
      const woke = clock.now();
      if (minutes % 2 === 0) test.happens('wake');
      await clock.advance(2 * minute);
      check();
      // However much was missed, it is made up for once; what falls into the minutes after it is due as well.
      const dueSince =
        times.some((pattern) => (nextCron(pattern, zone, woke) ?? Infinity) <= clock.now()) ||
        playlistAt([work], zone, woke)?.id !== playlistAt([work], zone, clock.now())?.id;
      expect(test.shown.length - before).toBeLessThanOrEqual(dueSince ? 2 : 1);
    } else if (what === 'network') {
      world.online = !world.online;
    } else if (what === 'battery') world.battery = !world.battery;
    else if (what === 'full-screen') world.fullScreen = !world.fullScreen;
    else if (what === 'replug') {
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
