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

/** `search_image AS s`, of which only these cells (see the migration) are read. */
export function inCells(cells: readonly number[], bind: Binder['bind']): string {
  const runs = bind(JSON.stringify(runsOf(cells)));
  return `json_each(${runs}) AS r CROSS JOIN search_image AS s INDEXED BY search_cell
    ON s.cell >= r.value / 100 AND s.cell <= r.value / 100 + r.value % 100`;
}

/** The cells that hold colors at least `from` and at most `to` away, in ascending order. */
export function cellsWithin([l, a, b]: Lab, from: number, to: number): readonly number[] {
  const cells: number[] = [];
  const [ls, as, bs] = [sidesWithin(l, to), sidesWithin(a + 500, to), sidesWithin(b + 500, to)];
  for (const i of ls)
    for (const j of as)
      for (const k of bs)
        if (i.nearest + j.nearest + k.nearest <= to * to && i.farthest + j.farthest + k.farthest >= from * from)
          cells.push(i.at * 10_000 + j.at * 100 + k.at);
  return cells;
}

/** The cells of one axis that reach into `radius` around `center`, with the squares of how near and how far they are. */
function sidesWithin(
  center: number,
  radius: number,
): readonly { readonly at: number; readonly nearest: number; readonly farthest: number }[] {
  const first = Math.max(0, Math.floor((center - radius) / cellSize));
  const last = Math.floor((center + radius) / cellSize);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, n) => {
    const low = (first + n) * cellSize;
    const high = low + cellSize - 1;
    return {
      at: first + n,
      nearest: Math.max(low - center, 0, center - high) ** 2,
      farthest: Math.max(Math.abs(center - low), Math.abs(center - high)) ** 2,
    };
  });
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
