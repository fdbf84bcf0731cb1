/** The small RGBA picture that color and hash are computed from: each of the hash's 9 × 8 cells is 8 × 8 pixels of it. */
export const sampleWidth = 72;
export const sampleHeight = 64;

/** What shows through where a picture is transparent. */
const behind = 128;

/** Mean color as `#rrggbb`, each pixel weighted by its opacity. `rgba` is straight (not premultiplied) alpha. */
export function meanColor(rgba: Uint8ClampedArray): string {
  let red = 0;
  let green = 0;
  let blue = 0;
  let weight = 0;
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const alpha = rgba[at + 3] ?? 0;
    red += (rgba[at] ?? 0) * alpha;
    green += (rgba[at + 1] ?? 0) * alpha;
    blue += (rgba[at + 2] ?? 0) * alpha;
    weight += alpha;
  }
  if (weight === 0) return '#808080';
  return `#${[red, green, blue]
    .map((sum) =>
      Math.round(sum / weight)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

/** 64-bit difference hash of a sample, 16 hex digits: is each of 8 × 8 cells darker than its right neighbour? */
export function differenceHash(rgba: Uint8ClampedArray): string {
  const columns = 9;
  const rows = 8;
  const cell = new Float64Array(columns * rows);
  for (let y = 0; y < sampleHeight; y += 1) {
    for (let x = 0; x < sampleWidth; x += 1) {
      const at = (y * sampleWidth + x) * 4;
      const alpha = (rgba[at + 3] ?? 0) / 255;
      const luma = 0.299 * (rgba[at] ?? 0) + 0.587 * (rgba[at + 1] ?? 0) + 0.114 * (rgba[at + 2] ?? 0);
      const index = Math.floor(y / 8) * columns + Math.floor(x / 8);
      cell[index] = (cell[index] ?? 0) + luma * alpha + behind * (1 - alpha);
    }
  }
  let bits = '';
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column + 1 < columns; column += 1) {
      const left = cell[row * columns + column] ?? 0;
      bits += left < (cell[row * columns + column + 1] ?? 0) ? '1' : '0';
    }
  }
  return BigInt(`0b${bits}`).toString(16).padStart(16, '0');
}
