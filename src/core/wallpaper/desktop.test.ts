import { describe, expect, it } from 'vitest';
import { createDetectDesktop } from './desktop.ts';
import type { Env } from './run.ts';
import { fakeProcess } from './testing/fake-runner.ts';

const detect = (env: Env, programs: readonly string[] = [], platform: NodeJS.Platform = 'linux') =>
  createDetectDesktop({
    env,
    platform,
    processes: () => Promise.resolve(programs.map((name, index) => fakeProcess(index + 1, name))),
  })();

describe('createDetectDesktop', () => {
  it.each([
    ['ubuntu:GNOME', 'gnome'],
    ['GNOME-Classic:GNOME', 'gnome'],
    ['pop:GNOME', 'gnome'],
    ['Budgie:GNOME', 'budgie'],
    ['Unity:Unity7:ubuntu', 'unity'],
    ['Pantheon', 'pantheon'],
    ['X-Cinnamon', 'cinnamon'],
    ['MATE', 'mate'],
    ['XFCE', 'xfce'],
    ['KDE', 'kde'],
    ['sway', 'sway'],
    ['Hyprland', 'hyprland'],
    ['river:wlroots', 'wlroots'],
    ['i3', 'x11'],
  ])('knows %s', async (XDG_CURRENT_DESKTOP, id) => {
    expect(await detect({ XDG_CURRENT_DESKTOP, DISPLAY: ':0' })).toMatchObject({ id, session: 'x11' });
  });

  it('believes the session before programs of other desktops that happen to run', async () => {
    expect(await detect({ XDG_CURRENT_DESKTOP: 'XFCE', DISPLAY: ':0' }, ['plasmashell', 'gnome-shell'])).toMatchObject({
      id: 'xfce',
    });
  });

  it('knows compositors by their own variables', async () => {
    expect(await detect({ SWAYSOCK: '/run/sway', WAYLAND_DISPLAY: 'wayland-1' })).toMatchObject({
      id: 'sway',
      session: 'wayland',
    });
    expect(await detect({ HYPRLAND_INSTANCE_SIGNATURE: 'x', WAYLAND_DISPLAY: 'w' })).toMatchObject({ id: 'hyprland' });
    // A socket inherited by an X server that was started inside says nothing.
    expect(await detect({ SWAYSOCK: '/run/sway', DISPLAY: ':9' })).toMatchObject({ id: 'x11' });
  });

  it('falls back on the older variables, then on what runs on this display', async () => {
    expect(await detect({ DESKTOP_SESSION: '/usr/share/xsessions/plasma', DISPLAY: ':0' })).toMatchObject({
      id: 'kde',
    });
    expect(await detect({ XDG_SESSION_DESKTOP: 'mate', DISPLAY: ':0' })).toMatchObject({ id: 'mate' });
    expect(await detect({ DISPLAY: ':0' }, ['bash', 'xfdesktop'])).toMatchObject({ id: 'xfce' });
  });

  it('tells a bare display server from a desktop that is not known, and from none', async () => {
    expect(await detect({ DISPLAY: ':0' })).toMatchObject({ id: 'x11', session: 'x11' });
    expect(await detect({ WAYLAND_DISPLAY: 'wayland-0' })).toMatchObject({ id: 'wayland', session: 'wayland' });
    expect(await detect({ DISPLAY: ':0', XDG_CURRENT_DESKTOP: 'LXQt' })).toMatchObject({ id: 'other', name: 'LXQt' });
    expect(await detect({})).toMatchObject({ id: 'none', session: 'none' });
  });

  it('knows macOS and Windows by the platform', async () => {
    expect(await detect({ XDG_CURRENT_DESKTOP: 'XFCE' }, [], 'darwin')).toMatchObject({
      id: 'macos',
      session: 'native',
    });
    expect(await detect({}, [], 'win32')).toMatchObject({ id: 'windows', session: 'native' });
  });
});
