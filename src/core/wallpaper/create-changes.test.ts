import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelled } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { createChangesWorld, displayOf, quietly } from './testing/changes-world.ts';

let test: ReturnType<typeof createChangesWorld>;
beforeEach(() => void (test = createChangesWorld()));
afterEach(() => test.close());

const one = 'waifu-im:1';
const two = 'waifu-im:2';
const three = 'waifu-im:3';

describe('going back and forth', () => {
  it('asks for the displays once a change', async () => {
    const asked = async (work: () => Promise<unknown>): Promise<number> => {
      const before = test.world.asked;
      await work();
      return test.world.asked - before;
    };
    expect(await asked(() => test.show(test.place('A', one), test.place('B', two)))).toBe(1);
    expect(await asked(() => test.show(test.place('A', three)))).toBe(1);
    expect(await asked(() => test.changes.forward())).toBe(0);
    expect(await asked(() => test.changes.previous(null))).toBe(1);
    expect(await asked(() => test.changes.forward())).toBe(1);
    expect(await asked(() => test.changes.undo())).toBe(1);
    expect(await asked(() => test.changes.notice())).toBe(1);
    expect(await asked(() => test.changes.restore())).toBe(1);
  });

  it('shows one picture on a display that is named twice, and goes on', async () => {
    expect(await test.show(test.place('A', one), test.place('A', two))).toMatchObject({ ok: true });
    expect(test.seen('A')).toBe(two);
    expect(await test.show(test.place('A', three))).toMatchObject({ ok: true });
    expect(await test.changes.previous(null)).toMatchObject({ ok: true });
    expect(test.seen('A')).toBe(two);
  });

  it('counts every step, however quickly they are asked for', async () => {
    for (const id of [one, two, three]) await test.show(test.place('A', id));
    const done = await Promise.all([test.changes.previous(null), test.changes.previous(null)]);
    expect(done.every((each) => each.ok)).toBe(true);
    expect(test.seen('A')).toBe(one);
    await Promise.all([test.changes.forward(), test.changes.forward()]);
    expect(test.seen('A')).toBe(three);
    expect(await test.changes.forward()).toBeNull();
  });

  it('keeps the first outside picture, so that undo leads back to it, and no further', async () => {
    test.outside('A', 'mine.png');
    await test.show(test.place('A', one));
    expect(test.changes.canUndo()).toBe(true);
    expect(await test.changes.undo()).toMatchObject({ ok: true });
    expect(test.seen('A')).toBe('mine.png');
    expect(test.changes.canUndo()).toBe(false);
    expect(await test.changes.undo()).toMatchObject({ ok: false, error: { code: 'not_found' } });
  });

  it('takes back what is seen of, but of one kind that change alone', async () => {
    for (const id of [one, two, two]) await test.show(test.place('A', id));
    await test.changes.undo();
    expect(test.seen('A')).toBe(one);
    await test.show(test.place('A', two));
    await test.changes.show({ placements: [test.place('A', two)] }, 'safe', quietly);
    expect(await test.changes.undo(undefined, 'safe')).toMatchObject({ ok: true });
    expect(test.seen('A')).toBe(two);
    expect(await test.changes.undo(undefined, 'safe')).toMatchObject({ ok: false });
    expect(test.seen('A')).toBe(two);
  });

  it('takes an outside change for a change: undo takes that back first', async () => {
    await test.show(test.place('A', one));
    test.outside('A', 'theirs.png');
    expect(await test.changes.notice()).toBe(true);
    expect(await test.changes.notice()).toBe(false);
    await test.changes.undo();
    expect(test.seen('A')).toBe(one);
  });

  it('never looks at the desktop in the middle of a change', async () => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    test.world.beforeShow = async () => {
      // The desktop has it already; what we put there is written down a moment later.
      test.glass.set('A', { what: one, fit: 'fill' });
      await held;
      return ok(undefined);
    };
    const showing = test.show(test.place('A', one));
    const noticing = test.changes.notice();
    release();
    await showing;
    expect(await noticing).toBe(false);
    expect(test.changes.list({ display: null, before: null, limit: 10 }).entries).toHaveLength(1);
  });

  it('brings a picture across displays back as it was, with the display that still shows it', async () => {
    await test.show(test.place('A', one, 'span'), test.place('B', one, 'span'));
    await test.show(test.place('A', two));
    expect(await test.changes.undo()).toMatchObject({ ok: true, value: { applied: [{ display: 'A' }] } });
    expect(test.scenes.at(-1)?.placements.map(({ display, fit }) => [display, fit])).toEqual([
      ['A', 'span'],
      ['B', 'span'],
    ]);
  });

  it('undoes on the displays whose past is known, and leaves the others where they are', async () => {
    await test.show(test.place('A', one));
    await test.show(test.place('A', two), test.place('B', two));
    await test.changes.undo();
    expect([test.seen('A'), test.seen('B')]).toEqual([one, two]);
    expect(test.changes.current().map(({ displayKey, image }) => [displayKey, image.id])).toEqual([
      ['A', one],
      ['B', two],
    ]);
  });

  it('jumps to an entry, and undo comes back from there', async () => {
    for (const id of [one, two, three]) await test.show(test.place('A', id));
    const [, , oldest] = test.changes.list({ display: 'A', before: null, limit: 10 }).entries;
    await test.changes.jump(oldest?.key ?? 0);
    expect(test.seen('A')).toBe(one);
    await test.changes.undo();
    expect(test.seen('A')).toBe(three);
    expect(await test.changes.jump(999)).toMatchObject({ ok: false, error: { code: 'not_found' } });
    test.world.displays = [displayOf('B')];
    expect(await test.changes.jump(oldest?.key ?? 0)).toMatchObject({ ok: false, error: { code: 'no_display' } });
  });

  it('records nothing when the desktop refuses', async () => {
    await test.show(test.place('A', one));
    test.world.fails = true;
    expect(await test.show(test.place('A', two))).toMatchObject({ ok: false });
    expect(await test.changes.undo()).toMatchObject({ ok: false });
    expect(test.changes.current().map(({ image }) => image.id)).toEqual([one]);
  });

  it('takes the history along when a display tells its lasting key', async () => {
    await test.show(test.place('A', one));
    await test.show(test.place('A', two));
    test.world.displays = [displayOf('A', { key: 'edid:1' }), displayOf('B')];
    test.glass.set('edid:1', { what: two, fit: 'fill' });
    test.ours.set('edid:1', { what: two, fit: 'fill' });
    expect(await test.changes.previous(['A'])).toMatchObject({ ok: true });
    expect(test.seen('edid:1')).toBe(one);
  });
});

