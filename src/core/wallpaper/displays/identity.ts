import type { Display } from '../../../shared/model.ts';
import { identityKey, type Identity } from './edid.ts';

/** A display as a tool lists it, before it has its key. */
export interface FoundDisplay extends Omit<Display, 'key'> {
  /** What the tool says of the monitor itself. */
  readonly identity?: Identity | null;
  /** X11: the outputs its monitor is made of. */
  readonly outputs?: readonly string[];
}

/**
 * Gives displays their lasting keys. A monitor that tells its serial number has that, wherever it is plugged in; all others have their connector.
 * Some makers give all their monitors one number: once two displays have shown the same, it names neither of them, not even when one is alone.
 *
 * @param shared Numbers seen twice; added to.
 */
export function withKeys(found: readonly FoundDisplay[], shared: Set<string> = new Set()): Display[] {
  const keys = found.map(({ identity }) => identityKey(identity ?? null));
  for (const [index, key] of keys.entries()) if (key !== null && keys.indexOf(key) !== index) shared.add(key);
  const taken = new Set<string>();
  return found.map(({ identity: _identity, outputs: _outputs, ...display }, index) => {
    const own = keys[index];
    const wanted = own === null || own === undefined || shared.has(own) ? display.id : own;
    const key = firstFree(wanted, taken);
    taken.add(key);
    return { ...display, key };
  });
}

/** The name itself, or with the first number that makes it unlike those taken. */
export function firstFree(name: string, taken: { has(name: string): boolean }): string {
  let free = name;
  for (let n = 2; taken.has(free); n += 1) free = `${name} (${n})`;
  return free;
}

/** Exactly one display is primary: the first where the desktop names none. */
export function withOnePrimary<D extends { readonly primary: boolean }>(displays: readonly D[]): D[] {
  const chosen = Math.max(
    0,
    displays.findIndex((each) => each.primary),
  );
  return displays.map((each, index) => ({ ...each, primary: index === chosen }));
}
