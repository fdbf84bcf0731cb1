import { describe, expect, it } from 'vitest';
import { appError } from '../shared/errors.ts';
import { fail, ok } from '../shared/result.ts';
import { rotationConfig } from '../shared/rotation.ts';
import { createClient } from '../shared/rpc.ts';
import type { Handlers } from '../core/dispatch.ts';
import { connectInMemory } from '../core/memory-channel.ts';
import { createFakeCore, silentLog } from '../core/testing/fake-core.ts';
import { createActions } from './actions.ts';
import { pauseUntil } from '../shared/pause.ts';
import { anImage, aStatus, aWallpaper } from './testing/samples.ts';

const image = anImage('1');

function start(handlers: Partial<Handlers>, state: 'running' | 'paused' = 'running') {
  const heard: unknown[][] = [];
  const client = createClient(connectInMemory(createFakeCore(handlers)));
  let settle = (): void => {};
  const actions = createActions({
    client,
    state: () => ({
      wallpapers: [aWallpaper('DP-1', image)],
      mainDisplay: 'DP-1',
      rotation: aStatus(['DP-1'], { state }),
    }),
    now: () => new Date('2026-03-01T10:00:00Z'),
    open: () => heard.push(['open']),
    quit: () => heard.push(['quit']),
    fail: ({ code }) => heard.push(['fail', code]),
    tell: (title, body) => heard.push(['tell', title, body]),
    done: () => {
      heard.push(['done']);
      settle();
    },
    log: silentLog,
  });
  /** Presses, and waits until it was carried out. */
  const press = (run: () => void): Promise<void> =>
    new Promise((resolve) => {
      settle = () => setImmediate(resolve);
      run();
    });
  return { actions, heard, press };
}

describe('the tray', () => {
  it('says what failed, and has its menu made again', async () => {
    const { actions, heard, press } = start({ 'wallpaper.next': () => fail(appError('no_candidate', 'Nothing.')) });
    await press(actions.tray.next);
    expect(heard).toEqual([['done'], ['fail', 'no_candidate']]);
  });

  it('says nothing of a change that a newer one replaced', async () => {
    const { actions, heard, press } = start({ 'wallpaper.next': () => fail(appError('cancelled', 'Cancelled.')) });
    await press(actions.tray.next);
    expect(heard).toEqual([['done']]);
  });

  it('gives one display a pool and leaves the others as they are now', async () => {
    const config = rotationConfig.parse({ displays: { a: { pool: 'library', fit: 'fit' }, b: { fit: 'blur' } } });
    const patches: unknown[] = [];
    const { actions, press } = start({
      'rotation.status': () => ok(aStatus([], { config })),
      'rotation.set': ({ patch }) => {
        patches.push(patch);
        return ok(aStatus());
      },
    });
    await press(() => actions.tray.displayPool('b', 'favorites'));
    expect(patches).toEqual([
      { displays: { a: { pool: 'library', fit: 'fit' }, b: { fit: 'blur', pool: 'favorites' } } },
    ]);
  });
});

describe('the keys', () => {
  it('say what they did where it may not be seen', async () => {
    const blocked: unknown[] = [];
    const { actions, heard } = start({
      'favorites.toggle': () => ok({ favorite: true }),
      'blocks.add': (target) => {
        blocked.push(target);
        const block = { ...target, label: 'Mori', at: '', images: 1 };
        return ok({ block, replaced: ['DP-1'] });
      },
    });
    await actions.key('favorite');
    await actions.key('never');
    expect(blocked).toEqual([{ kind: 'image', value: image.id }]);
    expect(heard.filter(([what]) => what === 'tell')).toEqual([
      ['tell', 'Added to favorites', 'sea, by Mori'],
      ['tell', 'Never again', 'sea, by Mori'],
    ]);
  });

  it('pause what runs and resume what is paused', async () => {
    const asked: unknown[] = [];
    const handlers: Partial<Handlers> = {
      'rotation.pause': ({ until }) => {
        asked.push(['pause', until]);
        return ok(aStatus());
      },
      'rotation.resume': () => {
        asked.push(['resume']);
        return ok(aStatus());
      },
    };
    await start(handlers, 'running').actions.key('pause');
    await start(handlers, 'paused').actions.key('pause');
    expect(asked).toEqual([['pause', null], ['resume']]);
  });

  it('never release what "safe now" has hidden, unless it is asked for', async () => {
    const asked: boolean[] = [];
    const { actions } = start({
      'wallpaper.safe': ({ on }) => {
        asked.push(on);
        return ok(aStatus());
      },
    });
    await actions.key('safe');
    await actions.key('safe');
    await actions.key('release');
    expect(asked).toEqual([true, true, false]);
  });
});

describe('pauseUntil', () => {
  // Local times: the tests run in any time zone.
  const at = (day: number, hour: number): Date => new Date(2026, 0, day, hour, 30);
  it('ends after an hour, in the morning, or when it is said', () => {
    expect(pauseUntil('hour', at(5, 12))).toBe(at(5, 13).toISOString());
    expect(pauseUntil('tomorrow', at(5, 23))).toBe(new Date(2026, 0, 6, 6).toISOString());
    // After midnight the morning is today's.
    expect(pauseUntil('tomorrow', at(6, 2))).toBe(new Date(2026, 0, 6, 6).toISOString());
    expect(pauseUntil('resumed', at(5, 12))).toBeNull();
  });
});
