import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createXfceBackend } from './backends/xfce.ts';
import { createDetectDesktop } from './desktop.ts';
import { createListDisplays } from './displays/displays.ts';
import { createComposeForeign } from './foreign-picture.ts';
import { createListProcesses } from './processes.ts';
import { createRunner } from './run.ts';
import { createTestWallpaper, drawingCodec, pixelOf } from './testing/pictures.ts';
import { createReadMonitors } from './x11/monitors.ts';
import { createTestSession, lacks, startBus, startXvfb, until, type TestSession } from './testing/session.ts';
import { useX } from './x11/use.ts';

const cannot = lacks(
  'XFCE',
  ['Xvfb', 'dbus-daemon', 'xfconf-query', 'xfdesktop', 'xrandr', 'import'],
  'xvfb dbus xfconf xfdesktop4 x11-xserver-utils imagemagick',
);

/** An X server with a real xfdesktop and a real xfconf on it, and the service. */
async function startXfce(prepare: (session: TestSession) => void) {
  const session = createTestSession({ XDG_CURRENT_DESKTOP: 'XFCE' });
  await startXvfb(session, '1280x720');
  await startBus(session);
  prepare(session);
  await session.start('xfdesktop', ['--disable-wm-check'], () =>
    session.run('xfconf-query', '-c', 'xfce4-desktop', '-l').includes('/last-image'),
  );
  const { env } = session;
  const run = createRunner({ env, platform: 'linux' });
  const processes = createListProcesses({ env });
  const desktop = createDetectDesktop({ env, platform: 'linux', processes });
  const test = await createTestWallpaper({
    folder: session.home,
    backends: [createXfceBackend({ run, desktop, processes, compose: createComposeForeign({ codec: drawingCodec }) })],
    desktop,
    displays: createListDisplays({ run, env, monitors: createReadMonitors({ use: useX({ env }) }), host: null }),
  });
  const at = (x: number, y: number): readonly number[] => {
    const shot = session.runForBytes('import', '-window', 'root', '-depth', '8', 'rgb:-');
    return [...shot.subarray((y * 1280 + x) * 3).subarray(0, 3)];
  };
  const property = (name: string): string =>
    session.run('xfconf-query', '-c', 'xfce4-desktop', '-p', `/backdrop/screen0/${name}`).trim();
  return { ...test, session, at, property };
}

describe.skipIf(cannot)('a real xfdesktop with a real xfconf', { timeout: 60_000 }, () => {
  let test: Awaited<ReturnType<typeof startXfce>>;
  beforeAll(async () => {
    // What versions long gone have left behind: only then it is set, too.
    const old = ['-p', '/backdrop/screen0/monitor0/image-path', '-n', '-t', 'string', '-s', '/old.png'];
    test = await startXfce((session) => void session.run('xfconf-query', '-c', 'xfce4-desktop', ...old));
  });
  afterAll(() => test.session.stop());

  it('changes the settings that xfdesktop reads, and the pixels follow', async () => {
    const { property, at } = test;
    for (const n of [1, 2]) {
      const done = await test.wallpaper.set({ image: test.image(n), displays: null, fit: 'fill' }, () => undefined);
      expect(done).toMatchObject({
        ok: true,
        value: { applied: [{ display: 'screen', backend: 'xfce', verified: true }] },
      });
      const file = property('monitorscreen/workspace0/last-image');
      expect(file.startsWith(join(test.session.home, 'composed'))).toBe(true);
      expect(property('monitorscreen/workspace0/image-style')).toBe('5');
      expect(property('monitor0/image-path')).toBe(file);
      const wanted = await pixelOf(file, 900, 500);
      await until('xfdesktop has drawn it', () => String(at(900, 500)) === String(wanted));
      expect(at(100, 650)).toEqual(await pixelOf(file, 100, 650));
    }
  });

  it('keeps a copy of what somebody else has put there, and leads back to it', async () => {
    const source = join(test.session.home, 'beach.png');
    const blue = { width: 1600, height: 900, channels: 3, background: '#0040ff' } as const;
    await sharp({ create: blue }).png().toFile(source);
    const image = '/backdrop/screen0/monitorscreen/workspace0/last-image';
    test.session.run('xfconf-query', '-c', 'xfce4-desktop', '-p', image, '-s', source);
    const looks = await test.wallpaper.looks();
    expect(looks).toMatchObject({ ok: true, value: [{ shows: 'other' }] });
    const file = looks.ok ? looks.value[0]?.outside : null;
    if (file == null) throw new Error('There is no copy.');
    expect((await test.wallpaper.set({ image: test.image(1), displays: null, fit: 'fill' }, () => undefined)).ok).toBe(
      true,
    );
    const placements = [{ display: 'screen', picture: { kind: 'outside', file }, fit: 'fill' }] as const;
    expect((await test.wallpaper.show({ placements }, () => undefined)).ok).toBe(true);
    await until('xfdesktop has drawn it', () => String(test.at(640, 360)) === '0,64,255');
  });
});

// Xvfb has one output, and xfdesktop knows its monitors by outputs: it draws the second one nowhere. What it would read is what is asked of here.
describe.skipIf(cannot)('the properties of two monitors in a real xfconf', { timeout: 60_000 }, () => {
  let test: Awaited<ReturnType<typeof startXfce>>;
  beforeAll(async () => {
    test = await startXfce((session) => {
      session.run('xrandr', '--setmonitor', 'LEFT', '800/211x720/190+0+0', 'screen');
      session.run('xrandr', '--setmonitor', 'RIGHT', '480/127x720/190+800+0', 'none');
    });
  });
  afterAll(() => test.session.stop());

  it('name two different pictures at once, on every workspace, and change for one monitor alone', async () => {
    const files = (monitor: string): readonly string[] =>
      [0, 1, 2, 3].map((workspace) => test.property(`monitor${monitor}/workspace${workspace}/last-image`));
    const widthOf = async (file: string): Promise<number> => (await sharp(file).metadata()).width;
    const place = (display: string, n: number) =>
      ({ display, picture: { kind: 'image', image: test.image(n) }, fit: 'fill' }) as const;
    const done = await test.wallpaper.show({ placements: [place('LEFT', 1), place('RIGHT', 2)] }, () => undefined);
    expect(done).toMatchObject({
      ok: true,
      value: {
        entries: [
          { name: 'LEFT', image: 'waifu-im:1', verified: true },
          { name: 'RIGHT', image: 'waifu-im:2', verified: true },
        ],
      },
    });
    const [left = '', ...lefts] = files('LEFT');
    const [right = '', ...rights] = files('RIGHT');
    expect([await widthOf(left), await widthOf(right)]).toEqual([800, 480]);
    expect(lefts.every((file) => file === left) && rights.every((file) => file === right)).toBe(true);
    expect(await pixelOf(left, 100, 100)).not.toEqual(await pixelOf(right, 100, 100));

    expect((await test.wallpaper.show({ placements: [place('RIGHT', 3)] }, () => undefined)).ok).toBe(true);
    expect(files('LEFT')[0]).toBe(left);
    expect(files('RIGHT')[0]).not.toBe(right);
  });
});
