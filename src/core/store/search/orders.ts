import type { SearchSort, Term } from '../../../shared/search/index.ts';
import { oklabOf } from '../../../shared/search/oklab.ts';
import { createBinder, type Binder } from './binder.ts';
import { cellsWithin, colorDistance, inCells, nearColor, sameColor, type Lab } from './colors.ts';

/** A part of an order: all of it comes before the next part. Rows are sorted by `expression`, then by key, both in the same direction. */
export interface OrderPart {
  /** Over `search_image AS s`. */
  readonly expression: string;
  readonly down: boolean;
  /** What is in this part. Null: everything. */
  readonly where: string | null;
  /** The column of `search_image` whose index has this order; null: there is none, and `drive` finds the part's rows. */
  readonly column: string | null;
  /** Rows with an index of their own: what to select from to find them by it. */
  readonly cells: string | null;
  /** The part begins behind this value. */
  readonly begin?: number;
}

export interface Order {
  readonly parts: readonly OrderPart[];
  /** All of them as one, where they are ranges of the same values: for rows that are few. `from` is where each part begins. */
  readonly whole: { readonly part: OrderPart; readonly from: readonly number[] } | null;
  /** What its SQL needs. */
  readonly parameters: Binder['parameters'];
}

const by = (column: string, down = true, where: string | null = null): OrderPart => ({
  expression: `s.${column}`,
  down,
  where,
  column,
  cells: null,
});

/** Like colors are looked for in rings around the one asked for: their outer edges, in thousandths of OKLab. Each holds about as many colors. */
const edges = [10, 20, 30, 45, 60, 70, 80, 90, 100] as const;

/** The order a search is in. Without `sort:` a search for a color is by its distance, any other newest first. */
export function orderOf(terms: readonly Term[], seed: number): Order {
  const color = terms.find((term) => term.kind === 'color' && !term.not);
  const asked = terms.find((term) => term.kind === 'sort')?.value;
  const sort: SearchSort = asked ?? (color === undefined ? 'newest' : 'color');
  switch (sort) {
    case 'oldest':
      return inParts([by('uploaded', false)]);
    case 'added':
    case 'likes':
      return inParts([by(sort)]);
    case 'size':
      return inParts([by('pixels')]);
    case 'liked':
      return inParts([by('liked', true, 's.liked IS NOT NULL'), by('uploaded', true, 's.liked IS NULL')]);
    case 'random':
      return shuffled(seed);
    case 'color':
      return color?.kind === 'color' ? rings(color.hex, color.near ? nearColor : sameColor) : inParts([by('uploaded')]);
    case 'newest':
      return inParts([by('uploaded')]);
  }
}

/** One lasting random order, begun somewhere else and read on around its end. */
export function shuffled(from: number): Order {
  const { bind, parameters } = createOrderBinder();
  const parts = [{ ...by('shuffle', false), begin: from - 1 }, by('shuffle', false, `s.shuffle < ${bind(from)}`)];
  return { ...inParts(parts), parameters };
}

const createOrderBinder = (): Binder => createBinder('order');

function inParts(parts: readonly OrderPart[]): Order {
  return { parts, whole: null, parameters: {} };
}

function rings(hex: string, radius: number): Order {
  const { bind, parameters } = createOrderBinder();
  const lab = oklabOf(hex) ?? { l: 0, a: 0, b: 0 };
  const center: Lab = [Math.round(1000 * lab.l), Math.round(1000 * lab.a), Math.round(1000 * lab.b)];
  const distance = colorDistance(center, bind);
  const outer = edges.filter((edge) => edge <= radius);
  const inner = outer.map((_, n) => edges[n - 1] ?? 0);
  const ring = (from: number, to: number, cells: string | null): OrderPart => ({
    expression: distance,
    down: false,
    where: `${distance} >= ${from * from} AND ${distance} ${to === radius ? '<=' : '<'} ${to * to}`,
    column: null,
    cells,
  });
  return {
    parts: outer.map((to, n) => {
      const from = inner[n] ?? 0;
      return ring(from, to, inCells(cellsWithin(center, from, to), bind));
    }),
    whole: { part: ring(0, radius, null), from: inner.map((from) => from * from) },
    parameters,
  };
}
