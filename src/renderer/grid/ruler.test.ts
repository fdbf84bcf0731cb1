import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markAt, nextMark, thumbOf, ticksOf } from './ruler.ts';

const marks = [
  { index: 0, label: 'May 2024' },
  { index: 10, label: 'April 2024' },
  { index: 400, label: 'March 2024' },
];

describe('the ruler', () => {
  it('tells what a picture belongs to', () => {
    expect([0, 9, 10, 399, 400, 9999].map((index) => marks[markAt(marks, index)]?.label)).toEqual([
      'May 2024',
      'May 2024',
      'April 2024',
      'April 2024',
      'March 2024',
      'March 2024',
    ]);
    expect(markAt([], 5)).toBe(-1);
    expect(markAt([{ index: 3, label: 'x' }], 2)).toBe(-1);
  });

  it('steps through its parts, and to the beginning of the one it is in first', () => {
    expect(nextMark(marks, 0, 1)).toBe(10);
    expect(nextMark(marks, 150, 1)).toBe(400);
    expect(nextMark(marks, 500, 1)).toBeNull();
    expect(nextMark(marks, 150, -1)).toBe(10);
    expect(nextMark(marks, 10, -1)).toBe(0);
    expect(nextMark(marks, 0, -1)).toBeNull();
    expect(nextMark([], 7, -1)).toBe(0);
  });

  it('finds the part of every picture, as a walk along all marks would', () => {
    const sorted = fc
      .uniqueArray(fc.nat(5000), { maxLength: 60 })
      .map((all) => all.sort((a, b) => a - b).map((index) => ({ index, label: String(index) })));
    fc.assert(
      fc.property(sorted, fc.nat(6000), (some, index) => {
        expect(markAt(some, index)).toBe(some.filter((mark) => mark.index <= index).length - 1);
        const next = nextMark(some, index, 1);
        expect(next).toBe(some.find((mark) => mark.index > index)?.index ?? null);
        const back = nextMark(some, index, -1);
        if (back !== null) expect(back).toBeLessThan(index);
      }),
    );
  });

  it('writes labels that do not run into each other, in order, within its height', () => {
    const places = fc.uniqueArray(fc.nat(100_000), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(places, fc.integer({ min: 40, max: 1200 }), (found, height) => {
        const some = found.sort((a, b) => a - b).map((index) => ({ index, label: String(index) }));
        const ticks = ticksOf(some, { shareAt: (index) => index / 100_000, length: 100_001, height, spacing: 24 });
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.some(({ label }) => label === some[0]?.label)).toBe(true);
        ticks.forEach(({ y }, at) => {
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(height);
          if (at > 0) expect(y - (ticks[at - 1]?.y ?? 0)).toBeGreaterThanOrEqual(24);
        });
      }),
    );
  });

  it('has a thumb that can be grasped, whatever the length', () => {
    expect(thumbOf(600, 60_000_000, 600)).toEqual({ size: 32, travel: 568 });
    expect(thumbOf(600, 1200, 600)).toEqual({ size: 300, travel: 300 });
    expect(thumbOf(600, 300, 600)).toEqual({ size: 600, travel: 0 });
    expect(thumbOf(600, 0, 600)).toEqual({ size: 600, travel: 0 });
  });
});
