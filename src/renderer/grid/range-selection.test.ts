import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeSelection } from './range-selection.svelte.ts';

const indexes = (selection: RangeSelection): number[] =>
  selection.ranges.flatMap(({ from, to }) => Array.from({ length: to - from }, (_, at) => from + at));

/** Sorted, not empty, not touching. */
const wellFormed = (selection: RangeSelection): void => {
  let end = -1;
  for (const { from, to } of selection.ranges) {
    expect(from).toBeGreaterThan(end);
    expect(to).toBeGreaterThan(from);
    end = to;
  }
};

describe('a selection of ranges', () => {
  const place = fc.integer({ min: 0, max: 60 });
  const action = fc.oneof(
    fc.record({ kind: fc.constantFrom('toggle', 'extend'), at: place }),
    fc.record({ kind: fc.constantFrom('add', 'remove'), at: place, to: place }),
    fc.record({ kind: fc.constant('clear') }),
  );

  it('selects what a set would', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const selection = new RangeSelection();
        const model = new Set<number>();
        let anchor = -1;
        for (const each of actions) {
          const { kind, at = 0, to = 0 } = each as { kind: string; at?: number; to?: number };
          if (kind === 'toggle') {
            selection.toggle(at);
            if (!model.delete(at)) model.add(at);
            anchor = at;
          } else if (kind === 'extend') {
            selection.toggle(at, true);
            if (anchor < 0) {
              if (!model.delete(at)) model.add(at);
            } else for (let n = Math.min(anchor, at); n <= Math.max(anchor, at); n += 1) model.add(n);
            anchor = at;
          } else if (kind === 'add') {
            selection.add(at, to);
            for (let n = at; n < to; n += 1) model.add(n);
          } else if (kind === 'remove') {
            selection.remove(at, to);
            for (let n = at; n < to; n += 1) model.delete(n);
          } else {
            selection.clear();
            model.clear();
            anchor = -1;
          }
          wellFormed(selection);
          expect(selection.size).toBe(model.size);
        }
        expect(indexes(selection)).toEqual([...model].sort((a, b) => a - b));
        for (let n = 0; n <= 61; n += 1) expect(selection.has(n)).toBe(model.has(n));
      }),
    );
  });

  it('keeps the same pictures selected when they move, come and go', () => {
    const keys = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 80 });
    fc.assert(
      fc.property(keys, keys, fc.array(fc.nat(79)), (before, after, chosen) => {
        const selection = new RangeSelection();
        const selected = new Set<number>();
        for (const at of chosen) {
          const key = before[at];
          if (key === undefined) continue;
          selection.add(at, at + 1);
          selected.add(key);
        }
        selection.carry(Uint32Array.from(before), Uint32Array.from(after));
        wellFormed(selection);
        expect(indexes(selection).map((at) => after[at])).toEqual(after.filter((key) => selected.has(key)));
      }),
    );
  });

  it('holds everything of a million as one range, through a change', () => {
    const keys = Uint32Array.from({ length: 1_000_000 }, (_, at) => at + 1);
    const selection = new RangeSelection();
    selection.add(0, keys.length);
    selection.carry(keys, keys.slice().reverse());
    expect(selection.ranges).toEqual([{ from: 0, to: 1_000_000 }]);
  });
});
