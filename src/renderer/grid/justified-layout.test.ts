import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createJustifiedLayout, ratioLimits, usableRatio, type JustifiedLayout } from './justified-layout.ts';

const all = (layout: JustifiedLayout) => layout.tiles(0, layout.rowCount - 1);

function laidOut(width: number, ratios: readonly number[], targetHeight = 200, gap = 4): JustifiedLayout {
  const layout = createJustifiedLayout({ width, targetHeight, gap });
  layout.append(ratios);
  layout.advance(Infinity);
  return layout;
}

describe('justified layout', () => {
  it('fills each closed row to the edge, with exactly one gap between neighbours', () => {
    const layout = laidOut(1000, [1.5, 1.5, 1.5, 0.7, 1.8, 1]);
    const first = layout.row(0);
    const tiles = layout.tiles(0, 0);
    expect(first.count).toBe(4);
    expect(tiles[0]?.x).toBe(0);
    expect(tiles.map((tile) => tile.x + tile.width).at(-1)).toBe(1000);
    expect((tiles[1]?.x ?? 0) - ((tiles[0]?.x ?? 0) + (tiles[0]?.width ?? 0))).toBe(4);
    expect(layout.row(1).top).toBe(first.height + 4);
  });

  it('shows an unfinished last row at the target height, unstretched', () => {
    const layout = laidOut(1000, [1.5]);
    expect(all(layout)).toEqual([{ index: 0, column: 1, x: 0, y: 0, width: 300, height: 200 }]);
    expect(layout.height).toBe(200);
  });

  it('knows nothing before it is advanced, and estimates its height on the way', () => {
    const layout = createJustifiedLayout({ width: 1000, targetHeight: 200, gap: 4 });
    expect([layout.rowCount, layout.height, layout.rowAt(5), layout.rowOf(0)]).toEqual([0, 0, -1, -1]);
    layout.append(new Array<number>(1000).fill(1));
    expect(layout.complete).toBe(false);
    expect(layout.advance(100)).toBe(false);
    const estimate = layout.height;
    while (!layout.advance(100));
    expect(Math.abs(estimate - layout.height) / layout.height).toBeLessThan(0.05);
  });

  it('treats unusable and extreme ratios as something that can be seen', () => {
    expect([NaN, 0, -1, Infinity].map(usableRatio)).toEqual([1, 1, 1, 1]);
    expect([usableRatio(0.001), usableRatio(99)]).toEqual([ratioLimits.min, ratioLimits.max]);
  });

  it('lays out again for another width and forgets on clear', () => {
    const layout = laidOut(1000, [1, 1, 1, 1, 1, 1]);
    layout.resize(300, 200);
    expect(layout.complete).toBe(false);
    layout.advance(Infinity);
    expect(all(layout)).toEqual(all(laidOut(300, [1, 1, 1, 1, 1, 1])));
    layout.clear();
    expect([layout.length, layout.rowCount, layout.height]).toEqual([0, 0, 0]);
  });

  const ratios = fc.array(fc.oneof(fc.double({ min: 0.2, max: 5 }), fc.constantFrom(NaN, 0, 1e9)), { maxLength: 300 });
  const width = fc.integer({ min: 120, max: 4000 });

  it('gives the same places however the pictures arrive, and never moves a closed row', () => {
    fc.assert(
      fc.property(ratios, width, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (list, w, sizes) => {
        const whole = laidOut(w, list);
        const pieces = createJustifiedLayout({ width: w, targetHeight: 200, gap: 4 });
        let at = 0;
        for (let turn = 0; at < list.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          pieces.append(list.slice(at, at + size));
          at += size;
          const rows = pieces.rowCount;
          const before = rows > 1 ? pieces.tiles(0, rows - 2) : [];
          pieces.advance(Infinity);
          expect(pieces.tiles(0, rows - 2).slice(0, before.length)).toEqual(before);
        }
        expect(all(pieces)).toEqual(all(whole));
      }),
      { numRuns: 150 },
    );
  });

  it('places every picture once, in order, inside the view, without overlap, and finds its row again', () => {
    fc.assert(
      fc.property(ratios, width, (list, w) => {
        const layout = laidOut(w, list);
        const tiles = all(layout);
        expect(tiles.map((tile) => tile.index)).toEqual(list.map((_, index) => index));
        for (const [index, tile] of tiles.entries()) {
          expect(tile.x).toBeGreaterThanOrEqual(0);
          expect(tile.x + tile.width).toBeLessThanOrEqual(w);
          expect(tile.height).toBeGreaterThan(0);
          expect(tile.y + tile.height).toBeLessThanOrEqual(layout.height);
          const next = tiles[index + 1];
          if (next)
            expect(next.y === tile.y ? next.x >= tile.x + tile.width : next.y >= tile.y + tile.height).toBe(true);
          const row = layout.rowOf(tile.index);
          expect(layout.rowAt(tile.y)).toBe(row);
          expect(layout.rowAt(tile.y + tile.height - 1)).toBe(row);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('has places for a million pictures and reaches the last', () => {
    const layout = createJustifiedLayout({ width: 1216, targetHeight: 240, gap: 4 });
    layout.append(Float32Array.from({ length: 1_000_000 }, (_, index) => 0.6 + ((index * 7919) % 100) / 80));
    while (!layout.advance(50_000));
    const last = layout.tiles(layout.rowCount - 1, layout.rowCount - 1).at(-1);
    expect(last?.index).toBe(999_999);
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBe(layout.height);
  });
});
