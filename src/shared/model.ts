import { z } from 'zod';
import { favoriteSorts, fits, providerIds } from './names.ts';

export { favoriteSorts, fits, providerIds };

/**
 * The nouns of the program, as schemas and the types inferred from them.
 * Sizes are bytes and pixels; dates are UTC ISO 8601 strings; `null` means "not known" or "does not apply".
 */

export const providerId = z.enum(providerIds);
export type ProviderId = z.infer<typeof providerId>;

/** Where an image comes from: a service, or a folder of this machine. */
export const originIds = [...providerIds, 'local'] as const;
export type OriginId = (typeof originIds)[number];

/** A rating is never unknown here: whatever is not certainly safe is adult (see `ratingFrom`). */
export const rating = z.enum(['safe', 'adult']);
export type Rating = z.infer<typeof rating>;

/** Fail closed: only an explicit "not adult" is safe. */
export function ratingFrom(isAdult: boolean | null | undefined): Rating {
  return isAdult === false ? 'safe' : 'adult';
}

/** `<origin>:<remote id>`, such as `waifu-im:7622`. The remote id is letters, digits, `_` and `-` only. */
export const imageId = z
  .string()
  .regex(/^(waifu-im|yiff-rest|local):[A-Za-z0-9_-]{1,64}$/, 'not an image id such as "waifu-im:7622"');
export type ImageId = string;

export interface Artist {
  readonly name: string;
  /** https links to the artist's pages. */
  readonly links: readonly string[];
}

/** An image as its provider describes it. One shape for both services. */
export interface RemoteImage {
  readonly id: ImageId;
  readonly provider: OriginId;
  readonly remoteId: string;
  /** The full picture at the provider's host (https, or http on loopback); of a local one its id. Never fetched by the renderer. */
  readonly url: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number | null;
  /** Lower case, without the dot: `jpg`, `png`, `webp`, `gif`. */
  readonly extension: string;
  readonly rating: Rating;
  readonly animated: boolean;
  readonly tags: readonly string[];
  readonly category: string | null;
  readonly artists: readonly Artist[];
  readonly sources: readonly string[];
  /** `#rrggbb` */
  readonly dominantColor: string | null;
  /** 64-bit perceptual hash, 16 hex digits; null where unknown or all zeros. */
  readonly hash: string | null;
  readonly md5: string | null;
  /** The picture's page at the service, for people. */
  readonly pageUrl: string | null;
  readonly uploadedAt: string | null;
  /** When the account liked it at the service. */
  readonly likedAt: string | null;
  /** How many accounts like it at the service. */
  readonly likes: number | null;
  /** What people call it: of a local picture its file's name, or what the program that fetched it wrote down. Left out: null. */
  readonly title?: string | null;
}

/** An image as the program knows it. */
export interface Image extends RemoteImage {
  /** The full picture is on this disk: in the library, or in a folder of its owner's. */
  readonly cached: boolean;
  readonly favorite: boolean;
  /** Never again: its owner has blocked it, its like, its artist or one of its tags. The content gate lets it nowhere. */
  readonly blocked: boolean;
  /** The duplicate that was kept of the two; this one is seen nowhere any more (`blocked`). */
  readonly mergedInto?: ImageId;
  /** It is read where it lies, in a folder of its owner's; the library has no copy. */
  readonly inFolder?: true;
  readonly title: string | null;
}

export const orientation = z.enum(['landscape', 'portrait', 'square']);
export type Orientation = z.infer<typeof orientation>;

/** Landscape and portrait as the services mean them: wider than tall, taller than wide. */
export function orientationOf(size: { readonly width: number; readonly height: number }): Orientation {
  if (size.width === size.height) return 'square';
  return size.width > size.height ? 'landscape' : 'portrait';
}

const tagName = z.string().min(1).max(100);
const pixels = z.number().int().min(0).max(1_000_000);

/** What to look for. Every key but `provider` may be left out. */
export const filter = z.object({
  provider: providerId,
  /** All of these (AND). */
  tags: z.array(tagName).max(20).default([]),
  /** None of these. */
  excludedTags: z.array(tagName).max(20).default([]),
  /** A category's `db` name, such as `animals.birb`. */
  category: z
    .string()
    .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/, 'not a category such as "animals.birb"')
    .max(100)
    .nullable()
    .default(null),
  orientation: orientation.nullable().default(null),
  minWidth: pixels.default(0),
  minHeight: pixels.default(0),
  maxBytes: z.number().int().min(1).nullable().default(null),
  order: z.enum(['random', 'newest', 'favorites']).default('random'),
  /** `adult` and `any` need the owner's opt-in. */
  rating: z.enum(['safe', 'adult', 'any']).default('safe'),
  animated: z.enum(['yes', 'no', 'any']).default('any'),
});
export type Filter = z.output<typeof filter>;
export type FilterInput = z.input<typeof filter>;

/** `rating: unknown` where the service does not say; such tags are shown only after the opt-in. */
export interface Tag {
  readonly name: string;
  readonly description: string | null;
  readonly count: number | null;
  readonly rating: Rating | 'unknown';
}

