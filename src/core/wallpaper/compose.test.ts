import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits, type Fit } from '../../shared/model.ts';
import type { ComposeLayer, Rect } from '../files/codec.ts';
import { boundingBox, layersFor, type Size, type SourcePicture } from './compose.ts';

const picture = (width: number, height: number): SourcePicture => ({ source: '/p.png', width, height });
const size = fc.record({ width: fc.integer({ min: 1, max: 6000 }), height: fc.integer({ min: 1, max: 6000 }) });
const canvasSize = fc.record({ width: fc.integer({ min: 16, max: 6000 }), height: fc.integer({ min: 16, max: 6000 }) });
const anyFit = fc.constantFrom<Fit>(...fits);

const close = 1e-6;
function inside(rect: Rect, outer: Size): boolean {
  return (
    rect.x >= -close &&
    rect.y >= -close &&
    rect.width > 0 &&
    rect.height > 0 &&
    rect.x + rect.width <= outer.width + close &&
    rect.y + rect.height <= outer.height + close
  );
}
/** How much wider than high the picture is drawn, against its own proportions: 1 is not distorted. */
function distortion({ from, to }: ComposeLayer): number {
  return to.width / from.width / (to.height / from.height);
}
const area = (rect: Size): number => rect.width * rect.height;

describe('layersFor', () => {
  it('never reads outside the picture, whatever the sizes', () => {
    fc.assert(
      fc.property(size, canvasSize, anyFit, (source, canvas, fit) => {
        for (const layer of layersFor(picture(source.width, source.height), canvas, fit)) {
          expect(inside(layer.from, source)).toBe(true);
          expect(inside(layer.to, canvas)).toBe(true);
        }
      }),
    );
  });

  it('distorts nothing but stretch, less than rounding to whole pixels', () => {
    fc.assert(
      fc.property(size, canvasSize, anyFit, (source, canvas, fit) => {
        fc.pre(fit !== 'stretch');
        for (const layer of layersFor(picture(source.width, source.height), canvas, fit)) {
          // A side of n pixels can be half a pixel off.
          const allowed = 0.51 / layer.to.width + 0.51 / layer.to.height + 1e-6;
          // One pixel is the least there is: extreme proportions cannot be kept below it.
          if (Math.min(layer.to.width, layer.to.height) > 1)
            expect(Math.abs(Math.log(distortion(layer)))).toBeLessThan(2 * allowed);
        }
      }),
    );
  });

  it('covers the whole canvas with fill, blur, stretch, tile and span', () => {
    fc.assert(
      fc.property(size, canvasSize, (source, canvas) => {
        for (const fit of ['fill', 'stretch', 'span'] as const) {
          const [layer] = layersFor(picture(source.width, source.height), canvas, fit);
          expect(layer?.to).toEqual({ x: 0, y: 0, ...canvas });
        }
        const [behind] = layersFor(picture(source.width, source.height), canvas, 'blur');
        expect(behind?.to).toEqual({ x: 0, y: 0, ...canvas });
        const tiles = layersFor(picture(source.width, source.height), canvas, 'tile');
        expect(tiles.length).toBeLessThanOrEqual(2000);
        expect(tiles.reduce((sum, tile) => sum + area(tile.to), 0)).toBe(area(canvas));
      }),
      { numRuns: 60 },
    );
  });

  it('fills with the largest centered crop', () => {
    expect(layersFor(picture(1000, 2000), { width: 1920, height: 1080 }, 'fill')).toEqual([
      {
        source: '/p.png',
        from: { x: 0, y: 718.75, width: 1000, height: 562.5 },
        to: { x: 0, y: 0, width: 1920, height: 1080 },
        blur: 0,
        brightness: 1,
      },
    ]);
  });

  it('fits a portrait whole between two bars', () => {
    const [layer] = layersFor(picture(1000, 2000), { width: 1920, height: 1080 }, 'fit');
    expect(layer?.from).toEqual({ x: 0, y: 0, width: 1000, height: 2000 });
    expect(layer?.to).toEqual({ x: 690, y: 0, width: 540, height: 1080 });
  });

  it('blurs: the picture whole, over its own blurred and darker self', () => {
    const layers = layersFor(picture(1000, 2000), { width: 1920, height: 1080 }, 'blur');
    expect(layers).toHaveLength(2);
    expect(layers[0]?.blur).toBeGreaterThan(0);
    expect(layers[0]?.brightness).toBeLessThan(1);
    expect(layers[1]).toMatchObject({ blur: 0, brightness: 1, to: { x: 690, y: 0, width: 540, height: 1080 } });
    // With the display's own proportions nothing of the blur would be seen.
    expect(layersFor(picture(960, 540), { width: 1920, height: 1080 }, 'blur')).toHaveLength(1);
  });

  it('centers without ever enlarging, and crops what is too large', () => {
    const [small] = layersFor(picture(100, 50), { width: 1920, height: 1080 }, 'center');
    expect(small?.to).toEqual({ x: 910, y: 515, width: 100, height: 50 });
    const [large] = layersFor(picture(4000, 500), { width: 1920, height: 1080 }, 'center');
    expect(large?.from).toEqual({ x: 1040, y: 0, width: 1920, height: 500 });
    expect(large?.to).toEqual({ x: 0, y: 290, width: 1920, height: 500 });
    fc.assert(
      fc.property(size, canvasSize, (source, canvas) => {
        const [layer] = layersFor(picture(source.width, source.height), canvas, 'center');
        expect([layer?.to.width, layer?.to.height]).toEqual([layer?.from.width, layer?.from.height]);
      }),
    );
  });

  it('tiles from the top left at its own size, the last ones cut off', () => {
    const layers = layersFor(picture(1000, 800), { width: 1920, height: 1080 }, 'tile');
    expect(layers.map((layer) => layer.to)).toEqual([
      { x: 0, y: 0, width: 1000, height: 800 },
      { x: 1000, y: 0, width: 920, height: 800 },
      { x: 0, y: 800, width: 1000, height: 280 },
      { x: 1000, y: 800, width: 920, height: 280 },
    ]);
    expect(layers[3]?.from).toEqual({ x: 0, y: 0, width: 920, height: 280 });
  });

  it('spans one picture over displays of different size, scale and position without seams', () => {
    const left = { x: 0, y: 0, width: 1920, height: 1080 };
    const right = { x: 1920, y: 100, width: 1080, height: 1920 };
    const box = boundingBox([left, right]);
    expect(box).toEqual({ x: 0, y: 0, width: 3000, height: 2020 });
    const source = picture(3000, 2020);
    expect(layersFor(source, left, 'span', { box, part: left })[0]?.from).toEqual(left);
    expect(layersFor(source, right, 'span', { box, part: right })[0]?.from).toEqual(right);
  });

  it('spans any layout at one scale, inside the picture', () => {
    const display = fc.record({
      x: fc.integer({ min: -4000, max: 4000 }),
      y: fc.integer({ min: -4000, max: 4000 }),
      width: fc.integer({ min: 64, max: 4000 }),
      height: fc.integer({ min: 64, max: 4000 }),
    });
    fc.assert(
      fc.property(size, fc.array(display, { minLength: 1, maxLength: 4 }), (source, displays) => {
        const box = boundingBox(displays);
        const scales = displays.map((part) => {
          const [layer] = layersFor(picture(source.width, source.height), part, 'span', { box, part });
          if (!layer) throw new Error('no layer');
          expect(inside(layer.from, source)).toBe(true);
          expect(distortion(layer)).toBeCloseTo(1, 4);
          return layer.to.width / layer.from.width;
        });
        for (const scale of scales) expect(scale / (scales[0] ?? 1)).toBeCloseTo(1, 4);
      }),
    );
  });
});
