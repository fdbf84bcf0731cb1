import type { Binder } from './binder.ts';

/** How far two colors may be apart in OKLab, in thousandths: like each other; the same to the eye. */
export const nearColor = 100;
export const sameColor = 20;

/** L, a, b in thousandths. */
export type Lab = readonly [number, number, number];

/** The square of the distance of a row's color to this one, in thousandths. */
export function colorDistance([l, a, b]: Lab, bind: Binder['bind']): string {
  const [pl, pa, pb] = [bind(l), bind(a), bind(b)];
  return `((s.color_l - ${pl}) * (s.color_l - ${pl}) + (s.color_a - ${pa}) * (s.color_a - ${pa}) + (s.color_b - ${pb}) * (s.color_b - ${pb}))`;
}

const cellSize = 20;

/** `search_image AS s`, of which only the cells (see the migration) are read that hold colors at least `from` and at most `to` away. */
export function inCells(center: Lab, from: number, to: number, bind: Binder['bind']): string {
  const runs = bind(JSON.stringify(runsOf(cellsWithin(center, from, to))));
  return `json_each(${runs}) AS r CROSS JOIN search_image AS s INDEXED BY search_cell
    ON s.cell >= r.value / 100 AND s.cell <= r.value / 100 + r.value % 100`;
}

/** In ascending order. */
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

/** Cells that follow each other are read at once: the first of them × 100 + how many follow. There are a tenth as many of these. */
export function runsOf(cells: readonly number[]): readonly number[] {
  const runs: number[] = [];
  let end = -2;
  for (const cell of cells) {
    if (cell === end + 1 && (runs.at(-1) ?? 0) % 100 < 99) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1;
    else runs.push(cell * 100);
    end = cell;
  }
  return runs;
}
