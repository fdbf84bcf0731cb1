import type { Display } from '../../shared/model.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { ShownEntry, Store, StoredEntry } from '../store/store.ts';
import type { OutsideFolder } from './outside.ts';
import type { PlacedPicture, Placement } from './scene.ts';

/** How far "previous", "undo" and "restore" look for a picture that may be shown. */
const farthest = 500;

/** An entry of the history that can be shown again on its display. */
export interface Step {
  readonly display: Display;
  readonly entry: StoredEntry;
  readonly picture: PlacedPicture;
  /** Entries nearer than this one were stepped over. */
  readonly skipped: boolean;
}

export interface HistorySteps {
  /** The picture of an entry, as far as it may be shown now and can be had. */
  pictureOf(entry: Pick<ShownEntry, 'image' | 'outside'>): Promise<PlacedPicture | null>;
  /** This entry, or the nearest one in a direction that can be shown; null where there is none. `suits`: which others will do. */
  from(
    display: Display,
    entry: StoredEntry | null,
    direction: 'before' | 'after',
    suits?: (picture: PlacedPicture) => Promise<boolean>,
  ): Promise<Step | null>;
  /**
   * What is to be shown for these steps. A picture across several displays that comes back on some of them is composed with those where it
   * still is, so that each shows its own part again.
   */
  placements(steps: readonly Step[], displays: readonly Display[]): Promise<readonly Placement[]>;
}

export function createHistorySteps({
  store,
  gate,
  outside,
}: {
  readonly store: Pick<Store, 'wallpapers' | 'images'>;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly outside: Pick<OutsideFolder, 'path'>;
}): HistorySteps {
  const history = store.wallpapers;

  const pictureOf: HistorySteps['pictureOf'] = async (entry) => {
    if (entry.image !== null) {
      const image = store.images.get(entry.image);
      return image !== null && gate.allows(image) ? { kind: 'image', image } : null;
    }
    if (entry.outside === null || (await outside.path(entry.outside)) === null) return null;
    return { kind: 'outside', file: entry.outside };
  };

  return {
    pictureOf,
    async from(display, first, direction, suits = () => Promise.resolve(true)) {
      let entry = first;
      for (let steps = 0; entry !== null && steps < farthest; steps += 1) {
        const picture = await pictureOf(entry);
        if (picture !== null && (await suits(picture))) return { display, entry, picture, skipped: entry !== first };
        entry = history.beside(entry, direction);
      }
      return null;
    },
    async placements(steps, displays) {
      const placed = steps.map(({ display, entry, picture }): Placement => ({
        display: display.id,
        picture,
        fit: entry.fit,
      }));
      const spans = steps.filter(({ entry }) => entry.fit === 'span').map(({ entry }) => entry);
      for (const other of spans.length === 0 ? [] : history.shown()) {
        const display = displays.find(({ key }) => key === other.display);
        if (display === undefined || other.fit !== 'span' || placed.some(({ display: id }) => id === display.id))
          continue;
        if (!spans.some((entry) => samePicture(entry, other))) continue;
        const picture = await pictureOf(other);
        if (picture !== null) placed.push({ display: display.id, picture, fit: 'span' });
      }
      return placed;
    },
  };
}

/** Nobody could tell these apart on a display. */
export function samePicture(
  one: Pick<ShownEntry, 'image' | 'outside' | 'fit'>,
  other: Pick<ShownEntry, 'image' | 'outside' | 'fit'>,
): boolean {
  return one.image === other.image && one.outside === other.outside && one.fit === other.fit;
}
