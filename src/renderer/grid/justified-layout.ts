/**
 * Justified rows: pictures side by side at one height a row, each row as wide as the view. Plain arithmetic over typed arrays, no DOM.
 * A closed row never changes when pictures are appended, so appending costs only what was appended; a change of width lays out again in
 * slices (`advance`), so that no task is ever long however many pictures there are.
 */
export interface JustifiedLayout {
  /** Pictures known. */
  readonly length: number;
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
  /** Starts over for another width or row height, keeping the pictures. */
  resize(width: number, targetHeight: number): void;
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

export function createJustifiedLayout(options: {
  readonly width: number;
  readonly targetHeight: number;
  readonly gap: number;
}): JustifiedLayout {
  const { gap } = options;
  let width = Math.max(1, Math.floor(options.width));
  let target = options.targetHeight;

  let ratios = new Float32Array(256);
  let length = 0;
  // Closed rows. Row r holds the pictures rowFirst[r] … rowFirst[r + 1] - 1; its top is rowTop[r]; rowFirst[rowCount] begins the open row.
  let rowFirst = new Uint32Array(64);
  let rowTop = new Float64Array(64);
  let closed = 0;
  let placed = 0;
  let openSum = 0;

  const reset = (): void => {
    closed = 0;
    placed = 0;
    openSum = 0;
    rowFirst[0] = 0;
    rowTop[0] = 0;
  };
  reset();

  const first = (row: number): number => rowFirst[row] ?? 0;
  const top = (row: number): number => rowTop[row] ?? 0;
  const heightFor = (count: number, sum: number): number => (width - gap * (count - 1)) / sum;

  function close(end: number, height: number): void {
    if (closed + 2 > rowFirst.length) {
      const rows = new Uint32Array(rowFirst.length * 2);
      rows.set(rowFirst);
      rowFirst = rows;
      const tops = new Float64Array(rowTop.length * 2);
      tops.set(rowTop);
      rowTop = tops;
    }
    const before = top(closed);
    closed += 1;
    rowFirst[closed] = end;
    rowTop[closed] = before + Math.max(1, Math.round(height)) + gap;
    openSum = 0;
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
      const end = Math.min(length, placed + budget);
      while (placed < end) {
        const ratio = ratios[placed] ?? 1;
        const count = placed - first(closed);
        const sum = openSum + ratio;
        if (sum * target + gap * count >= width) {
          const withIt = heightFor(count + 1, sum);
          const withoutIt = count === 0 ? Infinity : heightFor(count, openSum);
          // Nearer to the target wins; a row without this picture would be higher than the target, one with it lower.
          if (count > 0 && withoutIt / target < target / withIt) {
            close(placed, withoutIt);
            openSum = 0;
            continue;
          }
          placed += 1;
          close(placed, withIt);
        } else {
          openSum = sum;
          placed += 1;
        }
      }
      return placed === length;
    },
    resize(newWidth, newTarget) {
      width = Math.max(1, Math.floor(newWidth));
      target = newTarget;
      reset();
    },
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
          found.push({ index, x, y, width: Math.max(1, right - x), height });
        }
      }
      return found;
    },
  };
  return layout;
}
