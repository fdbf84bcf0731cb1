import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEdid, type Identity } from './edid.ts';

/** Where Linux shows its graphics cards: `card1-HDMI-A-1/edid`. */
export const drmFolder = '/sys/class/drm';

/**
 * What the monitors say of themselves, by connector, as the kernel has read it. Wayland compositors name their outputs by the same connectors. One that
 * two cards have with different monitors is left out: it cannot be told which is meant.
 */
export async function readDrmIdentities(folder: string): Promise<ReadonlyMap<string, Identity>> {
  const found = new Map<string, Identity | null>();
  for (const entry of await readdir(folder).catch(() => [])) {
    const connector = /^card\d+-(.+)$/.exec(entry)?.[1];
    if (connector === undefined) continue;
    // Empty where nothing is plugged in.
    const identity = await readFile(join(folder, entry, 'edid')).then(parseEdid, () => null);
    if (identity !== null) found.set(connector, found.has(connector) ? null : identity);
  }
  return new Map([...found].flatMap(([connector, identity]) => (identity === null ? [] : [[connector, identity]])));
}
