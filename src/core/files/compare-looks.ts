import type { Look } from './look.ts';

/** How two pictures differ, once one is laid over the other. */
export interface LookDifference {
  /** Over all of it, as a share of how much the pictures vary themselves. */
  readonly overall: number;
  /** Where they differ most, in levels of brightness (0 to 255) beyond what scaling and recompressing do. */
  readonly most: number;
  /** Where their colors differ most, in levels. */
  readonly hue: number;
}

/** Sides the overlay is searched at, from coarse to fine. */
const sides = [32, 64] as const;
/** Cutting 2 % off stretches what is left by 1 % to either side; cutting it off at another edge shifts it by up to 2 %. A little more is let pass. */
const furthest: Overlay = [0.022, 0.013, 0.022, 0.013];
/** Edges are left out: there one picture has what the other lacks. */
const margin = 0.04;
const rounds = 3;

/** Shift across, stretch across, shift down, stretch down; as shares of the side. */
type Overlay = readonly [number, number, number, number];

export function compareLooks(one: Look, other: Look): LookDifference {
  const ones = pyramid(one.luma);
  const others = pyramid(other.luma);
  let overlay: Overlay = [0, 0, 0, 0];
  for (const [level, side] of sides.entries()) {
    const a = ones[level];
    const b = others[level];
    if (a === undefined || b === undefined) continue;
    let best = remainder(a, lay(b, side, overlay), side).rms;
    for (let round = 0; round < rounds; round += 1) {
      const next = improve(a, lay(b, side, overlay), side, overlay);
      if (next === null) break;
      const rms = remainder(a, lay(b, side, next), side).rms;
      if (rms >= best * 0.999) break;
      best = rms;
      overlay = next;
    }
  }
  const side = sides[1];
  const a = ones[1] ?? one.luma;
  const laid = lay(others[1] ?? other.luma, side, overlay);
  const { rms, offset } = remainder(a, laid, side);
  return {
    overall: rms / Math.max(1.5, spread(a), spread(laid)),
    most: mostDifferent(a, laid, side, offset),
    hue: hueDifference(one, other),
  };
}

/** Blurred a little, so that a shift by a part of a pixel changes little, at each of `sides`. */
function pyramid(luma: Float32Array): readonly Float32Array[] {
  const fine = blurred(luma, 64);
  return [blurred(halved(fine, 64), 32), fine];
}

function halved(values: Float32Array, side: number): Float32Array {
  const half = side >> 1;
  const result = new Float32Array(half * half);
  for (let y = 0; y < half; y += 1) {
    for (let x = 0; x < half; x += 1) {
      const at = y * 2 * side + x * 2;
      result[y * half + x] =
        ((values[at] ?? 0) + (values[at + 1] ?? 0) + (values[at + side] ?? 0) + (values[at + side + 1] ?? 0)) / 4;
    }
  }
  return result;
}

/** Each pixel with its neighbours, 1 : 2 : 1 across and down. */
function blurred(values: Float32Array, side: number): Float32Array {
  const across = new Float32Array(values.length);
  const result = new Float32Array(values.length);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const at = y * side + x;
      const here = values[at] ?? 0;
      const left = x === 0 ? here : (values[at - 1] ?? 0);
      const right = x === side - 1 ? here : (values[at + 1] ?? 0);
      across[at] = (left + 2 * here + right) / 4;
    }
  }
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      const at = y * side + x;
      const here = across[at] ?? 0;
      const above = y === 0 ? here : (across[at - side] ?? 0);
      const below = y === side - 1 ? here : (across[at + side] ?? 0);
      result[at] = (above + 2 * here + below) / 4;
    }
  }
  return result;
}

/** The picture as it lies over the other one. */
function lay(values: Float32Array, side: number, [shiftX, stretchX, shiftY, stretchY]: Overlay): Float32Array {
  const result = new Float32Array(values.length);
  const middle = (side - 1) / 2;
  const last = side - 1.001;
  for (let y = 0; y < side; y += 1) {
    const fromY = Math.max(0, Math.min(last, y + (shiftY + (stretchY * (y - middle)) / middle) * side));
    const top = Math.floor(fromY);
    const down = fromY - top;
    for (let x = 0; x < side; x += 1) {
      const fromX = Math.max(0, Math.min(last, x + (shiftX + (stretchX * (x - middle)) / middle) * side));
      const left = Math.floor(fromX);
      const right = fromX - left;
      const at = top * side + left;
      const above = (values[at] ?? 0) * (1 - right) + (values[at + 1] ?? 0) * right;
      const below = (values[at + side] ?? 0) * (1 - right) + (values[at + side + 1] ?? 0) * right;
      result[y * side + x] = above * (1 - down) + below * down;
    }
  }
  return result;
}

/** What is left of the difference; `offset`: all of one is brighter by so much. */
function remainder(a: Float32Array, b: Float32Array, side: number): { readonly rms: number; readonly offset: number } {
  const from = Math.ceil(side * margin);
  let count = 0;
  let sum = 0;
  let squares = 0;
  for (let y = from; y < side - from; y += 1) {
    for (let x = from; x < side - from; x += 1) {
      const difference = (a[y * side + x] ?? 0) - (b[y * side + x] ?? 0);
      count += 1;
      sum += difference;
      squares += difference * difference;
    }
  }
  const offset = sum / count;
  return { rms: Math.sqrt(Math.max(0, squares / count - offset * offset)), offset };
}

