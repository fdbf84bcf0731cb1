import type { Display, Image, ImageId, Settings } from '../../shared/model.ts';
import type { Playlist } from '../../shared/rotation.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Clock } from '../ports.ts';
import type { Store } from '../store/store.ts';
import type { Changes } from '../wallpaper/changes.ts';
import type { Placement } from '../wallpaper/scene.ts';
import type { RotationMemory } from './config.ts';
import type { Draw, DrawRequest } from './draw.ts';
import { playlistAt } from './playlists.ts';
import { keepsRules, rulesFor, type RuleSettings } from './rules.ts';
import { allPools, type ResolvedSource } from './sources.ts';
import { targetsOf, type PooledTarget } from './targets.ts';

/** Who gets a picture, of which pool and by which rules, and which one is ready for it: all of it as of now. */
export interface Outlook {
  /** The one that applies. */
  playlist(): Playlist | null;
  ruleSettings(): Pick<RuleSettings, 'rating' | 'maxUpscale'>;
  /** @param fit For this time instead of the configured ones. */
  targets(displays: readonly Display[], fit?: PooledTarget['fit'] | null): readonly PooledTarget[];
  countRequest(target: PooledTarget): Omit<DrawRequest, 'exclude'>;
  /** What was chosen ahead, where it may still be shown there. */
  upcomingFor(target: PooledTarget): Image | null;
  /** Somebody went back and did nothing else since: "next" goes forward again, before it draws anything new. */
  isGoingBack(): boolean;
  /** What "next" goes forward to on a display (its key). */
  aheadOn(display: string): Image | null;
  /** It was chosen while the network was away, from what was shown already: with a network something new may come instead. */
  comesAgain(target: PooledTarget, image: Image): boolean;
  /** What is on displays. */
  shownIds(): readonly ImageId[];
  placementsOf(target: PooledTarget, image: Image): readonly Placement[];
}

export function createOutlook(parts: {
  readonly store: Pick<Store, 'pools' | 'bag' | 'images' | 'wallpapers'>;
  readonly settings: () => Pick<Settings, 'adultContent' | 'wallpaperFit'>;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly changes: Pick<Changes, 'current'>;
  readonly memory: RotationMemory;
  readonly draw: Pick<Draw, 'count'>;
  readonly resolve: (pool: PooledTarget['pool']) => readonly ResolvedSource[];
  readonly clock: Pick<Clock, 'now'>;
}): Outlook {
  const { store, settings, gate, changes, memory, draw, resolve, clock } = parts;

  const playlist = () => playlistAt(memory.config().playlists, memory.config().timeZone, clock.now());
  const ruleSettings = (): Pick<RuleSettings, 'rating' | 'maxUpscale'> => ({
    rating: settings().adultContent && playlist()?.safeOnly !== true ? 'any' : 'safe',
    maxUpscale: memory.config().maxUpscale,
  });
  const targets = (displays: readonly Display[], fit: PooledTarget['fit'] | null = null): readonly PooledTarget[] =>
    targetsOf({
      displays,
      config: memory.config(),
      playlist: playlist(),
      pools: allPools(store.pools),
      settings: settings(),
      fit,
    });

  /** What was chosen ahead, where it may still be shown there. */
  function upcomingFor(target: PooledTarget): Image | null {
    const chosen = memory.state().upcoming[target.name];
    // Shown since, on another display or by hand.
    if (chosen?.pool !== target.pool.id || store.bag.shownAfter(chosen.pool, chosen.image, chosen.after)) return null;
    const image = store.images.get(chosen.image);
    if (image === null || !gate.allows(image) || !image.cached) return null;
    const { relaxed } = draw.count(countRequest(target));
    return keepsRules(image, rulesFor(target, { ...ruleSettings(), relaxed, cached: true })) ? image : null;
  }

  // A step back and a step forward are the same walk; a jump, a picture set by hand or a drawn one ends it.
  const isGoingBack = (): boolean => {
    const reason = store.wallpapers.lastChange()?.reason;
    return reason === 'previous' || reason === 'next';
  };
  function aheadOn(display: string): Image | null {
    const entry = isGoingBack() ? store.wallpapers.neighbour(display, 'after') : null;
    const image = entry?.image == null ? null : store.images.get(entry.image);
    return image !== null && gate.allows(image) ? image : null;
  }

  /** It was chosen while the network was away, from what was shown already: with a network something new may come instead. */
  function comesAgain(target: PooledTarget, image: Image): boolean {
    const { left, relaxed } = draw.count(countRequest(target));
    return (
      left > 0 &&
      store.bag.has(target.pool.id, image.id, rulesFor(target, { ...ruleSettings(), relaxed, cached: false }))
    );
  }

  const countRequest = (target: PooledTarget) => ({
    pool: target.pool.id,
    sources: resolve(target.pool),
    target,
    settings: { ...ruleSettings(), cached: false },
  });

  const shownIds = (): readonly ImageId[] => changes.current().map(({ image }) => image.id);

  const placementsOf = (target: PooledTarget, image: Image): readonly Placement[] =>
    target.displays.map(({ id }) => ({ display: id, picture: { kind: 'image', image }, fit: target.fit }));

  return {
    playlist,
    ruleSettings,
    targets,
    countRequest,
    upcomingFor,
    isGoingBack,
    aheadOn,
    comesAgain,
    shownIds,
    placementsOf,
  };
}
