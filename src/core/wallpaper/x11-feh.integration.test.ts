import { imageSize } from 'image-size';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createX11RootBackend } from './backends/x11-root.ts';
import { createDetectDesktop } from './desktop.ts';
import { createListDisplays } from './displays/displays.ts';
import { createReadPatches } from './patches.ts';
import { createListProcesses } from './processes.ts';
import { createRunner } from './run.ts';
import { noMonitors } from './testing/fake-runner.ts';
import { createTestWallpaper, drawingCodec, pixelOf } from './testing/pictures.ts';
import { createTestSession, lacks, startXvfb, until, type TestSession } from './testing/session.ts';
import { createReadMonitors } from './x11/monitors.ts';
import { createRootReader } from './x11/root.ts';
import { useX } from './x11/use.ts';

/** Inside the smaller monitor. */
const places = [
  [3, 3],
  [640, 540],
  [1270, 1070],
] as const;

const cannot = lacks(
  'The X11 root window with feh',
  ['Xvfb', 'feh', 'xrandr', 'xsetroot', 'import'],
  'xvfb feh x11-xserver-utils imagemagick',
);

describe.skipIf(cannot)('feh on a real X server with two monitors', { timeout: 60_000 }, () => {
  let session: TestSession;
  let test: Awaited<ReturnType<typeof createTestWallpaper>>;
  let root: ReturnType<typeof createRootReader>;

  beforeAll(async () => {
    session = createTestSession();
    await startXvfb(session, '3200x1080');
    session.run('xrandr', '--setmonitor', 'LEFT', '1920/500x1080/300+0+0', 'screen');
    session.run('xrandr', '--setmonitor', 'RIGHT', '1280/340x1080/270+1920+0', 'none');
    const { env } = session;
    // A folder name that a shell would trip over.
    const folder = join(session.home, 'data $(touch pwned) "q"');
    mkdirSync(folder);
    const run = createRunner({ env, platform: 'linux' });
    const desktop = createDetectDesktop({ env, platform: 'linux', processes: createListProcesses({ env }) });
    root = createRootReader({
      use: useX({ env }),
      readPatches: createReadPatches({ codec: drawingCodec, folder: join(folder, 'composed') }),
    });
    test = await createTestWallpaper({
      folder,
      backends: [createX11RootBackend({ run, desktop, root })],
      desktop,
      displays: createListDisplays({ run, env, monitors: createReadMonitors({ use: useX({ env }) }), host: null }),
    });
  });
  afterAll(() => session.stop());

  it('asks the server itself for its monitors, and hears the same as xrandr says', async () => {
    const { env } = session;
    const run = createRunner({ env, platform: 'linux' });
    const told = await createReadMonitors({ use: useX({ env }) })();
    const x11 = { id: 'x11', name: 'X11', session: 'x11', evidence: '' } as const;
    const bySelf = createListDisplays({ run, env, monitors: () => Promise.resolve(told), host: null });
    const byXrandr = createListDisplays({ run, env, monitors: noMonitors, host: null });
    expect(told).toMatchObject([
      { id: 'LEFT', x: 0, y: 0, width: 1920, height: 1080 },
      { id: 'RIGHT', x: 1920, y: 0, width: 1280, height: 1080 },
    ]);
    expect(await bySelf(x11)).toEqual(await byXrandr(x11));
    expect(await createReadMonitors({ use: useX({ env: { ...env, DISPLAY: ':65123' } }) })()).toBeNull();
  });

  /** Taken by another program than the one under test: RGB, 3 bytes a pixel. */
  const screenshot = (): Buffer => session.runForBytes('import', '-window', 'root', '-depth', '8', 'rgb:-');
  const at = (shot: Buffer, x: number, y: number): readonly number[] => [
    ...shot.subarray((y * 3200 + x) * 3).subarray(0, 3),
  ];
  const set = (n: number, displays: readonly string[] | null, fit: 'fill' | 'span' | 'blur' = 'fill') =>
    test.wallpaper.set({ image: test.image(n), displays, fit }, () => undefined);

  it('lists the monitors, not the one output', async () => {
    const displays = await test.wallpaper.displays();
    expect(displays.ok && displays.value.map(({ id, x, width }) => [id, x, width])).toEqual([
      ['LEFT', 0, 1920],
      ['RIGHT', 1920, 1280],
    ]);
  });

  it('shows a picture on both, seen in a screenshot, and says that it was verified', async () => {
    const done = await set(1, null);
    expect(done).toEqual({
      ok: true,
      value: {
        applied: [
          { display: 'LEFT', backend: 'x11-root', verified: true },
          { display: 'RIGHT', backend: 'x11-root', verified: true },
        ],
        images: ['waifu-im:1'],
      },
    });
    const shot = screenshot();
    // Each monitor shows the file that was composed for it, pixel by pixel.
    const files = readdirSync(test.composed).filter((name) => name.endsWith('.png'));
    expect(files).toHaveLength(2);
    for (const name of files) {
      const file = join(test.composed, name);
      const { width } = imageSize(readFileSync(file));
      const offset = width === 1920 ? 0 : 1920;
      for (const [x, y] of places) expect(at(shot, x + offset, y)).toEqual(await pixelOf(file, x, y));
    }
  });

  it('changes one monitor and leaves the very pixels of the other', async () => {
    const before = screenshot();
    const done = await set(2, ['RIGHT']);
    expect(done.ok && done.value.applied).toEqual([{ display: 'RIGHT', backend: 'x11-root', verified: true }]);
    const after = screenshot();
    for (const [x, y] of places) expect(at(after, x, y)).toEqual(at(before, x, y));
    expect(at(after, 2500, 500)).not.toEqual(at(before, 2500, 500));
    expect(test.current()).toEqual({ LEFT: 'waifu-im:1', RIGHT: 'waifu-im:2' });
  });

  it('keeps what another program put on the other monitor', async () => {
    session.run('feh', '--no-fehbg', '--bg-fill', join(test.composed, '..', 'picture-4.png'));
    const before = screenshot();
    const done = await set(3, ['LEFT']);
    expect(done.ok).toBe(true);
    const after = screenshot();
    for (const x of [1925, 2500, 3190]) expect(at(after, x, 700)).toEqual(at(before, x, 700));
    expect(at(after, 900, 500)).not.toEqual(at(before, 900, 500));
  });

  it('spans one picture over both', async () => {
    expect((await set(1, null, 'span')).ok).toBe(true);
    const shot = screenshot();
    // No seam: the colors left and right of the border are neighbours of one gradient.
    const [one, other] = [at(shot, 1919, 500), at(shot, 1920, 500)];
    for (let channel = 0; channel < 3; channel += 1)
      expect(Math.abs((one[channel] ?? 0) - (other[channel] ?? 255))).toBeLessThan(3);
  });

  it('sees through windows on top: the wallpaper below is read from the pixmap', async () => {
    const before = at(screenshot(), 5, 5);
    const args = ['--geometry', '2000x900+0+0', '--zoom', 'fill', join(test.composed, '..', 'picture-4.png')];
    const window = await session.start('feh', args, () => String(at(screenshot(), 5, 5)) !== String(before));
    const covered = at(screenshot(), 5, 5);
    const done = await set(2, null);
    expect(done.ok && done.value.applied.every(({ verified }) => verified)).toBe(true);
    expect(at(screenshot(), 5, 5)).toEqual(covered);
    window.kill();
    await until('the window is gone', () => String(at(screenshot(), 5, 5)) !== String(covered));
  });

  it('notices that something else is shown', async () => {
    expect((await set(1, null)).ok).toBe(true);
    const displays = await test.wallpaper.displays();
    if (!displays.ok) throw new Error(displays.error.message);
    const targets = displays.value.map((display) => ({
      display,
      file: join(test.composed, '..', 'picture-1.png'),
      fit: 'fill' as const,
    }));
    session.run('xsetroot', '-solid', '#336699');
    for (const verdict of (await root.compare(targets)).values()) expect(verdict.shows).toBe('other');
  });

  it('is refused without the cookie of the session, and says so', async () => {
    const env = { ...session.env, XAUTHORITY: '/nonexistent' };
    const stranger = createRootReader({
      use: useX({ env }),
      readPatches: () => Promise.reject(new Error('not asked')),
    });
    expect(await stranger.desktopWindow()).toMatchObject({
      covered: true,
      reason: expect.stringMatching(/refused|Authorization/) as string,
    });
  });

  it('composes nothing that a shell could have run', () => {
    expect(existsSync(join(session.home, 'pwned'))).toBe(false);
    expect(existsSync(join(session.home, '.fehbg'))).toBe(false);
  });
});

describe.skipIf(cannot)('an X server that is not there', () => {
  it('cannot be read, and says so instead of claiming anything', async () => {
    const root = createRootReader({
      use: useX({ env: { DISPLAY: ':32123' } }),
      readPatches: createReadPatches({ codec: drawingCodec, folder: '/nonexistent' }),
    });
    const display = { id: 'A', key: 'A', x: 0, y: 0, width: 10, height: 10, scaleFactor: 1, primary: true };
    expect((await root.compare([{ display, file: '/a.png', fit: 'fill' }])).get('A')?.shows).toBe('unknown');
    expect(await root.capture(display, '/nonexistent/x.png')).toBe(false);
    expect((await root.desktopWindow()).covered).toBe(true);
  });
});
