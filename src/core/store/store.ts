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
import type { Block, BlockTarget, ChangeReason, Pool } from '../../shared/rotation.ts';
import type { CollectionRepository } from './collections.ts';
import type { EditRepository } from './edits.ts';
import type { DiskRepository } from './disk.ts';
import type { DuplicateRepository } from './duplicates.ts';
import type { FavoriteRepository } from './favorite-repository.ts';
import type { SavedSearchRepository } from './search/saved-searches.ts';
import type { SearchRepository } from './search/types.ts';
import type { NoteRepository } from './image-notes.ts';
import type { MergeRepository } from './merges.ts';
import type { FolderRepository } from './folder-repository.ts';
export type {
  FolderCounts,
  FolderFile,
  FolderRepository,
  ReadFile,
  SeenFile,
  StoredFolder,
} from './folder-repository.ts';
import type { OutboxRepository } from './outbox-repository.ts';
import type { SignatureRepository } from './signatures.ts';
import type { SyncRepository } from './sync-repository.ts';

/** The SQLite library. Every repository method is synchronous and short (no task over 50 ms); SQL lives nowhere else. */
export interface Store {
  readonly driver: { readonly name: string; readonly version: string };
  readonly images: ImageRepository;
  readonly files: FileRepository;
  readonly disk: DiskRepository;
  readonly wallpapers: WallpaperRepository;
  readonly pools: PoolRepository;
  readonly candidates: CandidateRepository;
  readonly bag: BagRepository;
  readonly finds: FindRepository;
  readonly folders: FolderRepository;
  readonly rotation: RotationStateRepository;
  readonly likeness: LikenessRepository;
  readonly blocks: BlockRepository;
  readonly signatures: SignatureRepository;
  readonly duplicates: DuplicateRepository;
  readonly merges: MergeRepository;
  readonly collections: CollectionRepository;
  readonly notes: NoteRepository;
  readonly edits: EditRepository;
  readonly search: SearchRepository;
  readonly savedSearches: SavedSearchRepository;
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
}

/** One picture that is now on a display. */
export interface ShownEntry {
  /** `Display.key` */
  readonly display: string;
  /** `Display.id` */
  readonly name: string;
  /** Null: set outside Kabegami. */
  readonly image: ImageId | null;
  /** File name of the copy of a picture that was set outside. */
  readonly outside: string | null;
  readonly fit: Fit;
  readonly backend: string;
  readonly verified: boolean;
}

/** An entry of the history as it is kept; the gate and the names for people come later. */
export interface StoredEntry extends ShownEntry {
  readonly key: number;
  readonly at: number;
  readonly reason: ChangeReason;
  readonly current: boolean;
}

/** One display's step of a change: from the entry it showed to the entry it shows. */
export interface Move {
  readonly display: string;
  readonly before: number | null;
  readonly after: number;
}

/**
 * What was on each display, in order, and which of it is there now. A new picture goes to the end; when the display had gone back, the picture it
 * showed is repeated first, so that "previous" always leads to what was seen before.
 */
export interface WallpaperRepository {
  /** Appends entries as one change. Answers the change's key and its moves. */
  record(change: { readonly reason: ChangeReason; readonly at: number; readonly entries: readonly ShownEntry[] }): {
    readonly change: number;
    readonly moves: readonly Move[];
  };
  /** Goes back or forth: the displays now show these entries. One change, which undo takes back; `undo` itself is not one. */
  move(change: {
    readonly reason: ChangeReason;
    readonly at: number;
    readonly moves: readonly { readonly display: string; readonly to: number }[];
  }): void;
  /** What each display shows now, as far as it is one of our images. */
  current(): readonly CurrentWallpaper[];
  /** What each display shows now, outside pictures included. */
  shown(): readonly StoredEntry[];
  entry(key: number): StoredEntry | null;
  /** The entry before (after) the one the display shows; null at the end. */
  neighbour(display: string, direction: 'before' | 'after'): StoredEntry | null;
  /** The entry before (after) this one on its display. */
  beside(entry: Pick<StoredEntry, 'display' | 'key'>, direction: 'before' | 'after'): StoredEntry | null;
  /** Newest first, of one display or all. */
  list(page: {
    readonly display: string | null;
    readonly before: number | null;
    readonly limit: number;
  }): readonly StoredEntry[];
  /** The newest change that is not undone, with its moves. */
  lastChange(): { readonly key: number; readonly reason: ChangeReason; readonly moves: readonly Move[] } | null;
  /** Marks it undone, and the displays show what they showed before it; those in `instead` that entry, where the one before cannot be shown. */
  undo(change: number, instead?: readonly { readonly display: string; readonly to: number }[]): void;
  /** A display that was known by its connector has told its lasting key: its history goes with it. */
  rename(from: string, to: string): void;
  /** Copies of outside pictures that an entry needs, newest first. */
  outsideFiles(limit: number): readonly string[];
}