export interface Category {
  /** `animals.birb`: what a filter takes. */
  readonly db: string;
  /** `Animals > Birb`: what people read. */
  readonly name: string;
  readonly count: number | null;
  readonly rating: Rating;
}

/** What a provider can be asked; views hide what does not apply. */
export interface ProviderInfo {
  readonly id: ProviderId;
  readonly name: string;
  readonly homepage: string;
  readonly baseUrl: string;
  readonly has: {
    readonly tags: boolean;
    readonly categories: boolean;
    readonly account: boolean;
    readonly favorites: boolean;
  };
  readonly orders: readonly Filter['order'][];
}

export interface Page {
  readonly images: readonly Image[];
  /** Items of the service's answer that were unusable and left out. */
  readonly dropped: number;
  /** Pass it to get the next page; null at the end. */
  readonly cursor: string | null;
  /** True when the service did not answer and this page is from the disk. */
  readonly offline: boolean;
  /** Where the service answered, but not with pictures (trouble of its own, too many requests): what it said. */
  readonly trouble?: string;
  /** Known matches left out because adult content is off. */
  readonly hidden: number;
}

// --- Displays and wallpaper -------------------------------------------------------------------------------------

/** Size in the display's own physical pixels; position in those of the largest scale factor, which on X11 and Windows are the same. */
export interface Display {
  /** The name the backend and the user know: `HDMI-1`, `LEFT`, `HEADLESS-1`, `screen`. */
  readonly id: string;
  /** Names this very display for good, wherever it is plugged in: `edid:…` where it tells its make and serial number, else the connector (`id`). */
  readonly key: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** How much room it takes at its position, where that is not its size: a display of a smaller scale factor among others. */
  readonly area?: { readonly width: number; readonly height: number };
  readonly scaleFactor: number;
  readonly primary: boolean;
}

/** `blur`: the picture whole, over its own blurred self. `span`: one picture over all displays. */
export const fit = z.enum(fits);
export type Fit = z.infer<typeof fit>;

export interface Applied {
  readonly display: string;
  readonly backend: string;
  /** The desktop was asked afterwards and showed this picture. */
  readonly verified: boolean;
}

export interface AppliedWallpaper {
  readonly applied: readonly Applied[];
  readonly images: readonly ImageId[];
  /** What came otherwise than asked, as a sentence: an earlier picture, because the one before may not be shown now or is gone. */
  readonly note?: string;
}

export interface CurrentWallpaper {
  /** `Display.id` */
  readonly display: string;
  /** `Display.key` */
  readonly displayKey: string;
  readonly image: Image;
  readonly fit: Fit;
  readonly setAt: string;
}

export interface CurrentWallpapers {
  readonly wallpapers: readonly CurrentWallpaper[];
  /** Adult pictures on displays while the opt-in is off: counted, not told. */
  readonly hidden: number;
}

export interface BackendInfo {
  readonly id: string;
  readonly available: boolean;
  /** Why it is or is not available, in words. */
  readonly reason: string;
}

// --- Settings ---------------------------------------------------------------------------------------------------

const baseUrl = z
  .url({ protocol: /^https?$/ })
  .refine(
    (text) => text.startsWith('https:') || /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:|\/|$)/.test(text),
    'must be https (http only on this machine)',
  )
  .transform((text) => text.replace(/\/+$/, ''));

/** The owner's settings. Flat on purpose: each key is what `settings set <key> <value>` takes. */
export const settings = z.object({
  /** The opt-in. Nothing adult is shown, fetched or applied while it is false. */
  adultContent: z.boolean().default(false),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** Closing the window keeps the tray icon and rotation alive. */
  closeToTray: z.boolean().default(true),
  wallpaperFit: fit.default('fill'),
  /** Start with the session, in the tray. Desktop program only. */
  openAtLogin: z.boolean().default(false),
  /** Say what came when the wallpaper changed by itself. Desktop program only. */
  notifyOnChange: z.boolean().default(false),
  /** Keys that work in every program. Desktop program only. */
  globalShortcuts: z.boolean().default(false),
  /** All pictures and thumbnails together take at most this many bytes (see docs/storage.md); those not kept make room, oldest use first. */
  cacheLimitBytes: z.number().int().min(50_000_000).max(1_000_000_000_000).default(10_000_000_000),
  /** The newest this many entries of the wallpaper history keep their pictures on this disk. */
  historyKept: z.number().int().min(0).max(10_000).default(200),
  waifuImUrl: baseUrl.default('https://api.waifu.im'),
  waifuImApi: z.enum(['auto', 'v5', 'v7']).default('auto'),
  /** Act on behalf of this user (needs the permission); null is the token's own account. */
  waifuImUserId: z.number().int().positive().nullable().default(null),
  yiffRestUrl: baseUrl.default('https://v2.yiff.rest'),
});
export type Settings = z.output<typeof settings>;

/** Any subset of the settings; unknown keys are refused. */
export const settingsPatch = z.strictObject(
  Object.fromEntries(Object.entries(settings.shape).map(([key, schema]) => [key, schema.unwrap().optional()])) as {
    [K in keyof typeof settings.shape]: z.ZodOptional<ReturnType<(typeof settings.shape)[K]['unwrap']>>;
  },
);
export type SettingsPatch = z.output<typeof settingsPatch>;

