import type { Playlist } from '../../shared/rotation.ts';
import type { RotationMemory } from './config.ts';
import type { Replace } from './replace.ts';

/**
 * The rule of a playlist that allows only safe pictures, as it begins: what is not certainly safe goes from every display, at once, and whatever else holds the
 * rotation back (a pause, the battery, a pool that has nothing safe). What a person puts there during these hours stays.
 */
export function createSafeHours({
  memory,
  playlist,
  replace,
}: {
  readonly memory: RotationMemory;
  readonly playlist: () => Playlist | null;
  readonly replace: Replace;
}): () => Promise<void> {
  return async () => {
    const now = playlist();
    const hours = now?.safeOnly === true ? now.id : null;
    if (hours === memory.state().safeHours) return;
    if (hours !== null) await replace(({ rating }) => rating !== 'safe', 'playlist');
    memory.update({ safeHours: hours });
  };
}