/** One step of least squares (Lucas and Kanade's) towards a better overlay; null where the picture has nothing to hold on to. */
function improve(a: Float32Array, laid: Float32Array, side: number, overlay: Overlay): Overlay | null {
  const from = Math.ceil(side * margin);
  const middle = (side - 1) / 2;
  const width = 6;
  const system = new Float64Array(5 * width);
  const slope = new Float64Array(5);
  for (let y = from; y < side - from; y += 1) {
    for (let x = from; x < side - from; x += 1) {
      const at = y * side + x;
      const across = ((laid[at + 1] ?? 0) - (laid[at - 1] ?? 0)) / 2;
      const down = ((laid[at + side] ?? 0) - (laid[at - side] ?? 0)) / 2;
      slope[0] = across * side;
      slope[1] = (across * side * (x - middle)) / middle;
      slope[2] = down * side;
      slope[3] = (down * side * (y - middle)) / middle;
      slope[4] = 1;
      const difference = (a[at] ?? 0) - (laid[at] ?? 0);
      for (let row = 0; row < 5; row += 1) {
        const weight = slope[row] ?? 0;
        for (let column = row; column < 5; column += 1) {
          const place = row * width + column;
          system[place] = (system[place] ?? 0) + weight * (slope[column] ?? 0);
        }
        system[row * width + 5] = (system[row * width + 5] ?? 0) + weight * difference;
      }
    }
  }
  for (let row = 1; row < 5; row += 1) {
    for (let column = 0; column < row; column += 1) system[row * width + column] = system[column * width + row] ?? 0;
  }
  // A faint picture should not be moved about for its noise.
  for (let row = 0; row < 4; row += 1) {
    system[row * width + row] = (system[row * width + row] ?? 0) + side ** 4 * 1e-3;
  }
  const found = solve(system, 5);
  if (found === null) return null;
  const moved = overlay.map((value, row) => {
    const limit = furthest[row] ?? 0;
    return Math.max(-limit, Math.min(limit, value + (found[row] ?? 0)));
  });
  return [moved[0] ?? 0, moved[1] ?? 0, moved[2] ?? 0, moved[3] ?? 0];
}

/** Gauss and Jordan, with the largest pivot. `system` has `size` rows of `size` + 1. */
function solve(system: Float64Array, size: number): readonly number[] | null {
  const width = size + 1;
  for (let column = 0; column < size; column += 1) {
    let pivot = column;
    for (let row = column + 1; row < size; row += 1) {
      if (Math.abs(system[row * width + column] ?? 0) > Math.abs(system[pivot * width + column] ?? 0)) pivot = row;
    }
    const value = system[pivot * width + column] ?? 0;
    if (Math.abs(value) < 1e-9) return null;
    for (let at = 0; at < width; at += 1) {
      const kept = system[column * width + at] ?? 0;
      system[column * width + at] = (system[pivot * width + at] ?? 0) / value;
      if (pivot !== column) system[pivot * width + at] = kept;
    }
    for (let row = 0; row < size; row += 1) {
      const factor = system[row * width + column] ?? 0;
      if (row === column || factor === 0) continue;
      for (let at = 0; at < width; at += 1) {
        system[row * width + at] = (system[row * width + at] ?? 0) - factor * (system[column * width + at] ?? 0);
      }
    }
  }
  return Array.from({ length: size }, (_, row) => system[row * width + size] ?? 0);
}

function spread(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / values.length);
}

/**
 * The largest difference of any small place (5 × 5), less what the steepness there explains: where an edge is, a shift by a part of a pixel and a softer
 * codec make a difference too.
 */
function mostDifferent(a: Float32Array, b: Float32Array, side: number, offset: number): number {
  const from = Math.ceil(side * margin);
  const reach = 2;
  let most = 0;
  for (let y = from; y < side - from; y += 1) {
    for (let x = from; x < side - from; x += 1) {
      let sum = 0;
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (let dy = -reach; dy <= reach; dy += 1) {
        for (let dx = -reach; dx <= reach; dx += 1) {
          const at = (y + dy) * side + x + dx;
          const value = a[at] ?? 0;
          sum += value - (b[at] ?? 0) - offset;
          if (value < low) low = value;
          if (value > high) high = value;
        }
      }
      const difference = Math.abs(sum) / 25 - (high - low) * 0.1;
      if (difference > most) most = difference;
    }
  }
  return most;
}

function hueDifference(one: Look, other: Look): number {
  let most = 0;
  for (let at = 0; at < one.blue.length; at += 1) {
    const difference = Math.hypot(
      (one.blue[at] ?? 0) - (other.blue[at] ?? 0),
      (one.red[at] ?? 0) - (other.red[at] ?? 0),
    );
    if (difference > most) most = difference;
  }
  return most;
}
