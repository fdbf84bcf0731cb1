import type { SearchSort, Term } from '../../../shared/search/index.ts';
import { oklabOf } from '../../../shared/search/oklab.ts';
import { cellsWithin, colorDistance, nearColor, sameColor, type Binder } from './conditions.ts';

/** A part of an order: all of it comes before the next part. Rows are sorted by `expression`, then by key, both in the same direction. */
export interface OrderPart {
  /** Over `search_image AS s`. */
  readonly expression: string;
  readonly down: boolean;
  /** What is in this part. Null: everything. */
  readonly where: string | null;
  /** The column of `search_image` whose index has this order; null: there is none, and `drive` finds the part's rows. */
  readonly column: string | null;
  /** Rows with an index of their own: the condition that finds them by it. */
  readonly cells: string | null;
  /** The part begins behind this value. */
  readonly begin?: number;
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
export function orderOf(terms: readonly Term[], seed: number, { bind }: Binder): readonly OrderPart[] {
  const color = terms.find((term) => term.kind === 'color' && !term.not);
  const asked = terms.find((term) => term.kind === 'sort')?.value;
  const sort: SearchSort = asked ?? (color === undefined ? 'newest' : 'color');
  switch (sort) {
    case 'oldest':
      return [by('uploaded', false)];
    case 'added':
    case 'likes':
      return [by(sort)];
    case 'size':
      return [by('pixels')];
    case 'liked':
      return [by('liked', true, 's.liked IS NOT NULL'), by('uploaded', true, 's.liked IS NULL')];
    case 'random':
      return shuffled(seed, bind);
    case 'color':
      return color?.kind === 'color' ? rings(color.hex, color.near ? nearColor : sameColor, bind) : [by('uploaded')];
    case 'newest':
      return [by('uploaded')];
  }
}

/** One lasting random order, begun somewhere else and read on around its end. */
export function shuffled(from: number, bind: Binder['bind']): readonly OrderPart[] {
  return [{ ...by('shuffle', false), begin: from - 1 }, by('shuffle', false, `s.shuffle < ${bind(from)}`)];
}

function rings(hex: string, radius: number, bind: Binder['bind']): readonly OrderPart[] {
  const lab = oklabOf(hex) ?? { l: 0, a: 0, b: 0 };
  const center = [lab.l, lab.a, lab.b].map((value) => Math.round(1000 * value)) as [number, number, number];
  const distance = colorDistance(center, bind);
  return edges
    .filter((edge) => edge <= radius)
    .map((to, n) => {
      const from = edges[n - 1] ?? 0;
      const cells = bind(JSON.stringify(cellsWithin(center, from, to)));
      return {
        expression: distance,
        down: false,
        where: `${distance} >= ${from * from} AND ${distance} ${to === radius ? '<=' : '<'} ${to * to}`,
        column: null,
        cells: `s.cell IN (SELECT value FROM json_each(${cells}))`,
      };
    });
}
