import { layRows, type Rows, type RowsRequest } from './rows.ts';

/**
 * Justified rows: pictures side by side at one height a row, each row as wide as the view. Plain arithmetic over typed arrays, no DOM.
 * A closed row never changes when pictures are appended, so appending costs only what was appended. What has no place yet gets one here
 * (`advance`), or elsewhere: `request` says what there is to do, `adopt` takes the answer.
 */
export interface JustifiedLayout {
  /** Pictures known. */
  readonly length: number;
  /** Pictures that have their place. */
  readonly placed: number;
  /** Every picture has its place. */
  readonly complete: boolean;
  readonly rowCount: number;
  /** Height of all rows in CSS pixels; estimated for what is not laid out yet. */
  readonly height: number;
  readonly width: number;
  /** Adds pictures at the end by width/height. They get their place in `advance`. */
  append(ratios: ArrayLike<number>): void;
  /** Places up to `budget` more pictures. Answers whether all have their place. */
  advance(budget: number): boolean;
  /** What is left to place, from the row that is not full yet: to be done by `layRows`, in another thread if one likes. */
  request(): RowsRequest;
  /** Takes the answer to the last `request`, made for as many pictures as there were. */
  adopt(rows: Rows): void;
  /** Starts over for another width or row height, keeping the pictures. */
  resize(width: number, targetHeight: number): void;
  /** The same pictures for another width or row height; this one must not be appended to any more. */
  resized(width: number, targetHeight: number): JustifiedLayout;
  /** Forgets every picture. */
  clear(): void;
  /** The row at `y`, clamped to the rows there are; -1 when there are none. */
  rowAt(y: number): number;
  /** The row of a picture; -1 when it has no place yet. */
  rowOf(index: number): number;
  row(row: number): Row;
  /** Places of the pictures of the rows `first` to `last`, both included. */
  tiles(first: number, last: number): Tile[];
}

export interface Row {
  /** Index of its first picture, and how many there are. */
  readonly first: number;
  readonly count: number;
  readonly top: number;
  readonly height: number;
}

