import type { Image, OriginId, Rating } from '../../shared/model.ts';
import { artistsIn, readJsonSilently, textsIn, type ReadJson } from './stored-json.ts';

/** A row of `imageSelect`. */
export interface ImageRow {
  readonly id: string;
  readonly provider: OriginId;
  readonly remote_id: string;
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number | null;
  readonly extension: string;
  readonly rating: Rating;
  readonly animated: number;
  readonly tags: string;
  readonly category: string | null;
  readonly artists: string;
  readonly sources: string;
  readonly dominant_color: string | null;
  readonly hash: string | null;
  readonly md5: string | null;
  readonly page_url: string | null;
  readonly uploaded_at: string | null;
  readonly liked_at: string | null;
  readonly likes: number | null;
  readonly cached: number;
  readonly in_folder: number;
  readonly favorite: number;
  readonly blocked: number;
  readonly merged_into: string | null;
  readonly title: string | null;
}

/** Selects whole images: `image` is `i`, the favorite (never a tombstone) is `f`. Add `WHERE`, `ORDER BY` and more columns as needed. */
export const imageColumns = `
  i.id, i.provider, i.remote_id, i.url, i.width, i.height, i.bytes, i.extension, i.rating, i.animated, i.tags, i.category, i.artists,
  i.sources, i.dominant_color, i.hash, i.md5, i.page_url, i.uploaded_at, i.liked_at, i.likes,
  (i.file_hash IS NOT NULL OR i.in_folder = 1) AS cached, (i.file_hash IS NULL AND i.in_folder = 1) AS in_folder, f.image_id IS NOT NULL AS favorite, i.blocked, i.title,
  (SELECT kept.id FROM image AS kept WHERE kept.key = i.merged_into) AS merged_into`;
export const imageTables = 'image AS i LEFT JOIN favorite AS f ON f.image_id = i.id AND f.removed_at IS NULL';
export const imageSelect = `SELECT ${imageColumns} FROM ${imageTables}`;

/** Maps a row, column by column: what else a driver puts into it stays out. A list that is damaged is an empty one: the image has the rest. */
export function createImageFrom(readJson: ReadJson): (row: ImageRow) => Image {
  return (row) => ({
    id: row.id,
    provider: row.provider,
    remoteId: row.remote_id,
    url: row.url,
    width: row.width,
    height: row.height,
    bytes: row.bytes,
    extension: row.extension,
    // Fail closed, even against a database edited by hand.
    rating: row.rating === 'safe' ? 'safe' : 'adult',
    animated: row.animated === 1,
    tags: textsIn(readJson(row.tags, `tags of ${row.id}`)),
    category: row.category,
    artists: artistsIn(readJson(row.artists, `artists of ${row.id}`)),
    sources: textsIn(readJson(row.sources, `sources of ${row.id}`)),
    dominantColor: row.dominant_color,
    hash: row.hash,
    md5: row.md5,
    pageUrl: row.page_url,
    uploadedAt: row.uploaded_at,
    likedAt: row.liked_at,
    likes: row.likes,
    cached: row.cached === 1,
    favorite: row.favorite === 1,
    blocked: row.blocked === 1,
    ...(row.merged_into === null ? {} : { mergedInto: row.merged_into }),
    ...(row.in_folder === 1 ? { inFolder: true } : {}),
    title: row.title,
  });
}

/** The same without telling anybody of what is damaged. */
export const imageFrom = createImageFrom(readJsonSilently);