// --- Library ----------------------------------------------------------------------------------------------------

export interface LibraryStats {
  readonly images: number;
  /** Full pictures on disk. */
  readonly files: number;
  readonly bytes: number;
  readonly favorites: number;
  readonly thumbnails: number;
  readonly thumbnailBytes: number;
}

export interface Problem {
  readonly kind:
    | 'missing_file'
    | 'stray_file'
    | 'wrong_content'
    | 'unfinished_download'
    | 'database'
    | 'bad_thumbnail'
    | 'wrong_sums';
  /** The file's name in the data folder, or the table. */
  readonly subject: string;
  readonly message: string;
  readonly repaired: boolean;
}

export interface VerifyReport {
  /** No problem is left. */
  readonly clean: boolean;
  readonly problems: readonly Problem[];
  readonly checked: number;
}

export interface ProviderStatus {
  readonly id: ProviderId;
  readonly online: boolean;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface Status {
  readonly version: string;
  readonly dataFolder: string;
  /** Who holds the data folder: this host kind and its process id. */
  readonly owner: { readonly host: HostKind; readonly pid: number };
  readonly providers: readonly ProviderStatus[];
  readonly library: LibraryStats;
  readonly sqlite: { readonly driver: string; readonly version: string };
}

export type HostKind = 'desktop' | 'browser' | 'terminal';

// --- Favorites and accounts -------------------------------------------------------------------------------------

/** What the Favorites view asks. Everything may be left out. */
export const favoriteQuery = z.object({
  provider: providerId.nullable().default(null),
  /** Words looked for in tags, artists and ids. */
  search: z.string().max(200).default(''),
  tags: z.array(tagName).max(20).default([]),
  excludedTags: z.array(tagName).max(20).default([]),
  orientation: orientation.nullable().default(null),
  minWidth: pixels.default(0),
  minHeight: pixels.default(0),
  maxBytes: z.number().int().min(1).nullable().default(null),
  animated: z.enum(['yes', 'no', 'any']).default('any'),
  rating: z.enum(['safe', 'adult', 'any']).default('any'),
  sort: z.enum(favoriteSorts).default('liked'),
  /** Favorites and tombstones to skip, for reading a long list in parts. */
  offset: z.number().int().min(0).max(10_000_000).default(0),
  limit: z.number().int().min(1).max(10_000).default(10_000),
});
export type FavoriteQuery = z.output<typeof favoriteQuery>;

/** A favorite the service no longer lists. Its file is kept. */
export interface Tombstone {
  readonly image: Image;
  readonly removedAt: string;
}

export interface FavoriteList {
  readonly images: readonly Image[];
  /** Matches before `offset` and `limit`. */
  readonly total: number;
  /** Favorites left out because adult content is off. */
  readonly hidden: number;
  readonly tombstones: readonly Tombstone[];
}

export interface PendingEntry {
  readonly id: ImageId;
  readonly desired: 'liked' | 'unliked';
  readonly attempts: number;
  /** Why it is parked or was last refused; null while it just waits. */
  readonly reason: string | null;
  readonly parked: boolean;
}

export interface SyncReport {
  readonly pulled: number;
  readonly pushed: number;
  readonly dropped: number;
  /** Removals held back because they were too many to be believed; ask, then sync with `acceptRemovals`. */
  readonly held: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface SyncState {
  /** Grows when favorites or tombstones come or go: a list read at this number is still right. Counted anew in every run of the program. */
  readonly revision: number;
  readonly running: boolean;
  readonly lastSuccessAt: string | null;
  readonly lastError: { readonly code: string; readonly message: string } | null;
  readonly pending: number;
  readonly parked: number;
  readonly held: number;
  readonly favorites: number;
  readonly hidden: number;
  /** Favorites whose full picture is on disk. */
  readonly available: number;
  /** Favorites whose picture is not fetched because the storage limit leaves no room; they are tried again when it grows. */
  readonly waitingForRoom: number;
  /** An account token is set. */
  readonly account: boolean;
}

export interface Account {
  readonly provider: ProviderId;
  readonly configured: boolean;
  /** Where the secret is kept. `file` carries a visible warning; `environment` cannot be changed here. */
  readonly storage: 'keyring' | 'file' | 'environment' | null;
  readonly warning: string | null;
  /** The result of the last test in this process. */
  readonly valid: boolean | null;
  /** A geo block bypass value is kept. */
  readonly bypass: boolean;
}

/** Progress of long work; `request` is the id of the call that started it, null for background work. */
export interface Progress {
  readonly request: string | null;
  readonly kind:
    | 'download'
    | 'thumbnail'
    | 'wallpaper'
    | 'verify'
    | 'sync'
    | 'favorites-offline'
    | 'backup'
    | 'restore'
    | 'export'
    | 'clean-up'
    | 'duplicates'
    | 'import';
  readonly image: ImageId | null;
  readonly done: number;
  readonly total: number | null;
  readonly unit: 'bytes' | 'items';
}
