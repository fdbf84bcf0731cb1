import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accentFor, defaultHue, onAccent, surfaces } from './accent.ts';
import { contrast, parseHex, toHex, toOklch, toRgb, type Rgb } from './oklch.ts';

const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
const rgb = (text: string): Rgb => parseHex(text) ?? [0, 0, 0];

describe('OKLCH', () => {
  it('knows the reference values', () => {
    const red = toOklch(rgb('#ff0000'));
    expect(red.l).toBeCloseTo(0.628, 3);
    expect(red.c).toBeCloseTo(0.2577, 3);
    expect(red.h).toBeCloseTo(29.23, 1);
    expect(toOklch(rgb('#ffffff')).l).toBeCloseTo(1, 3);
    expect(contrast(rgb('#000000'), rgb('#ffffff'))).toBeCloseTo(21, 5);
  });
  it('comes back to the same color', () => {
    fc.assert(
      fc.property(hex, (color) => {
        expect(toHex(toRgb(toOklch(rgb(color))))).toBe(color);
      }),
    );
  });
  it('refuses what is not a color', () => {
    expect(['red', '#fff', '#12345g', ''].map(parseHex)).toEqual([null, null, null, null]);
  });
});

describe('the accent', () => {
  it('can be read on every surface, and text can be read on it, whatever the picture', () => {
    fc.assert(
      fc.property(fc.option(hex), (color) => {
        const accent = accentFor(color);
        for (const theme of ['light', 'dark'] as const) {
          expect(contrast(rgb(accent[theme]), rgb(surfaces[theme]))).toBeGreaterThanOrEqual(4.5);
          expect(contrast(rgb(accent[theme]), rgb(onAccent[theme]))).toBeGreaterThanOrEqual(4.5);
        }
      }),
      { numRuns: 400 },
    );
  });
  it('keeps the hue of a colorful picture', () => {
    const accent = accentFor('#b04a2f');
    expect(Math.abs(toOklch(rgb(accent.dark)).h - toOklch(rgb('#b04a2f')).h)).toBeLessThan(6);
  });
  it('has a hue of its own for gray pictures and none', () => {
    expect([accentFor('#808080').hue, accentFor(null).hue, accentFor('nonsense').hue]).toEqual([
      defaultHue,
      defaultHue,
      defaultHue,
    ]);
  });
});