export interface Tile {
  readonly index: number;
  /** Its place in its row, from 1. */
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Ratios beyond these are cropped in the grid: a picture as slim as a thread would have no height or no width. */
export const ratioLimits = { min: 0.45, max: 3.2 } as const;

/** A picture's width/height as the grid uses it. Anything unusable counts as square. */
export function usableRatio(ratio: number): number {
  if (!Number.isFinite(ratio) || ratio <= 0) return 1;
  return Math.min(ratioLimits.max, Math.max(ratioLimits.min, ratio));
}

/** Row height that suits a view of `width` CSS pixels: few large pictures on a phone's width, more on a wide screen. */
export function targetRowHeight(width: number): number {
  return Math.round(Math.min(340, Math.max(140, 112 + width * 0.108)));
}

export function createJustifiedLayout(
  options: { readonly width: number; readonly targetHeight: number; readonly gap: number },
  known: { readonly ratios: Float32Array<ArrayBuffer>; readonly length: number } = {
    ratios: new Float32Array(256),
    length: 0,
  },
): JustifiedLayout {
  const { gap } = options;
  let width = Math.max(1, Math.floor(options.width));
  let target = options.targetHeight;

  let { ratios, length } = known;
  // Closed rows. Row r holds the pictures rowFirst[r] … rowFirst[r + 1] - 1; its top is rowTop[r]; rowFirst[rowCount] begins the open row.
  let rowFirst = new Uint32Array(64);
  let rowTop = new Float64Array(64);
  let closed = 0;
  let placed = 0;

  const reset = (): void => {
    closed = 0;
    placed = 0;
    rowFirst[0] = 0;
    rowTop[0] = 0;
  };
  reset();

  const first = (row: number): number => rowFirst[row] ?? 0;
  const top = (row: number): number => rowTop[row] ?? 0;

  /** Room for that many closed rows and the open one. */
  function makeRoom(rows: number): void {
    if (rows + 1 <= rowFirst.length) return;
    const size = Math.max(rows + 1, rowFirst.length * 2);
    const firsts = new Uint32Array(size);
    firsts.set(rowFirst);
    rowFirst = firsts;
    const tops = new Float64Array(size);
    tops.set(rowTop);
    rowTop = tops;
  }

  /** The open row: begun, not full yet. It is shown at the target height and not stretched. */
  const hasOpenRow = (): boolean => placed > first(closed);
  const openHeight = (): number => Math.round(target);

  function rowOfPlaced(index: number): number {
    if (index >= first(closed)) return closed;
    let low = 0;
    let high = closed - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (first(middle) <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  const layout: JustifiedLayout = {
    get length() {
      return length;
    },
    get placed() {
      return placed;
    },
    get complete() {
      return placed === length;
    },
    get rowCount() {
      return closed + (hasOpenRow() ? 1 : 0);
    },
    get width() {
      return width;
    },
    get height() {
      const known = hasOpenRow() ? top(closed) + openHeight() : Math.max(0, top(closed) - gap);
      if (placed === length || placed === 0) return placed === 0 && length > 0 ? (length / 4) * (target + gap) : known;
      return Math.round((known / placed) * length);
    },
    append(added) {
      if (length + added.length > ratios.length) {
        const grown = new Float32Array(Math.max(ratios.length * 2, length + added.length));
        grown.set(ratios.subarray(0, length));
        ratios = grown;
      }
      for (let index = 0; index < added.length; index += 1) ratios[length + index] = usableRatio(added[index] ?? 1);
      length += added.length;
    },
    advance(budget) {
      // At least one more than a row holds already, or a small budget would begin the same row for ever.
      const end = Math.min(length, placed + Math.max(1, budget));
      const from = first(closed);
      layout.adopt(layRows({ width, targetHeight: target, gap, ratios: ratios.subarray(from, end) }));
      return placed === length;
    },
    request: () => ({ width, targetHeight: target, gap, ratios: ratios.slice(first(closed), length) }),
    adopt({ firsts, tops, placed: more }) {
      const from = first(closed);
      const above = top(closed);
      makeRoom(closed + firsts.length);
      for (let row = 0; row < firsts.length; row += 1) {
        rowFirst[closed + row + 1] = from + (firsts[row] ?? 0);
        rowTop[closed + row + 1] = above + (tops[row] ?? 0);
      }
      closed += firsts.length;
      placed = from + more;
    },
    resize(newWidth, newTarget) {
      width = Math.max(1, Math.floor(newWidth));
      target = newTarget;
      reset();
    },
    resized: (newWidth, targetHeight) =>
      createJustifiedLayout({ width: newWidth, targetHeight, gap }, { ratios, length }),
    clear() {
      length = 0;
      reset();
    },
    rowAt(y) {
      const count = layout.rowCount;
      if (count === 0) return -1;
      let low = 0;
      let high = count - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (top(middle) <= y) low = middle;
        else high = middle - 1;
      }
      return low;
    },
    rowOf(index) {
      return index >= 0 && index < placed ? rowOfPlaced(index) : -1;
    },
    row(row) {
      const begin = first(row);
      return row < closed
        ? { first: begin, count: first(row + 1) - begin, top: top(row), height: top(row + 1) - top(row) - gap }
        : { first: begin, count: placed - begin, top: top(row), height: openHeight() };
    },
    tiles(from, to) {
      const found: Tile[] = [];
      for (let row = Math.max(0, from); row <= Math.min(to, layout.rowCount - 1); row += 1) {
        const { first: begin, count, top: y, height } = layout.row(row);
        let sum = 0;
        for (let index = begin; index < begin + count; index += 1) sum += ratios[index] ?? 1;
        const space = row < closed ? width - gap * (count - 1) : Math.min(sum * height, width - gap * (count - 1));
        let done = 0;
        for (let index = begin; index < begin + count; index += 1) {
          // Both edges are rounded, so that neighbours keep exactly one gap and the last one ends at the view's edge.
          const place = gap * (index - begin);
          const x = Math.round((done / sum) * space) + place;
          done += ratios[index] ?? 1;
          const right = Math.round((done / sum) * space) + place;
          found.push({ index, column: index - begin + 1, x, y, width: Math.max(1, right - x), height });
        }
      }
      return found;
    },
  };
  return layout;
}
