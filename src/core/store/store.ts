import type {
  Category,
  CurrentWallpaper,
  Filter,
  Fit,
  Image,
  ImageId,
  LibraryStats,
  ProviderId,
  RemoteImage,
  Settings,
  Tag,
} from '../../shared/model.ts';
import type { FavoriteRepository } from './favorite-repository.ts';
import type { OutboxRepository } from './outbox-repository.ts';
import type { SyncRepository } from './sync-repository.ts';

/** The SQLite library. Every repository method is synchronous and short (no task over 50 ms); SQL lives nowhere else. */
export interface Store {
  readonly driver: { readonly name: string; readonly version: string };
  readonly images: ImageRepository;
  readonly files: FileRepository;
  readonly wallpapers: WallpaperRepository;
  readonly settings: SettingsRepository;
  readonly lists: ListRepository;
  readonly favorites: FavoriteRepository;
  readonly outbox: OutboxRepository;
  readonly sync: SyncRepository;
  /** Runs `work` in one immediate transaction; nested calls join it. */
  transaction<T>(work: () => T): T;
  stats(): LibraryStats;
  /** `PRAGMA integrity_check` and `foreign_key_check`; empty when all is well. */
  check(): readonly string[];
  close(): void;
}

export interface ImageRepository {
  /** Inserts or refreshes metadata (tags, artists, sources replaced as a whole). Never touches files or favorites. */
  upsert(images: readonly RemoteImage[]): void;
  get(id: ImageId): Image | null;
  /** In the order asked; unknown ids are left out. */
  getMany(ids: readonly ImageId[]): readonly Image[];
  /** Images whose full picture is on disk and which match the filter, for browsing offline. Keyset paging; `random` orders by a seed in the cursor. */
  browseCached(
    filter: Filter,
    page: { readonly cursor: string | null; readonly limit: number },
  ): { readonly images: readonly Image[]; readonly cursor: string | null };
  /** One random image on disk (or favorite), by rating, none of `exclude`. */
  pick(options: {
    readonly from: 'library' | 'favorites';
    readonly rating: 'safe' | 'any';
    readonly exclude: readonly ImageId[];
    readonly random: () => number;
  }): Image | null;
}

export interface FileRecord {
  /** sha256 of the content, hex. */
  readonly hash: string;
  readonly bytes: number;
  readonly extension: string;
  readonly width: number;
  readonly height: number;
}

export interface FileRepository {
  /** Records a file already on disk and ties it to the image; sets the image's dominant color and hash where unknown. */
  attach(
    id: ImageId,
    file: FileRecord,
    found: { readonly dominantColor: string | null; readonly hash: string | null },
  ): void;
  /** The image's file is gone from disk. */
  detach(hash: string): void;
  of(id: ImageId): FileRecord | null;
  byHash(hash: string): FileRecord | null;
  /** Never evict this image's file. */
  keep(id: ImageId): void;
  touch(id: ImageId): void;
  /** In the order of their hashes, those after `after`. */
  all(after: string | null, limit: number): readonly FileRecord[];
  count(): number;
  /** Records a thumbnail on disk; `edge` is its longest edge in pixels. */
  attachThumbnail(hash: string, edge: number, bytes: number): void;
  detachThumbnail(hash: string, edge: number): void;
  thumbnailsOf(hash: string): readonly { readonly edge: number; readonly bytes: number }[];
  /** An image without a file whose service says that its file has this md5. */
  wanting(md5: string): ImageId | null;
  /** Files no image pins (kept, favorite or tombstone, in the wallpaper history), oldest use first. */
  evictable(limit: number): readonly FileRecord[];
  unpinnedBytes(): number;
}

export interface WallpaperRepository {
  record(entry: {
    readonly display: string;
    readonly id: ImageId;
    readonly fit: Fit;
    readonly backend: string;
    readonly verified: boolean;
    readonly at: number;
  }): void;
  /** The newest entry of each display. */
  current(): readonly CurrentWallpaper[];
  /** Ids shown lately, newest first. */
  recent(limit: number): readonly ImageId[];
}

export interface SettingsRepository {
  get(): Settings;
  set(settings: Settings): void;
  /** Small values of the program itself (last filter, detected API version): JSON by key. */
  remember(key: string, value: unknown): void;
  recall(key: string): unknown;
}

/** The last known tags and categories of each service, for offline use. */
export interface ListRepository {
  tags(provider: ProviderId): { readonly tags: readonly Tag[]; readonly at: number } | null;
  saveTags(provider: ProviderId, tags: readonly Tag[], at: number): void;
  categories(provider: ProviderId): { readonly categories: readonly Category[]; readonly at: number } | null;
  saveCategories(provider: ProviderId, categories: readonly Category[], at: number): void;
}
