import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mergeImage, shouldHold, type ImageSides } from './merge.ts';

const sides = fc.record<ImageSides>({
  onServer: fc.boolean(),
  inBase: fc.boolean(),
  local: fc.constantFrom('liked', 'removed', 'none'),
  desired: fc.constantFrom('liked', 'unliked', null),
  younger: fc.boolean(),
});
const quiet = { local: null, settled: false, base: null };

describe('the merge of one image', () => {
  it.each<[string, Partial<ImageSides>, ReturnType<typeof mergeImage>]>([
    ['new at the service', { onServer: true }, { local: 'like', settled: false, base: 'add' }],
    ['dropped by the service', { inBase: true, local: 'liked' }, { local: 'bury', settled: false, base: 'remove' }],
    [
      'liked again at the service',
      { onServer: true, local: 'removed' },
      { local: 'like', settled: false, base: 'add' },
    ],
    ['the same everywhere', { onServer: true, inBase: true, local: 'liked' }, quiet],
    ['nowhere', {}, quiet],
    ['only here, from another account', { local: 'liked' }, quiet],
    ['liked here, not told yet', { local: 'liked', desired: 'liked' }, quiet],
    [
      'liked on both sides at once',
      { onServer: true, local: 'liked', desired: 'liked' },
      { local: null, settled: true, base: 'add' },
    ],
    [
      'liked here while dropped there',
      { inBase: true, local: 'liked', desired: 'liked' },
      { local: null, settled: false, base: 'remove' },
    ],
    ['unliked here, not told yet', { onServer: true, inBase: true, desired: 'unliked' }, quiet],
    ['unliked on both sides', { inBase: true, desired: 'unliked' }, { local: null, settled: true, base: 'remove' }],
    [
      'a word after the list',
      { onServer: true, local: 'liked', desired: 'liked', younger: true },
      { local: null, settled: false, base: 'add' },
    ],
    ['a known tombstone', { local: 'removed' }, quiet],
  ])('%s', (_name, more, expected) => {
    expect(
      mergeImage({ onServer: false, inBase: false, local: 'none', desired: null, younger: false, ...more }),
    ).toEqual(expected);
  });

  it('always brings the base to the list, never touches what the user has a word about, and never drops what the service lists', () => {
    fc.assert(
      fc.property(sides, (image) => {
        const decision = mergeImage(image);
        const inBase = decision.base === 'add' || (decision.base === null && image.inBase);
        expect(inBase).toBe(image.onServer);
        if (image.desired !== null) expect(decision.local).toBe(null);
        if (image.onServer) expect(decision.local).not.toBe('bury');
        if (decision.settled) expect((image.desired === 'liked') === image.onServer && !image.younger).toBe(true);
      }),
    );
  });
});

describe('the hold on removals', () => {
  it.each([
    [0, 0, false, false],
    [10, 10, false, false],
    [11, 11, false, true],
    [11, 55, false, false],
    [11, 54, false, true],
    [1000, 5000, false, false],
    [1001, 5000, false, true],
    [1, 5000, true, true],
    [0, 5000, true, false],
  ])('%i of %i, with holes: %s → %s', (removals, known, incomplete, held) => {
    expect(shouldHold({ removals, known, incomplete })).toBe(held);
  });
});
