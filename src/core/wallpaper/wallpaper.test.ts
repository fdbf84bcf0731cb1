import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import type { Display, Fit } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Backend, Detection, Target, Verdict } from './backend.ts';
import { fakeDesktop } from './testing/fake-runner.ts';
import { display } from './testing/displays.ts';
import { createTestWallpaper, pixelOf } from './testing/pictures.ts';
import type { PlannedScene } from './scene.ts';
import { wholeId } from './scene-request.ts';

/** A desktop in memory with small displays, so that composing takes no time. */
function fakeDesktopBackend(takes: Backend['takes']) {
  let pending: readonly Target[] = [];
  const shown = new Map<string, string>();
  const state = {
    shown,
    applied: [] as (readonly Target[])[],
    available: { available: true, suits: true, reason: 'it runs' } as Detection,
    /** Told, but nothing changes. */
    deaf: false,
    /** Changes only after so many read-backs. */
    slow: 0,
    failure: null as string | null,
    readable: true,
    canCapture: false,
    onApply: (): void => undefined,
    /** Nothing comes any more of what it was told. */
    quiet: (): void => void (pending = []),
  };
  const backend: Backend = {
    id: 'fake',
    cure: 'Turn it off and on again.',
    takes,
    detect: () => Promise.resolve(state.available),
    apply({ targets }): Promise<Result<void>> {
      state.applied.push(targets);
      state.onApply();
      if (state.failure !== null) return Promise.resolve(fail(appError('wallpaper_failed', state.failure)));
      if (!state.deaf) pending = targets;
      return Promise.resolve(ok(undefined));
    },
    verify({ targets }) {
      if (state.slow > 0) state.slow -= 1;
      else for (const target of pending) shown.set(target.display.id, target.file);
      if (!state.readable) return Promise.resolve(ok(new Map()));
      return Promise.resolve(
        ok(
          new Map(
            targets.map(({ display: { id }, file }): [string, Verdict] => [
              id,
              { shows: shown.get(id) === file ? 'target' : 'other', detail: `shows ${shown.get(id) ?? 'nothing'}` },
            ]),
          ),
        ),
      );
    },
    ...(takes === 'display'
      ? {}
      : { capture: async (each: Display, file: string) => state.canCapture && (await capture(each, file)) }),
  };
  return { state, backend };
}

async function capture({ width, height }: Display, file: string): Promise<boolean> {
  const { encodePng } = await import('./png.ts');
  const { writeFile } = await import('node:fs/promises');
  await writeFile(file, await encodePng({ width, height, rgb: new Uint8Array(width * height * 3).fill(77) }));
  return true;
}

const one = display('A', { width: 64, height: 40, primary: true });
const two = display('B', { x: 64, width: 40, height: 64 });

