import { afterEach, beforeEach, expect, it } from 'vitest';
import { playlist } from '../../shared/rotation.ts';
import { createTestRotation } from './testing.ts';

const hour = 60 * 60_000;
const adult = 'waifu-im:1';
const safe = 'waifu-im:2';

let test: ReturnType<typeof createTestRotation>;
beforeEach(() => {
  // Eight in the morning.
  test = createTestRotation();
  test.world.settings = { ...test.world.settings, adultContent: true };
  test.add([{ id: adult, rating: 'adult' }, { id: safe }]);
});
afterEach(() => test.close());

const work = playlist.parse({
  id: 'work',
  name: 'Work',
  days: [0, 1, 2, 3, 4, 5, 6],
  from: '09:00',
  to: '17:00',
  pool: 'favorites',
  safeOnly: true,
});
const shown = (): readonly string[] => test.changes.current().map(({ image }) => image.id);
const setByHand = (id: string) => {
  const image = test.store.images.get(id);
  if (image === null) throw new Error(id);
  return test.changes.show(
    { placements: [{ display: 'A', picture: { kind: 'image', image }, fit: 'fill' }] },
    'set',
    () => undefined,
  );
};
async function start(more: object = {}) {
  const rotation = test.create();
  rotation.start();
  await rotation.set({ on: true, pool: 'library', everyMinutes: null, timeZone: 'UTC', playlists: [work], ...more });
  await setByHand(adult);
  await test.clock.advance(hour / 2);
  expect(shown()).toEqual([adult]);
  return rotation;
}

it.each(['a pause', 'the battery', 'a full screen', 'nothing'])(
  'begin with safe pictures alone, also where %s holds the rotation back and their pool is empty',
  async (what) => {
    const rotation = await start({ pauseOnBattery: true, pauseOnFullScreen: true });
    if (what === 'a pause') await rotation.pause(null);
    test.world.battery = what === 'the battery';
    test.world.fullScreen = what === 'a full screen';
    await test.clock.advance(hour);
    expect(shown()).toEqual([safe]);
    expect(test.changes.list({ display: null, before: null, limit: 1 }).entries).toMatchObject([
      { reason: 'playlist' },
    ]);
    // A person's own choice stays; the next day begins anew.
    await setByHand(adult);
    await test.clock.advance(2 * hour);
    expect(shown()).toEqual([adult]);
    await test.clock.advance(24 * hour);
    expect(shown()).toEqual([safe]);
    await rotation.stop();
  },
);

it('begin with a plain picture where none is certainly safe', async () => {
  test.store.blocks.add({ kind: 'image', value: safe }, 0);
  const rotation = await start();
  await test.clock.advance(hour);
  expect(shown()).toEqual([]);
  expect(test.shown.at(-1)?.placements).toMatchObject([{ display: 'A', picture: { kind: 'outside' } }]);
  await rotation.stop();
});

it('begin while the program does not run: it makes up for that when it starts', async () => {
  let rotation = await start();
  await rotation.stop();
  test.clock.jump(2 * hour);
  rotation = test.create();
  await rotation.pause(null);
  rotation.start();
  await test.clock.advance(60_000);
  expect(shown()).toEqual([safe]);
  await rotation.stop();
});

it('are nothing to a rotation that is off', async () => {
  const rotation = await start();
  await rotation.set({ on: false });
  await test.clock.advance(hour);
  expect(shown()).toEqual([adult]);
  await rotation.stop();
});
