import { expect, it } from 'vitest';
import { ok } from '../shared/result.ts';
import { createClient } from '../shared/rpc.ts';
import { createFakeClock } from '../core/favorites/testing/fake-clock.ts';
import type { Handlers } from '../core/dispatch.ts';
import { connectInMemory } from '../core/memory-channel.ts';
import { createFakeCore } from '../core/testing/fake-core.ts';
import { anImage, aPool, aStatus, aWallpaper } from './testing/samples.ts';
import type { TrayState } from './tray-menu.ts';
import { createTrayModel } from './tray-state.ts';

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
};

async function start() {
  const clock = createFakeClock();
  const menus: TrayState[] = [];
  const calls: string[] = [];
  const display = (id: string, primary: boolean) =>
    ({ id, key: id, x: 0, y: 0, width: 1, height: 1, scaleFactor: 1, primary }) as const;
  const handlers: Partial<Handlers> = {
    'wallpaper.current': () => ok({ wallpapers: [aWallpaper('DP-1', anImage('1'))], hidden: 0 }),
    'rotation.status': () => ok(aStatus(['DP-1', 'DP-2'])),
    'pools.list': () => {
      calls.push('pools');
      return ok({ pools: [aPool('favorites')] });
    },
    'displays.list': () => {
      calls.push('displays');
      return ok({ displays: [display('DP-1', false), display('DP-2', true)] });
    },
  };
  const core = createFakeCore(handlers);
  const model = createTrayModel({
    client: createClient(connectInMemory(core)),
    clock,
    changed: (state) => menus.push(state),
  });
  const pass = async (): Promise<void> => {
    await settled();
    clock.advance(1_000);
    await settled();
  };
  await pass();
  return { core, model, menus, calls, pass };
}

it('begins with what there is', async () => {
  const { menus } = await start();
  expect(menus).toMatchObject([
    {
      wallpapers: [{ image: { id: 'waifu-im:1' } }],
      rotation: { state: 'running' },
      pools: [{ id: 'favorites' }],
      mainDisplay: 'DP-2',
    },
  ]);
});

it('makes one menu of a burst, and asks the desktop only when other displays are there', async () => {
  const { core, menus, calls, pass } = await start();
  for (let count = 0; count < 50; count += 1) {
    core.events.emit('wallpaper.changed', { wallpapers: [aWallpaper('DP-1', anImage(String(count)))], hidden: 0 });
    core.events.emit('rotation.changed', aStatus(['DP-1', 'DP-2']));
  }
  await pass();
  expect(menus).toHaveLength(2);
  expect(menus.at(-1)?.wallpapers).toMatchObject([{ image: { id: 'waifu-im:49' } }]);
  expect(calls).toEqual(['pools', 'displays', 'pools']);
  core.events.emit('rotation.changed', aStatus(['DP-2']));
  await pass();
  expect(calls.filter((name) => name === 'displays')).toHaveLength(2);
});

it('sees that the picture became a favorite, and nothing in other pictures', async () => {
  const { core, menus, pass } = await start();
  core.events.emit('images.changed', { images: [anImage('7')] });
  await pass();
  expect(menus).toHaveLength(1);
  core.events.emit('images.changed', { images: [anImage('1', { favorite: true })] });
  await pass();
  expect(menus.at(-1)?.wallpapers).toMatchObject([{ image: { favorite: true } }]);
});

it('forgets a picture that may not be told any more', async () => {
  const { core, menus, pass } = await start();
  core.events.emit('wallpaper.changed', { wallpapers: [], hidden: 1 });
  await pass();
  expect(menus.at(-1)?.wallpapers).toEqual([]);
});

it('is silent once stopped', async () => {
  const { core, model, menus, pass } = await start();
  core.events.emit('pools.changed', { what: 'pools' });
  await settled();
  model.stop();
  await pass();
  expect(menus).toHaveLength(1);
});
