import { numberBounds, sizeClasses, timeBounds, type Bounds, type Term } from '../../../shared/search/index.ts';
import { oklabOf } from '../../../shared/search/oklab.ts';
import type { Binder } from './binder.ts';
import { cellsWithin, colorDistance, inCells, nearColor, sameColor, type Lab } from './colors.ts';
import { nothing, plainList, type Condition, type CountUpTo } from './condition.ts';
import type { Words } from './words.ts';

/** Columns whose index tells which images are safe. */
const tellingSafe = ['uploaded', 'added', 'likes', 'pixels', 'liked'];

/** The cubes around a ball of colors hold so many times more than the ball does. */
const aroundBall = 1.6;
/** Of so many of these cubes one is counted, where more images than `mostExact` are in them. */
const sampled = 8;
const mostExact = 2_000;

/** What a term of a search asks of an image. Null: nothing. */
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
    const from = `FROM search_image AS s WHERE ${sql}`;
    const tellsSafe = tellingSafe.includes(column);
    return {
      sql,
      early: column === 'uploaded' || column === 'width' ? sql.replace(/\bs\./g, 'w.') : null,
      drive: {
        sql: `SELECT s.key AS key ${from}`,
        list: { sql: `SELECT s.key * 2${tellsSafe ? ' + s.safe' : ''} AS n ${from}`, tellsSafe, free: true },
        exact: true,
        atMost: (limit) => countUpTo(`SELECT s.${column} ${from}`, limit),
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
        const { l, a, b } = lab;
        const center: Lab = [Math.round(1000 * l), Math.round(1000 * a), Math.round(1000 * b)];
        return colored(center, term.near ? nearColor : sameColor);
      }
      case 'choice':
        return chosen(term.key, term.value);
    }
  }

  function colored(lab: Lab, radius: number): Condition {
    const sql = `${colorDistance(lab, bind)} <= ${radius * radius}`;
    const all = cellsWithin(lab, 0, radius);
    const cells = inCells(all, bind);
    // Most cells are not needed to know about how many images a large ball has.
    const sample =
      all.length < 10 * sampled
        ? null
        : inCells(
            all.filter((_, n) => n % sampled === 0),
            bind,
          );
    const counted = (from: string, limit: number): number =>
      countUpTo(`SELECT s.cell FROM ${from}`, Math.ceil(aroundBall * limit)) / aroundBall;
    return {
      sql,
      early: null,
      drive: {
        sql: `SELECT s.key AS key FROM ${cells} WHERE ${sql}`,
        list: { sql: `SELECT s.key * 2 + s.safe AS n FROM ${cells} WHERE ${sql}`, tellsSafe: true, free: true },
        exact: true,
        atMost(limit) {
          const many = sample === null || limit < mostExact ? 0 : sampled * counted(sample, limit / sampled);
          return Math.min(limit, Math.round(many < mostExact ? counted(cells, limit) : many));
        },
        between: null,
        seeks: 100,
      },
      link: null,
      cost: 0,
      color: true,
    };
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
            sql: duplicates,
            list: plainList(duplicates),
            exact: true,
            atMost: (limit) => countUpTo(duplicates, limit),
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

const duplicates = 'SELECT image_key AS key FROM duplicate_member';
