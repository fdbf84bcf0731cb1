import type { Display, Fit, Image } from '../../shared/model.ts';
import type { Relaxation } from '../../shared/rotation.ts';
import type { CandidateRules } from '../store/store.ts';
import { boundingBox } from '../wallpaper/compose.ts';
import { roomOf } from '../wallpaper/displays/geometry.ts';

/** The displays that get one picture together, and how it lies there. */
export interface Target {
  readonly displays: readonly Display[];
  readonly fit: Fit;
}

export interface RuleSettings {
  readonly rating: 'safe' | 'any';
  /** How many times larger than itself a picture may be shown. */
  readonly maxUpscale: number;
  readonly relaxed: readonly Relaxation[];
  /** Only what is on this disk. */
  readonly cached: boolean;
}

/** No rule at all. */
export const everything: CandidateRules = {
  rating: 'any',
  orientation: null,
  minWidth: 0,
  minHeight: 0,
  animated: true,
  cached: false,
};

/**
 * What a target takes. A picture that fills, spans or is stretched needs both sides large enough; one that is shown whole is judged the same way, so
 * that it is never enlarged whichever side it touches. Centered and tiled pictures are shown at their own size.
 */
export function rulesFor({ displays, fit }: Target, settings: RuleSettings): CandidateRules {
  const { rating, maxUpscale, relaxed, cached } = settings;
  const sizes = fit === 'span' ? [boundingBox(displays.map(roomOf))] : displays;
  const scaled = fit !== 'center' && fit !== 'tile';
  const smallest = (lengths: readonly number[]): number =>
    scaled ? Math.max(0, ...lengths.map((length) => Math.ceil(length / maxUpscale))) : 0;
  return {
    rating,
    orientation: relaxed.includes('orientation') ? null : orientationOfAll(sizes),
    minWidth: smallest(sizes.map(({ width }) => width)),
    minHeight: smallest(sizes.map(({ height }) => height)),
    animated: relaxed.includes('still'),
    cached,
  };
}

/** Displays of both kinds that share a picture have no orientation in common. */
function orientationOfAll(
  sizes: readonly { readonly width: number; readonly height: number }[],
): CandidateRules['orientation'] {
  if (sizes.length === 0) return null;
  if (sizes.every(({ width, height }) => width > height)) return 'landscape';
  return sizes.every(({ width, height }) => width < height) ? 'portrait' : null;
}

/** The rules once more, for a picture that was chosen earlier. */
export function keepsRules(image: Image, rules: CandidateRules): boolean {
  return (
    !image.blocked &&
    (rules.rating === 'any' || image.rating === 'safe') &&
    (rules.animated || !image.animated) &&
    (!rules.cached || image.cached) &&
    image.width >= rules.minWidth &&
    image.height >= rules.minHeight &&
    (rules.orientation !== 'landscape' || image.width >= image.height) &&
    (rules.orientation !== 'portrait' || image.width <= image.height)
  );
}
