import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signatureLength, signatureReach } from '../files/look.ts';
import { createSignatureIndex } from './signature-index.ts';

const close = (base: number) =>
  fc.integer({ min: -9, max: 9 }).map((step) => Math.max(-127, Math.min(127, base + step)));
const signature = fc
  .constantFrom(-127, -64, 0, 5, 120)
  .chain((base) => fc.array(close(base), { minLength: signatureLength, maxLength: signatureLength }))
  .map((values) => Int8Array.from(values));
const picture = fc.record({
  key: fc.integer({ min: 0, max: 3_000 }),
  signature,
  width: fc.constantFrom(1000, 1030, 2000),
});

/** The rule, as plainly as it can be said. */
function alike(one: { signature: Int8Array; width: number }, other: { signature: Int8Array; width: number }): boolean {
  const apart = (place: number): number => Math.abs((one.signature[place] ?? 0) - (other.signature[place] ?? 0));
  const waves = Math.hypot(...Array.from({ length: signatureLength - 4 }, (_, place) => apart(place + 4)));
  return (
    apart(0) <= signatureReach.mean &&
    apart(1) <= signatureReach.hue &&
    apart(2) <= signatureReach.hue &&
    apart(3) <= signatureReach.spread &&
    waves <= signatureReach.waves &&
    Math.abs(Math.log(one.width / other.width)) <= 0.06
  );
}

describe('the index of signatures', () => {
  it('finds all that may look the same, also after some have changed', () => {
    fc.assert(
      fc.property(fc.array(picture, { minLength: 1, maxLength: 60 }), (pictures) => {
        const index = createSignatureIndex();
        const known = new Map<number, { signature: Int8Array; width: number }>();
        for (const one of pictures) {
          index.set(one.key, one.signature, one.width, 1000);
          known.set(one.key, one);
        }
        expect(index.size).toBe(known.size);
        for (const [key, one] of known) {
          const expected = [...known]
            .filter(([other, that]) => other !== key && alike(one, that))
            .map(([other]) => other);
          expect([...index.near(key)].sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b));
        }
      }),
    );
  });

  it('knows nothing of a key it never had', () => {
    expect(createSignatureIndex().near(7)).toEqual([]);
  });
});
