import { signatureLength, signatureReach } from '../files/look.ts';

/** How much longer or wider a twin may be, as a difference of logarithms of the ratio of its sides. */
const ratioReach = 0.06;
/** Widths of a bin of mean brightness and of mean color. */
const brightBin = 8;
const hueBin = 4;

/**
 * Signatures by a small whole number, in memory, in bins of mean color: what may look the same lies in at most 27 of them, so a million need not be
 * gone through for each. 40 bytes a picture.
 */
export interface SignatureIndex {
  readonly size: number;
  /** Takes the place of what was known under this key. */
  set(key: number, signature: Int8Array, width: number, height: number): void;
  /** Keys of signatures that a twin of this picture may have, nearest first; what has this very `key` left out. */
  near(key: number): readonly number[];
}

interface Bin {
  keys: Int32Array;
  length: number;
}

export function createSignatureIndex(): SignatureIndex {
  let values = new Int8Array(1024 * signatureLength);
  let ratios = new Float32Array(1024);
  let present = new Uint8Array(1024);
  const bins = new Map<number, Bin>();
  let size = 0;

  const binOf = (bright: number, blue: number, red: number): number =>
    (Math.floor((bright + 128) / brightBin) * 64 + Math.floor((blue + 128) / hueBin)) * 64 +
    Math.floor((red + 128) / hueBin);

  function grow(least: number): void {
    const room = Math.max(least, present.length * 2);
    const larger = new Int8Array(room * signatureLength);
    larger.set(values);
    values = larger;
    const moreRatios = new Float32Array(room);
    moreRatios.set(ratios);
    ratios = moreRatios;
    const morePresent = new Uint8Array(room);
    morePresent.set(present);
    present = morePresent;
  }

  const at = (key: number, place: number): number => values[key * signatureLength + place] ?? 0;

  function take(key: number): void {
    const bin = bins.get(binOf(at(key, 0), at(key, 1), at(key, 2)));
    if (bin === undefined) return;
    const place = bin.keys.subarray(0, bin.length).indexOf(key);
    if (place < 0) return;
    bin.length -= 1;
    bin.keys[place] = bin.keys[bin.length] ?? 0;
    size -= 1;
  }

  function put(key: number): void {
    const name = binOf(at(key, 0), at(key, 1), at(key, 2));
    let bin = bins.get(name);
    if (bin === undefined) bins.set(name, (bin = { keys: new Int32Array(4), length: 0 }));
    if (bin.length === bin.keys.length) {
      const larger = new Int32Array(bin.length * 2);
      larger.set(bin.keys);
      bin.keys = larger;
    }
    bin.keys[bin.length] = key;
    bin.length += 1;
    size += 1;
  }

  /** The square of how far the waves' shares are apart; null where anything is too far. */
  function distance(one: number, other: number): number | null {
    if (Math.abs((ratios[one] ?? 0) - (ratios[other] ?? 0)) > ratioReach) return null;
    if (Math.abs(at(one, 0) - at(other, 0)) > signatureReach.mean) return null;
    if (Math.abs(at(one, 1) - at(other, 1)) > signatureReach.hue) return null;
    if (Math.abs(at(one, 2) - at(other, 2)) > signatureReach.hue) return null;
    if (Math.abs(at(one, 3) - at(other, 3)) > signatureReach.spread) return null;
    const limit = signatureReach.waves ** 2;
    let sum = 0;
    for (let place = 4; place < signatureLength; place += 1) {
      const difference = at(one, place) - at(other, place);
      sum += difference * difference;
      if (sum > limit) return null;
    }
    return sum;
  }

  return {
    get size() {
      return size;
    },
    set(key, signature, width, height) {
      if (key >= present.length) grow(key + 1);
      if (present[key] === 1) take(key);
      values.set(signature, key * signatureLength);
      ratios[key] = Math.log(Math.max(1, width) / Math.max(1, height));
      present[key] = 1;
      put(key);
    },
    near(key) {
      if (present[key] !== 1) return [];
      const found: { readonly key: number; readonly distance: number }[] = [];
      const low = (value: number, reach: number, bin: number): number => Math.floor((value + 128 - reach) / bin);
      const high = (value: number, reach: number, bin: number): number => Math.floor((value + 128 + reach) / bin);
      const [bright, blue, red] = [at(key, 0), at(key, 1), at(key, 2)];
      for (
        let y = low(bright, signatureReach.mean, brightBin);
        y <= high(bright, signatureReach.mean, brightBin);
        y += 1
      )
        for (let b = low(blue, signatureReach.hue, hueBin); b <= high(blue, signatureReach.hue, hueBin); b += 1)
          for (let r = low(red, signatureReach.hue, hueBin); r <= high(red, signatureReach.hue, hueBin); r += 1) {
            const bin = bins.get((y * 64 + b) * 64 + r);
            if (bin === undefined) continue;
            for (let place = 0; place < bin.length; place += 1) {
              const other = bin.keys[place] ?? 0;
              if (other === key) continue;
              const apart = distance(key, other);
              if (apart !== null) found.push({ key: other, distance: apart });
            }
          }
      return found.sort((a, b) => a.distance - b.distance || a.key - b.key).map((one) => one.key);
    },
  };
}
