import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linuxOnBattery } from './battery.ts';
import { createConditions } from './conditions.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'kabegami-power-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function supply(name: string, files: Readonly<Record<string, string>>): void {
  mkdirSync(path.join(folder, name));
  for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder, name, file), `${text}\n`);
}
/** Of a host that is told nothing of the battery. */
const conditions = (powerFolder = folder) =>
  createConditions({ machine: null, platform: 'linux', env: {}, run: undefined as never, powerFolder });

describe('the battery', () => {
  it.each([
    ['a machine without one', {}, false],
    ['plugged in', { AC: { type: 'Mains', online: '1' }, BAT0: { type: 'Battery', status: 'Charging' } }, false],
    ['not plugged in', { AC: { type: 'Mains', online: '0' }, BAT0: { type: 'Battery', status: 'Discharging' } }, true],
    [
      'one of two sockets used',
      {
        'ucsi-1': { type: 'USB', online: '0' },
        'ucsi-2': { type: 'USB', online: '1' },
        BAT0: { type: 'Battery', status: 'Discharging' },
      },
      false,
    ],
    [
      'plugged into a supply that is programmed',
      { 'ucsi-1': { type: 'USB', online: '2' }, BAT0: { type: 'Battery', status: 'Discharging' } },
      false,
    ],
    ['a battery alone', { BAT0: { type: 'Battery', status: 'Discharging' } }, true],
    [
      'the battery of a mouse',
      { hid: { type: 'Battery', scope: 'Device', status: 'Discharging' }, AC: { type: 'Mains', online: '0' } },
      false,
    ],
  ])('%s', async (_what, supplies, expected) => {
    for (const [name, files] of Object.entries(supplies)) supply(name, files);
    expect(linuxOnBattery(folder)).toBe(expected);
    expect(await conditions().onBattery()).toBe(expected);
  });

  it('is not known where the kernel lists nothing', async () => {
    expect(linuxOnBattery(path.join(folder, 'nothing'))).toBeNull();
    expect(await conditions(path.join(folder, 'nothing')).onBattery()).toBe(false);
  });
});
