import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createListProcesses } from './processes.ts';

describe('createListProcesses', () => {
  let proc: string;
  beforeEach(() => (proc = mkdtempSync(join(tmpdir(), 'kabegami-proc-'))));
  afterEach(() => rmSync(proc, { recursive: true, force: true }));

  const add = (pid: number, name: string, args: readonly string[], env: Record<string, string>): void => {
    const folder = join(proc, String(pid));
    mkdirSync(folder);
    writeFileSync(join(folder, 'comm'), `${name}\n`);
    writeFileSync(join(folder, 'cmdline'), args.map((arg) => `${arg}\0`).join(''));
    writeFileSync(
      join(folder, 'environ'),
      Object.entries(env)
        .map(([key, value]) => `${key}=${value}\0`)
        .join(''),
    );
  };
  const pids = async (env: Record<string, string>) =>
    (await createListProcesses({ env, proc })()).map(({ pid }) => pid).sort();

  it('lists the programs of this X display only', async () => {
    add(10, 'xfdesktop', ['xfdesktop', '--display', ''], { DISPLAY: ':1.0', A: 'b=c' });
    add(11, 'xfdesktop', ['xfdesktop'], { DISPLAY: ':2' });
    add(12, 'sh', ['sh'], {});
    expect(await createListProcesses({ env: { DISPLAY: ':1' }, proc })()).toEqual([
      { pid: 10, name: 'xfdesktop', args: ['xfdesktop', '--display', ''] },
    ]);
  });

  it('lists the programs of this Wayland socket only', async () => {
    add(20, 'swaybg', ['swaybg'], { WAYLAND_DISPLAY: 'wayland-1', XDG_RUNTIME_DIR: '/run/user/1' });
    add(21, 'swaybg', ['swaybg'], { WAYLAND_DISPLAY: 'wayland-1', XDG_RUNTIME_DIR: '/run/user/2' });
    expect(await pids({ WAYLAND_DISPLAY: 'wayland-1', XDG_RUNTIME_DIR: '/run/user/1', DISPLAY: ':0' })).toEqual([20]);
  });

  it('lists those of certain names', async () => {
    add(40, 'swaybg', ['swaybg'], { DISPLAY: ':1' });
    add(41, 'feh', ['feh'], { DISPLAY: ':1' });
    const found = await createListProcesses({ env: { DISPLAY: ':1' }, proc })((name) => name === 'feh');
    expect(found.map(({ pid }) => pid)).toEqual([41]);
  });

  it('leaves out kernel threads, the dead and what may not be read', async () => {
    add(30, 'kthreadd', [], { DISPLAY: ':1' });
    mkdirSync(join(proc, '31'));
    mkdirSync(join(proc, 'sys'));
    expect(await pids({ DISPLAY: ':1' })).toEqual([]);
    expect(await createListProcesses({ env: {}, proc: join(proc, 'none') })()).toEqual([]);
  });
});
