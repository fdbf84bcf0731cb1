import { describe, expect, it } from 'vitest';
import type { Display } from '../../shared/model.ts';
import { boundsOf, enlargement, previewLayers } from './fit-preview.ts';

const at = (id: string, x: number, y: number, width: number, height: number): Display => ({
  id,
  key: id,
  x,
  y,
  width,
  height,
  scaleFactor: 1,
  primary: x === 0,
});
const left = at('LEFT', 0, 0, 1920, 1080);
const right = at('RIGHT', 1920, 180, 1280, 720);
const both = [left, right];
const portrait = { width: 1000, height: 2000 };

describe('the preview of a fit', () => {
  it('fills: covers the display and cuts evenly', () => {
    expect(previewLayers('fill', portrait, left, [left])).toEqual([
      { x: 0, y: (1080 - 3840) / 2, width: 1920, height: 3840, repeat: false, blur: 0 },
    ]);
  });
  it('fits: shows the picture whole', () => {
    expect(previewLayers('fit', portrait, left, [left])[0]).toMatchObject({ x: 690, y: 0, width: 540, height: 1080 });
  });
  it('blurs: the picture whole over itself', () => {
    expect(previewLayers('blur', portrait, left, [left]).map((layer) => [layer.blur, layer.height])).toEqual([
      [40, 2 * (1920 + 160)],
      [0, 1080],
    ]);
    const wide = { width: 3840, height: 2160 };
    expect(previewLayers('blur', wide, left, [left])).toHaveLength(1);
  });
  it('centers at its own pixels, cut where it is larger', () => {
    expect(previewLayers('center', portrait, left, [left])[0]).toMatchObject({ x: 460, y: -460, width: 1000 });
  });
  it('stretches and tiles', () => {
    expect(previewLayers('stretch', portrait, left, [left])[0]).toMatchObject({ width: 1920, height: 1080 });
    expect(previewLayers('tile', portrait, left, [left])[0]).toMatchObject({ x: 0, y: 0, width: 1000, repeat: true });
  });
  it('spans: one picture over all displays, each showing its own part', () => {
    expect(boundsOf(both)).toEqual({ x: 0, y: 0, width: 3200, height: 1080 });
    const wide = { width: 3200, height: 1080 };
    expect(previewLayers('span', wide, left, both)[0]).toMatchObject({ x: 0, y: 0, width: 3200 });
    expect(previewLayers('span', wide, right, both)[0]).toMatchObject({ x: -1920, y: -180, width: 3200 });
  });
  it('tells when a picture will be enlarged', () => {
    expect(enlargement('fill', portrait, left, [left])).toBe(1.92);
    expect(enlargement('center', portrait, left, [left])).toBe(1);
    expect(enlargement('fit', portrait, left, [left])).toBeCloseTo(0.54);
  });
  it('has nothing to show for a picture without a size', () => {
    expect(previewLayers('fill', { width: 0, height: 0 }, left, [left])).toEqual([]);
    expect(boundsOf([])).toEqual({ x: 0, y: 0, width: 0, height: 0 });
  });
});
