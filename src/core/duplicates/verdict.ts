import type { Image } from '../../shared/model.ts';
import type { LookDifference } from '../files/compare-looks.ts';

/** Beyond any of these two pictures are not the same. Measured on planted twins and on what is hardest to tell from them: see bench/duplicates.ts. */
const limits: LookDifference = { overall: 0.22, most: 6, hue: 14 };
/** What writing the same pixels in another format leaves: of a thumbnail, next to nothing. */
const samePixels: LookDifference = { overall: 0.03, most: 1.5, hue: 3 };

export function noDuplicate(difference: LookDifference): boolean {
  return beyond(difference, limits);
}

/** In thousandths of what would be no duplicate any more. Not 0: that is the same content. */
export function distanceOf({ overall, most, hue }: LookDifference): number {
  const share = Math.max(overall / limits.overall, most / limits.most, hue / limits.hue);
  return Math.max(1, Math.min(1000, Math.round(share * 1000)));
}

/** The same pixels in another format: as large, and nothing to be seen between them. */
export function isSure(
  difference: LookDifference,
  one: Pick<Image, 'width' | 'height'> | undefined,
  other: Pick<Image, 'width' | 'height'> | undefined,
): boolean {
  if (one === undefined || other === undefined) return false;
  return one.width === other.width && one.height === other.height && !beyond(difference, samePixels);
}

function beyond(difference: LookDifference, limit: LookDifference): boolean {
  return difference.overall > limit.overall || difference.most > limit.most || difference.hue > limit.hue;
}
