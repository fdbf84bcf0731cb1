import { describe, expect, it } from 'vitest';
import type { Desktop } from '../desktop.ts';
import { createFakeRunner, fakeDesktop, type FakeProgram } from '../testing/fake-runner.ts';
import { hostilePaths, left, request, right } from '../testing/displays.ts';
import type { RootReader } from '../x11/root.ts';
import { createX11RootBackend } from './x11-root.ts';

const root = (covered = false): RootReader => ({
  desktopWindow: () => Promise.resolve({ covered, reason: covered ? 'another program draws its own desktop' : 'free' }),
  compare: (targets) =>
    Promise.resolve(new Map(targets.map(({ display }) => [display.id, { shows: 'target', detail: '' }]))),
  expect: () => Promise.resolve(),
  capture: () => Promise.resolve(true),
});
const backend = (
  programs: Record<string, FakeProgram>,
  reader = root(),
  id: Desktop['id'] = 'x11',
  session: Desktop['session'] = 'x11',
) => {
  const run = createFakeRunner(programs);
  return { run, backend: createX11RootBackend({ run, desktop: fakeDesktop(id, session), root: reader }) };
};

describe('the X11 root window', () => {
  it('gives feh one file a monitor, in their order, and leaves no script behind', async () => {
    const { run, backend: x11 } = backend({ feh: () => '' });
    expect(await x11.apply(request([left, right], ['/a.png', '/b.png']))).toEqual({ ok: true, value: undefined });
    expect(run.calls).toEqual([['feh', '--no-fehbg', '--bg-fill', '--', '/a.png', '/b.png']]);
  });

  it('passes hostile names as they are, never as options', async () => {
    const { run, backend: x11 } = backend({ feh: () => '' });
    for (const path of hostilePaths) await x11.apply(request([left], [path]));
    expect(run.calls.map((call) => call.slice(3))).toEqual(hostilePaths.map((path) => ['--', path]));
  });

  it('hands on what feh said when it failed', async () => {
    const { backend: x11 } = backend({ feh: () => new Error('cannot open display') });
    expect(await x11.apply(request([left], ['/a.png']))).toMatchObject({
      ok: false,
      error: { message: expect.stringContaining('cannot open display') as string },
    });
  });

  it('is available only where the root window is seen and feh is there', async () => {
    const available = async (...args: Parameters<typeof backend>) =>
      (await backend(...args).backend.detect()).available;
    expect(await available({ feh: () => '' })).toBe(true);
    expect(await available({ feh: () => '' }, root(), 'other')).toBe(true);
    expect(await available({ feh: () => '' }, root(true))).toBe(false);
    expect(await available({ feh: () => '' }, root(), 'xfce')).toBe(false);
    expect(await available({ feh: () => '' }, root(), 'sway', 'wayland')).toBe(false);
    expect(await backend({}).backend.detect()).toEqual({
      available: false,
      suits: true,
      reason: 'It needs the program feh. Install feh.',
    });
  });
});
