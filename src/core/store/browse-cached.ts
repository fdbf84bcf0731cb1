import { z } from 'zod';
import type { Filter } from '../../shared/model.ts';
import type { Database } from './driver.ts';
import { imageColumns, imageFrom, imageTables, type ImageRow } from './image-rows.ts';
import type { ImageRepository } from './store.ts';

/** Where a page ended: the last row's sort value and key, and the seed of a random order. */
const cursorShape = z.object({
  order: z.enum(['random', 'newest', 'favorites']),
  sort: z.number().int(),
  key: z.number().int(),
  seed: z.number().int().min(1).max(2_147_483_646),
});
type Cursor = z.infer<typeof cursorShape>;

type PageRow = ImageRow & { readonly sort: number; readonly key: number };

/** Multiplying keys by a seed modulo a prime is a different permutation of them for each seed. */
const prime = 2_147_483_647;

const sortValue = {
  newest: 'i.uploaded',
  favorites: 'ifnull(i.likes, 0)',
  random: `(i.key * :seed) % ${prime}`,
} as const satisfies Record<Filter['order'], string>;

/** Every page goes on below the last row's (sort, key): no offset, so the last page costs what the first does. */
export function cachedPageSql(order: Filter['order']): string {
  const sort = sortValue[order];
  return `
    SELECT ${imageColumns}, i.key AS key, ${sort} AS sort FROM ${imageTables}
    WHERE i.file_hash IS NOT NULL AND i.provider = :provider AND i.blocked = 0
      AND (${sort}, i.key) < (:sort, :key)
      AND (:seed > 0)
      AND (:rating = 'any' OR i.rating = :rating)
      AND (:category IS NULL OR i.category = :category)
      AND (:animated = 'any' OR i.animated = (:animated = 'yes'))
      AND (:orientation IS NULL OR :orientation = CASE WHEN i.width = i.height THEN 'square' WHEN i.width > i.height THEN 'landscape' ELSE 'portrait' END)
      AND i.width >= :minWidth AND i.height >= :minHeight
      AND (:maxBytes IS NULL OR (SELECT bytes FROM file WHERE hash = i.file_hash) <= :maxBytes)
      AND (:tagCount = 0 OR :tagCount = (
        SELECT count(*) FROM image_tag AS t WHERE t.image_key = i.key AND t.tag_key IN (SELECT value FROM json_each(:tags))))
      AND (:excludedCount = 0 OR NOT EXISTS (
        SELECT 1 FROM image_tag AS t WHERE t.image_key = i.key AND t.tag_key IN (SELECT value FROM json_each(:excluded))))
    ORDER BY sort DESC, i.key DESC
    LIMIT :limit`;
}

/** Browsing what is on disk. A cursor that is none of ours ends the list: pages from the disk have no error to answer with. */
export function createCachedBrowse(
  db: Database,
  random: () => number = Math.random,
  read = imageFrom,
): ImageRepository['browseCached'] {
  const pages = {
    newest: db.prepare<PageRow>(cachedPageSql('newest')),
    favorites: db.prepare<PageRow>(cachedPageSql('favorites')),
    random: db.prepare<PageRow>(cachedPageSql('random')),
  };

  const keysOf = db.prepare<{ key: number }>('SELECT key FROM tag WHERE name IN (SELECT value FROM json_each(?))');
  const tagKeys = (names: readonly string[]): readonly number[] =>
    names.length === 0 ? [] : keysOf.all([JSON.stringify(names)]).map(({ key }) => key);

  return (filter, { cursor, limit }) => {
    const start: Cursor = {
      order: filter.order,
      sort: Number.MAX_SAFE_INTEGER,
      key: Number.MAX_SAFE_INTEGER,
      seed: 1 + Math.floor(random() * (prime - 2)),
    };
    const from = cursor === null ? start : readCursor(cursor);
    if (from === null || from.order !== filter.order) return { images: [], cursor: null };
    const names = new Set(filter.tags);
    const tags = tagKeys([...names]);
    // A tag nobody has: no image has all of them.
    if (tags.length < names.size) return { images: [], cursor: null };
    const excluded = tagKeys(filter.excludedTags);
    const rows = pages[filter.order].all({
      provider: filter.provider,
      sort: from.sort,
      key: from.key,
      seed: from.seed,
      rating: filter.rating,
      category: filter.category,
      animated: filter.animated,
      orientation: filter.orientation,
      minWidth: filter.minWidth,
      minHeight: filter.minHeight,
      maxBytes: filter.maxBytes,
      tagCount: tags.length,
      tags: JSON.stringify(tags),
      excludedCount: excluded.length,
      excluded: JSON.stringify(excluded),
      limit,
    });
    const last = rows.at(-1);
    return {
      images: rows.map((row) => read(row)),
      cursor:
        last === undefined || rows.length < limit
          ? null
          : writeCursor({ order: from.order, sort: last.sort, key: last.key, seed: from.seed }),
    };
  };
}

function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function readCursor(text: string): Cursor | null {
  try {
    const parsed = cursorShape.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
