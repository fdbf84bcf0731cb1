import { beside, besideRing, type Sized, type Way } from './choose.ts';
import { safeOnly, type Drive } from './condition.ts';
import type { OrderPart } from './orders.ts';
import type { Place } from './types.ts';

/** How a part of an order is read: `sql` for the rows, `end` for the last place a step without enough of them has looked at (null: the part is read whole). */
export interface StepSql {
  readonly sql: string;
  readonly end: string | null;
}

function afterSql({ down }: OrderPart, sort: string, key: string): string {
  return `(${sort}, ${key}) ${down ? '<' : '>'} (:sort, :key)`;
}

/** Beyond everything in a part's direction: where its first step begins. */
export function startOf({ down, begin }: OrderPart, part: number): Place {
  if (begin !== undefined) return { part, sort: begin, key: Number.MAX_SAFE_INTEGER };
  const edge = down ? Number.MAX_SAFE_INTEGER : -Number.MAX_SAFE_INTEGER;
  return { part, sort: edge, key: edge };
}

/** The conditions beside the one that a way begins with. What may not be seen is no condition of its owner's, but is one here. */
export interface Given {
  readonly sized: readonly Sized[];
  readonly adult: boolean;
}

/** Where a stretch of time ends: parameters of its SQL are `low`, `high` (both of the upload), `esort`, `ekey` (the place it ends at). */
export function stretchEndSql(part: OrderPart): string {
  const [way, back] = part.down ? ['DESC', 'ASC'] : ['ASC', 'DESC'];
  return `SELECT w.key AS key, w.sort AS sort FROM (
      SELECT s.key AS key, s.uploaded AS sort FROM search_image AS s INDEXED BY search_uploaded
      WHERE ${afterSql(part, 's.uploaded', 's.key')} ORDER BY s.uploaded ${way}, s.key ${way} LIMIT :window) AS w
    ORDER BY w.sort ${back}, w.key ${back} LIMIT 1`;
}

export function stepSql(part: OrderPart, way: Way, given: Given): StepSql {
  switch (way.kind) {
    case 'gather':
      return gatherSql(part, way, null, given);
    case 'stretch':
      return gatherSql(part, way, way.drive.between ?? way.drive.sql, given);
    case 'listed':
      return listedSql(part, way.lists, given);
    case 'sifted':
      return part.cells === null ? siftedSql(part, way.lists, given) : listedSql(part, way.lists, given);
    case 'ring':
      return ringSql(part, given);
    case 'linked':
      return linkedSql(part, way.from, given);
    case 'ordered':
      return orderedSql(part, given);
  }
}

const sqlOf = ({ sized, adult }: Given): readonly string[] => [
  ...(adult ? [] : [safeOnly.sql]),
  ...sized.map(({ condition }) => condition.sql),
];

/** The other conditions, apart: those that a row of a link table can be asked, and those that need a row of `search_image`. */
function apart(from: Sized, { sized, adult }: Given): { readonly early: string[]; readonly late: string[] } {
  const others = sized.filter((each) => each !== from).map(({ condition }) => condition);
  return {
    early: [...(adult ? [] : [`w.rating = 'safe'`]), ...others.flatMap(({ early }) => early ?? [])],
    late: [...(adult ? [] : [safeOnly.sql]), ...others.flatMap(({ early, sql }) => (early === null ? [sql] : []))],
  };
}

function gatherSql(
  part: OrderPart,
  { from, drive: begin }: { readonly from: Sized; readonly drive: Drive },
  stretch: string | null,
  given: Given,
): StepSql {
  const where = [
    ...(part.where === null ? [] : [part.where]),
    afterSql(part, part.expression, 's.key'),
    ...(stretch === null ? [] : [`(s.uploaded, s.key) ${part.down ? '>=' : '<='} (:esort, :ekey)`]),
  ];
  let drive = stretch ?? begin.sql;
  const { link } = from.condition;
  if (stretch === null && link !== null) {
    const { early, late } = apart(from, given);
    const fits = [`w.${link.table}_key = ${link.name}`, ...early].join(' AND ');
    drive = `SELECT w.image_key AS key FROM image_${link.table} AS w WHERE ${fits}`;
    where.push(...late);
  } else {
    where.push(...sqlOf({ ...given, sized: given.sized.filter((each) => each !== from || !begin.exact) }));
  }
  const order = part.down ? 'DESC' : 'ASC';
  return {
    sql: `SELECT s.key AS key, ${part.expression} AS sort, s.ratio AS ratio FROM (${drive}) AS d CROSS JOIN search_image AS s ON s.key = d.key
      WHERE ${where.join(' AND ')} ORDER BY ${part.expression} ${order}, s.key ${order} LIMIT :limit`,
    end: null,
  };
}

/** Of the images whose keys are in the parameter `keys`. */
function listedSql(part: OrderPart, lists: readonly Sized[], given: Given): StepSql {
  const order = part.down ? 'DESC' : 'ASC';
  const where = [
    ...(part.where === null ? [] : [part.where]),
    afterSql(part, part.expression, 's.key'),
    restSql(lists, given),
  ];
  return {
    sql: `SELECT s.key AS key, ${part.expression} AS sort, s.ratio AS ratio FROM ${listedImages}
      WHERE ${where.join(' AND ')} ORDER BY ${part.expression} ${order}, s.key ${order} LIMIT :limit`,
    end: null,
  };
}

