import type { IndexedFile } from '../picture-index.ts';
import type { ReferenceIndex } from '../reference-shelf.ts';

/** A file that may be evicted, and its place in the order of eviction. */
export interface CachedFile extends IndexedFile {
  readonly usedAt: number;
  /** Of its thumbnails, which go with it. */
  readonly thumbnailBytes: number;
}

/** What the quota needs of the library's sums. The store's `DiskRepository` is one. All of it is synchronous and may throw. */
export interface DiskIndex {
  /** Thumbnails of pictures that stay in their folders. */
  readonly references: ReferenceIndex;
  /** Bytes of all pictures and thumbnails. */
  bytes(): number;
  /** Bytes of those that are never evicted. */
  pinnedBytes(): number;
  /** Oldest use first. */
  evictable(page: {
    readonly after: Pick<CachedFile, 'usedAt' | 'hash'> | null;
    readonly limit: number;
  }): readonly CachedFile[];
  isEvictable(hash: string): boolean;
  audit(after: string | null, limit: number, repair: boolean): { readonly wrong: number; readonly last: string | null };
  sumsAreRight(repair: boolean): boolean;
}
