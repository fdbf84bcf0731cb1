import { describe, expect, it } from 'vitest';
import { createFakeRunner, fakeDesktop, fakeProcess, noProcesses } from '../testing/fake-runner.ts';
import { display, hostilePaths, request } from '../testing/displays.ts';
import { createXfceBackend } from './xfce.ts';

/** xfconf in memory. `deaf` answers success and changes nothing. */
function fakeXfconf(initial: Record<string, string>, { workspaces = '2', deaf = false } = {}) {
  const properties = new Map(Object.entries(initial));
  const program = (args: readonly string[]): string | Error => {
    const [, channel, ...rest] = args;
    const at = (flag: string): string => rest[rest.indexOf(flag) + 1] ?? '';
    if (channel === 'xfwm4') return workspaces === '' ? new Error('Property does not exist') : `${workspaces}\n`;
    if (rest.includes('--list'))
      return properties.size === 0
        ? new Error('Channel "xfce4-desktop" does not exist')
        : [...properties.keys()].join('\n');
    if (rest.includes('--set')) {
      if (!deaf) properties.set(at('--property'), at('--set'));
      return '';
    }
    const value = properties.get(at('--property'));
    return value === undefined ? new Error('Property does not exist') : `${value}\n`;
  };
  return { properties, run: createFakeRunner({ 'xfconf-query': program }) };
}
const xfdesktop = () => Promise.resolve([fakeProcess(9, 'xfdesktop')]);
const screens = [display('eDP-1'), display('HDMI-1', { x: 1920 })];
const folder = '/backdrop/screen0';
const noPicture = () => Promise.resolve(false);

