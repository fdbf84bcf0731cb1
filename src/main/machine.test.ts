import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createFakeClock } from '../core/favorites/testing/fake-clock.ts';
import { createMachine } from './machine.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kabegami-machine-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function start(platform: NodeJS.Platform = 'linux') {
  const power = Object.assign(new EventEmitter(), { onBatteryPower: true });
  const screen = new EventEmitter();
  const clock = createFakeClock();
  const machine = createMachine({ powerMonitor: power, screen, clock, platform, powerSupplies: folder });
  const heard: string[] = [];
  const stop = machine.subscribe((event) => heard.push(event));
  return { power, screen, clock, machine, heard, stop };
}

describe('waking', () => {
  it('is told once, however it is heard', () => {
    const { power, clock, heard } = start();
    power.emit('resume');
    clock.advance(30_000);
    power.emit('unlock-screen');
    expect(heard).toEqual(['wake']);
    clock.advance(3_600_000);
    power.emit('unlock-screen');
    expect(heard).toEqual(['wake', 'wake']);
  });

  it('is told after the clock was set back, too', () => {
    const { power, clock, heard } = start();
    power.emit('resume');
    clock.advance(-86_400_000);
    power.emit('resume');
    expect(heard).toEqual(['wake', 'wake']);
  });
});

describe('displays', () => {
  it('are told when they have settled', () => {
    const { screen, clock, heard, stop } = start();
    screen.emit('display-removed');
    clock.advance(900);
    screen.emit('display-added');
    screen.emit('display-metrics-changed', {}, {}, ['bounds', 'workArea']);
    clock.advance(900);
    expect(heard).toEqual([]);
    clock.advance(100);
    expect(heard).toEqual(['displays']);
    stop();
    screen.emit('display-added');
    clock.advance(5_000);
    expect(heard).toEqual(['displays']);
  });

  it('have not changed when a panel came', () => {
    const { screen, clock, heard } = start();
    screen.emit('display-metrics-changed', {}, {}, ['workArea']);
    clock.advance(5_000);
    expect(heard).toEqual([]);
  });
});

describe('the battery', () => {
  it('is what Electron says elsewhere, and the kernel on Linux', () => {
    expect(start('darwin').machine.onBattery()).toBe(true);
    expect(start('linux').machine.onBattery()).toBe(false);
  });
});