describe('what may not be shown', () => {
  beforeEach(() => {
    test.world.adultContent = true;
    test.image(two, 'adult');
  });

  it('is stepped over by previous, forth and undo, which say so', async () => {
    for (const id of [one, two, three]) await test.show(test.place('A', id));
    test.world.adultContent = false;
    expect(await test.changes.undo()).toMatchObject({ ok: true, value: { note: expect.stringContaining('"A"') } });
    expect(test.seen('A')).toBe(one);
    // The change to the adult one is passed over: there is nothing to be seen of it.
    expect(await test.changes.undo()).toMatchObject({ ok: false, error: { code: 'not_found' } });
    expect(test.seen('A')).toBe(one);
    expect(await test.changes.forward()).toMatchObject({ ok: true, value: { note: expect.any(String) } });
    expect(test.seen('A')).toBe(three);
    expect(await test.changes.previous(null)).toMatchObject({ ok: true, value: { note: expect.any(String) } });
    expect(test.seen('A')).toBe(one);
  });

  it('is refused by jump and by show, whatever the caller believed', async () => {
    for (const id of [two, one]) await test.show(test.place('A', id));
    const adult = test.changes.list({ display: 'A', before: null, limit: 10 }).entries[1]?.key ?? 0;
    const stale = test.place('A', two);
    test.world.adultContent = false;
    expect(await test.changes.jump(adult)).toMatchObject({ ok: false, error: { code: 'content_blocked' } });
    expect(await test.show(stale)).toMatchObject({ ok: false, error: { code: 'content_blocked' } });
    const fresh = test.place('A', three);
    test.store.blocks.add({ kind: 'image', value: three }, 0);
    expect(await test.show(fresh)).toMatchObject({ ok: false, error: { code: 'blocked_by_owner' } });
    expect(test.seen('A')).toBe(one);
  });

  it('is told of at once when it became forbidden on its way', async () => {
    test.world.beforeShow = () => {
      test.world.adultContent = false;
      return Promise.resolve(ok(undefined));
    };
    await test.show(test.place('A', two));
    expect(test.world.notAllowed).toBe(1);
  });

  it('is hidden in the history, and not there at all when blocked', async () => {
    for (const id of [one, two, three]) await test.show(test.place('A', id));
    test.world.adultContent = false;
    test.store.blocks.add({ kind: 'image', value: three }, 0);
    const page = test.changes.list({ display: null, before: null, limit: 2 });
    expect(page).toMatchObject({
      entries: [
        { image: null, hidden: true },
        { image: { id: one }, hidden: false },
      ],
      hidden: 1,
      next: null,
    });
    expect(test.changes.list({ display: null, before: null, limit: 1 })).toMatchObject({
      entries: [{ hidden: true }],
      next: expect.any(Number),
    });
  });
});

