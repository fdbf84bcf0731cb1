import { describe, expect, it } from 'vitest';
import { createFakeRunner, fakeDesktop } from '../testing/fake-runner.ts';
import { display, request } from '../testing/displays.ts';
import { createMacosBackend, createWindowsBackend, type WallpaperPackage } from './native.ts';
import { createFakeCompose } from '../testing/fake-compose.ts';

const { compose } = createFakeCompose();

const screens = [display('Color LCD'), display('LG HDR', { x: 1920 }), display('LG HDR (2)', { x: 3840 })];

/** The package in memory. `deaf` resolves and changes nothing. */
function fakePackage(deaf = false) {
  const calls: unknown[] = [];
  const shown = new Map<unknown, string>();
  const wallpaper: WallpaperPackage = {
    setWallpaper: (path, options) => {
      calls.push([path, options]);
      if (!deaf) shown.set(options?.screen, path);
      return Promise.resolve();
    },
    getWallpaper: (options) => Promise.resolve(shown.get(options?.screen) ?? '/System/old.heic'),
    screens: () => Promise.resolve(['LG HDR', 'LG HDR', 'Color LCD']),
  };
  return { calls, load: () => Promise.resolve(wallpaper) };
}

describe('macOS', () => {
  it('finds each screen by its name, else by its place, and reads back', async () => {
    const { calls, load } = fakePackage();
    const backend = createMacosBackend({ compose, desktop: fakeDesktop('macos', 'native'), load });
    const wanted = request(screens, ['/a.png', '/b.png']);
    expect((await backend.apply(wanted)).ok).toBe(true);
    expect(calls).toEqual([
      ['/a.png', { screen: 2, scale: 'fill' }],
      ['/b.png', { screen: 1, scale: 'fill' }],
    ]);
    const verdicts = await backend.verify(wanted);
    expect(verdicts.ok && [...verdicts.value.values()].map(({ shows }) => shows)).toEqual(['target', 'target']);
  });

  it('is not fooled, and hands on a failure', async () => {
    const backend = createMacosBackend({
      compose,
      desktop: fakeDesktop('macos', 'native'),
      load: fakePackage(true).load,
    });
    const verdicts = await backend.verify(request(screens, ['/a.png']));
    expect(verdicts.ok && verdicts.value.get('Color LCD')).toMatchObject({
      shows: 'other',
      detail: expect.stringContaining('old.heic') as string,
    });
    const broken = createMacosBackend({
      compose,
      desktop: fakeDesktop('macos', 'native'),
      load: () => Promise.reject(new Error('not permitted\nstack')),
    });
    expect(await broken.apply(request(screens, ['/a.png']))).toMatchObject({
      ok: false,
      error: { message: expect.stringMatching(/: not permitted$/) as string },
    });
  });

  it('is for macOS only', async () => {
    expect(
      await createMacosBackend({ compose, desktop: fakeDesktop('macos', 'native'), load: fakePackage().load }).detect(),
    ).toMatchObject({ available: true });
    expect(
      await createMacosBackend({ compose, desktop: fakeDesktop('x11'), load: fakePackage().load }).detect(),
    ).toMatchObject({
      available: false,
      suits: false,
    });
  });
});

describe('Windows', () => {
  it('spans one picture and compares paths as Windows does', async () => {
    const { calls, load } = fakePackage();
    const backend = createWindowsBackend({
      compose,
      run: createFakeRunner({}),
      desktop: fakeDesktop('windows', 'native'),
      load,
    });
    const wanted = request([display('(desktop)')], ['/Users/Me/a.png']);
    expect((await backend.apply(wanted)).ok).toBe(true);
    expect(calls).toEqual([['/Users/Me/a.png', { scale: 'span' }]]);
    const verdicts = await backend.verify(request([display('(desktop)')], ['/users/ME/A.png']));
    expect(verdicts.ok && verdicts.value.get('(desktop)')?.shows).toBe('target');
  });

  it('is not fooled', async () => {
    const backend = createWindowsBackend({
      compose,
      run: createFakeRunner({}),
      desktop: fakeDesktop('windows', 'native'),
      load: fakePackage(true).load,
    });
    const wanted = request([display('(desktop)')], ['/a.png']);
    await backend.apply(wanted);
    const verdicts = await backend.verify(wanted);
    expect(verdicts.ok && verdicts.value.get('(desktop)')?.shows).toBe('other');
    expect(
      await createWindowsBackend({
        compose,
        run: createFakeRunner({}),
        desktop: fakeDesktop('macos', 'native'),
        load: fakePackage().load,
      }).detect(),
    ).toMatchObject({ available: false });
  });
});
