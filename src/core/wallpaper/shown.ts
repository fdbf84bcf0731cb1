import type { CurrentWallpapers, Display, CurrentWallpaper, Settings } from '../../shared/model.ts';

/**
 * What a client may know of the wallpapers: those of displays that are there (null: not known, so all), adult ones only counted while the opt-in is off.
 */
export function shownWallpapers(
  wallpapers: readonly CurrentWallpaper[],
  displays: readonly Display[] | null,
  { adultContent }: Pick<Settings, 'adultContent'>,
): CurrentWallpapers {
  const here = wallpapers.filter(({ display }) => displays === null || displays.some(({ id }) => id === display));
  const seen = here.filter(({ image }) => adultContent || image.rating === 'safe');
  return { wallpapers: seen, hidden: here.length - seen.length };
}
