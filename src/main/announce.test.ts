import { expect, it } from 'vitest';
import type { CurrentWallpaper } from '../shared/model.ts';
import { ok } from '../shared/result.ts';
import type { ChangeReason } from '../shared/rotation.ts';
import { createClient } from '../shared/rpc.ts';
import { createFakeClock } from '../core/favorites/testing/fake-clock.ts';
import { connectInMemory } from '../core/memory-channel.ts';
import { createFakeCore } from '../core/testing/fake-core.ts';
import { announceChanges } from './announce.ts';
import { anImage, aStatus, aWallpaper } from './testing/samples.ts';

async function start() {
  const clock = createFakeClock();
  const said: string[][] = [];
  let wanted = true;
  let wallpapers: readonly CurrentWallpaper[] = [aWallpaper('DP-1', anImage('0'))];
  let lastChange: { at: string; reason: ChangeReason } | null = null;
  const status = () => aStatus(['DP-1'], { lastChange });
  const core = createFakeCore({
    'wallpaper.current': () => ok({ wallpapers, hidden: 0 }),
    'rotation.status': () => ok(status()),
  });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  };
  announceChanges({
    client: createClient(connectInMemory(core)),
    wanted: () => wanted,
    show: (...words) => said.push(words),
    clock,
  });
  await settled();
  return {
    said,
    want: (now: boolean) => (wanted = now),
    async change(reason: ChangeReason, now: readonly CurrentWallpaper[]) {
      wallpapers = now;
      lastChange = { at: new Date(clock.now()).toISOString(), reason };
      core.events.emit('wallpaper.changed', { wallpapers, hidden: 0 });
      core.events.emit('rotation.changed', status());
      await settled();
      clock.advance(1_000);
      await settled();
    },
  };
}

it('says once what came by itself, with artist and source', async () => {
  const { said, change } = await start();
  await change('schedule', [aWallpaper('DP-1', anImage('1'))]);
  expect(said).toEqual([['New wallpaper', 'sea, by Mori · waifu.im']]);
});

it('says nothing of what somebody asked for, of the same again, or when it is not wanted', async () => {
  const { said, change, want } = await start();
  for (const reason of ['set', 'next', 'previous', 'safe', 'block', 'restore'] as const)
    await change(reason, [aWallpaper('DP-1', anImage(reason))]);
  const same = [aWallpaper('DP-1', anImage('restore'))];
  await change('schedule', same);
  want(false);
  await change('wake', [aWallpaper('DP-1', anImage('2'))]);
  expect(said).toEqual([]);
});

it('tells only the displays that have another picture, and nothing of one that is hidden', async () => {
  const { said, change } = await start();
  const kept = aWallpaper('DP-1', anImage('0'));
  await change('playlist', [kept, aWallpaper('DP-2', anImage('2', { tags: ['hill'] }))]);
  // What may not be told is not in the list.
  await change('schedule', [kept]);
  expect(said).toEqual([['New wallpaper', 'hill, by Mori · waifu.im']]);
});
