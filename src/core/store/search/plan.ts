import type { Condition } from './conditions.ts';
import type { OrderPart } from './orders.ts';
import type { Place } from './types.ts';

/** How a part of an order is read: `sql` for the rows, `end` for the last place a step without enough of them has looked at (null: the part is read whole). */
export interface StepSql {
  readonly sql: string;
  readonly end: string | null;
}

/** Parameters that every step has beside the conditions'. */
export const stepParameters = ['sort', 'key', 'limit'] as const;

const gateSql = 's.safe = 1';

function afterSql({ down }: OrderPart, sort: string, key: string): string {
  return `(${sort}, ${key}) ${down ? '<' : '>'} (:sort, :key)`;
}

/** Beyond everything in a part's direction: where its first step begins. */
export function startOf({ down, begin }: OrderPart, part: number): Place {
  if (begin !== undefined) return { part, sort: begin, key: Number.MAX_SAFE_INTEGER };
  const edge = down ? Number.MAX_SAFE_INTEGER : -Number.MAX_SAFE_INTEGER;
  return { part, sort: edge, key: edge };
}

/** Few images can fit: all of them are looked at, and sorted. */
export function gatherSql(part: OrderPart, drive: string, conditions: readonly Condition[], adult: boolean): StepSql {
  const where = [
    ...(adult ? [] : [gateSql]),
    ...(part.where === null ? [] : [part.where]),
    ...conditions.map(({ sql }) => sql),
    afterSql(part, part.expression, 's.key'),
  ];
  const way = part.down ? 'DESC' : 'ASC';
  return {
    sql: `SELECT s.key AS key, ${part.expression} AS sort, s.ratio AS ratio FROM (${drive}) AS d CROSS JOIN search_image AS s ON s.key = d.key
      WHERE ${where.join(' AND ')} ORDER BY ${part.expression} ${way}, s.key ${way} LIMIT :limit`,
    end: null,
  };
}

/** A ring of colors: its cells are looked at, by an index that holds all that the order needs, and sorted. */
export function ringSql(
  part: OrderPart & { readonly cells: string },
  conditions: readonly Condition[],
  adult: boolean,
): StepSql {
  const where = [
    part.cells,
    ...(part.where === null ? [] : [part.where]),
    ...(adult ? [] : [gateSql]),
    afterSql(part, part.expression, 's.key'),
    ...conditions.flatMap(({ sql, color }) => (color === true ? [] : [sql])),
  ];
  return {
    sql: `SELECT s.key AS key, ${part.expression} AS sort, s.ratio AS ratio FROM search_image AS s INDEXED BY search_cell
      WHERE ${where.join(' AND ')} ORDER BY ${part.expression}, s.key LIMIT :limit`,
    end: null,
  };
}

/** Many fit: an index is read in the order asked for, until there are enough or `window` rows of it were read. Where it ended the next step begins. */
export function orderedSql(
  part: OrderPart & { readonly column: string },
  conditions: readonly Condition[],
  { adult, window }: { readonly adult: boolean; readonly window: number },
): StepSql {
  const way = part.down ? 'DESC' : 'ASC';
  const linked =
    part.column === 'uploaded' && part.where === null
      ? conditions
          .filter(({ link }) => link !== null)
          .sort((one, other) => (one.link?.images ?? 0) - (other.link?.images ?? 0))[0]
      : undefined;
  if (linked?.link != null) {
    const { table, key } = linked.link;
    const rest = conditions.filter((condition) => condition !== linked);
    const part_ = `SELECT l.image_key AS key, l.uploaded AS sort FROM image_${table} AS l
      WHERE l.${table}_key = ${key} AND ${afterSql(part, 'l.uploaded', 'l.image_key')}${adult ? '' : ` AND l.rating = 'safe'`}
      ORDER BY l.uploaded ${way}, l.image_key ${way} LIMIT ${window}`;
    return filtered(part_, [...(adult ? [] : [gateSql]), ...rest.map(({ sql }) => sql)], part);
  }
  const where = [
    afterSql(part, `s.${part.column}`, 's.key'),
    ...(adult ? [] : [gateSql]),
    ...(part.where === null ? [] : [part.where]),
  ];
  const index = `search_image AS s INDEXED BY search_${part.column}`;
  const order = `ORDER BY s.${part.column} ${way}, s.key ${way}`;
  if (conditions.length === 0) {
    const sql = `SELECT s.key AS key, s.${part.column} AS sort, s.ratio AS ratio FROM ${index} WHERE ${where.join(' AND ')} ${order} LIMIT :limit`;
    return { sql, end: null };
  }
  const rows = `SELECT s.key AS key, s.${part.column} AS sort FROM ${index} WHERE ${where.join(' AND ')} ${order} LIMIT ${window}`;
  return filtered(
    rows,
    conditions.map(({ sql }) => sql),
    part,
  );
}

/** CROSS JOIN keeps the order of the window, and the first `:limit` that fit end it. */
function filtered(rows: string, conditions: readonly string[], { down }: OrderPart): StepSql {
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const back = down ? 'ASC' : 'DESC';
  return {
    sql: `SELECT s.key AS key, w.sort AS sort, s.ratio AS ratio FROM (${rows}) AS w CROSS JOIN search_image AS s ON s.key = w.key ${where} LIMIT :limit`,
    end: `SELECT w.key AS key, w.sort AS sort FROM (${rows}) AS w ORDER BY w.sort ${back}, w.key ${back} LIMIT 1`,
  };
}
