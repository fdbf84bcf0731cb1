import type { Image } from '../shared/model.ts';
import { bytesText, list, table } from './table.ts';

/** Images as a table. */
export function imageTable(images: readonly Image[], columns: number | null): string {
  if (images.length === 0) return 'No images.\n';
  return table(
    ['ID', 'SIZE', 'FILE', 'RATING', '', 'ARTIST', 'TAGS'],
    images.map((image) => [
      image.id,
      `${image.width}×${image.height}`,
      `${bytesText(image.bytes)} ${image.extension}`,
      image.rating,
      marks(image),
      image.artists.map(({ name }) => name).join(', '),
      image.category ?? image.tags.join(' '),
    ]),
    columns,
  );
}

/** One image with all that is known of it. */
export function imageDetails(image: Image): string {
  return list([
    ['Image', image.id],
    ['Size', `${image.width} × ${image.height}`],
    ['File', `${bytesText(image.bytes)} ${image.extension}${image.animated ? ', animated' : ''}`],
    ['Rating', image.rating],
    ['Category', image.category],
    ['Tags', image.tags.join(', ') || null],
    ...image.artists.map(({ name, links }) => ['Artist', [name, ...links].join('  ')] as const),
    ...image.sources.map((source) => ['Source', source] as const),
    ['Page', image.pageUrl],
    ['On this disk', image.cached ? 'yes' : 'no'],
    ['Favorite', image.favorite ? 'yes' : 'no'],
  ]);
}

function marks({ favorite, cached }: Image): string {
  return `${favorite ? '♥' : ' '}${cached ? '✓' : ' '}`;
}
