import type { ColorFamily } from './terms.ts';

/** A color in OKLab, where equal distances look equally different; lightness 0 to 1, the others about -0.4 to 0.4. */
export interface Oklab {
  readonly l: number;
  readonly a: number;
  readonly b: number;
}

/** Of `#rrggbb`; null where it is none. */
export function oklabOf(hex: string): Oklab | null {
  if (!/^#[0-9a-f]{6}$/i.test(hex)) return null;
  const linear = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  const [red, green, blue] = [linear(1), linear(3), linear(5)];
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

/** As a database keeps it: whole thousandths, and the color's name. */
export function colorNumbers(
  hex: string,
): { readonly l: number; readonly a: number; readonly b: number; readonly family: ColorFamily } | null {
  const lab = oklabOf(hex);
  if (lab === null) return null;
  const [l, a, b] = [Math.round(1000 * lab.l), Math.round(1000 * lab.a), Math.round(1000 * lab.b)];
  return { l, a, b, family: familyOf(lab) };
}

/** What people call it. */
function familyOf({ l, a, b }: Oklab): ColorFamily {
  const chroma = Math.hypot(a, b);
  if (l < 0.2) return 'black';
  if (chroma < 0.035) return l > 0.92 ? 'white' : l < 0.28 ? 'black' : 'grey';
  const hue = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
  if (hue < 15 || hue >= 345) return l > 0.68 ? 'pink' : 'red';
  if (hue < 42) return l > 0.75 ? 'pink' : 'red';
  if (hue < 80) return l < 0.58 ? 'brown' : 'orange';
  if (hue < 115) return l < 0.5 ? 'brown' : 'yellow';
  if (hue < 165) return 'green';
  if (hue < 215) return 'teal';
  if (hue < 285) return 'blue';
  if (hue < 325) return 'purple';
  return 'pink';
}
