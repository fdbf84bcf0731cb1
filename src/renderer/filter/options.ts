import type { FavoriteQuery, Filter, Fit, Orientation, OriginId, ProviderId, Settings } from '../../shared/model.ts';
import { t } from '../messages/index.ts';

/** The choices of the model, in the order they are shown. (The schemas themselves stay out of the page.) */
export const providers = ['waifu-im', 'yiff-rest'] as const satisfies readonly ProviderId[];
export const providerNames: Readonly<Record<ProviderId, string>> = { 'waifu-im': 'waifu.im', 'yiff-rest': 'yiff.rest' };
export const orientations = ['landscape', 'portrait', 'square'] as const satisfies readonly Orientation[];
export const motions = ['any', 'no', 'yes'] as const satisfies readonly Filter['animated'][];
export const ratings = ['safe', 'any', 'adult'] as const satisfies readonly Filter['rating'][];
export const fits = ['fill', 'fit', 'blur', 'center', 'stretch', 'tile', 'span'] as const satisfies readonly Fit[];
export const favoriteSorts = [
  'liked',
  'uploaded',
  'size',
  'artist',
] as const satisfies readonly FavoriteQuery['sort'][];
export const themes = ['system', 'light', 'dark'] as const satisfies readonly Settings['theme'][];
export const apiVersions = ['auto', 'v5', 'v7'] as const satisfies readonly Settings['waifuImApi'][];

/** Whose picture it is, in words: a service, or this machine. */
export function originName(origin: OriginId): string {
  return origin === 'local' ? t.image.local : providerNames[origin];
}

/** Sizes people know by name. */
export const sizePresets = {
  hd: { minWidth: 1920, minHeight: 1080 },
  qhd: { minWidth: 2560, minHeight: 1440 },
  uhd: { minWidth: 3840, minHeight: 2160 },
} as const;
export const weightPresets = { mb2: 2_000_000, mb5: 5_000_000, mb10: 10_000_000 } as const;

/** One of `options`, or `fallback`. */
export function oneOf<T extends string>(options: readonly T[], value: unknown, fallback: T): T {
  return options.find((option) => option === value) ?? fallback;
}
