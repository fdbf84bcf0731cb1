import type { Artist, RemoteImage } from '../../shared/model.ts';
import type { Database } from './driver.ts';

/**
 * Answers an image as its service tells it, with what it got from the duplicates that were merged into it: that outlives what the service says later. The
 * merge wrote it once; see `merges.ts`.
 */
export function createInheritance(db: Database): (image: RemoteImage) => RemoteImage {
  const of = db.prepare<{ kind: 'tag' | 'artist' | 'source' | 'rating'; value: string }>(
    'SELECT kind, value FROM inherited WHERE image_key = (SELECT key FROM image WHERE id = ?)',
  );
  return (image) => {
    const rows = of.all([image.id]);
    if (rows.length === 0) return image;
    const values = (kind: string): readonly string[] =>
      rows.filter((row) => row.kind === kind).map(({ value }) => value);
    const names = new Set(image.artists.map(({ name }) => name.toLowerCase()));
    return {
      ...image,
      tags: [...new Set([...image.tags, ...values('tag')])],
      sources: [...new Set([...image.sources, ...values('source')])],
      artists: [
        ...image.artists,
        ...values('artist')
          .map((value) => JSON.parse(value) as Artist)
          .filter(({ name }) => !names.has(name.toLowerCase())),
      ],
      // One of them is adult, so this one is.
      rating: values('rating').length > 0 ? 'adult' : image.rating,
    };
  };
}
