import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clampPan, fitScale, fitted, panBy, toggleZoom, wheelFactor, zoomLimits, zoomTo } from './zoom.ts';

const view = { width: 1000, height: 800 };
const picture = { width: 4000, height: 2000 };

describe('zoom', () => {
  it('fits the whole picture and enlarges small ones no more than twice', () => {
    expect(fitScale(view, picture)).toBe(0.25);
    expect(fitScale(view, { width: 100, height: 100 })).toBe(2);
    expect(fitScale({ width: 0, height: 0 }, picture)).toBe(1);
  });
  it('keeps what is under the cursor under the cursor', () => {
    const before = zoomTo(fitted(view, picture), 1, { x: 0, y: 0 }, view, picture);
    const point = { x: 200, y: -100 };
    const after = zoomTo(before, 2, point, view, picture);
    expect((point.x - after.x) / after.scale).toBeCloseTo((point.x - before.x) / before.scale);
    expect((point.y - after.y) / after.scale).toBeCloseTo((point.y - before.y) / before.scale);
  });
  it('goes to real pixels on a double click and back', () => {
    const close = toggleZoom(fitted(view, picture), { x: 0, y: 0 }, view, picture);
    expect(close.scale).toBe(1);
    expect(toggleZoom(close, { x: 9, y: 9 }, view, picture)).toEqual(fitted(view, picture));
  });
  it('never shows more emptiness than it must', () => {
    const number = fc.double({ min: -1e5, max: 1e5, noNaN: true });
    const size = fc.record({ width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 9000 }) });
    fc.assert(
      fc.property(size, size, number, number, fc.double({ min: 0.001, max: 50, noNaN: true }), (v, p, x, y, scale) => {
        const zoom = panBy(zoomTo(fitted(v, p), scale, { x, y }, v, p), x, y, v, p);
        const { min, max } = zoomLimits(v, p);
        expect(zoom.scale).toBeGreaterThanOrEqual(min);
        expect(zoom.scale).toBeLessThanOrEqual(max);
        for (const [at, shown, space] of [
          [zoom.x, p.width * zoom.scale, v.width],
          [zoom.y, p.height * zoom.scale, v.height],
        ] as const) {
          if (shown <= space) expect(at).toBe(0);
          else expect(Math.abs(at)).toBeLessThanOrEqual((shown - space) / 2 + 1e-6);
        }
        expect(clampPan(zoom, v, p)).toEqual(zoom);
      }),
    );
  });
  it('reads wheels in pixels, lines and pages, and never jumps', () => {
    expect(wheelFactor({ deltaY: -100, deltaMode: 0, ctrlKey: false })).toBeGreaterThan(1);
    expect(wheelFactor({ deltaY: 3, deltaMode: 1, ctrlKey: false })).toBeLessThan(1);
    expect(wheelFactor({ deltaY: 99, deltaMode: 2, ctrlKey: true })).toBe(0.5);
  });
});