describe('createWallpaperService', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'kabegami-wallpaper-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function start(takes: Backend['takes'] = 'display', displays: readonly Display[] = [one, two]) {
    const { state, backend } = fakeDesktopBackend(takes);
    const sleeps: number[] = [];
    const test = await createTestWallpaper({
      folder,
      backends: [backend],
      desktop: fakeDesktop('x11', 'x11', 'TestDesk'),
      displays: () => Promise.resolve(ok(displays)),
      sleep: (ms) => Promise.resolve(void sleeps.push(ms)),
      pictureSize: { width: 128, height: 80 },
    });
    const set = (n: number, ids: readonly string[] | null = null, fit: Fit = 'fill', signal?: AbortSignal) =>
      test.wallpaper.set({ image: test.image(n), displays: ids, fit }, () => undefined, signal);
    return { ...test, state, set, sleeps };
  }
  const appliedTo = (targets: readonly Target[] | undefined): readonly string[] =>
    (targets ?? []).map((target) => target.display.id);

  it('composes at each display’s pixels, applies, reads back, and only then records', async () => {
    const { set, state, entries } = await start();
    const done = await set(1);
    expect(done).toEqual({
      ok: true,
      value: {
        applied: [
          { display: 'A', backend: 'fake', verified: true },
          { display: 'B', backend: 'fake', verified: true },
        ],
        images: ['waifu-im:1'],
      },
    });
    for (const { file, display: each } of state.applied[0] ?? []) {
      await expect(pixelOf(file, each.width - 1, each.height - 1)).resolves.toHaveLength(3);
      await expect(pixelOf(file, each.width, 0)).rejects.toThrow();
    }
    expect(entries).toMatchObject([
      { display: 'A', image: 'waifu-im:1', fit: 'fill', backend: 'fake', verified: true },
      { display: 'B', image: 'waifu-im:1', fit: 'fill', backend: 'fake', verified: true },
    ]);
  });

  it('asks for one picture over displays of different scale factors at the size it is composed', async () => {
    // A display of half the scale takes twice its pixels among the others.
    const dense = display('A', { width: 64, height: 40, primary: true, scaleFactor: 2 });
    const coarse = display('B', { x: 64, width: 20, height: 32, area: { width: 40, height: 64 } });
    const { set, state, wallpaper } = await start('desktop', [coarse, { ...dense, y: 10 }]);
    expect((await set(1, null, 'span')).ok).toBe(true);
    const [target] = state.applied[0] ?? [];
    expect(target?.display).toMatchObject({ id: wholeId, x: 0, y: 0, width: 104, height: 64 });
    expect(target?.display.area).toBeUndefined();
    const file = target?.file ?? '';
    await expect(pixelOf(file, 103, 63)).resolves.toHaveLength(3);
    await expect(pixelOf(file, 104, 0)).rejects.toThrow();
    await expect(pixelOf(file, 0, 64)).rejects.toThrow();
    // Read back by the same request, it is still ours.
    expect(await wallpaper.looks()).toMatchObject({ ok: true, value: [{ shows: 'ours' }, { shows: 'ours' }] });
  });

  it('waits for a desktop that takes its time', async () => {
    const { set, state, sleeps } = await start();
    state.slow = 3;
    expect((await set(1)).ok).toBe(true);
    expect(sleeps).toHaveLength(3);
  });

  it('takes a tool that lies for what it is: desktop, backend, cause and cure, and no history', async () => {
    const { set, state, entries } = await start();
    state.deaf = true;
    const done = await set(1);
    expect(done).toMatchObject({ ok: false, error: { code: 'wallpaper_failed' } });
    expect(!done.ok && done.error.message).toMatch(/TestDesk.*"fake".*shows nothing.*Turn it off and on again\./);
    expect(entries).toEqual([]);
  });

  it('puts back what was there when a change fails half-way', async () => {
    const { set, state, current } = await start();
    await set(1);
    const before = new Map(state.shown);
    state.onApply = () => {
      // The first try changes one display and fails; putting back works.
      const firstTry = state.applied.length === 2;
      state.failure = firstTry ? 'The second display refused' : null;
      if (firstTry) state.shown.set('A', '/half.png');
    };
    const done = await set(2);
    expect(!done.ok && done.error.message).toContain('The second display refused');
    expect(state.applied.at(-1)?.map(({ file }) => file)).toEqual([...before.values()]);
    expect(current()).toEqual({ A: 'waifu-im:1', B: 'waifu-im:1' });
  });

  it('does not claim what could not be read', async () => {
    const { set, state, entries } = await start();
    state.readable = false;
    const done = await set(1);
    expect(done.ok && done.value.applied.map(({ verified }) => verified)).toEqual([false, false]);
    expect(entries.map(({ verified }) => verified)).toEqual([false, false]);
  });

  it('names the displays there are when one is unknown, and touches nothing', async () => {
    const { set, state } = await start();
    expect(await set(1, ['A', 'Z'])).toEqual({
      ok: false,
      error: { code: 'no_display', message: 'There is no display called "Z". There are: "A", "B".', retryable: false },
    });
    expect(state.applied).toEqual([]);
  });

  it('says what to install when nothing can set the wallpaper', async () => {
    const { set, state, wallpaper } = await start();
    state.available = { available: false, suits: true, reason: 'It needs the program feh. Install feh.' };
    expect(await set(1)).toMatchObject({
      ok: false,
      error: {
        code: 'no_backend',
        message: 'The wallpaper of TestDesk cannot be set. fake: It needs the program feh. Install feh.',
      },
    });
    state.available = { available: false, suits: false, reason: 'Not here.' };
    expect(await set(1)).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('No way of setting') as string },
    });
    expect(await wallpaper.backends()).toEqual({
      ok: true,
      value: { desktop: 'TestDesk', backends: [{ id: 'fake', available: false, reason: 'Not here.' }] },
    });
  });

  it('touches only the display asked for, where the desktop can do that', async () => {
    const { set, state } = await start('display');
    await set(1);
    const before = state.shown.get('A');
    await set(2, ['B']);
    expect(appliedTo(state.applied.at(-1))).toEqual(['B']);
    expect(state.shown.get('A')).toBe(before);
  });

  it('gives the others their own pictures again, where the desktop takes all at once', async () => {
    const { set, state, current } = await start('all');
    await set(1);
    const before = state.shown.get('A');
    const done = await set(2, ['B']);
    expect(done.ok && done.value.applied).toEqual([{ display: 'B', backend: 'fake', verified: true }]);
    expect(appliedTo(state.applied.at(-1))).toEqual(['A', 'B']);
    expect(state.applied.at(-1)?.[0]?.file).toBe(before);
    expect(current()).toEqual({ A: 'waifu-im:1', B: 'waifu-im:2' });
  });

  it('captures what somebody else put on the others', async () => {
    const { set, state } = await start('all');
    state.canCapture = true;
    await set(1);
    state.shown.set('A', '/foreign.png');
    state.slow = 1;
    expect((await set(2, ['B'])).ok).toBe(true);
    expect(await pixelOf(state.applied.at(-1)?.[0]?.file ?? '', 5, 5)).toEqual([77, 77, 77]);
  });

  it('would rather fail than blank a display it cannot read', async () => {
    const { set, state } = await start('all');
    expect(await set(1, ['A'])).toMatchObject({
      ok: false,
      error: { code: 'wallpaper_failed', message: expect.stringContaining('Choose all displays') as string },
    });
    expect(state.applied).toEqual([]);
  });

  it('composes one picture over all displays, where the desktop takes one', async () => {
    const { set, state } = await start('desktop');
    expect((await set(1)).ok).toBe(true);
    const [target] = state.applied.at(-1) ?? [];
    expect(target?.display).toMatchObject({ id: wholeId, x: 0, y: 0, width: 104, height: 64 });
    expect(await pixelOf(target?.file ?? '', 103, 63)).toHaveLength(3);
    const before = target?.file ?? '';
    expect((await set(2, ['B'])).ok).toBe(true);
    const after = state.applied.at(-1)?.[0]?.file ?? '';
    expect(after).not.toBe(before);
    expect(await pixelOf(after, 30, 20)).toEqual(await pixelOf(before, 30, 20));
    expect(await pixelOf(after, 90, 40)).not.toEqual(await pixelOf(before, 90, 40));
    // Where no display is, nothing is drawn.
    expect(await pixelOf(after, 10, 60)).toEqual([0, 0, 0]);
  });

  it('uses a file of its own for a single display there', async () => {
    const { set, state } = await start('desktop', [one]);
    expect((await set(1)).ok).toBe(true);
    expect(state.applied[0]?.[0]?.display).toMatchObject({ id: wholeId, width: 64, height: 40 });
    expect(readdirSync(join(folder, 'composed')).filter((name) => name.endsWith('.png'))).toHaveLength(1);
  });

  it('spans one picture without a seam', async () => {
    const { set, state } = await start('display', [one, { ...two, height: 40 }]);
    await set(1, null, 'span');
    const [left = '', right = ''] = (state.applied[0] ?? []).map(({ file }) => file);
    const [before, after] = [await pixelOf(left, 63, 20), await pixelOf(right, 0, 20)];
    for (let channel = 0; channel < 3; channel += 1)
      expect(Math.abs((before[channel] ?? 0) - (after[channel] ?? 255))).toBeLessThan(8);
  });

  it('can be aborted before the desktop is touched, and not half-way', async () => {
    const { set, state, entries } = await start();
    const early = new AbortController();
    early.abort();
    expect(await set(1, null, 'fill', early.signal)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(state.applied).toEqual([]);
    const late = new AbortController();
    state.onApply = () => late.abort();
    expect((await set(1, null, 'fill', late.signal)).ok).toBe(true);
    expect(entries).toHaveLength(2);
  });

  it.each(['display', 'all', 'desktop'] as const)(
    'says what it will show before it does, and settles that (%s)',
    async (takes) => {
      const { wallpaper, image, state, set } = await start(takes);
      await set(2);
      const placements = [one, two].map(({ id: display }) => ({
        display,
        picture: { kind: 'image', image: image(1) } as const,
        fit: 'fill' as const,
      }));
      const notes: PlannedScene[] = [];
      const before = state.applied.length;
      await wallpaper.show(
        { placements },
        () => undefined,
        undefined,
        undefined,
        (planned) => {
          expect(state.applied).toHaveLength(before);
          return Promise.resolve(void notes.push(JSON.parse(JSON.stringify(planned)) as PlannedScene));
        },
      );
      const [note] = notes;
      if (note === undefined) throw new Error('Nothing was planned.');
      expect(JSON.stringify(note)).not.toContain(folder);
      // As after a kill: what was shown there last is the picture before.
      await set(3);
      expect(await wallpaper.settle(note)).toMatchObject({ ok: true, value: { entries: [] } });
      for (const { display, file } of state.applied[before] ?? []) state.shown.set(display.id, file);
      state.quiet();
      const settled = await wallpaper.settle(note);
      expect(settled).toMatchObject({
        ok: true,
        value: {
          entries: [
            { display: 'A', image: 'waifu-im:1', verified: true },
            { display: 'B', verified: true },
          ],
        },
      });
      // It is ours again, and no outside picture.
      const looks = await wallpaper.looks();
      expect(looks.ok && looks.value.map(({ shows }) => shows)).toEqual(['ours', 'ours']);
      state.readable = false;
      expect(await wallpaper.settle(note)).toMatchObject({
        ok: true,
        value: { entries: [{ verified: false }, { verified: false }] },
      });
    },
  );

  it('of three quick choices carries out the first and the last', async () => {
    const { set, state, current } = await start();
    const [first, second, third] = await Promise.all([set(1), set(2), set(3)]);
    expect([first.ok, second.ok, third.ok]).toEqual([true, false, true]);
    expect(state.applied).toHaveLength(2);
    expect(current()).toEqual({ A: 'waifu-im:3', B: 'waifu-im:3' });
  });

  it('removes the files of pictures long gone, and keeps those shown', async () => {
    const { set, state, composed } = await start('display', [one]);
    for (let round = 0; round < 3; round += 1) {
      for (const fit of ['fill', 'fit', 'blur', 'center', 'stretch'] as const)
        expect((await set(1 + (round % 4), null, fit)).ok).toBe(true);
    }
    const files = readdirSync(composed).filter((name) => name.endsWith('.png'));
    expect(files.length).toBeLessThanOrEqual(7);
    expect(files.map((name) => join(composed, name))).toContain(state.shown.get('A'));
  });
});
