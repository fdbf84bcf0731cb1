/**
 * The words that people choose from, without their schemas (model.ts, rotation.ts): a command that speaks to the running program starts in
 * half the time when it does not load zod.
 */
export const providerIds = ['waifu-im', 'yiff-rest'] as const;
export const fits = ['fill', 'fit', 'blur', 'center', 'stretch', 'tile', 'span'] as const;
export const favoriteSorts = ['liked', 'uploaded', 'size', 'artist'] as const;

/** Always there and unchangeable: the last search of Browse, the favorites, everything on this disk. */
export const builtInPools = ['browse', 'favorites', 'library'] as const;
/** A picture for each display, one for all, or one across all. */
export const layouts = ['each', 'same', 'span'] as const;
export const blockKinds = ['image', 'artist', 'tag'] as const;
