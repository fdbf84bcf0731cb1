/** Colors in OKLCH (lightness 0–1, chroma, hue in degrees), by Björn Ottosson's matrices. Pure arithmetic. */
export interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number;
}
/** sRGB, each 0–1, gamma encoded. */
export type Rgb = readonly [number, number, number];

/** `#rrggbb` as sRGB; null for anything else. */
export function parseHex(text: string): Rgb | null {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (!match) return null;
  const part = (index: number): number => Number.parseInt(match[index] ?? '0', 16) / 255;
  return [part(1), part(2), part(3)];
}

export function toHex(rgb: Rgb): string {
  return `#${rgb
    .map((value) =>
      Math.round(Math.min(1, Math.max(0, value)) * 255)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;
}

const toLinear = (value: number): number => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
const fromLinear = (value: number): number => (value <= 0.0031308 ? value * 12.92 : 1.055 * value ** (1 / 2.4) - 0.055);

export function toOklch(rgb: Rgb): Oklch {
  const [r, g, b] = [toLinear(rgb[0]), toLinear(rgb[1]), toLinear(rgb[2])];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const bb = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    c: Math.hypot(a, bb),
    h: ((Math.atan2(bb, a) * 180) / Math.PI + 360) % 360,
  };
}

function toRgbUnclamped({ l, c, h }: Oklch): Rgb {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const l3 = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m3 = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s3 = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    fromLinear(4.0767416621 * l3 - 3.3077115913 * m3 + 0.2309699292 * s3),
    fromLinear(-1.2684380046 * l3 + 2.6097574011 * m3 - 0.3413193965 * s3),
    fromLinear(-0.0041960863 * l3 - 0.7034186147 * m3 + 1.707614701 * s3),
  ];
}

/** The color in sRGB; chroma is given up where sRGB cannot show it, lightness and hue are kept. */
export function toRgb(color: Oklch): Rgb {
  const inside = (rgb: Rgb): boolean => rgb.every((value) => value >= -0.0005 && value <= 1.0005);
  let low = 0;
  let high = color.c;
  let found = toRgbUnclamped(color);
  if (!inside(found)) {
    for (let step = 0; step < 18; step += 1) {
      const middle = (low + high) / 2;
      if (inside(toRgbUnclamped({ ...color, c: middle }))) low = middle;
      else high = middle;
    }
    found = toRgbUnclamped({ ...color, c: low });
  }
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  return [clamp(found[0]), clamp(found[1]), clamp(found[2])];
}

/** WCAG 2 contrast ratio, 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const luminance = (rgb: Rgb): number =>
    0.2126 * toLinear(rgb[0]) + 0.7152 * toLinear(rgb[1]) + 0.0722 * toLinear(rgb[2]);
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}