describe('taking turns', () => {
  it('drops a choice that waits when a newer one covers it, and lets steps through', async () => {
    const all = await Promise.all([
      test.show(test.place('A', one)),
      test.show(test.place('A', two)),
      test.show(test.place('A', three)),
      test.changes.previous(null),
    ]);
    expect(all.map((each) => (each.ok ? 'done' : each.error.code))).toEqual(['done', 'cancelled', 'done', 'done']);
    expect(test.seen('A')).toBe(one);
  });

  it('does not let a safe picture wait for a download', async () => {
    test.world.beforeShow = (scene, signal) =>
      scene.placements.some(({ picture }) => picture.kind === 'image' && picture.image.id === one)
        ? new Promise<Result<void>>((resolve) => {
            const stop = (): void => resolve(fail(cancelled));
            if (signal?.aborted) stop();
            else signal?.addEventListener('abort', stop, { once: true });
          })
        : Promise.resolve(ok(undefined));
    const slow = test.show(test.place('A', one));
    // It has begun.
    while (test.world.looks === 0) await Promise.resolve();
    const safe = await test.changes.show({ placements: [test.place('A', two)] }, 'safe', quietly);
    expect(safe.ok).toBe(true);
    expect(await slow).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(test.seen('A')).toBe(two);
  });
});

describe('restore', () => {
  const atLogin = () => test.changes.restore(undefined, { atLogin: true });
  beforeEach(() => void (test.world.forgets = true));

  it('does not even look without a history', async () => {
    test.outside('A', 'mine.png');
    expect(await atLogin()).toEqual(ok({ applied: [], images: [] }));
    expect([test.world.looks, test.scenes.length, test.told.length]).toEqual([0, 0, 0]);
  });

  it('puts back what was lost, there only, and changes no history', async () => {
    await test.show(test.place('A', one, 'center'), test.place('B', two));
    test.glass.delete('A');
    expect(await atLogin()).toMatchObject({ ok: true, value: { applied: [{ display: 'A' }], images: [one] } });
    expect(test.glass.get('A')).toEqual({ what: one, fit: 'center' });
    expect(test.scenes.at(-1)?.placements.map(({ display }) => display)).toEqual(['A']);
    expect(test.changes.list({ display: null, before: null, limit: 10 }).entries).toHaveLength(2);
    expect(await atLogin()).toMatchObject({ value: { applied: [] } });
  });

  it('leaves and records what somebody has chosen meanwhile', async () => {
    await test.show(test.place('A', one));
    for (const forgets of [false, true]) {
      test.world.forgets = forgets;
      test.outside('A', `chosen-${forgets}.png`);
      expect(await atLogin()).toMatchObject({ value: { applied: [] } });
      expect(test.seen('A')).toBe(`chosen-${forgets}.png`);
      expect(test.store.wallpapers.shown()[0]).toMatchObject({ image: null, outside: `chosen-${forgets}.png` });
    }
    await test.changes.undo();
    await test.changes.undo();
    expect(test.seen('A')).toBe(one);
  });

  it('takes what was there before ours for the session’s own at login, where the desktop forgets', async () => {
    test.outside('A', 'greeter.png');
    await test.show(test.place('A', one));
    test.logout('greeter.png');
    expect(await test.changes.restore()).toMatchObject({ value: { applied: [] } });
    await test.changes.undo();
    expect(test.seen('A')).toBe(one);
    test.logout('greeter.png');
    expect(await atLogin()).toMatchObject({ value: { applied: [{ display: 'A' }] } });
    expect(test.seen('A')).toBe(one);
    // On one that keeps its wallpaper the same picture was chosen anew.
    test.world.forgets = false;
    test.logout('greeter.png');
    expect(await atLogin()).toMatchObject({ value: { applied: [] } });
    expect(test.seen('A')).toBe('greeter.png');
  });

  it('fetches a missing file, or else takes the newest earlier picture on this disk and says so', async () => {
    for (const id of [one, two, three]) await test.show(test.place('A', id));
    test.world.missing = new Set([two, three]);
    test.world.fetchable = new Set([three]);
    test.logout();
    expect(await atLogin()).toEqual(ok({ applied: [expect.anything()], images: [three] }));
    test.world.fetchable = new Set([two]);
    test.logout();
    expect(await atLogin()).toMatchObject({
      ok: true,
      value: { images: [one], note: expect.stringContaining('earlier') },
    });
    expect(test.changes.current().map(({ image }) => image.id)).toEqual([one]);
    test.world.missing.add(one);
    test.logout();
    expect(await atLogin()).toMatchObject({ value: { applied: [] } });
    expect(test.seen('A')).toBeNull();
  });

  it('puts nothing forbidden back', async () => {
    await test.show(test.place('A', one));
    await test.show(test.place('A', two));
    test.store.blocks.add({ kind: 'image', value: two }, 0);
    test.logout();
    await atLogin();
    expect(test.seen('A')).toBe(one);
  });

  it('leaves the desktop and the history alone when it fails', async () => {
    await test.show(test.place('A', one));
    test.logout();
    test.world.fails = true;
    expect(await atLogin()).toMatchObject({ ok: false, error: { code: 'wallpaper_failed' } });
    expect(test.seen('A')).toBeNull();
    expect(test.changes.current().map(({ image }) => image.id)).toEqual([one]);
  });
});
