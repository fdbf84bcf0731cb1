import { imageId, type Category, type Rating, type RemoteImage } from '../../../shared/model.ts';
import { extensionOf, md5 } from '../fields.ts';
import { parseAll, type ParsedImages } from '../parse-all.ts';
import { addressFrom, linkFrom } from '../url.ts';
import * as schemas from './schemas.ts';

/** One category; null when unusable. Only an explicit `sfw: true` is safe. */
export function parseCategory(item: unknown): Category | null {
  const parsed = schemas.category.safeParse(item);
  if (!parsed.success) return null;
  const { db, name, count, sfw } = parsed.data;
  return { db, name, count: count ?? null, rating: sfw === true ? 'safe' : 'adult' };
}

/** Both shapes of `/categories`; null when it is neither. Never throws. */
export function parseCategories(body: unknown): readonly Category[] | null {
  const parsed = schemas.categories.safeParse(body);
  if (!parsed.success) return null;
  const found = new Map<string, Category>();
  for (const item of parsed.data.data) {
    const category = parseCategory(item);
    if (category === null) continue;
    // Named twice, once as adult: adult.
    if (found.get(category.db)?.rating !== 'adult') found.set(category.db, category);
  }
  return [...found.values()];
}

export interface Reading {
  readonly baseUrl: string;
  /** The rating of a category; adult where it is not listed. */
  readonly ratingOf: (db: string) => Rating;
  /** The category that was asked for, for images that do not name theirs. */
  readonly category: string | null;
}

/** Reads a list of images. Never throws. */
export function parseImages(items: readonly unknown[], reading: Reading): ParsedImages {
  return parseAll(items, idOf, (item) => parseImage(item, reading));
}

function idOf(item: unknown): string | null {
  if (typeof item !== 'object' || item === null || !('id' in item)) return null;
  const parsed = schemas.remoteId.safeParse(item.id);
  return parsed.success ? parsed.data : null;
}

function parseImage(item: unknown, { baseUrl, ratingOf, category: asked }: Reading): RemoteImage | null {
  const parsed = schemas.image.safeParse(item);
  if (!parsed.success) return null;
  const raw = parsed.data;
  const url = addressFrom(raw.url, baseUrl);
  const extension = extensionOf(raw.ext, raw.url);
  const id = `yiff-rest:${raw.id}`;
  if (url === null || extension === null || !imageId.safeParse(id).success) return null;
  const category = raw.category ?? asked;
  // The images carry no rating of their own. Where two categories are involved, both must be safe.
  const safe = [category, asked ?? category].every((db) => db !== null && ratingOf(db) === 'safe');
  return {
    id,
    provider: 'yiff-rest',
    remoteId: raw.id,
    url,
    width: raw.width,
    height: raw.height,
    bytes: raw.size ?? null,
    extension,
    rating: safe ? 'safe' : 'adult',
    animated: /^\.?(gif|apng)$/i.test(raw.ext ?? extension),
    tags: [],
    category,
    artists: texts(raw.artists, 100).map((name) => ({ name, links: [] })),
    sources: [
      ...new Set(
        texts(raw.sources, 2000)
          .map(linkFrom)
          .filter((link) => link !== null),
      ),
    ].slice(0, 20),
    dominantColor: null,
    hash: null,
    md5: md5(raw.md5),
    pageUrl: linkFrom(raw.shortURL) ?? linkFrom(raw.reportURL),
    uploadedAt: null,
    likedAt: null,
    likes: null,
  };
}

function texts(items: readonly unknown[] | null | undefined, longest: number): readonly string[] {
  return (items ?? [])
    .filter((item) => typeof item === 'string')
    .map((item) => item.trim())
    .filter((item) => item !== '' && item.length <= longest)
    .slice(0, 50);
}