/** What a display takes of a pool. All of it is decided by metadata, before anything is fetched. */
export interface CandidateRules {
  readonly rating: 'safe' | 'any';
  /** Null: any. A square picture suits every display. */
  readonly orientation: 'landscape' | 'portrait' | null;
  /** Smallest pixels that need not be enlarged. */
  readonly minWidth: number;
  readonly minHeight: number;
  /** False: pictures that move are left out. */
  readonly animated: boolean;
  /** True: only what is on this disk. */
  readonly cached: boolean;
}

/** Where candidates come from, in the store's terms. `finds`: what a query or a folder has shown to exist. */
export type CandidateSource =
  /** `references`: what is read in its owner's folders alone, of which the library has no file. */
  | { readonly kind: 'favorites' | 'library' | 'references' }
  | { readonly kind: 'collection'; readonly collection: number }
  | { readonly kind: 'filter'; readonly filter: Filter }
  | { readonly kind: 'finds'; readonly source: string }
  /** What lies in a folder of this machine, by its absolute path. */
  | { readonly kind: 'folder'; readonly path: string };

/** Draws from pools. Blocked images and tombstones are never candidates; an image in several sources counts once. */
export interface CandidateRepository {
  /** How many files the library has, and how many pictures are read in their owner's folders alone. */
  sizes(): { readonly files: number; readonly references: number };
  /** One uniformly random image that `pool` has not shown in the round of these rules (`fresh`) or any (`all`), none of `exclude`. */
  draw(options: {
    readonly source: CandidateSource;
    readonly rules: CandidateRules;
    readonly pool: string;
    readonly from: 'fresh' | 'all';
    /** Fresh in the round of these instead. */
    readonly round?: CandidateRules;
    readonly exclude: readonly ImageId[];
    readonly random: () => number;
  }): Image | null;
  /** Over all sources together. What is left is told by the round of these rules, or (`newest`) by the newest round that any display has begun. */
  count(options: {
    readonly sources: readonly CandidateSource[];
    readonly rules: CandidateRules;
    readonly pool: string;
    readonly round?: 'own' | 'newest';
  }): { readonly left: number; readonly total: number };
}

/**
 * When a pool has shown what, and since when that counts: each set of rules (a display's, with the network or without it, in safe hours or not) has
 * rounds of its own. What is shown by one counts for all, and a round that begins for one takes nothing from the others.
 */
export interface BagRepository {
  /** They are shown now. `at` in milliseconds; a clock that was set back does not matter. */
  mark(pool: string, ids: readonly ImageId[], at: number): void;
  /** Was it shown in the round of these rules? */
  has(pool: string, id: ImageId, rules: CandidateRules): boolean;
  /** A moment, to ask `shownAfter` with. */
  newest(pool: string): number;
  shownAfter(pool: string, id: ImageId, moment: number): boolean;
  /** A new round by these rules. */
  restart(pool: string, rules: CandidateRules): void;
  /** The pool is gone. */
  forget(pool: string): void;
}

export interface FindRepository {
  /** Adds what a source has shown to exist; the images are known already. Answers how many were new to it. */
  add(source: string, ids: readonly ImageId[]): number;
  /** These are no longer there (files of a folder). */
  take(source: string, ids: readonly ImageId[]): void;
  /** Exactly these exist now, by the images' keys. */
  set(source: string, keys: readonly number[]): void;
  list(source: string): readonly ImageId[];
  count(source: string): number;
}

export interface PoolRepository {
  list(): readonly Pool[];
  get(id: string): Pool | null;
  save(pool: Pool): void;
  remove(id: string): boolean;
}

/** Configuration and state of the rotation: JSON by key (`config`, `state`). What a newer version wrote falls back key by key at its reader. */
export interface RotationStateRepository {
  get(key: string): unknown;
  set(key: string, value: unknown): void;
}

/**
 * Images that look alike, by perceptual hashes: our own of the files on disk, and each service's own among its images. The index is in memory: a scan of a
 * million takes some milliseconds.
 */
export interface LikenessRepository {
  /** Reads a part of the index, some milliseconds' worth. True: all is read. Whoever asks before waits for all of it. */
  loadSome(): boolean;
  /** Near-duplicates of a known image (itself left out), at most `distance` of 64 bits apart. */
  of(id: ImageId, distance: number): readonly ImageId[];
}

/** What is never to be seen again. `image.blocked` follows from it, for what is known and for what comes. */
export interface BlockRepository {
  list(): readonly Block[];
  /** Also marks every known image it covers: an image's near-duplicates and same files, an artist's, a tag's. Answers the block and what it covers. */
  add(target: BlockTarget, at: number): { readonly block: Block; readonly images: readonly ImageId[] };
  /** Images that no other block covers are free again. */
  remove(target: BlockTarget): { readonly removed: boolean; readonly images: readonly ImageId[] };
  /** Is a file with this content or look (own hash) a blocked one? Asked before a download is kept; the image is blocked then. */
  refuses(
    id: ImageId,
    file: { readonly hash: string; readonly md5: string | null; readonly ownHash: string | null },
  ): boolean;
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
