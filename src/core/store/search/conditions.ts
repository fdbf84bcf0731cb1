import { numberBounds, sizeClasses, timeBounds, type Bounds, type Term } from '../../../shared/search/index.ts';
import { oklabOf } from '../../../shared/search/oklab.ts';
import type { SqlValue } from '../driver.ts';
import type { Words } from './words.ts';

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
  /** The same, some of them more than once. */
  readonly list: string;
  /** All that it selects fits. False: it must be looked at once more. */
  readonly exact: boolean;
  /** How many at most, counted up to `limit`. */
  readonly atMost: (limit: number) => number;
  /** The same, but what was uploaded before `:low` or after `:high` may be left out. Null: it is no quicker then. */
  readonly between: string | null;
  /** How often it has to look anew, however few it finds. */
  readonly seeks: number;
}

/** A name, and how many images that may be results have it: all, and the safe ones. */
export interface Link {
  readonly table: LinkTable;
  readonly key: number;
  readonly images: number;
  readonly safe: number;
}

export type LinkTable = 'tag' | 'artist' | 'site';

/** Takes values for parameters and gives their names. */
export interface Binder {
  readonly parameters: Record<string, SqlValue>;
  bind(value: SqlValue): string;
}

export function createBinder(): Binder {
  const parameters: Record<string, SqlValue> = {};
  return {
    parameters,
    bind(value) {
      const name = `p${Object.keys(parameters).length}`;
      parameters[name] = value;
      return `:${name}`;
    },
  };
}

const none = 'SELECT 0 AS key WHERE false';
const allSafe = 'SELECT s.key AS key FROM search_image AS s WHERE s.safe = 1';
/** What no image fits. */
export const nothing: Condition = {
  sql: 'false',
  early: 'false',
  drive: { sql: none, list: none, exact: true, atMost: () => 0, between: null, seeks: 0 },
  link: null,
  cost: 0,
};

