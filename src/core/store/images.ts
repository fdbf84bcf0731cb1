import type { Image, ImageId, RemoteImage } from '../../shared/model.ts';
import { colorNumbers } from '../../shared/search/oklab.ts';
import { createCachedBrowse } from './browse-cached.ts';
import type { Database } from './driver.ts';
import { createInheritance } from './inherited.ts';
import { imageSelect, type ImageRow } from './image-rows.ts';
import { siteOf, titleOf } from './search/sites.ts';
import { createImageWords } from './search/image-words.ts';
import type { ImageRepository } from './store.ts';
import type { Transaction } from './transaction.ts';

/** What `image_tag` and its likes repeat of an image. */
interface Indexed {
  readonly key: number;
  readonly tags: string;
  readonly artists: string;
  readonly sources: string;
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
    imageFrom,
  }: {
    readonly transaction: Transaction;
    readonly now: () => number;
    /** Hears of every image that was written, in its transaction. */
    readonly written: (id: ImageId) => void;
    readonly imageFrom: (row: ImageRow) => Image;
  },
): ImageRepository {
  const byId = db.prepare<ImageRow>(`${imageSelect} WHERE i.id = ?`);
  const byIds = db.prepare<ImageRow>(`${imageSelect} WHERE i.id IN (SELECT value FROM json_each(?))`);
  const indexed = db.prepare<Indexed>(
    'SELECT key, tags, artists, sources, uploaded, width, rating FROM image WHERE id = ?',
  );
  const upsertImage = db.prepare(upsertSql);
  const words = createImageWords(db);
  const withInherited = createInheritance(db);

  function upsertOne(said: RemoteImage): void {
    const image = withInherited(said);
    const uploaded = millisecondsOf(image.uploadedAt);
    const tags = JSON.stringify(image.tags);
    const artists = JSON.stringify(image.artists);
    const sources = JSON.stringify(image.sources);
    const color = image.dominantColor === null ? null : colorNumbers(image.dominantColor);
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
      artists,
      sources,
      dominant_color: image.dominantColor,
      hash: image.hash,
      md5: image.md5,
      page_url: image.pageUrl,
      uploaded_at: image.uploadedAt,
      uploaded,
      liked_at: image.likedAt,
      likes: image.likes,
      title: image.title ?? titleOf(image.url),
      color_l: color?.l ?? null,
      color_a: color?.a ?? null,
      color_b: color?.b ?? null,
      color_family: color?.family ?? null,
      now: now(),
    });
    const { width, rating } = image;
    const same = before?.uploaded === uploaded && before.width === width && before.rating === rating;
    const key = before?.key ?? indexed.get([image.id])?.key;
    if (key === undefined) throw new Error(`Image ${image.id} was written and is not there.`);
    const of = { key, uploaded, width, rating, known: before !== undefined };
    if (!same || before.tags !== tags) words.tags(of, image.tags);
    if (!same || before.artists !== artists)
      words.artists(
        of,
        image.artists.map(({ name }) => name),
      );
    if (!same || before.sources !== sources)
      words.sites(
        of,
        image.sources.flatMap((source) => siteOf(source) ?? []),
      );
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
    browseCached: createCachedBrowse(db, Math.random, imageFrom),
  };
}

/** What the program found out itself (color, hash) outlives a service that does not say. */
const upsertSql = `
  INSERT INTO image (
    id, provider, remote_id, url, width, height, bytes, extension, rating, animated, tags, category, artists, sources, dominant_color,
    hash, md5, page_url, uploaded_at, uploaded, liked_at, likes, title, color_l, color_a, color_b,
    color_family, added_at, refreshed_at)
  VALUES (
    :id, :provider, :remote_id, :url, :width, :height, :bytes, :extension, :rating, :animated, :tags, :category, :artists, :sources,
    :dominant_color, :hash, :md5, :page_url, :uploaded_at, :uploaded, :liked_at, :likes, :title, :color_l,
    :color_a, :color_b, :color_family, :now, :now)
  ON CONFLICT (id) DO UPDATE SET
    url = excluded.url, width = excluded.width, height = excluded.height, bytes = excluded.bytes, extension = excluded.extension,
    rating = excluded.rating, animated = excluded.animated, tags = excluded.tags, category = excluded.category,
    artists = excluded.artists, sources = excluded.sources, dominant_color = ifnull(excluded.dominant_color, dominant_color),
    color_l = ifnull(excluded.color_l, color_l), color_a = ifnull(excluded.color_a, color_a), color_b = ifnull(excluded.color_b, color_b),
    color_family = ifnull(excluded.color_family, color_family),
    hash = ifnull(excluded.hash, hash), md5 = ifnull(excluded.md5, md5), page_url = excluded.page_url,
    uploaded_at = excluded.uploaded_at, uploaded = excluded.uploaded, liked_at = ifnull(excluded.liked_at, liked_at),
    likes = excluded.likes, title = ifnull(excluded.title, title), refreshed_at = excluded.refreshed_at`;

function millisecondsOf(date: string | null): number {
  const at = date === null ? Number.NaN : Date.parse(date);
  return Number.isFinite(at) ? at : 0;
}
