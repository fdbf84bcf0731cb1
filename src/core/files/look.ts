/**
 * What a picture looks like: a signature that finds what may be the same among a million, and a closer look that decides.
 *
 * The signature is small and kept for every file: mean color, spread of brightness, and how the slowest waves (DCT) share in it, as numbers, not as
 * signs: of a pattern, which has nearly none of them, signs are chance. The closer look lays one picture over the other at 64 × 64, finds the shift
 * and stretch that cutting an edge off makes, and looks for the place where they differ most: what a picture lost by scaling and recompressing is little
 * everywhere, another drawing differs somewhere.
 */

/** The RGBA picture all of it is computed from, in pixels a side. */
export const lookSide = 64;
/** What a picture is scaled to first, so that four by four pixels of it are the mean of all that they cover: thin lines are not lost on the way. */
export const sampleSide = 256;
/** Kept with each signature; those of an earlier version are computed anew. */
export const signatureVersion = 1;
const lows = 4;
const hues = 8;
/** Mean brightness, blue, red; spread; the waves. Numbers of -127 to 127. */
export const signatureLength = 4 + lows * lows - 1;

/** What shows through where a picture is transparent. */
const behind = 128;
/** Of a fainter picture, what differs is the codec's doing. */
const leastSpread = 1.5;

/** A picture, ready to be laid over another. */
export interface Look {
  /** Brightness, `lookSide` squared. */
  readonly luma: Float32Array;
  /** Blue and red difference of `hues` squared cells, in levels. */
  readonly blue: Float32Array;
  readonly red: Float32Array;
}

/** The look of a sample of `sampleSide` squared pixels, straight alpha. */
export function lookOf(rgba: Uint8ClampedArray): Look {
  const luma = new Float32Array(lookSide * lookSide);
  const blue = new Float32Array(hues * hues);
  const red = new Float32Array(hues * hues);
  const step = sampleSide / lookSide;
  const hueStep = sampleSide / hues;
  for (let y = 0; y < sampleSide; y += 1) {
    for (let x = 0; x < sampleSide; x += 1) {
      const from = (y * sampleSide + x) * 4;
      const alpha = (rgba[from + 3] ?? 0) / 255;
      const r = (rgba[from] ?? 0) * alpha + behind * (1 - alpha);
      const g = (rgba[from + 1] ?? 0) * alpha + behind * (1 - alpha);
      const b = (rgba[from + 2] ?? 0) * alpha + behind * (1 - alpha);
      const bright = 0.299 * r + 0.587 * g + 0.114 * b;
      const at = Math.floor(y / step) * lookSide + Math.floor(x / step);
      luma[at] = (luma[at] ?? 0) + bright / step ** 2;
      const cell = Math.floor(y / hueStep) * hues + Math.floor(x / hueStep);
      blue[cell] = (blue[cell] ?? 0) + ((b - bright) * 0.564) / hueStep ** 2;
      red[cell] = (red[cell] ?? 0) + ((r - bright) * 0.713) / hueStep ** 2;
    }
  }
  return { luma, blue, red };
}

/** cos((2x + 1) u π / 2n) for the slowest waves. */
const waves = Array.from({ length: lows }, (_, u) =>
  Float64Array.from({ length: lookSide }, (_unused, x) => Math.cos(((2 * x + 1) * u * Math.PI) / (2 * lookSide))),
);

/** `signatureLength` numbers of -127 to 127. */
export function signatureOf({ luma, blue, red }: Look): Int8Array {
  const mean = meanOf(luma);
  const spread = spreadOf(luma, mean);
  // Rows first: each wave is a product of one across and one down.
  const across = waves.map((wave) => {
    const rows = new Float64Array(lookSide);
    for (let y = 0; y < lookSide; y += 1) {
      let sum = 0;
      for (let x = 0; x < lookSide; x += 1) sum += (luma[y * lookSide + x] ?? 0) * (wave[x] ?? 0);
      rows[y] = sum;
    }
    return rows;
  });
  const shares: number[] = [];
  for (const [v, down] of waves.entries()) {
    for (const [u, rows] of across.entries()) {
      if (u === 0 && v === 0) continue;
      let sum = 0;
      for (let y = 0; y < lookSide; y += 1) sum += (rows[y] ?? 0) * (down[y] ?? 0);
      const norm = Math.sqrt((u > 0 ? 2 : 1) * (v > 0 ? 2 : 1)) / lookSide ** 2;
      // The squares of all waves' shares add up to 1.
      shares.push((sum * norm) / Math.max(spread, leastSpread));
    }
  }
  return Int8Array.from(
    [mean - 128, meanOf(blue), meanOf(red), Math.log2(1 + spread) * 15, ...shares.map((share) => share * 127)].map(
      (value) => Math.max(-127, Math.min(127, Math.round(value))),
    ),
  );
}

/** How far apart signatures of twins may be: each by itself, and the waves' shares together (a length, in 127ths). */
export const signatureReach = { mean: 6, hue: 3, spread: 5, waves: 19 } as const;

function meanOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

function spreadOf(values: Float32Array, mean: number): number {
  let sum = 0;
  for (const value of values) sum += (value - mean) ** 2;
  return Math.sqrt(sum / values.length);
}

/** As it is stored and sent: two hex digits a number. */
export function signatureText(signature: Int8Array): string {
  return Buffer.from(signature.buffer, signature.byteOffset, signature.length).toString('hex');
}

export function signatureFrom(text: string): Int8Array {
  return Int8Array.from(Buffer.from(text, 'hex'));
}
