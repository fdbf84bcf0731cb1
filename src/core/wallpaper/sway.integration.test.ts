import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSwayBackend } from './backends/sway.ts';
import { createSwaybgBackend } from './backends/swaybg.ts';
import { createDetectDesktop } from './desktop.ts';
import { createComposeForeign } from './foreign-picture.ts';
import { createListDisplays } from './displays/displays.ts';
import { createListProcesses, type ListProcesses } from './processes.ts';
import { createRunner, type Runner } from './run.ts';
import { drawingCodec, createTestWallpaper, pixelOf } from './testing/pictures.ts';
import { noMonitors } from './testing/fake-runner.ts';
import { createTestSession, lacks, until, type TestSession } from './testing/session.ts';

const isRoot = process.getuid?.() === 0;
const cannot = lacks(
  'sway',
  ['sway', 'swaymsg', 'swaybg', 'grim', ...(isRoot ? ['setpriv'] : [])],
  'sway swaybg grim util-linux',
);
const nobody = 65534;

describe.skipIf(cannot)('a real sway with two outputs', { timeout: 60_000 }, () => {
  let session: TestSession;
  let run: Runner;
  let processes: ListProcesses;
  let folder: string;

  beforeAll(async () => {
    session = createTestSession({
      WLR_BACKENDS: 'headless',
      WLR_RENDERER: 'pixman',
      WLR_LIBINPUT_NO_DEVICES: '1',
      WLR_HEADLESS_OUTPUTS: '2',
    });
    const { env, home } = session;
    const runtime = join(home, 'run');
    // A folder that sway's own parser and its word expansion would trip over.
    folder = join(home, 'we ird; , $(touch pwned) `id` "q" \'a\' *[x]~{b}\\ü');
    for (const path of [runtime, folder, join(folder, 'composed')]) mkdirSync(path, { mode: 0o700 });
    writeFileSync(join(home, 'config'), 'output * bg #102030 solid_color\noutput HEADLESS-2 resolution 800x600\n');
    env['XDG_RUNTIME_DIR'] = runtime;
    // sway refuses root; its files must be readable for the one it runs as.
    if (isRoot) {
      chmodSync(home, 0o755);
      chmodSync(folder, 0o755);
      chmodSync(join(folder, 'composed'), 0o755);
      chownSync(runtime, nobody, nobody);
    }
    const asNobody = isRoot ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : [];
    const [program = '', ...args] = [...asNobody, 'sway', '-c', join(home, 'config')];
    const find = (pattern: RegExp): string | undefined => readdirSync(runtime).find((name) => pattern.test(name));
    await session.start(program, args, () => find(/^sway-ipc/) !== undefined && find(/^wayland-\d+$/) !== undefined);
    env['SWAYSOCK'] = join(runtime, find(/^sway-ipc/) ?? '');
    env['WAYLAND_DISPLAY'] = find(/^wayland-\d+$/) ?? '';
    run = createRunner({ env, platform: 'linux' });
    processes = createListProcesses({ env });
    await until('swaybg draws', async () => (await processes()).some(({ name }) => name === 'swaybg'));
  });
  afterAll(async () => {
    for (const { pid, name } of await processes()) if (name === 'swaybg') run.stop(pid);
    await session.stop();
  });

  const serviceWith = (backend: typeof createSwayBackend) => {
    const { env } = session;
    const desktop = createDetectDesktop({ env, platform: 'linux', processes });
    const compose = createComposeForeign({ codec: drawingCodec });
    const backends = [backend({ run, desktop, processes, compose })];
    return createTestWallpaper({
      folder,
      backends,
      desktop,
      displays: createListDisplays({ run, env, monitors: noMonitors, host: null }),
    });
  };
  const shown = async (output: string, x: number, y: number): Promise<string> =>
    String(await pixelOf(session.runForBytes('grim', '-o', output, '-'), x, y));

  /** The composed file of that size (the newest, where there are several). */
  const fileOn = async (output: string): Promise<string> => {
    for (const { name, args } of (await processes()).toReversed()) {
      const at = args.lastIndexOf(output);
      if (name === 'swaybg' && at > 0) return args[at + 2] ?? '';
    }
    return '';
  };

  it('shows a picture on each output, seen with grim', async () => {
    const test = await serviceWith(createSwayBackend);
    const done = await test.wallpaper.set({ image: test.image(1), displays: null, fit: 'fill' }, () => undefined);
    expect(done).toMatchObject({
      ok: true,
      value: {
        applied: [
          { display: 'HEADLESS-1', backend: 'sway', verified: true },
          { display: 'HEADLESS-2', backend: 'sway', verified: true },
        ],
      },
    });
    for (const output of ['HEADLESS-1', 'HEADLESS-2']) {
      const wanted = String(await pixelOf(await fileOn(output), 400, 300));
      await until(`grim sees it on ${output}`, async () => (await shown(output, 400, 300)) === wanted);
    }
    // One output changes, the other stays.
    const before = await shown('HEADLESS-1', 400, 300);
    expect(
      (await test.wallpaper.set({ image: test.image(2), displays: ['HEADLESS-2'], fit: 'fill' }, () => undefined)).ok,
    ).toBe(true);
    const wanted = String(await pixelOf(await fileOn('HEADLESS-2'), 400, 300));
    await until('grim sees the other picture', async () => (await shown('HEADLESS-2', 400, 300)) === wanted);
    expect(await shown('HEADLESS-1', 400, 300)).toBe(before);
    expect(existsSync(join(session.home, 'pwned'))).toBe(false);
  });

  it('tells the displays there are when one is unknown', async () => {
    const test = await serviceWith(createSwayBackend);
    const done = await test.wallpaper.set({ image: test.image(1), displays: ['HDMI-9'], fit: 'fill' }, () => undefined);
    expect(done).toMatchObject({ ok: false, error: { code: 'no_display' } });
    expect(!done.ok && done.error.message).toContain('"HEADLESS-1", "HEADLESS-2"');
  });

  it('is drawn on by a swaybg of its own as well, as other wlroots compositors are', async () => {
    const test = await serviceWith(createSwaybgBackend);
    const one = await test.wallpaper.set(
      { image: test.image(3), displays: ['HEADLESS-1'], fit: 'fill' },
      () => undefined,
    );
    expect(one).toMatchObject({
      ok: true,
      value: { applied: [{ display: 'HEADLESS-1', backend: 'swaybg', verified: true }] },
    });
    const wanted = String(await pixelOf(await fileOn('HEADLESS-1'), 400, 300));
    await until('grim sees it', async () => (await shown('HEADLESS-1', 400, 300)) === wanted);
  });
});
