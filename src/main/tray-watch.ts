import type { Clock } from '../core/ports.ts';

/** A panel comes up when the session does, and so may this program: it is waited for. Milliseconds between the looks. */
const looks = [0, 2_000, 4_000, 8_000, 16_000] as const;

export interface TrayWatch {
  /** Looks now. */
  isMissing(): Promise<boolean>;
  stop(): void;
}

/**
 * Finds out whether there is a tray, at first again and again. `came` is called when there is one that was not there at first, `missing` when there is
 * none at the end. What cannot be told counts as there.
 */
export function watchTray(parts: {
  readonly look: () => Promise<boolean | null>;
  readonly clock: Clock;
  readonly came: () => void;
  readonly missing: () => void;
}): TrayWatch {
  const { clock } = parts;
  let cancel = (): void => {};
  let stopped = false;
  const isMissing = async (): Promise<boolean> => (await parts.look()) === false;

  const look = async (index: number): Promise<void> => {
    const missing = await isMissing();
    if (stopped) return;
    if (!missing) {
      if (index > 0) parts.came();
    } else if (index + 1 < looks.length) wait(index + 1);
    else parts.missing();
  };
  const wait = (index: number): void => {
    cancel = clock.after(looks[index] ?? 0, () => void look(index));
  };
  wait(0);
  return {
    isMissing,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
