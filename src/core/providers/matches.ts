import { orientationOf, type Filter, type RemoteImage } from '../../shared/model.ts';

/**
 * Does an image really answer a filter? Asked of every image a service sends, whatever the service was asked: one that filters less than
 * it says must not show what was not wanted.
 */
export function matches(filter: Filter, image: RemoteImage): boolean {
  if (filter.rating !== 'any' && image.rating !== filter.rating) return false;
  if (filter.orientation !== null && orientationOf(image) !== filter.orientation) return false;
  if (image.width < filter.minWidth || image.height < filter.minHeight) return false;
  // An unknown size is not known to be small enough.
  if (filter.maxBytes !== null && (image.bytes === null || image.bytes > filter.maxBytes)) return false;
  if (filter.animated !== 'any' && image.animated !== (filter.animated === 'yes')) return false;
  if (filter.category !== null && image.category !== filter.category) return false;
  const tags = new Set(image.tags.map((tag) => tag.toLowerCase()));
  if (!filter.tags.every((tag) => tags.has(tag.toLowerCase()))) return false;
  return !filter.excludedTags.some((tag) => tags.has(tag.toLowerCase()));
}
