import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createXfceBackend } from './backends/xfce.ts';
import { createDetectDesktop } from './desktop.ts';
import { createListDisplays } from './displays/displays.ts';
import { createListProcesses } from './processes.ts';
import { createRunner } from './run.ts';
import { createTestWallpaper, pixelOf } from './testing/pictures.ts';
import { createTestSession, lacks, startBus, startXvfb, until, type TestSession } from './testing/session.ts';

const cannot = lacks(
  'XFCE',
  ['Xvfb', 'dbus-daemon', 'xfconf-query', 'xfdesktop', 'xrandr', 'import'],
  'xvfb dbus xfconf xfdesktop4 x11-xserver-utils imagemagick',
);

describe.skipIf(cannot)('a real xfdesktop with a real xfconf', { timeout: 60_000 }, () => {
  let session: TestSession;
  let test: Awaited<ReturnType<typeof createTestWallpaper>>;

  beforeAll(async () => {
    session = createTestSession({ XDG_CURRENT_DESKTOP: 'XFCE' });
    await startXvfb(session, '1280x720');
    await startBus(session);
    // What versions long gone have left behind: only then it is set, too.
    session.run(
      'xfconf-query',
      '-c',
      'xfce4-desktop',
      '-p',
      '/backdrop/screen0/monitor0/image-path',
      '-n',
      '-t',
      'string',
      '-s',
      '/old.png',
    );
    await session.start('xfdesktop', ['--disable-wm-check'], () =>
      session.run('xfconf-query', '-c', 'xfce4-desktop', '-l').includes('/last-image'),
    );
    const { env } = session;
    const run = createRunner({ env, platform: 'linux' });
    const processes = createListProcesses({ env });
    const desktop = createDetectDesktop({ env, platform: 'linux', processes });
    test = await createTestWallpaper({
      folder: session.home,
      backends: [createXfceBackend({ run, desktop, processes })],
      desktop,
      displays: createListDisplays({ run, env, host: null }),
    });
  });
  afterAll(() => session.stop());

  const screenshot = (): Buffer => session.runForBytes('import', '-window', 'root', '-depth', '8', 'rgb:-');
  const at = (shot: Buffer, x: number, y: number): readonly number[] => [
    ...shot.subarray((y * 1280 + x) * 3).subarray(0, 3),
  ];
  const property = (name: string): string =>
    session.run('xfconf-query', '-c', 'xfce4-desktop', '-p', `/backdrop/screen0/${name}`).trim();

  it('changes the settings that xfdesktop reads, and the pixels follow', async () => {
    for (const n of [1, 2]) {
      const done = await test.wallpaper.set({ image: test.image(n), displays: null, fit: 'fill' }, () => undefined);
      expect(done).toMatchObject({
        ok: true,
        value: { applied: [{ display: 'screen', backend: 'xfce', verified: true }] },
      });
      const file = property('monitorscreen/workspace0/last-image');
      expect(file.startsWith(join(session.home, 'composed'))).toBe(true);
      expect(property('monitorscreen/workspace0/image-style')).toBe('5');
      expect(property('monitor0/image-path')).toBe(file);
      const wanted = await pixelOf(file, 900, 500);
      await until('xfdesktop has drawn it', () => String(at(screenshot(), 900, 500)) === String(wanted));
      expect(at(screenshot(), 100, 650)).toEqual(await pixelOf(file, 100, 650));
    }
  });
});
