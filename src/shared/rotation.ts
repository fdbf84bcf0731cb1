import { z } from 'zod';
import type { Image } from './model.ts';
import { filter, fit, imageId, rating, type Fit } from './model.ts';
import { describeMistake, longestSearch, parse } from './search/index.ts';
import { blockKinds, builtInPools, layouts } from './names.ts';

export { blockKinds, builtInPools, layouts };

/**
 * The nouns of changing pictures by themselves: pools, schedule, history, blocks, collections.
 * Dates are UTC ISO 8601 strings, times of day are `HH:MM` in the rotation's time zone.
 */

/** Whatever names a display for good: `edid:…` where it tells its make and serial number, else its connector (`HDMI-1`). See `Display.key`. */
export const displayKey = z.string().min(1).max(200);

// --- Pools ------------------------------------------------------------------------------------------------------

export const poolId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'not a pool id such as "calm" (small letters, digits and -)');

const weight = z.number().int().min(1).max(100).default(1);
export const poolSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('favorites'), weight }),
  /** Everything on this disk. */
  z.object({ kind: z.literal('library'), weight }),
  z.object({ kind: z.literal('collection'), collection: z.number().int().positive(), weight }),
  /** What is on this disk and fits the filter. */
  z.object({ kind: z.literal('filter'), filter, weight }),
  /** What the service finds, now and then anew; what it found before is remembered. */
  z.object({ kind: z.literal('query'), filter, weight }),
  /** What a search of the library finds (the syntax of `shared/search`), now and then anew. */
  z.object({
    kind: z.literal('search'),
    query: z
      .string()
      .trim()
      .min(1)
      .max(longestSearch)
      .refine((query) => parse(query).mistakes.length === 0, {
        error: ({ input }) => {
          const [first] = parse(String(input)).mistakes;
          return first === undefined ? 'not a search' : describeMistake(String(input), first);
        },
      }),
    weight,
  }),
  /** The last search of Browse, as a query. */
  z.object({ kind: z.literal('browse'), weight }),
  /** Pictures of a folder of this machine. Nothing knows their rating but their owner: adult unless said otherwise. */
  z.object({
    kind: z.literal('folder'),
    path: z.string().min(1).max(4096),
    rating: rating.default('adult'),
    weight,
  }),
]);
export type PoolSource = z.output<typeof poolSource>;

export const pool = z.object({
  id: poolId,
  name: z.string().trim().min(1).max(100),
  sources: z.array(poolSource).min(1).max(20),
});
export type Pool = z.output<typeof pool>;

/** A pool with what there is in it. Counts are of pictures that may be shown at all; what a display can take of them is in its status. */
export interface PoolInfo extends Pool {
  readonly builtIn: boolean;
  /** Not shown yet in this round. */
  readonly left: number;
  readonly total: number;
  /** Left out because adult content is off. */
  readonly hidden: number;
}

/** Rules that give way, in this order, when a pool has nothing that keeps them all. */
export const relaxations = ['still', 'orientation'] as const;
/** `still`: pictures do not move. `orientation`: pictures lie as the display does. */
export type Relaxation = (typeof relaxations)[number];

// --- Schedule ---------------------------------------------------------------------------------------------------

export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'not a time of day such as "08:30"');

export const playlist = z.object({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'not a playlist id such as "work" (small letters, digits and -)'),
  name: z.string().trim().min(1).max(100),
  /** 0 is Sunday. Days on which it begins. */
  days: z.array(z.number().int().min(0).max(6)).min(1).max(7),
  from: timeOfDay,
  /** Not after `from`: on the next day. */
  to: timeOfDay,
  pool: poolId,
  /** Nothing but certainly safe pictures while it lasts, whatever the content setting. */
  safeOnly: z.boolean().default(false),
});
export type Playlist = z.output<typeof playlist>;

