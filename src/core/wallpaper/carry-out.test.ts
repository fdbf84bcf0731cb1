import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createChangesWorld, quietly } from './testing/changes-world.ts';

let test: ReturnType<typeof createChangesWorld>;
beforeEach(() => void (test = createChangesWorld()));
afterEach(() => test.close());

const one = 'waifu-im:1';
const two = 'waifu-im:2';
const three = 'waifu-im:3';

type Program = ReturnType<typeof test.startProgram>;
const history = (program: Program): readonly string[] =>
  program
    .list({ display: null, before: null, limit: 50 })
    .entries.map(
      ({ display, image, reason, current }) => `${display} ${image?.id ?? 'outside'} ${reason}${current ? ' *' : ''}`,
    );

/** Begins `work` and answers once the desktop shows it on `display` and nobody has written that down; it stays there until it is let go on. */
async function heldAfterTouch<T>(display: string, work: () => Promise<T>) {
  let letGo = (): void => undefined;
  let touched = (): void => undefined;
  const reached = new Promise<void>((resolve) => (touched = resolve));
  test.world.afterTouch = async (key) => {
    if (key !== display) return;
    touched();
    await new Promise<void>((resolve) => (letGo = resolve));
  };
  const done = work();
  await reached;
  test.world.afterTouch = () => Promise.resolve();
  return { done, letGo };
}

/** The program is killed there, and starts again. */
async function killedAfterTouch(display: string, work: () => Promise<unknown>): Promise<Program> {
  await heldAfterTouch(display, work);
  return test.startProgram();
}

describe('closing', () => {
  it('waits for the change that the desktop was told of, and for its record; begins nothing more', async () => {
    await test.show(test.place('A', one));
    const { done, letGo } = await heldAfterTouch('A', () => test.show(test.place('A', two)));
    const waiting = test.show(test.place('B', three));
    let closed = false;
    const closing = test.changes.stop().then(() => (closed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(closed).toBe(false);
    letGo();
    await closing;
    expect(history(test.changes)[0]).toBe(`A ${two} set *`);
    expect(await done).toMatchObject({ ok: true });
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(await test.changes.previous(null)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(test.seen('A')).toBe(two);
  });

  it('does not wait for a download', async () => {
    let asked = (): void => undefined;
    const loading = new Promise<void>((resolve) => (asked = resolve));
    test.world.beforeShow = async (_scene, signal) => {
      asked();
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return { ok: false, error: { code: 'cancelled', message: '', retryable: false } };
    };
    const showing = test.show(test.place('A', one));
    await loading;
    await test.changes.stop();
    expect(await showing).toMatchObject({ ok: false });
  });
});

describe('a program that was killed between the desktop and the history', () => {
  it.each([0, 1])('finds its change again, after %s others', async (before) => {
    if (before === 1) await test.show(test.place('A', one));
    const again = await killedAfterTouch('A', () => test.show(test.place('A', two, 'fit')));
    expect(history(again)).toHaveLength(before);
    await again.restore(undefined, { atLogin: true });
    expect(history(again)[0]).toBe(`A ${two} set *`);
    expect(again.current()).toMatchObject([{ image: { id: two }, fit: 'fit' }]);
    // Once, however often it is looked for, and nothing is taken for somebody else's.
    await test.startProgram().restore();
    expect(await again.notice()).toBe(false);
    expect(history(again)).toHaveLength(before + 1);
    if (before === 0) return;
    await again.undo();
    expect(test.seen('A')).toBe(one);
  });

  it('finds it at the first change or question too, where nothing is restored', async () => {
    const again = await killedAfterTouch('A', () => test.show(test.place('A', one)));
    await again.ready();
    expect(history(again)).toEqual([`A ${one} set *`]);
    const more = await killedAfterTouch('A', () => again.show({ placements: [test.place('A', two)] }, 'set', quietly));
    await more.show({ placements: [test.place('A', three)] }, 'set', quietly);
    expect(history(more)).toEqual([`A ${three} set *`, `A ${two} set`, `A ${one} set`]);
  });

  it('stands where "previous" or "undo" had led, and can go on from there', async () => {
    for (const id of [one, two, three]) await test.show(test.place('A', id));
    const back = await killedAfterTouch('A', () => test.changes.previous(null));
    await back.restore();
    expect(back.current()).toMatchObject([{ image: { id: two } }]);
    expect(await back.forward()).toMatchObject({ ok: true });
    expect(test.seen('A')).toBe(three);
    const undone = await killedAfterTouch('A', () => back.undo());
    await undone.restore();
    expect(undone.current()).toMatchObject([{ image: { id: two } }]);
    await undone.undo();
    expect(test.seen('A')).toBe(three);
  });

  it('records the displays that had changed, and no others', async () => {
    await test.show(test.place('A', one), test.place('B', one));
    const again = await killedAfterTouch('A', () => test.show(test.place('A', two), test.place('B', three)));
    await again.restore();
    expect(history(again)).toEqual([`A ${two} set *`, `B ${one} set *`, `A ${one} set`]);
    const undone = await killedAfterTouch('A', () => again.undo());
    await undone.restore();
    expect(undone.current().map(({ image }) => image.id)).toEqual([one, one]);
  });

  it('counts what a pool gave as shown', async () => {
    const placements = [{ ...test.place('A', one), pool: 'favorites' }];
    const again = await killedAfterTouch('A', () => test.changes.show({ placements }, 'schedule', quietly));
    expect(test.drawn).toEqual([]);
    await again.restore();
    expect(test.drawn).toMatchObject([{ pool: 'favorites', image: one }]);
  });

  it('claims nothing that somebody else has changed since', async () => {
    await test.show(test.place('A', one));
    const again = await killedAfterTouch('A', () => test.show(test.place('A', two)));
    test.outside('A', 'theirs.png');
    await again.restore();
    expect(history(again)).toEqual(['A outside outside *', `A ${one} set`]);
    expect(await test.pending.read()).toBeNull();
  });

  it('asks again where the desktop is not there yet', async () => {
    const again = await killedAfterTouch('A', () => test.show(test.place('A', one)));
    test.world.fails = true;
    await again.restore();
    expect(history(again)).toEqual([]);
    test.world.fails = false;
    await again.restore();
    expect(history(again)).toEqual([`A ${one} set *`]);
  });

  it('notes nothing of a change that failed, and records once more what could not be written', async () => {
    test.world.fails = true;
    await test.show(test.place('A', one));
    expect(await test.pending.read()).toBeNull();
    test.world.fails = false;
    test.store.wallpapers.record = () => {
      throw new Error('the disk is full');
    };
    await expect(test.show(test.place('A', one))).rejects.toThrow('full');
    const again = test.startProgram();
    await expect(again.restore()).rejects.toThrow('full');
    expect(await again.ready().catch(String)).toContain('full');
  });
});