/** The images whose keys are in the parameter `keys`. */
export const listedImages = 'json_each(:keys) AS d CROSS JOIN search_image AS s ON s.key = d.value';

/** What is not yet said by being in these lists. */
export function restSql(lists: readonly Sized[], { sized, adult }: Given): string {
  return sqlOf({ sized: beside(sized, lists), adult }).join(' AND ') || 'true';
}

/** The next `:window` keys of an index in the order asked for, or all in the cells of a ring: how far away these are is asked of the few that are left. */
export function indexSql(part: OrderPart, given: Given): string {
  if (part.cells !== null) return `SELECT s.key AS n FROM ${part.cells}`;
  return `SELECT n FROM (SELECT s.key AS n FROM ${indexOf(part, given)} LIMIT :window)`;
}

/** Of some of these keys, which are in the parameter `keys` and in the order asked for already: those that fit what is not yet said by being in these lists. */
function siftedSql(part: OrderPart, lists: readonly Sized[], given: Given): StepSql {
  return {
    sql: `SELECT s.key AS key, ${part.expression} AS sort, s.ratio AS ratio FROM ${listedImages} WHERE ${restSql(lists, given)} LIMIT :limit`,
    end: null,
  };
}

/** Where the image `:key` is in an order. */
export function sortSql(part: OrderPart): string {
  return `SELECT ${part.expression} AS sort FROM search_image AS s WHERE s.key = :key`;
}

/** A ring of colors: its cells are looked at, by an index that holds all that the order needs, and sorted. */
function ringSql(part: OrderPart, { sized, adult }: Given): StepSql {
  const where = [
    ...(part.where === null ? [] : [part.where]),
    afterSql(part, part.expression, 's.key'),
    ...sqlOf({ sized: besideRing(sized), adult }),
  ];
  return {
    sql: `SELECT s.key AS key, ${part.expression} AS sort, s.ratio AS ratio FROM ${part.cells ?? 'search_image AS s'}
      WHERE ${where.join(' AND ')} ORDER BY ${part.expression}, s.key LIMIT :limit`,
    end: null,
  };
}

/** A name's images are read in the order of their upload, until there are enough or `:window` of them were read. Where it ended the next step begins. */
function linkedSql(part: OrderPart, from: Sized, given: Given): StepSql {
  const { link } = from.condition;
  if (link === null) throw new Error('This condition is not that of a name.');
  const order = part.down ? 'DESC' : 'ASC';
  const { early, late } = apart(from, given);
  const range = [
    `w.${link.table}_key = ${link.name}`,
    afterSql(part, 'w.uploaded', 'w.image_key'),
    ...given.sized.flatMap(({ condition }) => (condition.column === 'uploaded' ? (condition.early ?? []) : [])),
  ];
  const rows = `SELECT w.image_key AS image_key, w.uploaded AS uploaded, w.width AS width, w.rating AS rating FROM image_${link.table} AS w
      WHERE ${range.join(' AND ')} ORDER BY w.uploaded ${order}, w.image_key ${order}`;
  const where = [...early, ...late, ...(part.where === null ? [] : [part.where])];
  return filtered(rows, ['w.image_key', 'w.uploaded'], where);
}

/** An index of all images is read in the order asked for, in the same way. */
function orderedSql(part: OrderPart, given: Given): StepSql {
  const column = part.column ?? 'uploaded';
  const index = indexOf(part, given);
  const rest = given.sized.flatMap(({ condition }) => (condition.column === column ? [] : [condition.sql]));
  if (rest.length === 0) {
    return { sql: `SELECT s.key AS key, s.${column} AS sort, s.ratio AS ratio FROM ${index} LIMIT :limit`, end: null };
  }
  return filtered(`SELECT s.key AS key, s.${column} AS sort FROM ${index}`, ['w.key', 'w.sort'], rest);
}

/** What an index in the order asked for says itself is asked of it: what follows `FROM`. */
function indexOf(part: OrderPart, given: Given): string {
  const column = part.column ?? 'uploaded';
  const order = part.down ? 'DESC' : 'ASC';
  const range = [
    afterSql(part, `s.${column}`, 's.key'),
    ...(given.adult ? [] : [safeOnly.sql]),
    ...(part.where === null ? [] : [part.where]),
    ...given.sized.flatMap(({ condition }) => (condition.column === column ? [condition.sql] : [])),
  ];
  return `search_image AS s INDEXED BY search_${column} WHERE ${range.join(' AND ')} ORDER BY s.${column} ${order}, s.key ${order}`;
}

/** Of the next `:window` rows those that fit. CROSS JOIN keeps their order, and the first `:limit` that fit end it. */
function filtered(
  rows: string,
  [key, sort]: readonly [key: string, sort: string],
  conditions: readonly string[],
): StepSql {
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return {
    sql: `SELECT s.key AS key, ${sort} AS sort, s.ratio AS ratio FROM (${rows} LIMIT :window) AS w CROSS JOIN search_image AS s ON s.key = ${key} ${where} LIMIT :limit`,
    end: `SELECT ${key} AS key, ${sort} AS sort FROM (${rows} LIMIT 1 OFFSET :window - 1) AS w`,
  };
}
