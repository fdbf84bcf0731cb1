import type { Clock, Machine } from '../core/ports.ts';
import { linuxOnBattery } from '../core/rotation/battery.ts';

/** Displays come and go in bursts: one is told when they have settled. */
const settledMs = 1_000;
/** Waking up is heard as the end of the sleep and again when the screen is unlocked. */
const sameWakeMs = 120_000;

export interface MachineParts {
  readonly powerMonitor: {
    on(event: 'resume' | 'unlock-screen', listener: () => void): unknown;
    readonly onBatteryPower: boolean;
  };
  readonly screen: {
    on(event: 'display-added' | 'display-removed', listener: () => void): unknown;
    on(event: 'display-metrics-changed', listener: (...args: MetricsChanged) => void): unknown;
  };
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  /** Where the kernel lists batteries. */
  readonly powerSupplies?: string;
}
type MetricsChanged = [event: unknown, display: unknown, changed: string[]];

/** What Electron hears of the machine. Listens from now on, for as long as the program runs. */
export function createMachine(parts: MachineParts): Machine {
  const { powerMonitor, screen, clock, platform, powerSupplies = '/sys/class/power_supply' } = parts;
  const listeners = new Set<(event: 'wake' | 'displays') => void>();
  const tell = (event: 'wake' | 'displays'): void => {
    for (const listener of [...listeners]) listener(event);
  };

  let woke = -Infinity;
  const wake = (): void => {
    const before = woke;
    woke = clock.now();
    if (Math.abs(woke - before) >= sameWakeMs) tell('wake');
  };
  powerMonitor.on('resume', wake);
  powerMonitor.on('unlock-screen', wake);

  let settle = (): void => {};
  const displays = (): void => {
    settle();
    settle = clock.after(settledMs, () => tell('displays'));
  };
  screen.on('display-added', displays);
  screen.on('display-removed', displays);
  screen.on('display-metrics-changed', (_event, _display, changed) => {
    // A panel that comes or goes changes the work area alone.
    if (changed.some((what) => what !== 'workArea')) displays();
  });

  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onBattery: () => (platform === 'linux' ? linuxOnBattery(powerSupplies) : powerMonitor.onBatteryPower),
  };
}
