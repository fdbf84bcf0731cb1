import type { ShownEntry, Store, StoredEntry } from '../store/store.ts';
import type { Look } from './scene.ts';

/** How far back a picture that the session puts there is looked for. */
const farthest = 500;

export interface OutsideChanges {
  /** Records what somebody else has put on displays, as far as the history does not know it yet. Answers whether there was something. */
  record(looks: readonly Look[], at: number): boolean;
  /** At the start of a session: is the display without our picture, and not because a person chose another? */
  isLost(look: Look, atLogin: boolean): boolean;
}

export function createOutsideChanges(history: Store['wallpapers']): OutsideChanges {
  const shownOn = (display: string): StoredEntry | undefined =>
    history.shown().find((entry) => entry.display === display);

  /** Was this very picture there before one of ours? */
  function wasThere(display: string, copy: string): boolean {
    let before: number | null = null;
    for (let seen = 0; seen < farthest;) {
      const entries: readonly StoredEntry[] = history.list({ display, before, limit: 100 });
      if (entries.some(({ outside }) => outside === copy)) return true;
      before = entries.at(-1)?.key ?? null;
      if (before === null) return false;
      seen += entries.length;
    }
    return false;
  }

  return {
    record(looks, at) {
      const entries = looks.flatMap(({ display, shows, outside }): ShownEntry[] => {
        if (shows !== 'other') return [];
        const before = shownOn(display.key);
        // Seen before, or nothing that could be told apart from what was seen before.
        if (before !== undefined && before.image === null && before.outside === outside) return [];
        const { key, id } = display;
        return [{ display: key, name: id, image: null, outside, fit: 'fill', backend: 'outside', verified: true }];
      });
      if (entries.length === 0) return false;
      history.record({ reason: 'outside', at, entries });
      return true;
    },
    isLost({ display, shows, outside, forgets }, atLogin) {
      if (shows === 'lost') return true;
      if (shows !== 'other' || !atLogin || !forgets || outside === null) return false;
      // Sway's configuration, a greeter: what was there before ours comes again at each login.
      return shownOn(display.key)?.outside !== outside && wasThere(display.key, outside);
    },
  };
}
