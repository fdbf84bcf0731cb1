import { z } from 'zod';
import type { Image } from './model.ts';

/**
 * Where the disk goes. The first five are picture files, by what keeps them: each file is counted once, under the first that holds for it. Those up to
 * `incoming` count against the limit; the rest is told beside it.
 */
export const storageClasses = [
  'favorite',
  'collection',
  'wallpaper',
  'kept',
  'cache',
  'thumbnail',
  'incoming',
  'composed',
  'references',
  'outside',
  'lost',
  'database',
  'backup',
  'replaced',
  'log',
] as const;
export type StorageClass = (typeof storageClasses)[number];
/** What may be cleaned up, and what keeps a picture from it. */
export type KeepClass = 'favorite' | 'collection' | 'wallpaper' | 'kept' | 'cache';

export interface StorageShare {
  readonly class: StorageClass;
  readonly files: number;
  readonly bytes: number;
  /** Counts against the limit. */
  readonly limited: boolean;
}

export interface StorageUsage {
  /** `cacheLimitBytes` */
  readonly limit: number;
  /** All shares that count against it. */
  readonly used: number;
  /** Of it, what is never cleaned up: pictures and their thumbnails. */
  readonly pinned: number;
  /** Of it, what goes first when there is no room: pictures and their thumbnails. */
  readonly evictable: number;
  readonly shares: readonly StorageShare[];
  /** Picture files by where they came from; empty is a file of no image. */
  readonly providers: readonly { readonly provider: string; readonly files: number; readonly bytes: number }[];
  readonly largest: readonly { readonly image: Image; readonly bytes: number; readonly class: KeepClass }[];
  /** Left out of `largest`: not to be seen now. */
  readonly hidden: number;
  /** Of the volume of the data folder; null where it cannot be asked. */
  readonly disk: { readonly free: number; readonly total: number } | null;
}

const bytes = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

/** What is to be cleaned up. Nothing that is kept is ever among it. */
export const cleanUp = z.object({
  /** Pictures that are not kept, oldest use first, until pictures and thumbnails take at most so many bytes. */
  to: bytes.nullable().default(null),
  /** Pictures that are not kept and were not used for so many milliseconds. */
  unusedFor: bytes.nullable().default(null),
  /** Thumbnails of pictures that are gone, and what is left of downloads that did not finish. */
  leftovers: z.boolean().default(false),
  /** Copies of the database that were not finished. */
  backups: z.boolean().default(false),
});
export type CleanUp = z.output<typeof cleanUp>;

export const cleanUpKinds = ['cache', 'leftover', 'backup'] as const;
export type CleanUpKind = (typeof cleanUpKinds)[number];

export interface CleanUpPlan {
  /** Stands for exactly what is listed here: `library.gc` does it only while it is still that. */
  readonly plan: string;
  readonly files: number;
  readonly bytes: number;
  readonly parts: readonly { readonly kind: CleanUpKind; readonly files: number; readonly bytes: number }[];
  /** The first pictures to go. */
  readonly examples: readonly { readonly image: Image; readonly bytes: number; readonly usedAt: string }[];
  /** What counts against the limit afterwards. */
  readonly left: number;
  /** How much more that is than `to`, because it is kept; 0 where it fits. */
  readonly above: number;
}

export interface CleanUpReport {
  readonly files: number;
  readonly bytes: number;
  /** What counts against the limit now. */
  readonly left: number;
}
