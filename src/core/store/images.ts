import type { Image, ImageId, RemoteImage } from '../../shared/model.ts';
import { createCachedBrowse } from './browse-cached.ts';
import type { Database } from './driver.ts';
import { imageFrom, imageSelect, type ImageRow } from './image-rows.ts';
import type { ImageRepository } from './store.ts';
import type { Transaction } from './transaction.ts';

/** What `image_tag` repeats of an image. */
interface Indexed {
  readonly key: number;
  readonly tags: string;
  readonly uploaded: number;
  readonly width: number;
  readonly rating: string;
}

export function createImageRepository(
  db: Database,
  {
    transaction,
    now,
    written,
  }: {
    readonly transaction: Transaction;
    readonly now: () => number;
    /** Hears of every image that was written, in its transaction. */
    readonly written: (id: ImageId) => void;
  },
): ImageRepository {
  const byId = db.prepare<ImageRow>(`${imageSelect} WHERE i.id = ?`);
  const byIds = db.prepare<ImageRow>(`${imageSelect} WHERE i.id IN (SELECT value FROM json_each(?))`);
  const indexed = db.prepare<Indexed>('SELECT key, tags, uploaded, width, rating FROM image WHERE id = ?');
  const upsertImage = db.prepare(upsertSql);
  const dropTags = db.prepare('DELETE FROM image_tag WHERE image_key = ?');
  const addTag = db.prepare('INSERT INTO tag (name) VALUES (?) ON CONFLICT (name) DO NOTHING');
  const tagImage = db.prepare(
    `INSERT INTO image_tag (tag_key, uploaded, image_key, width, rating)
     SELECT key, :uploaded, :image, :width, :rating FROM tag WHERE name = :tag ON CONFLICT DO NOTHING`,
  );

  function upsertOne(image: RemoteImage): void {
    const uploaded = millisecondsOf(image.uploadedAt);
    const tags = JSON.stringify(image.tags);
    const before = indexed.get([image.id]);
    upsertImage.run({
      id: image.id,
      provider: image.provider,
      remote_id: image.remoteId,
      url: image.url,
      width: image.width,
      height: image.height,
      bytes: image.bytes,
      extension: image.extension,
      rating: image.rating,
      animated: image.animated ? 1 : 0,
      tags,
      category: image.category,
      artists: JSON.stringify(image.artists),
      sources: JSON.stringify(image.sources),
      dominant_color: image.dominantColor,
      hash: image.hash,
      md5: image.md5,
      page_url: image.pageUrl,
      uploaded_at: image.uploadedAt,
      uploaded,
      liked_at: image.likedAt,
      likes: image.likes,
      now: now(),
    });
    const { width, rating } = image;
    if (before?.tags === tags && before.uploaded === uploaded && before.width === width && before.rating === rating)
      return;
    const key = before?.key ?? indexed.get([image.id])?.key;
    if (key === undefined) throw new Error(`Image ${image.id} was written and is not there.`);
    if (before !== undefined) dropTags.run([key]);
    for (const tag of image.tags) {
      addTag.run([tag]);
      tagImage.run({ tag, uploaded, image: key, width, rating });
    }
  }

  return {
    upsert(images) {
      if (images.length === 0) return;
      transaction(() => {
        for (const image of images) {
          upsertOne(image);
          written(image.id);
        }
      });
    },
    get(id) {
      const row = byId.get([id]);
      return row === undefined ? null : imageFrom(row);
    },
    getMany(ids) {
      if (ids.length === 0) return [];
      const found = new Map<ImageId, Image>();
      for (const row of byIds.all([JSON.stringify(ids)])) found.set(row.id, imageFrom(row));
      return ids.flatMap((id) => found.get(id) ?? []);
    },
    browseCached: createCachedBrowse(db),
  };
}

/** What the program found out itself (color, hash) outlives a service that does not say. */
const upsertSql = `
  INSERT INTO image (
    id, provider, remote_id, url, width, height, bytes, extension, rating, animated, tags, category, artists, sources, dominant_color,
    hash, md5, page_url, uploaded_at, uploaded, liked_at, likes, added_at, refreshed_at)
  VALUES (
    :id, :provider, :remote_id, :url, :width, :height, :bytes, :extension, :rating, :animated, :tags, :category, :artists, :sources,
    :dominant_color, :hash, :md5, :page_url, :uploaded_at, :uploaded, :liked_at, :likes, :now, :now)
  ON CONFLICT (id) DO UPDATE SET
    url = excluded.url, width = excluded.width, height = excluded.height, bytes = excluded.bytes, extension = excluded.extension,
    rating = excluded.rating, animated = excluded.animated, tags = excluded.tags, category = excluded.category,
    artists = excluded.artists, sources = excluded.sources, dominant_color = ifnull(excluded.dominant_color, dominant_color),
    hash = ifnull(excluded.hash, hash), md5 = ifnull(excluded.md5, md5), page_url = excluded.page_url,
    uploaded_at = excluded.uploaded_at, uploaded = excluded.uploaded, liked_at = ifnull(excluded.liked_at, liked_at),
    likes = excluded.likes, refreshed_at = excluded.refreshed_at`;

function millisecondsOf(date: string | null): number {
  const at = date === null ? Number.NaN : Date.parse(date);
  return Number.isFinite(at) ? at : 0;
}
