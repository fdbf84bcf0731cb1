import type { GlobalShortcut } from 'electron';
import { shortcutKeys, shortcutText, type ShortcutAction, type ShortcutKey } from '../shared/shortcuts.ts';
import type { Clock } from '../core/ports.ts';
import { t } from './messages.ts';

/** A key that is held down repeats itself: presses this close together are one. */
const heldMs = 700;

export interface Shortcuts {
  /** Takes the keys or gives them back. */
  set(on: boolean): Promise<void>;
  stop(): void;
}

/** The keys that work in every program. Those that cannot be had are named once each time they are turned on. */
export function createShortcuts(parts: {
  readonly globalShortcut: Pick<GlobalShortcut, 'register' | 'unregister' | 'isRegistered'>;
  readonly run: (action: ShortcutAction) => void;
  /** Does this desktop keep all keys to itself? */
  readonly forbidden: () => Promise<boolean>;
  readonly problem: (message: string) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly platform: NodeJS.Platform;
  readonly keys?: readonly ShortcutKey[];
}): Shortcuts {
  const { globalShortcut, run, clock, keys = shortcutKeys } = parts;
  const taken = new Set<string>();
  let wanted = false;
  /** Counts the calls of `set`: an answer that comes late belongs to an old one. */
  let turn = 0;

  const release = (): void => {
    for (const accelerator of taken) globalShortcut.unregister(accelerator);
    taken.clear();
  };
  const take = ({ action, accelerator }: ShortcutKey): boolean => {
    let last = -Infinity;
    const press = (): void => {
      const held = Math.abs(clock.now() - last) < heldMs;
      last = clock.now();
      if (!held) run(action);
    };
    try {
      if (!globalShortcut.register(accelerator, press)) return false;
      if (!globalShortcut.isRegistered(accelerator)) return false;
    } catch {
      return false;
    }
    taken.add(accelerator);
    return true;
  };

  return {
    async set(on) {
      if (on === wanted) return;
      wanted = on;
      const mine = ++turn;
      release();
      if (!on) return;
      const forbidden = await parts.forbidden();
      if (mine !== turn) return;
      if (forbidden) {
        parts.problem(t.shortcuts.forbidden);
        return;
      }
      const missing = keys.filter((key) => !take(key));
      if (missing.length === 0) return;
      const mac = parts.platform === 'darwin';
      parts.problem(
        t.shortcuts.taken(
          missing.map(({ action, accelerator }) =>
            t.shortcuts.key(shortcutText(accelerator, mac), t.shortcuts.actions[action]),
          ),
        ),
      );
    },
    stop() {
      turn += 1;
      wanted = false;
      release();
    },
  };
}