describe('XFCE', () => {
  it('sets every workspace of each monitor, making what is missing', async () => {
    const { run, properties } = fakeXfconf({
      [`${folder}/monitoreDP-1/workspace5/last-image`]: '/old.png',
      '/desktop-icons/style': '2',
    });
    const backend = createXfceBackend({ run, desktop: fakeDesktop('xfce'), processes: xfdesktop, compose: noPicture });
    expect(await backend.apply(request(screens, ['/a.png', '/b.png']))).toEqual({ ok: true, value: undefined });
    expect(Object.fromEntries(properties)).toEqual({
      '/desktop-icons/style': '2',
      ...Object.fromEntries(
        [
          ['eDP-1', 0, '/a.png'],
          ['eDP-1', 1, '/a.png'],
          ['eDP-1', 5, '/a.png'],
          ['HDMI-1', 0, '/b.png'],
          ['HDMI-1', 1, '/b.png'],
        ].flatMap(([monitor, n, file]) => [
          [`${folder}/monitor${monitor}/workspace${n}/last-image`, file],
          [`${folder}/monitor${monitor}/workspace${n}/image-style`, '5'],
        ]),
      ),
    });
    expect(run.calls.at(-1)).toEqual([
      'xfconf-query',
      '--channel',
      'xfce4-desktop',
      '--property',
      `${folder}/monitorHDMI-1/workspace1/last-image`,
      '--create',
      '--type',
      'string',
      '--set',
      '/b.png',
    ]);
  });

  it('sets one monitor and leaves the other; old property names only where they are', async () => {
    const { run, properties } = fakeXfconf({
      [`${folder}/monitor1/image-path`]: '/old.png',
      [`${folder}/monitor1/workspace0/last-image`]: '/old.png',
    });
    const backend = createXfceBackend({ run, desktop: fakeDesktop('xfce'), processes: xfdesktop, compose: noPicture });
    await backend.apply(request(screens, [undefined, '/b.png']));
    expect(properties.get(`${folder}/monitor1/image-path`)).toBe('/b.png');
    expect(properties.get(`${folder}/monitor1/workspace0/last-image`)).toBe('/b.png');
    expect([...properties.keys()].some((name) => name.includes('eDP-1'))).toBe(false);
    expect(properties.has(`${folder}/monitor0/image-path`)).toBe(false);
  });

  it('reads back, hostile names included', async () => {
    for (const path of hostilePaths) {
      const { run } = fakeXfconf({}, { workspaces: '' });
      const backend = createXfceBackend({
        run,
        desktop: fakeDesktop('xfce'),
        processes: xfdesktop,
        compose: noPicture,
      });
      const wanted = request(screens, [path, path]);
      expect((await backend.apply(wanted)).ok).toBe(true);
      const verdicts = await backend.verify(wanted);
      expect(verdicts.ok && [...verdicts.value.values()].map(({ shows }) => shows)).toEqual(['target', 'target']);
    }
  });

  it('is not fooled by a tool that succeeds and changes nothing', async () => {
    const { run } = fakeXfconf({ [`${folder}/monitoreDP-1/workspace0/last-image`]: '/old.png' }, { deaf: true });
    const backend = createXfceBackend({ run, desktop: fakeDesktop('xfce'), processes: xfdesktop, compose: noPicture });
    const wanted = request(screens, ['/a.png']);
    expect((await backend.apply(wanted)).ok).toBe(true);
    const verdicts = await backend.verify(wanted);
    expect(verdicts.ok && verdicts.value.get('eDP-1')).toMatchObject({
      shows: 'other',
      detail: expect.stringContaining('/old.png') as string,
    });
  });

  it('does not claim a picture that nobody draws', async () => {
    const { run } = fakeXfconf({});
    const backend = createXfceBackend({
      run,
      desktop: fakeDesktop('xfce'),
      processes: noProcesses,
      compose: noPicture,
    });
    const wanted = request(screens, ['/a.png']);
    await backend.apply(wanted);
    const verdicts = await backend.verify(wanted);
    expect(verdicts.ok && verdicts.value.get('eDP-1')?.shows).toBe('unknown');
  });

  it('stops at the first failure of the tool', async () => {
    const run = createFakeRunner({ 'xfconf-query': () => new Error('Failed to init libxfconf: no bus') });
    const backend = createXfceBackend({ run, desktop: fakeDesktop('xfce'), processes: xfdesktop, compose: noPicture });
    expect(await backend.apply(request(screens, ['/a.png']))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('no bus') as string },
    });
    expect(run.calls).toHaveLength(1);
  });

  it('captures what somebody else has put there, as it lies there', async () => {
    const { run, properties } = fakeXfconf({
      [`${folder}/monitoreDP-1/workspace0/last-image`]: '/home/me/beach.jpg',
      [`${folder}/monitoreDP-1/workspace0/image-style`]: '4',
    });
    const drawn: unknown[] = [];
    const compose = (...asked: readonly unknown[]) => Promise.resolve(drawn.push(asked) > 0);
    const backend = createXfceBackend({ run, desktop: fakeDesktop('xfce'), processes: xfdesktop, compose });
    const [left] = screens;
    if (left === undefined) throw new Error('There are two.');
    expect(await backend.capture?.(left, '/copy.png', screens)).toBe(true);
    expect(drawn).toEqual([['/home/me/beach.jpg', 'fit', left, screens, '/copy.png']]);
    // A mere color, nothing at all.
    properties.set(`${folder}/monitoreDP-1/workspace0/image-style`, '0');
    expect(await backend.capture?.(left, '/copy.png', screens)).toBe(false);
    properties.clear();
    expect(await backend.capture?.(left, '/copy.png', screens)).toBe(false);
    expect(drawn).toHaveLength(1);
  });

  it('is for XFCE only', async () => {
    const detect = (id: 'xfce' | 'mate', programs: string[]) =>
      createXfceBackend({
        run: createFakeRunner(Object.fromEntries(programs.map((name) => [name, () => '']))),
        desktop: fakeDesktop(id),
        processes: xfdesktop,
        compose: noPicture,
      }).detect();
    expect(await detect('xfce', ['xfconf-query'])).toMatchObject({ available: true });
    expect(await detect('xfce', [])).toMatchObject({
      available: false,
      suits: true,
      reason: expect.stringContaining('Install xfconf') as string,
    });
    expect(await detect('mate', ['xfconf-query'])).toMatchObject({ available: false, suits: false });
  });
});
