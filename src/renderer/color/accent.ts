import { contrast, parseHex, toHex, toOklch, toRgb, type Rgb } from './oklch.ts';

/** The surfaces an accent must be readable on: the harshest of each theme (see styles/tokens.css). */
export const surfaces = { light: '#f0f0f2', dark: '#2b2b2f' } as const;
/** Text on an accent-colored button. */
export const onAccent = { light: '#ffffff', dark: '#111113' } as const;
/** The hue while no picture is in focus: the blue of a sky in the evening. */
export const defaultHue = 262;

export interface Accent {
  /** `#rrggbb`, at least 4.5:1 on every surface of the theme, and for the text that stands on it. */
  readonly light: string;
  readonly dark: string;
  /** Degrees, for tints. */
  readonly hue: number;
}

/** The accent for a picture's dominant color (`#rrggbb` or null): its hue, with lightness and chroma of our own. Grays keep the default hue. */
export function accentFor(dominantColor: string | null): Accent {
  const rgb = dominantColor === null ? null : parseHex(dominantColor);
  const source = rgb ? toOklch(rgb) : null;
  const colorful = source !== null && source.c >= 0.025;
  const hue = colorful ? source.h : defaultHue;
  const chroma = colorful ? Math.min(0.16, Math.max(0.085, source.c)) : 0.11;
  return { hue, light: readable(hue, chroma, 'light'), dark: readable(hue, chroma, 'dark') };
}

function readable(hue: number, chroma: number, theme: 'light' | 'dark'): string {
  const surface = parseHex(surfaces[theme]) as Rgb;
  const text = parseHex(onAccent[theme]) as Rgb;
  const step = theme === 'light' ? -0.01 : 0.01;
  for (let l = theme === 'light' ? 0.54 : 0.78; l > 0 && l < 1; l += step) {
    const hex = toHex(toRgb({ l, c: chroma, h: hue }));
    const shown = parseHex(hex) as Rgb;
    if (contrast(shown, surface) >= 4.5 && contrast(shown, text) >= 4.5) return hex;
  }
  return onAccent[theme === 'light' ? 'dark' : 'light'];
}
