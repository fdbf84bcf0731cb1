import type { FavoriteList, FavoriteQuery, ImageId, PendingEntry, SyncReport, SyncState } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';

/** Favorites: local at once and forever, in step with the service when it can be. */
export interface Favorites {
  /** Reads thousands of images in parts, so it takes a few turns of the event loop. */
  list(query: FavoriteQuery): Promise<Result<FavoriteList>>;
  /** Likes images the library knows; ids it does not know are fetched from their provider first. Answers those that changed. */
  add(ids: readonly ImageId[], signal?: AbortSignal): Promise<Result<{ readonly changed: readonly ImageId[] }>>;
  remove(ids: readonly ImageId[]): Promise<Result<{ readonly changed: readonly ImageId[] }>>;
  toggle(id: ImageId, signal?: AbortSignal): Promise<Result<{ readonly favorite: boolean }>>;
  sync(
    options: { readonly acceptRemovals: boolean },
    progress: (done: number, total: number | null) => void,
    signal?: AbortSignal,
  ): Promise<Result<SyncReport>>;
  state(): SyncState;
  pending(): readonly PendingEntry[];
  restore(ids: readonly ImageId[]): Result<{ readonly changed: readonly ImageId[] }>;
  letGo(ids: readonly ImageId[]): Result<{ readonly changed: readonly ImageId[] }>;
  /** Starts the schedule: sync at start, every 30 minutes, on reconnect and after changes; background fetching of files. */
  start(): void;
  stop(): Promise<void>;
}