/** What may be seen while the opt-in is off. */
export const safeOnly: Condition = {
  sql: 's.safe = 1',
  early: `w.rating = 'safe'`,
  drive: {
    sql: allSafe,
    list: allSafe,
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
  const drives = conditions.flatMap(({ drive }) => drive ?? []);
  const counted = drives.map((drive) => ({ drive, n: drives.length === 1 ? 0 : drive.atMost(20_000) }));
  const [fewest] = counted.sort((one, other) => one.n - other.n);
  const [only] = conditions;
  if (only !== undefined && conditions.length === 1) return only;
  return {
    sql: conditions.length === 0 ? 'true' : `(${conditions.map(({ sql }) => sql).join(' AND ')})`,
    early: earlyOf(conditions, 'AND'),
    drive: fewest === undefined ? null : { ...fewest.drive, exact: conditions.length <= 1 && fewest.drive.exact },
    link: null,
    cost: conditions.reduce((sum, { cost }) => sum + cost, 0),
  };
}

/** Null: one of them needs more than a row of a link table. */
export function earlyOf(conditions: readonly Condition[], join: 'AND' | 'OR'): string | null {
  const all = conditions.flatMap(({ early }) => early ?? []);
  return all.length < conditions.length || all.length === 0 ? null : `(${all.join(` ${join} `)})`;
}

/** How far two colors may be apart in OKLab, in thousandths: like each other; the same to the eye. */
export const nearColor = 100;
export const sameColor = 20;

/** Counts rows of a query, but no more than `limit`. */
export type CountUpTo = (sql: string, limit: number) => number;

export function createConditions(parts: {
  readonly binder: Binder;
  readonly words: Words;
  readonly countUpTo: CountUpTo;
  readonly now: number;
}): (term: Exclude<Term, { kind: 'sort' }>) => Condition | null {
  const { binder, words, countUpTo, now } = parts;
  const { bind } = binder;

  /** What an index of `search_image` finds. */
  const indexed = (sql: string, column: string): Condition => {
    const drive = `SELECT s.key AS key FROM search_image AS s WHERE ${sql}`;
    return {
      sql,
      early: column === 'uploaded' || column === 'width' ? sql.replace(/\bs\./g, 'w.') : null,
      drive: {
        sql: drive,
        list: drive,
        exact: true,
        atMost: (limit) => countUpTo(drive.replace('s.key AS key', `s.${column}`), limit),
        between: null,
        seeks: 1,
      },
      link: null,
      cost: 0,
      column,
    };
  };
  const plain = (sql: string): Condition => ({ sql, early: null, drive: null, link: null, cost: 0 });
  const within = (column: string, { min, max }: Bounds): Condition => {
    const bounds = [
      ...(min === null ? [] : [`s.${column} >= ${bind(min)}`]),
      ...(max === null ? [] : [`s.${column} <= ${bind(max)}`]),
    ];
    return indexed(bounds.join(' AND '), column);
  };

  function condition(term: Exclude<Term, { kind: 'sort' }>): Condition | null {
    switch (term.kind) {
      case 'word':
        return words.any(term.text);
      case 'text':
        return words.text(term.key, term.value);
      case 'number':
        return within(term.key, numberBounds(term.key, term.range));
      case 'time': {
        const bounds = timeBounds(term.range, now);
        // Zero is an unknown time.
        return within(term.key, { min: bounds.min ?? 1, max: bounds.max });
      }
      case 'family':
        return indexed(`s.family = ${bind(term.value)}`, 'family');
      case 'color': {
        const lab = oklabOf(term.hex);
        if (lab === null) return nothing;
        return colored(lab, term.near ? nearColor : sameColor);
      }
      case 'choice':
        return chosen(term.key, term.value);
    }
  }

  function colored(
    { l, a, b }: { readonly l: number; readonly a: number; readonly b: number },
    radius: number,
  ): Condition {
    const [cl, ca, cb] = [l, a, b].map((value) => Math.round(1000 * value)) as [number, number, number];
    const distance = colorDistance([cl, ca, cb], bind);
    const cells = cellsWithin([cl, ca, cb], 0, radius);
    const sql = `s.cell IN (SELECT value FROM json_each(${bind(JSON.stringify(cells))})) AND ${distance} <= ${radius * radius}`;
    return { ...indexed(sql, 'cell'), color: true };
  }

  function chosen(key: string, value: string): Condition | null {
    switch (key) {
      case 'provider':
        return indexed(`s.provider = ${bind(value)}`, 'provider');
      case 'orientation':
        return plain(`s.lie = ${{ landscape: 1, square: 0, portrait: -1 }[value] ?? 2}`);
      case 'rating':
        if (value === 'any') return null;
        return value === 'safe'
          ? { ...indexed('s.safe = 1', 'key'), early: `w.rating = 'safe'` }
          : { ...plain('s.safe = 0'), early: `w.rating <> 'safe'` };
      case 'size': {
        const names = Object.keys(sizeClasses);
        const next = names[names.indexOf(value) + 1];
        const classes: Readonly<Record<string, number>> = sizeClasses;
        return within('pixels', {
          min: classes[value] ?? 0,
          max: next === undefined ? null : (classes[next] ?? 0) - 1,
        });
      }
      default:
        return ofKind(value);
    }
  }

  function ofKind(value: string): Condition {
    switch (value) {
      case 'favorite':
        return indexed('s.liked IS NOT NULL', 'liked');
      case 'cached':
        return indexed('s.cached = 1', 'key');
      case 'animated':
        return indexed('s.animated = 1', 'key');
      case 'duplicate':
        return {
          sql: 'EXISTS (SELECT 1 FROM duplicate_member AS m WHERE m.image_key = s.key)',
          early: 'EXISTS (SELECT 1 FROM duplicate_member AS m WHERE m.image_key = w.image_key)',
          drive: {
            sql: 'SELECT image_key AS key FROM duplicate_member',
            list: 'SELECT image_key AS key FROM duplicate_member',
            exact: true,
            atMost: (limit) => countUpTo('SELECT 1 FROM duplicate_member', limit),
            between: null,
            seeks: 1,
          },
          link: null,
          cost: 1,
        };
      default:
        return nothing;
    }
  }

  return (term) => {
    const found = condition(term);
    // Whatever is not of any rating is nothing; a word without a letter says nothing, with a dash or not.
    if (found === null) return term.not && term.kind === 'choice' ? nothing : null;
    if (!term.not) return found;
    return {
      sql: `(${found.sql}) IS NOT TRUE`,
      early: found.early === null ? null : `(${found.early}) IS NOT TRUE`,
      drive: null,
      link: null,
      cost: found.cost,
    };
  };
}

type Lab = readonly [number, number, number];

/** The square of the distance of a row's color to this one, in thousandths. */
export function colorDistance([l, a, b]: Lab, bind: Binder['bind']): string {
  const [pl, pa, pb] = [bind(l), bind(a), bind(b)];
  return `((s.color_l - ${pl}) * (s.color_l - ${pl}) + (s.color_a - ${pa}) * (s.color_a - ${pa}) + (s.color_b - ${pb}) * (s.color_b - ${pb}))`;
}

const cellSize = 20;

/** The cells (see the migration) that hold colors at least `from` and at most `to` away. */
export function cellsWithin([l, a, b]: Lab, from: number, to: number): readonly number[] {
  const cells: number[] = [];
  const range = (center: number, offset: number): [number, number] => [
    Math.max(0, Math.floor((center + offset - to) / cellSize)),
    Math.floor((center + offset + to) / cellSize),
  ];
  const [l0, l1] = range(l, 0);
  const [a0, a1] = range(a, 500);
  const [b0, b1] = range(b, 500);
  for (let i = l0; i <= l1; i += 1)
    for (let j = a0; j <= a1; j += 1)
      for (let k = b0; k <= b1; k += 1) {
        const sides = [
          [l, i * cellSize],
          [a + 500, j * cellSize],
          [b + 500, k * cellSize],
        ] as const;
        let nearest = 0;
        let farthest = 0;
        for (const [at, low] of sides) {
          const high = low + cellSize - 1;
          const outside = Math.max(low - at, 0, at - high);
          nearest += outside * outside;
          farthest += Math.max(Math.abs(at - low), Math.abs(at - high)) ** 2;
        }
        if (nearest <= to * to && farthest >= from * from) cells.push(i * 10_000 + j * 100 + k);
      }
  return cells;
}

/** Escapes nothing: only letters and digits are left of it. */
export function tokensOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