export const rotationConfig = z.object({
  on: z.boolean().default(false),
  /** A picture for each display, one for all, or one across all. */
  layout: z.enum(layouts).default('each'),
  pool: poolId.default('browse'),
  /** By display key: what differs there. */
  displays: z
    .record(displayKey, z.object({ pool: poolId.nullable().default(null), fit: fit.nullable().default(null) }))
    .default({}),
  everyMinutes: z.number().int().min(1).max(10_080).nullable().default(30),
  /** Cron patterns of five fields: `0 9 * * 1-5`. */
  times: z.array(z.string().trim().min(1).max(100)).max(20).default([]),
  /** IANA name; null is the system's. */
  timeZone: z.string().min(1).max(100).nullable().default(null),
  onStart: z.boolean().default(false),
  onWake: z.boolean().default(false),
  onDisplayChange: z.boolean().default(false),
  /** The first that applies wins. */
  playlists: z.array(playlist).max(50).default([]),
  pauseOnBattery: z.boolean().default(false),
  pauseOnFullScreen: z.boolean().default(false),
  /** How many times larger than itself a picture may be shown. 1: never larger. It never gives way. */
  maxUpscale: z.number().min(1).max(4).default(1),
  /** What "safe now" shows; null lets Kabegami choose. */
  safeImage: imageId.nullable().default(null),
});
export type RotationConfig = z.output<typeof rotationConfig>;

/** Any subset; unknown keys are refused. */
export const rotationPatch = z.strictObject(
  Object.fromEntries(
    Object.entries(rotationConfig.shape).map(([key, schema]) => [key, schema.unwrap().optional()]),
  ) as {
    [K in keyof typeof rotationConfig.shape]: z.ZodOptional<ReturnType<(typeof rotationConfig.shape)[K]['unwrap']>>;
  },
);
export type RotationPatch = z.output<typeof rotationPatch>;

/** Why the desktop changed. */
export const changeReasons = [
  'set', // a person chose the picture
  'next',
  'previous',
  'undo',
  'schedule',
  'start',
  'wake',
  'displays',
  'playlist', // another playlist began
  'restore', // the desktop had lost it
  'block', // what was there was blocked
  'content', // what was there is no longer allowed
  'safe',
  'outside', // somebody else changed it
] as const;
export type ChangeReason = (typeof changeReasons)[number];

export interface RotationDisplay {
  readonly key: string;
  /** `Display.id` */
  readonly id: string;
  readonly pool: { readonly id: string; readonly name: string };
  readonly fit: Fit;
  /** Of the pool, what this display can take: not shown yet in this round, and in all. */
  readonly left: number;
  readonly total: number;
  /** Rules that had to give way for `total` to be more than none. */
  readonly relaxed: readonly Relaxation[];
  /** Ready on this disk; null where there is none yet, or it may not be told. */
  readonly upcoming: Image | null;
}

export interface RotationStatus {
  readonly config: RotationConfig;
  readonly state: 'off' | 'running' | 'paused' | 'battery' | 'full-screen' | 'safe';
  /** While `paused`: until then; null is until resumed. */
  readonly pausedUntil: string | null;
  readonly safe: boolean;
  /** When the schedule changes the picture next. */
  readonly nextAt: string | null;
  /** The playlist that applies now. */
  readonly playlist: { readonly id: string; readonly name: string } | null;
  readonly lastChange: { readonly at: string; readonly reason: ChangeReason } | null;
  readonly lastError: { readonly code: string; readonly message: string; readonly at: string } | null;
  readonly displays: readonly RotationDisplay[];
  readonly canUndo: boolean;
}

// --- History ----------------------------------------------------------------------------------------------------

/** One picture that was on one display. */
export interface HistoryEntry {
  readonly key: number;
  /** `Display.key` */
  readonly display: string;
  /** `Display.id` at that time. */
  readonly displayName: string;
  /** Null: set outside Kabegami (`outside`), not to be told (`hidden`), or neither: the plain picture that Kabegami draws where it has no safe one. */
  readonly image: Image | null;
  readonly outside: boolean;
  readonly hidden: boolean;
  readonly fit: Fit;
  readonly at: string;
  readonly reason: ChangeReason;
  /** It is on its display now. */
  readonly current: boolean;
}

// --- Never again ------------------------------------------------------------------------------------------------

export const blockTarget = z.discriminatedUnion('kind', [
  /** The image, its near-duplicates, and the same file under any other name. */
  z.object({ kind: z.literal('image'), value: imageId }),
  /** By name, whatever its case. */
  z.object({ kind: z.literal('artist'), value: z.string().trim().min(1).max(200) }),
  z.object({ kind: z.literal('tag'), value: z.string().trim().min(1).max(100) }),
]);
export type BlockTarget = z.output<typeof blockTarget>;

export interface Block {
  readonly kind: BlockTarget['kind'];
  readonly value: string;
  /** For people: the artist of the image, the tag … */
  readonly label: string;
  readonly at: string;
  /** Known images it covers. */
  readonly images: number;
}
