import { createHash } from 'node:crypto';

/**
 * What a cursor remembers of the images already shown, small enough for a cursor of 20,000 characters: numbers as the sorted list of
 * their differences (one byte each where they lie close), in base64url. About 13,000 images of a dense catalog fit.
 */
export function packNumbers(numbers: ReadonlySet<number>): string {
  const bytes: number[] = [];
  let previous = 0;
  for (const value of [...numbers].sort((a, b) => a - b)) {
    let rest = value - previous;
    previous = value;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
  return Buffer.from(bytes).toString('base64url');
}

/** The reverse of `packNumbers`; null for anything it cannot have written. */
export function unpackNumbers(text: string): Set<number> | null {
  const numbers = new Set<number>();
  let current = 0;
  let part = 0;
  let scale = 1;
  for (const byte of Buffer.from(text, 'base64url')) {
    part += (byte % 128) * scale;
    scale *= 128;
    if (byte >= 128) {
      if (scale > 2 ** 42) return null;
      continue;
    }
    current += part;
    if (!Number.isSafeInteger(current)) return null;
    numbers.add(current);
    part = 0;
    scale = 1;
  }
  return scale === 1 ? numbers : null;
}

/** A text id as eight characters: a cursor remembers thousands so, and two ids of one catalog practically never share them. */
export function shortHash(id: string): string {
  return createHash('sha256').update(id).digest('base64url').slice(0, 8);
}

/** Splits what `shortHash`es were joined to; null for anything else. */
export function unpackHashes(text: string): Set<string> | null {
  return text.length % 8 === 0 ? new Set(text.match(/.{8}/g) ?? []) : null;
}
