import { describe, expect, it } from 'vitest';
import type { SessionProcess } from '../processes.ts';
import { createFakeRunner, fakeDesktop, fakeProcess, noProcesses, type FakeProgram } from '../testing/fake-runner.ts';
import { display, hostilePaths, request } from '../testing/displays.ts';
import { createHyprpaperBackend, parseListActive } from './hyprpaper.ts';
import { createSwayBackend, swayWord } from './sway.ts';
import { parseSwaybgArgs } from './swaybg-processes.ts';
import { createSwaybgBackend } from './swaybg.ts';
import { createSwwwBackend, parseSwwwQuery } from './swww.ts';
import { createFakeCompose } from '../testing/fake-compose.ts';

const { compose } = createFakeCompose();

const outputs = [display('DP-1'), display('DP-2', { x: 1920 })];
const shows = (verdicts: Awaited<ReturnType<ReturnType<typeof createSwayBackend>['verify']>>) =>
  verdicts.ok ? [...verdicts.value.values()].map((verdict) => verdict.shows) : verdicts.error.message;

describe('sway', () => {
  const sway = (programs: Record<string, FakeProgram>, running: readonly SessionProcess[] = []) => {
    const run = createFakeRunner(programs);
    return {
      run,
      backend: createSwayBackend({
        compose,
        run,
        desktop: fakeDesktop('sway', 'wayland'),
        processes: () => Promise.resolve(running),
      }),
    };
  };

  it('tells sway each output', async () => {
    const { run, backend } = sway({ swaymsg: () => '[{"success": true}]' });
    expect((await backend.apply(request(outputs, ['/a.png', '/b c.png']))).ok).toBe(true);
    expect(run.calls).toEqual([
      ['swaymsg', '--', 'output', '"DP-1"', 'bg', '"/a.png"', 'fill'],
      ['swaymsg', '--', 'output', '"DP-2"', 'bg', '"/b\\ c.png"', 'fill'],
    ]);
  });

  it("escapes what sway's word expansion would run, and refuses line breaks", () => {
    // Seen to be right on a real sway: see the integration test.
    expect(swayWord('/$(touch pwned)`id`')).toBe('"/\\$\\(touch\\ pwned\\)\\`id\\`"');
    for (const path of hostilePaths) expect(swayWord(path)?.slice(1, -1).replace(/\\(.)/g, '$1')).toBe(path);
    expect(swayWord('/a\nexec x')).toBeNull();
  });

  it('hands on a refusal, and does not touch sway with a path it cannot take', async () => {
    expect(
      await sway({ swaymsg: () => new Error('unknown output') }).backend.apply(request(outputs, ['/a.png'])),
    ).toMatchObject({ ok: false });
    const { run, backend } = sway({ swaymsg: () => '' });
    expect(await backend.apply(request(outputs, ['/a\n.png']))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('Move the data folder') as string },
    });
    expect(run.calls).toEqual([]);
  });

  it('reads back from the swaybg that runs, the newest of several', async () => {
    const old = fakeProcess(5, 'swaybg', '-o', '*', '-i', '/old.png', '-m', 'fill');
    const now = fakeProcess(9, 'swaybg', '-o', '*', '-c', '#000000', '-o', 'DP-1', '-i', '/a b.png', '-m', 'fill');
    const { backend } = sway({}, [old, now, fakeProcess(10, 'foot')]);
    expect(shows(await backend.verify(request(outputs, ['/a b.png', '/old.png'])))).toEqual(['target', 'other']);
    expect(shows(await sway({}, []).backend.verify(request(outputs, ['/a b.png'])))).toEqual(['other']);
  });

  it('needs both programs', async () => {
    expect(await sway({ swaymsg: () => '', swaybg: () => '' }).backend.detect()).toMatchObject({ available: true });
    expect(await sway({ swaymsg: () => '' }).backend.detect()).toMatchObject({
      available: false,
      suits: true,
      reason: expect.stringContaining('Install swaybg') as string,
    });
    expect(
      await createSwayBackend({
        compose,
        run: createFakeRunner({}),
        desktop: fakeDesktop('kde'),
        processes: noProcesses,
      }).detect(),
    ).toMatchObject({ suits: false });
  });
});

describe('swaybg', () => {
  const swaybg = (
    programs: Record<string, FakeProgram>,
    running: readonly SessionProcess[] = [],
    id: 'wlroots' | 'gnome' = 'wlroots',
  ) => {
    const run = createFakeRunner(programs);
    return {
      run,
      backend: createSwaybgBackend({
        compose,
        run,
        desktop: fakeDesktop(id, 'wayland'),
        processes: () => Promise.resolve(running),
      }),
    };
  };

  it('starts a new one, then ends the old, and keeps what that drew on the other output', async () => {
    const { run, backend } = swaybg({ swaybg: () => '' }, [fakeProcess(7, 'swaybg', '-i', '/old.png', '-m', 'fit')]);
    expect((await backend.apply(request(outputs, [undefined, '--help.png']))).ok).toBe(true);
    expect(run.calls).toEqual([
      ['swaybg', '-o', 'DP-1', '-i', '/old.png', '-m', 'fit', '-o', 'DP-2', '-i', '--help.png', '-m', 'fill'],
    ]);
    expect(run.stopped).toEqual([7]);
  });

  it('leaves the old one alone when the new one cannot be started', async () => {
    const { run, backend } = swaybg({ swaybg: () => new Error('no') }, [fakeProcess(7, 'swaybg', '-i', '/old.png')]);
    expect((await backend.apply(request(outputs, ['/a.png']))).ok).toBe(false);
    expect(run.stopped).toEqual([]);
  });

  it('is not fooled by one that dies at once', async () => {
    const { backend } = swaybg({ swaybg: () => '' });
    expect(shows(await backend.verify(request(outputs, ['/a.png'])))).toEqual(['other']);
  });

  it('needs a compositor that has layers', async () => {
    expect(await swaybg({ swaybg: () => '' }).backend.detect()).toMatchObject({ available: true });
    expect(await swaybg({}).backend.detect()).toMatchObject({ available: false, suits: true });
    expect(await swaybg({ swaybg: () => '' }, [], 'gnome').backend.detect()).toMatchObject({
      available: false,
      suits: false,
    });
  });

  it('reads its long and short arguments', () => {
    expect(
      Object.fromEntries(
        parseSwaybgArgs(['swaybg', '--output', 'A', '--image', '/a', '--mode', 'fit', '-o', 'B', '-c', '#fff', '-v']),
      ),
    ).toEqual({
      A: { image: '/a', mode: 'fit' },
      B: { image: null, mode: 'stretch' },
    });
  });
});

