import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createScrollSpace } from './scroll-space.ts';

describe('scroll space', () => {
  it('is the identity below the cap', () => {
    const space = createScrollSpace();
    space.resize(50_000, 800);
    space.scrolled(12_345);
    expect([space.top, space.offset, space.physicalHeight, space.settle()]).toEqual([12_345, 0, 50_000, null]);
  });

  it('scrolls one to one above the cap, and puts the scrollbar right when it rests', () => {
    const space = createScrollSpace(10_000);
    space.resize(100_000, 1000);
    space.moveTo(50_000);
    const start = space.top - space.offset;
    space.scrolled(start + 120);
    expect(space.top).toBe(50_120);
    const settled = space.settle();
    expect(settled).not.toBeNull();
    expect(space.top).toBe(50_120);
    expect(space.top - space.offset).toBe(settled);
  });

  it('maps a jump in proportion', () => {
    const space = createScrollSpace(10_000);
    space.resize(100_000, 1000);
    space.scrolled(4500);
    expect(space.top).toBeCloseTo(49_500);
  });

  it('reaches both ends, whatever came before', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -3000, max: 3000 })), (moves) => {
        const space = createScrollSpace(10_000);
        space.resize(1_000_000, 900);
        let physical = 0;
        for (const move of moves) {
          physical = Math.min(9100, Math.max(0, physical + move));
          space.scrolled(physical);
          expect(space.top).toBeGreaterThanOrEqual(0);
          expect(space.top).toBeLessThanOrEqual(999_100);
        }
        space.scrolled(9100);
        expect(space.top).toBe(999_100);
        space.scrolled(0);
        expect(space.top).toBe(0);
      }),
    );
  });

  it('stays inside when the grid shrinks', () => {
    const space = createScrollSpace();
    space.resize(5000, 500);
    space.scrolled(4500);
    space.resize(1000, 500);
    expect(space.top).toBe(500);
  });
});
