import { parseEdid } from '../displays/edid.ts';
import { withOnePrimary, type FoundDisplay } from '../displays/identity.ts';
import type { XClient } from './client.ts';
import type { UseX } from './use.ts';

/**
 * The monitors of the X server, in the order of `xrandr --listmonitors`: what window managers and feh see (a monitor may be half an
 * output, or two). Null where the server cannot be asked, or knows none (RandR before 1.5). Never rejects.
 */
export type ReadMonitors = () => Promise<readonly FoundDisplay[] | null>;

/** Asks the server itself: that takes a few milliseconds, and `xrandr` some dozens, of which a change of the wallpaper would see several. */
export function createReadMonitors({ use }: { readonly use: UseX }): ReadMonitors {
  return () => use(monitorsOf).catch(() => null);
}

async function monitorsOf(client: XClient): Promise<readonly FoundDisplay[] | null> {
  const [monitors, edid] = await Promise.all([client.monitors(), client.atom('EDID')]);
  if (monitors === null || monitors.length === 0) return null;
  const displays = await Promise.all(
    monitors.map(async ({ name, primary, rect, outputs }): Promise<FoundDisplay> => {
      const [id, ...edids] = await Promise.all([
        client.atomName(name),
        ...outputs.map((output) => client.outputProperty(output, edid).catch(() => new Uint8Array())),
      ]);
      // A monitor that is made of several outputs is known by the first that tells who it is.
      const identity = edids.map((bytes) => parseEdid(bytes)).find((each) => each !== null) ?? null;
      return { id, ...rect, scaleFactor: 1, primary, identity };
    }),
  );
  return withOnePrimary(displays);
}
