import type { CurrentWallpaper, Image, ImageId } from '../../../shared/model.ts';
import type { FileRecord, WallpaperRepository } from '../../store/store.ts';
import type { WallpaperStore } from '../wallpaper.ts';

type Entry = Parameters<WallpaperRepository['record']>[0];

export type MemoryStore = WallpaperStore & {
  readonly entries: readonly Entry[];
};

/** The part of the store the wallpaper needs, in memory. */
export function createMemoryStore(
  images: ReadonlyMap<ImageId, Image>,
  files: ReadonlyMap<ImageId, FileRecord>,
): MemoryStore {
  const entries: Entry[] = [];
  return {
    entries,
    transaction: (work) => work(),
    wallpapers: {
      record: (entry) => void entries.push(entry),
      current() {
        const newest = new Map(entries.map((entry) => [entry.display, entry]));
        return [...newest.values()].flatMap(({ display, id, fit, at }): CurrentWallpaper[] => {
          const image = images.get(id);
          return image ? [{ display, image, fit, setAt: new Date(at).toISOString() }] : [];
        });
      },
      recent: (limit) =>
        entries
          .map(({ id }) => id)
          .reverse()
          .slice(0, limit),
    },
    files: { of: (id) => files.get(id) ?? null },
  };
}
