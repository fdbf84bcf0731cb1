import type { FavoriteQuery } from '../../shared/model.ts';
import type { SqlValue } from './driver.ts';

/** A damaged list is an empty one: SQLite would refuse the whole query. */
const sound = (column: 'tags' | 'artists'): string => `iif(json_valid(image.${column}), image.${column}, '[]')`;

/** Every order ends with the id, so that equal rows keep their places. */
export const favoriteOrder = {
  liked: 'favorite.liked_at DESC, image.id DESC',
  uploaded: 'image.uploaded DESC, image.id DESC',
  /** Pixels, then bytes: the resolution is what matters of a wallpaper. */
  size: 'image.width * image.height DESC, ifnull(image.bytes, 0) DESC, image.id DESC',
  /** By the first artist; pictures of nobody known come last. */
  artist: `json_extract(${sound('artists')}, '$[0].name') IS NULL, lower(json_extract(${sound('artists')}, '$[0].name')), favorite.liked_at DESC, image.id DESC`,
} as const satisfies Record<FavoriteQuery['sort'], string>;

/** The filter as SQL over `favorite JOIN image`; everything but the rating, which also decides what is counted as hidden. */
export function favoriteConditions(query: FavoriteQuery): {
  readonly where: string;
  readonly parameters: Readonly<Record<string, SqlValue>>;
} {
  // What is never to be seen again is not even counted.
  const conditions: string[] = ['image.blocked = 0'];
  const parameters: Record<string, SqlValue> = {};
  const bind = (value: SqlValue): string => {
    const name = `p${Object.keys(parameters).length}`;
    parameters[name] = value;
    return `:${name}`;
  };

  if (query.provider !== null) conditions.push(`image.provider = ${bind(query.provider)}`);
  for (const word of query.search.split(/\s+/).filter(Boolean)) {
    const pattern = bind(`%${word.replace(/[\\%_]/g, '\\$&')}%`);
    const like = `LIKE ${pattern} ESCAPE '\\'`;
    conditions.push(
      `(image.id ${like} OR EXISTS (SELECT 1 FROM json_each(${sound('tags')}) WHERE value ${like})
        OR EXISTS (SELECT 1 FROM json_each(${sound('artists')}) AS artist WHERE json_extract(artist.value, '$.name') ${like}))`,
    );
  }
  for (const tag of query.tags)
    conditions.push(`EXISTS (SELECT 1 FROM json_each(${sound('tags')}) WHERE value = ${bind(tag)})`);
  for (const tag of query.excludedTags)
    conditions.push(`NOT EXISTS (SELECT 1 FROM json_each(${sound('tags')}) WHERE value = ${bind(tag)})`);
  if (query.orientation !== null) {
    const comparison = { landscape: '>', portrait: '<', square: '=' }[query.orientation];
    conditions.push(`image.width ${comparison} image.height`);
  }
  if (query.minWidth > 0) conditions.push(`image.width >= ${bind(query.minWidth)}`);
  if (query.minHeight > 0) conditions.push(`image.height >= ${bind(query.minHeight)}`);
  if (query.maxBytes !== null) conditions.push(`image.bytes <= ${bind(query.maxBytes)}`);
  if (query.animated !== 'any') conditions.push(`image.animated = ${query.animated === 'yes' ? 1 : 0}`);
  return { where: conditions.join(' AND '), parameters };
}