describe('swww and awww', () => {
  const query =
    'DP-1: 1920x1080, scale: 1, currently displaying: image: /a b.png\n: DP-2: 1280x720, scale: 1.5, currently displaying: color: 000000\n';
  const swww = (programs: Record<string, FakeProgram>) => {
    const run = createFakeRunner(programs);
    return { run, backend: createSwwwBackend('swww', { compose, run, desktop: fakeDesktop('hyprland', 'wayland') }) };
  };

  it('sets each output and asks what is displayed', async () => {
    const { run, backend } = swww({ swww: ([verb]) => (verb === 'query' ? query : '') });
    expect((await backend.apply(request(outputs, ['/a b.png']))).ok).toBe(true);
    expect(run.calls).toEqual([
      ['swww', 'img', '--outputs', 'DP-1', '--resize', 'crop', '--transition-type', 'none', '/a b.png'],
    ]);
    expect(shows(await backend.verify(request(outputs, ['/a b.png', '/b.png'])))).toEqual(['target', 'other']);
  });

  it('reads the answers of old and new versions', () => {
    expect(
      Object.fromEntries(
        parseSwwwQuery(
          ': DP-1: 1x1, scale: 1, currently displaying: image: /x: y.png\nwall: DP-2: 1x1, scale: 1, currently displaying: image: /b.png',
        ),
      ),
    ).toEqual({
      'DP-1': '/x: y.png',
      'DP-2': '/b.png',
    });
  });

  it('needs its daemon', async () => {
    expect(await swww({ swww: () => query }).backend.detect()).toMatchObject({ available: true });
    expect(await swww({ swww: () => new Error('socket') }).backend.detect()).toMatchObject({
      available: false,
      reason: expect.stringContaining('swww-daemon') as string,
    });
    expect(await swww({}).backend.detect()).toMatchObject({ available: false, suits: true });
    expect((await swww({ swww: () => new Error('socket') }).backend.verify(request(outputs, ['/a.png']))).ok).toBe(
      false,
    );
    expect((await swww({ swww: () => new Error('socket') }).backend.apply(request(outputs, ['/a.png']))).ok).toBe(
      false,
    );
  });
});

describe('hyprpaper', () => {
  const hyprpaper = (answers: Record<string, string | Error>) => {
    const run = createFakeRunner({ hyprctl: ([, verb = '']) => answers[verb] ?? 'ok\n' });
    const processes = () => Promise.resolve([fakeProcess(3, 'hyprpaper')]);
    return {
      run,
      backend: createHyprpaperBackend({ compose, run, desktop: fakeDesktop('hyprland', 'wayland'), processes }),
    };
  };

  it('loads, sets and lists', async () => {
    const { run, backend } = hyprpaper({
      preload: new Error('unknown request'),
      listactive: 'DP-1 = /a, b.png\nDP-2 = /old.png\n',
    });
    expect((await backend.apply(request(outputs, ['/a, b.png']))).ok).toBe(true);
    expect(run.calls).toEqual([
      ['hyprctl', 'hyprpaper', 'preload', '/a, b.png'],
      ['hyprctl', 'hyprpaper', 'wallpaper', 'DP-1,/a, b.png'],
      ['hyprctl', 'hyprpaper', 'unload', 'unused'],
    ]);
    expect(shows(await backend.verify(request(outputs, ['/a, b.png', '/b.png'])))).toEqual(['target', 'other']);
    expect(parseListActive('no wallpapers active').size).toBe(0);
  });

  it('takes an answer other than ok for the failure it is, exit code 0 or not', async () => {
    const { backend } = hyprpaper({ wallpaper: 'wallpaper failed (no target)\n' });
    expect(await backend.apply(request(outputs, ['/a.png']))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('no target') as string },
    });
    expect(
      (await hyprpaper({ wallpaper: new Error('no socket') }).backend.apply(request(outputs, ['/a.png']))).ok,
    ).toBe(false);
    expect(shows(await hyprpaper({ listactive: '' }).backend.verify(request(outputs, ['/a.png'])))).toEqual([
      'unknown',
    ]);
  });

  it('must run', async () => {
    expect(await hyprpaper({}).backend.detect()).toMatchObject({ available: true });
    const run = createFakeRunner({ hyprctl: () => '' });
    const detect = (id: 'hyprland' | 'sway') =>
      createHyprpaperBackend({ compose, run, desktop: fakeDesktop(id, 'wayland'), processes: noProcesses }).detect();
    expect(await detect('hyprland')).toMatchObject({ available: false, suits: true });
    expect(await detect('sway')).toMatchObject({ available: false, suits: false });
  });
});
