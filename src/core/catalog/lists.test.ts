import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appError, cancelled } from '../../shared/errors.ts';
import type { Tag } from '../../shared/model.ts';
import { fail, ok } from '../../shared/result.ts';
import { openTestStore } from '../store/testing.ts';
import { createContentGate } from './gate.ts';
import { createLists } from './lists.ts';
import { fakeProvider } from './testing.ts';

let test: ReturnType<typeof openTestStore>;
beforeEach(() => {
  test = openTestStore();
});
afterEach(() => test.close());

const tag = (name: string, rating: Tag['rating']): Tag => ({ name, description: null, count: 1, rating });

describe('tags and categories', () => {
  it('are asked once while fresh, hidden unless safe, and last known while offline', async () => {
    let now = 1_000_000;
    let online = true;
    let asked = 0;
    let adultContent = false;
    const waifuIm = fakeProvider('waifu-im', {
      tags: () => {
        asked += 1;
        return Promise.resolve(
          online
            ? ok([tag('sea', 'safe'), tag('adult-only-tag', 'adult'), tag('new', asked > 1 ? 'safe' : 'unknown')])
            : fail(appError('offline', 'No network.')),
        );
      },
    });
    const lists = createLists({
      providers: { 'waifu-im': waifuIm, 'yiff-rest': fakeProvider('yiff-rest') },
      store: test.store,
      gate: createContentGate(() => ({ adultContent })),
      clock: { now: () => now, sleep: () => Promise.resolve(), after: () => () => undefined },
    });
    expect(await lists.tags('waifu-im')).toMatchObject({
      ok: true,
      value: { tags: [{ name: 'sea' }], hidden: 1, unrated: 1, offline: false },
    });
    await lists.tags('waifu-im');
    expect(asked).toBe(1);
    // A tag of unknown rating is asked about again soon; a finished list is kept for hours.
    now += 2 * 60 * 1000;
    expect(await lists.tags('waifu-im')).toMatchObject({
      value: { tags: [{ name: 'sea' }, { name: 'new' }], hidden: 1, unrated: 0 },
    });
    now += 60 * 60 * 1000;
    adultContent = true;
    expect(await lists.tags('waifu-im')).toMatchObject({ value: { hidden: 0 } });
    expect(asked).toBe(2);
    online = false;
    now += 7 * 60 * 60 * 1000;
    expect(await lists.tags('waifu-im')).toMatchObject({ ok: true, value: { offline: true, hidden: 0 } });
    expect(asked).toBe(3);
  });

  it('are made once for everybody who asks meanwhile; when the first gives up, the next one asks', async () => {
    const answers: ((result: ReturnType<typeof ok<readonly Tag[]>> | ReturnType<typeof fail>) => void)[] = [];
    const lists = createLists({
      providers: {
        'waifu-im': fakeProvider('waifu-im', { tags: () => new Promise((resolve) => answers.push(resolve)) }),
        'yiff-rest': fakeProvider('yiff-rest'),
      },
      store: test.store,
      gate: createContentGate(() => ({ adultContent: false })),
      clock: { now: () => 1_000_000, sleep: () => Promise.resolve(), after: () => () => undefined },
    });
    const first = lists.tags('waifu-im');
    const second = lists.tags('waifu-im');
    expect(answers).toHaveLength(1);
    answers[0]?.(fail(cancelled));
    expect(await first).toMatchObject({ ok: false });
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    const third = lists.tags('waifu-im');
    answers[1]?.(ok([tag('sea', 'safe')]));
    expect(await second).toMatchObject({ ok: true, value: { tags: [{ name: 'sea' }] } });
    expect(await third).toEqual(await second);
    expect(answers).toHaveLength(2);
  });

  it('fail plainly when nothing is known', async () => {
    const lists = createLists({
      providers: {
        'waifu-im': fakeProvider('waifu-im', {
          categories: () => Promise.resolve(fail(appError('offline', 'No network.'))),
        }),
        'yiff-rest': fakeProvider('yiff-rest'),
      },
      store: test.store,
      gate: createContentGate(() => ({ adultContent: false })),
      clock: { now: () => 0, sleep: () => Promise.resolve(), after: () => () => undefined },
    });
    expect(await lists.categories('waifu-im')).toMatchObject({ ok: false, error: { code: 'offline' } });
  });
});
