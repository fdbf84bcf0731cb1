/**
 * What a layout of justified rows is asked for: pictures from the beginning of a row on. Plain data, so that it can be done in another thread.
 */
export interface RowsRequest {
  /** CSS pixels. */
  readonly width: number;
  readonly targetHeight: number;
  readonly gap: number;
  /** Width / height of each picture, within what the grid can show. */
  readonly ratios: Float32Array<ArrayBuffer>;
}

/** Full rows. Places are counted from the request's first picture and its row's top. */
export interface Rows {
  /** Where each next row begins: the picture after each full row. */
  readonly firsts: Uint32Array<ArrayBuffer>;
  /** The top of each next row. */
  readonly tops: Float64Array<ArrayBuffer>;
  /** All pictures of the request: those after the last full row are the row that is not full yet. */
  readonly placed: number;
}

/**
 * Puts pictures side by side until a row is full. Whether the last one still belongs to a row is decided by which height is nearer to the target:
 * a row without it would be higher, one with it lower.
 */
export function layRows({ width, targetHeight, gap, ratios }: RowsRequest): Rows {
  let firsts = new Uint32Array(Math.max(16, ratios.length >> 2));
  let tops = new Float64Array(firsts.length);
  let rows = 0;
  let top = 0;
  let begin = 0;
  let sum = 0;
  const heightOf = (count: number, total: number): number => (width - gap * (count - 1)) / total;
  const close = (end: number, height: number): void => {
    if (rows === firsts.length) {
      const more = new Uint32Array(rows * 2);
      more.set(firsts);
      firsts = more;
      const moreTops = new Float64Array(rows * 2);
      moreTops.set(tops);
      tops = moreTops;
    }
    top += Math.max(1, Math.round(height)) + gap;
    firsts[rows] = end;
    tops[rows] = top;
    rows += 1;
    begin = end;
    sum = 0;
  };
  for (let at = 0; at < ratios.length; at += 1) {
    const ratio = ratios[at] ?? 1;
    const count = at - begin;
    if ((sum + ratio) * targetHeight + gap * count >= width) {
      const withIt = heightOf(count + 1, sum + ratio);
      const withoutIt = count === 0 ? Infinity : heightOf(count, sum);
      if (count === 0 || withoutIt / targetHeight >= targetHeight / withIt) {
        close(at + 1, withIt);
        continue;
      }
      close(at, withoutIt);
      // Alone it may fill a row by itself.
      if (ratio * targetHeight >= width) {
        close(at + 1, heightOf(1, ratio));
        continue;
      }
    }
    sum += ratio;
  }
  return { firsts: firsts.slice(0, rows), tops: tops.slice(0, rows), placed: ratios.length };
}
