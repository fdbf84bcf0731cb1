import type { NumberKey, Range, TimeValue } from './terms.ts';
import { spanOfDate } from './values.ts';

/** Whole numbers from `min` to `max`, both within; null is open. */
export interface Bounds {
  readonly min: number | null;
  readonly max: number | null;
}

/** A ratio is met within one in a hundred: 1366 × 768 is 16:9 to everyone. */
export function numberBounds(key: NumberKey, range: Range<number>): Bounds {
  const slack = key === 'ratio' ? 0.01 : 0;
  switch (range.op) {
    case '=':
      return { min: Math.ceil(range.value * (1 - slack)), max: Math.floor(range.value * (1 + slack)) };
    case '>':
      return { min: range.value + 1, max: null };
    case '>=':
      return { min: range.value, max: null };
    case '<':
      return { min: null, max: range.value - 1 };
    case '<=':
      return { min: null, max: range.value };
    case '..':
      return { min: range.from, max: range.to };
  }
}

const hour = 3_600_000;
const unitMs = { h: hour, d: 24 * hour, w: 7 * 24 * hour, m: 30 * 24 * hour, y: 365 * 24 * hour } as const;

/**
 * Milliseconds since the epoch. An age counts back from `now`: `<7d` is younger than seven days, `>7d` older, `7d` as `<=7d`, `7d..30d` between.
 */
export function timeBounds(range: Range<TimeValue>, now: number): Bounds {
  const spanOf = (value: TimeValue): { readonly from: number; readonly to: number; readonly age: boolean } => {
    if ('date' in value) {
      const span = spanOfDate(value.date) ?? { from: 0, to: 0 };
      return { from: span.from, to: span.to - 1, age: false };
    }
    const at = now - value.age * unitMs[value.unit];
    return { from: at, to: at, age: true };
  };
  if (range.op === '..') {
    const ends = [spanOf(range.from), spanOf(range.to)];
    return { min: Math.min(...ends.map(({ from }) => from)), max: Math.max(...ends.map(({ to }) => to)) };
  }
  const { from, to, age } = spanOf(range.value);
  // Older is earlier: with ages the signs turn around.
  const turned = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '=': '>=' } as const;
  const op = age ? turned[range.op] : range.op;
  switch (op) {
    case '=':
      return { min: from, max: to };
    case '>':
      return { min: to + 1, max: null };
    case '>=':
      return { min: from, max: null };
    case '<':
      return { min: null, max: from - 1 };
    case '<=':
      return { min: null, max: to };
  }
}
