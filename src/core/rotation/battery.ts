import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Does this Linux machine run on its battery? Chromium, and with it Electron's powerMonitor, always says no on Linux, so the kernel is asked. `folder` is
 * `/sys/class/power_supply`. Null: it cannot be told.
 */
export function linuxOnBattery(folder: string): boolean | null {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return null;
  }
  const read = (name: string, file: string): string => {
    try {
      return readFileSync(path.join(folder, name, file), 'utf8').trim();
    } catch {
      return '';
    }
  };
  let plugged: boolean | null = null;
  let discharging = false;
  for (const name of names) {
    // A mouse or a headset has a battery of its own.
    if (read(name, 'scope') === 'Device') continue;
    if (read(name, 'type') === 'Battery') discharging ||= read(name, 'status') === 'Discharging';
    else if (read(name, 'online') !== '') plugged = plugged === true || read(name, 'online') !== '0';
  }
  // Some machines list sockets that never say "online", so an empty one proves nothing by itself.
  return plugged === true ? false : discharging;
}
