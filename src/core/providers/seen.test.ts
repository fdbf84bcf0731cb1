import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packNumbers, shortHash, unpackHashes, unpackNumbers } from './seen.ts';

describe('packNumbers', () => {
  it('comes back as it went', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 1e12 })), (numbers) => {
        const set = new Set(numbers);
        expect(unpackNumbers(packNumbers(set))).toEqual(set);
      }),
    );
  });
  it('holds a dense catalog of 13,000 in a cursor', () => {
    const many = new Set(Array.from({ length: 13_000 }, (_, index) => 40 + index * 3));
    expect(packNumbers(many).length).toBeLessThan(18_000);
  });
  it('survives any text', () => {
    fc.assert(fc.property(fc.string(), (text) => void unpackNumbers(text)));
    expect(unpackNumbers('____________')).toBeNull();
  });
});

describe('short hashes', () => {
  it('come back as they went', () => {
    const hashes = ['a', 'b', 'c'].map(shortHash);
    expect(unpackHashes(hashes.join(''))).toEqual(new Set(hashes));
    expect(unpackHashes('short')).toBeNull();
    expect(unpackHashes('')).toEqual(new Set());
  });
});
