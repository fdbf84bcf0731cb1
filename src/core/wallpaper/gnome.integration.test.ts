import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ok } from '../../shared/result.ts';
import { createGsettingsBackend, gsettingsFamilies } from './backends/gsettings.ts';
import { createDetectDesktop } from './desktop.ts';
import { createComposeForeign } from './foreign-picture.ts';
import { createListProcesses } from './processes.ts';
import { createRunner } from './run.ts';
import { left, right } from './testing/displays.ts';
import { createTestWallpaper, drawingCodec, pixelOf } from './testing/pictures.ts';
import { createTestSession, lacks, startBus, type TestSession } from './testing/session.ts';

const cannot = lacks(
  "GNOME's settings",
  ['dbus-daemon', 'gsettings', 'dconf'],
  'dbus libglib2.0-bin dconf-cli dconf-gsettings-backend gsettings-desktop-schemas',
);
const schema = 'org.gnome.desktop.background';

describe.skipIf(cannot)("GNOME's keys in a real dconf", { timeout: 60_000 }, () => {
  let session: TestSession;
  let test: Awaited<ReturnType<typeof createTestWallpaper>>;
  let displays = [left, right];

  beforeAll(async () => {
    session = createTestSession({ XDG_CURRENT_DESKTOP: 'ubuntu:GNOME', GSETTINGS_BACKEND: 'dconf' });
    await startBus(session);
    const { env } = session;
    const run = createRunner({ env, platform: 'linux' });
    const desktop = createDetectDesktop({ env, platform: 'linux', processes: createListProcesses({ env }) });
    const folder = join(session.home, 'it\'s 100% (名前) #1 "q"');
    mkdirSync(folder);
    const compose = createComposeForeign({ codec: drawingCodec });
    test = await createTestWallpaper({
      folder,
      backends: gsettingsFamilies.map((family) => createGsettingsBackend(family, { run, desktop, compose })),
      desktop,
      displays: () => Promise.resolve(ok(displays)),
    });
  });
  afterAll(() => session.stop());

  /** As dconf has it, read with another tool than the one that wrote it. */
  const key = (name: string): string => session.run('dconf', 'read', `/org/gnome/desktop/background/${name}`).trim();
  const pathIn = (name: string): string => fileURLToPath(key(name).slice(1, -1));

  it('are there', () => {
    expect(session.run('gsettings', 'list-keys', schema)).toContain('picture-uri');
  });

  it('name one picture, spanned over two displays, for the light and the dark style', async () => {
    const done = await test.wallpaper.set({ image: test.image(1), displays: null, fit: 'fill' }, () => undefined);
    expect(done).toMatchObject({
      ok: true,
      value: {
        applied: [
          { display: 'LEFT', backend: 'gnome', verified: true },
          { display: 'RIGHT', backend: 'gnome', verified: true },
        ],
      },
    });
    expect(key('picture-options')).toBe("'spanned'");
    expect(key('picture-uri')).toBe(key('picture-uri-dark'));
    // Nothing that is syntax in a URI or in GVariant text is left in it.
    expect(key('picture-uri')).toMatch(/^'file:\/\/\/[A-Za-z0-9%._/-]+'$/);
    // Each display begins with the gradient's first color.
    const file = pathIn('picture-uri');
    const [first, second] = [await pixelOf(file, 0, 0), await pixelOf(file, 1920, 0)];
    for (let channel = 0; channel < 3; channel += 1)
      expect(Math.abs((first[channel] ?? 0) - (second[channel] ?? 255))).toBeLessThan(60);
    expect(await pixelOf(file, 1919, 1079)).not.toEqual(first);
  });

  it('change for one display, and the other keeps its pixels', async () => {
    const before = pathIn('picture-uri');
    const done = await test.wallpaper.set({ image: test.image(2), displays: ['RIGHT'], fit: 'fill' }, () => undefined);
    expect(done.ok && done.value.applied).toEqual([{ display: 'RIGHT', backend: 'gnome', verified: true }]);
    const after = pathIn('picture-uri');
    expect(after).not.toBe(before);
    expect(await pixelOf(after, 960, 500)).toEqual(await pixelOf(before, 960, 500));
    expect(await pixelOf(after, 2500, 500)).not.toEqual(await pixelOf(before, 2500, 500));
  });

  it("keep what the desktop's own dialog has set on the other display", async () => {
    const theirs = join(test.composed, '..', 'picture-4.png');
    session.run('gsettings', 'set', schema, 'picture-uri', theirs);
    session.run('gsettings', 'set', schema, 'picture-options', 'zoom');
    expect(
      (await test.wallpaper.set({ image: test.image(3), displays: ['RIGHT'], fit: 'fill' }, () => undefined)).ok,
    ).toBe(true);
    const [r = 0, , b = 255] = await pixelOf(pathIn('picture-uri'), 5, 5);
    expect(r).toBeGreaterThan(200);
    expect(b).toBeLessThan(40);
  });

  it('zoom a picture of the size of the only display', async () => {
    displays = [left];
    expect((await test.wallpaper.set({ image: test.image(1), displays: null, fit: 'blur' }, () => undefined)).ok).toBe(
      true,
    );
    expect(key('picture-options')).toBe("'zoom'");
    displays = [left, right];
  });

  it('are not believed when they do not change', async () => {
    const before = key('picture-uri');
    const env = { ...session.env, GSETTINGS_BACKEND: 'memory' };
    const run = createRunner({ env, platform: 'linux' });
    const desktop = createDetectDesktop({ env, platform: 'linux', processes: createListProcesses({ env }) });
    const [family] = gsettingsFamilies;
    if (!family) throw new Error('no family');
    const forgetful = await createTestWallpaper({
      folder: session.home,
      backends: [createGsettingsBackend(family, { run, desktop, compose: () => Promise.resolve(false) })],
      desktop,
      displays: () => Promise.resolve(ok([left])),
      sleep: () => Promise.resolve(),
    });
    const done = await forgetful.wallpaper.set({ image: test.image(2), displays: null, fit: 'fill' }, () => undefined);
    expect(done).toMatchObject({ ok: false, error: { code: 'wallpaper_failed' } });
    expect(!done.ok && done.error.message).toMatch(/GNOME.*"gnome".*picture-uri is.*dconf/s);
    expect(forgetful.entries).toEqual([]);
    expect(key('picture-uri')).toBe(before);
  });
});
