import type { ImageId } from '../../shared/model.ts';

/** A picture file, as the library records it. */
export interface IndexedFile {
  readonly hash: string;
  readonly bytes: number;
  readonly extension: string;
  readonly width: number;
  readonly height: number;
}

/** What picture files need of the library's records. The store's `FileRepository` is one. All of it is synchronous and may throw. */
export interface PictureIndex {
  attach(
    id: ImageId,
    file: IndexedFile,
    found: { readonly dominantColor: string | null; readonly hash: string | null },
  ): void;
  detach(hash: string): void;
  of(id: ImageId): IndexedFile | null;
  byHash(hash: string): IndexedFile | null;
  keep(id: ImageId): void;
  touch(id: ImageId): void;
  all(after: string | null, limit: number): readonly IndexedFile[];
  count(): number;
  attachThumbnail(hash: string, edge: number, bytes: number): void;
  detachThumbnail(hash: string, edge: number): void;
  thumbnailsOf(hash: string): readonly { readonly edge: number; readonly bytes: number }[];
  wanting(md5: string): ImageId | null;
}
