import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hashDistance, Hashes, isHash } from './hashes.ts';

const hash = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map((bits) => bits.toString(16).padStart(16, '0'));
/** A few bits away from few others, so that near ones are common. */
const closeHash = fc
  .tuple(fc.constantFrom(0n, 0x0123456789abcdefn, 2n ** 64n - 1n), fc.array(fc.nat(63), { maxLength: 7 }))
  .map(([base, flips]) =>
    flips
      .reduce((bits, place) => bits ^ (1n << BigInt(place)), base)
      .toString(16)
      .padStart(16, '0'),
  );

function plainDistance(one: string, other: string): number {
  const bits = (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2);
  return [...bits].filter((bit) => bit === '1').length;
}

describe('perceptual hashes', () => {
  it('are as far apart as their bits', () => {
    fc.assert(
      fc.property(fc.oneof(hash, closeHash), fc.oneof(hash, closeHash), (one, other) => {
        expect(hashDistance(one, other)).toBe(plainDistance(one, other));
      }),
    );
  });

  it('say nothing when missing, all zeros, or no hash', () => {
    expect([null, '0000000000000000', '123', 'zzzzzzzzzzzzzzzz'].map(isHash)).toEqual([false, false, false, false]);
  });

  it('are found by what is near them, also after one has changed or gone', () => {
    const change = fc.tuple(fc.integer({ min: 0, max: 3_000 }), fc.option(closeHash, { nil: null }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), closeHash, fc.nat(8), (changes, wanted, distance) => {
        const hashes = new Hashes();
        const known = new Map<number, string>();
        for (const [key, value] of changes) {
          hashes.set(key, value);
          if (isHash(value)) known.set(key, value);
          else known.delete(key);
        }
        const near = [...known].filter(([, value]) => plainDistance(value, wanted) <= distance).map(([key]) => key);
        expect([...hashes.near(wanted, distance)].sort((a, b) => a - b)).toEqual(near.sort((a, b) => a - b));
      }),
    );
  });
});
