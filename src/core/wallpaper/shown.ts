import type { CurrentWallpapers, Display, CurrentWallpaper } from '../../shared/model.ts';
import type { ContentGate } from '../catalog/gate.ts';

/**
 * What a client may know of the wallpapers: those of displays that are there (null: not known, so all) by the names they have now; adult ones only counted
 * while the opt-in is off, and what is never to be seen again not at all.
 */
export function shownWallpapers(
  wallpapers: readonly CurrentWallpaper[],
  displays: readonly Display[] | null,
  gate: Pick<ContentGate, 'split'>,
): CurrentWallpapers {
  const here = wallpapers.flatMap((wallpaper): CurrentWallpaper[] => {
    if (displays === null) return [wallpaper];
    const display = displays.find(({ key }) => key === wallpaper.displayKey);
    return display === undefined ? [] : [{ ...wallpaper, display: display.id }];
  });
  const { seen, hidden } = gate.split(here.map(({ image }) => image));
  return { wallpapers: here.filter(({ image }) => seen.includes(image)), hidden };
}
