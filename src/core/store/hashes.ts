/** Two pictures this few of 64 bits apart are the same to the eye: one scaled, recompressed, slightly cropped. */
export const nearDuplicate = 4;

/** A perceptual hash that says something: not missing, not all zeros (what is given for what could not be hashed). */
export function isHash(hash: string | null): hash is string {
  return hash !== null && /^[0-9a-f]{16}$/i.test(hash) && !/^0+$/.test(hash);
}

/** Bits in which two hashes (16 hex digits) differ, 0 to 64. */
export function hashDistance(one: string, other: string): number {
  return ones(highOf(one) ^ highOf(other)) + ones(lowOf(one) ^ lowOf(other));
}

/**
 * Perceptual hashes by a small whole number (an image's key), side by side, for a scan of a million in milliseconds. The number is the place; zero, which
 * is no hash, is a free one.
 */
export class Hashes {
  #high = new Uint32Array(1024);
  #low = new Uint32Array(1024);
  /** Places from here on were never taken. */
  #end = 0;

  /** What is no hash takes the one that was there away. */
  set(key: number, hash: string | null): void {
    if (!isHash(hash)) {
      if (key < this.#end) this.#high[key] = this.#low[key] = 0;
      return;
    }
    if (key >= this.#high.length) this.#grow(key + 1);
    this.#high[key] = highOf(hash);
    this.#low[key] = lowOf(hash);
    this.#end = Math.max(this.#end, key + 1);
  }

  /** The keys of hashes at most `distance` bits from this one. */
  near(hash: string, distance: number): readonly number[] {
    const found: number[] = [];
    const high = highOf(hash);
    const low = lowOf(hash);
    const highs = this.#high;
    const lows = this.#low;
    for (let key = 0; key < this.#end; key += 1) {
      const one = highs[key] ?? 0;
      const other = lows[key] ?? 0;
      if (ones(one ^ high) + ones(other ^ low) <= distance && (one !== 0 || other !== 0)) found.push(key);
    }
    return found;
  }

  #grow(least: number): void {
    const size = Math.max(least, this.#high.length * 2);
    const larger = (from: Uint32Array): Uint32Array<ArrayBuffer> => {
      const to = new Uint32Array(size);
      to.set(from);
      return to;
    };
    this.#high = larger(this.#high);
    this.#low = larger(this.#low);
  }
}

function highOf(hash: string): number {
  return Number.parseInt(hash.slice(0, 8), 16);
}

function lowOf(hash: string): number {
  return Number.parseInt(hash.slice(8), 16);
}

/** Set bits of a 32-bit word. */
function ones(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  // The product is larger than a whole number can be exact: 32-bit multiplication.
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
