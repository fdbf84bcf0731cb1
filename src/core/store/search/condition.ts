/** What must hold of a row of `search_image AS s`. */
export interface Condition {
  /** True of a row that fits; null counts as false. */
  readonly sql: string;
  /** The same of a row of a link table `AS w`, where such a row says enough: `search_image` is not touched for those that do not fit. */
  readonly early: string | null;
  /** Where a search may begin. Null: there is no index for it. */
  readonly drive: Drive | null;
  /** The images of one name, in the order of their upload. */
  readonly link: Link | null;
  /** One of the names that its images have, the likelier the more have it. Null: none of its images is found by a name, or this time it is to be another. */
  readonly draw?: (random: number) => Link | null;
  /** What it takes to look at an image, in look-ups of a row. */
  readonly cost: number;
  /** The one column of `search_image` that it is about. */
  readonly column?: string;
  /** It is that of a color, which the rings of an order by color keep anyway. */
  readonly color?: boolean;
}

/** Finds the images that fit by an index. */
export interface Drive {
  /** Selects them as `key`, each once. */
  readonly sql: string;
  readonly list: KeyList;
  /** All that it selects fits. False: it must be looked at once more. */
  readonly exact: boolean;
  /** About how many at most. What has to be counted for it is counted up to `limit`. */
  readonly atMost: (limit: number) => number;
  /** The same as `sql`, but what was uploaded before `:low` or after `:high` may be left out. Null: it is no quicker then. */
  readonly between: string | null;
  /** How often it has to look anew, however few it finds. */
  readonly seeks: number;
}

export interface KeyList {
  /** Selects as `n` twice the key of each image, and one more where it is known to be safe; some more than once. */
  readonly sql: string;
  /** The safe ones are told apart. */
  readonly tellsSafe: boolean;
  /** What is blocked is not among them. */
  readonly free: boolean;
}

/** A name, and how many images that may be results have it: all, and the safe ones. */
export interface Link {
  readonly table: LinkTable;
  /** The parameter with its key. */
  readonly name: string;
  readonly images: number;
  readonly safe: number;
}

export type LinkTable = 'tag' | 'artist' | 'site';

/** Counts rows of a query, but no more than `limit`. */
export type CountUpTo = (sql: string, limit: number) => number;

/** A list of what selects `key`, of which nothing else is known. */
export function plainList(sql: string, free = false): KeyList {
  return { sql: `SELECT key * 2 AS n FROM (${sql})`, tellsSafe: false, free };
}

const none = 'SELECT 0 AS key WHERE false';
/** What no image fits. */
export const nothing: Condition = {
  sql: 'false',
  early: 'false',
  drive: { sql: none, list: plainList(none, true), exact: true, atMost: () => 0, between: null, seeks: 0 },
  link: null,
  cost: 0,
};

const allSafe = 'SELECT s.key AS key FROM search_image AS s WHERE s.safe = 1';
/** What may be seen while the opt-in is off. */
export const safeOnly: Condition = {
  sql: 's.safe = 1',
  early: `w.rating = 'safe'`,
  drive: {
    sql: allSafe,
    list: { sql: `SELECT key * 2 + 1 AS n FROM (${allSafe})`, tellsSafe: true, free: true },
    exact: true,
    atMost: () => 0,
    between: null,
    seeks: 1,
  },
  link: null,
  cost: 0,
};

/** What fits all of them. */
export function allOf(conditions: readonly Condition[]): Condition {
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return only;
  const drives = conditions.flatMap(({ drive }) => drive ?? []);
  const counted = drives.map((drive) => ({ drive, n: drives.length === 1 ? 0 : drive.atMost(20_000) }));
  const [fewest] = counted.sort((one, other) => one.n - other.n);
  return {
    sql: conditions.length === 0 ? 'true' : `(${conditions.map(({ sql }) => sql).join(' AND ')})`,
    early: earlyOf(conditions, 'AND'),
    drive: fewest === undefined ? null : { ...fewest.drive, exact: false },
    link: null,
    cost: conditions.reduce((sum, { cost }) => sum + cost, 0),
  };
}

/** What fits any of them. */
export function anyOf(conditions: readonly Condition[]): Condition {
  const [first] = conditions;
  if (first === undefined) return nothing;
  if (conditions.length === 1) return first;
  const drives = conditions.flatMap(({ drive }) => drive ?? []);
  return {
    sql: `(${conditions.map(({ sql }) => sql).join(' OR ')})`,
    early: earlyOf(conditions, 'OR'),
    drive: drives.length < conditions.length ? null : driveOfAny(drives),
    link: null,
    draw(random) {
      const sizes = conditions.map(({ drive }) => drive?.atMost(20_000) ?? 0);
      const { index, rest } = weighted(sizes, random);
      return conditions[index]?.draw?.(rest) ?? null;
    },
    cost: conditions.reduce((sum, { cost }) => sum + cost, 0),
  };
}

function driveOfAny(drives: readonly Drive[]): Drive {
  return {
    sql: drives.map(({ sql }) => sql).join(' UNION '),
    list: {
      sql: drives.map(({ list }) => list.sql).join(' UNION ALL '),
      tellsSafe: drives.every(({ list }) => list.tellsSafe),
      free: drives.every(({ list }) => list.free),
    },
    exact: drives.every(({ exact }) => exact),
    atMost: (limit) => drives.reduce((sum, { atMost }) => sum + atMost(limit), 0),
    between: drives.some(({ between }) => between !== null)
      ? drives.map(({ sql, between }) => between ?? sql).join(' UNION ')
      : null,
    seeks: drives.reduce((sum, { seeks }) => sum + seeks, 0),
  };
}

/** Draws one of several by their weights; `rest` is what is left of the random number, in [0, 1) again. */
export function weighted(
  weights: readonly number[],
  random: number,
): { readonly index: number; readonly rest: number } {
  let place = random * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    if (place < weight) return { index, rest: place / weight };
    place -= weight;
  }
  return { index: -1, rest: 0 };
}

/** Null: one of them needs more than a row of a link table. */
function earlyOf(conditions: readonly Condition[], join: 'AND' | 'OR'): string | null {
  const all = conditions.flatMap(({ early }) => early ?? []);
  return all.length < conditions.length || all.length === 0 ? null : `(${all.join(` ${join} `)})`;
}
