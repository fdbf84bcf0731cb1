import type { Display, Fit, Settings } from '../../shared/model.ts';
import type { Playlist, Pool, RotationConfig } from '../../shared/rotation.ts';
import type { Target } from './rules.ts';

/** Displays that get one picture together, and the pool it comes from. */
export interface PooledTarget extends Target {
  /** Stable from one run to the next: the display's key, or the layout where all share a picture. */
  readonly name: string;
  readonly pool: Pool;
}

/** Who gets a picture of which pool: what a display has of its own, else the playlist's, else the one for all. */
export function targetsOf(parts: {
  readonly displays: readonly Display[];
  readonly config: Pick<RotationConfig, 'layout' | 'pool' | 'displays'>;
  readonly playlist: Pick<Playlist, 'pool'> | null;
  readonly pools: readonly Pool[];
  readonly settings: Pick<Settings, 'wallpaperFit'>;
  /** For this time instead of the configured ones. */
  readonly fit: Fit | null;
}): readonly PooledTarget[] {
  const { displays, config, playlist, pools, settings } = parts;
  if (displays.length === 0) return [];
  const poolOf = (id: string | null | undefined): Pool | undefined => pools.find((pool) => pool.id === id);
  const shared = poolOf(playlist?.pool) ?? poolOf(config.pool) ?? pools[0];
  if (shared === undefined) return [];
  const fit = parts.fit ?? settings.wallpaperFit;
  if (config.layout === 'span') return [{ name: 'span', displays, fit: 'span', pool: shared }];
  if (config.layout === 'same') return [{ name: 'same', displays, fit, pool: shared }];
  return displays.map((display) => {
    const own = config.displays[display.key];
    return {
      name: display.key,
      displays: [display],
      fit: parts.fit ?? own?.fit ?? settings.wallpaperFit,
      // A playlist that allows only safe pictures must not be got round by a display's own pool; its rating rule holds for that pool too.
      pool: poolOf(own?.pool) ?? shared,
    };
  });
}
