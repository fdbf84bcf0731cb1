/** Colors of a scene: the sky from top to horizon, land from far to near, and one accent (sun, moon, lines). */
export interface Palette {
  /** Also a tag. */
  readonly mood: string;
  readonly sky: readonly [string, string, string];
  readonly far: string;
  readonly near: string;
  readonly accent: string;
  readonly dark: boolean;
}

export const palettes: readonly Palette[] = [
  {
    mood: 'dawn',
    sky: ['#2b3a67', '#b56576', '#ffd6a5'],
    far: '#9a6f88',
    near: '#2a2138',
    accent: '#ffe8c7',
    dark: false,
  },
  {
    mood: 'dusk',
    sky: ['#1d1e4b', '#7a3e78', '#ff9472'],
    far: '#8a4a72',
    near: '#1a1430',
    accent: '#ffc38b',
    dark: true,
  },
  {
    mood: 'noon',
    sky: ['#3f8efc', '#87c5ff', '#e8f6ff'],
    far: '#9cc5c9',
    near: '#2f6f62',
    accent: '#fffbe0',
    dark: false,
  },
  {
    mood: 'midnight',
    sky: ['#05060f', '#0d1b3d', '#27407a'],
    far: '#1b2b55',
    near: '#03050d',
    accent: '#f4f1de',
    dark: true,
  },
  {
    mood: 'ember',
    sky: ['#3a0f12', '#a3312a', '#ffb347'],
    far: '#7d2b2a',
    near: '#1c090b',
    accent: '#ffe29a',
    dark: true,
  },
  {
    mood: 'mint',
    sky: ['#bfe9db', '#dff5ea', '#fdfdf3'],
    far: '#9fd3c0',
    near: '#2c6e63',
    accent: '#ff9f80',
    dark: false,
  },
  {
    mood: 'rose',
    sky: ['#f7c5cc', '#fbe1dd', '#fff6ee'],
    far: '#e0a3ae',
    near: '#7c3f58',
    accent: '#ffffff',
    dark: false,
  },
  {
    mood: 'slate',
    sky: ['#2f3b46', '#6c7f8d', '#cfd8dc'],
    far: '#7f929d',
    near: '#1f282f',
    accent: '#f2f5f6',
    dark: false,
  },
  {
    mood: 'lagoon',
    sky: ['#023047', '#219ebc', '#a8dadc'],
    far: '#3a8ea5',
    near: '#012a3a',
    accent: '#ffb703',
    dark: false,
  },
  {
    mood: 'autumn',
    sky: ['#f6d6a8', '#f9e5c4', '#fff6e3'],
    far: '#d68c45',
    near: '#6b2d14',
    accent: '#b7410e',
    dark: false,
  },
  {
    mood: 'violet',
    sky: ['#150734', '#4b1f6f', '#c77dff'],
    far: '#5a3286',
    near: '#0f0524',
    accent: '#ffd6ff',
    dark: true,
  },
  {
    mood: 'monochrome',
    sky: ['#111111', '#555555', '#dddddd'],
    far: '#8a8a8a',
    near: '#181818',
    accent: '#ffffff',
    dark: false,
  },
];

/** `#rrggbb` halfway (0 to 1) from one color to another, as CSS. */
export function mix(from: string, to: string, share: number): string {
  const channel = (text: string, at: number): number => parseInt(text.slice(at, at + 2), 16);
  const parts = [1, 3, 5].map((at) => Math.round(channel(from, at) * (1 - share) + channel(to, at) * share));
  return `#${parts.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}

export function fade(color: string, alpha: number): string {
  return `${color}${Math.round(Math.max(0, Math.min(1, alpha)) * 255)
    .toString(16)
    .padStart(2, '0')}`;
}
