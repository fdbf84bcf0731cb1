import type { Image, ImageId, Rating, RemoteImage } from '../../shared/model.ts';

export interface StoredFolder {
  readonly key: number;
  /** Absolute. */
  readonly path: string;
  /** `copy`: its pictures are brought into the library. `reference`: they are read where they are. */
  readonly mode: 'copy' | 'reference';
  /** What its pictures are where nothing else is said of them. */
  readonly rating: Rating;
  readonly watch: boolean;
  readonly recursive: boolean;
  /** There because a pool names it. */
  readonly ofPool: boolean;
  /** Only files that were chosen one by one are in it. */
  readonly picked: boolean;
  /** When the last scan reached its end (ms). */
  readonly scannedAt: number | null;
}

/** A picture file as a scan sees it; `path` is inside the folder, with `/`. */
export interface SeenFile {
  readonly path: string;
  readonly bytes: number;
  /** Milliseconds, with what the file system gives after the point. */
  readonly mtime: number;
}

/** A file of a folder as it is remembered. */
export interface FolderFile extends SeenFile {
  readonly key: number;
  readonly folder: number;
  readonly missing: boolean;
  /** It has changed since it was read, or never was. */
  readonly todo: boolean;
  readonly hash: string | null;
  readonly image: ImageId | null;
}

/** What was read of a file. */
export interface ReadFile {
  /** sha256 of the content. */
  readonly hash: string;
  /** What its sidecar says; null: the folder's word counts. */
  readonly said: Rating | null;
  /** What decoding has shown: the mean color and our own perceptual hash (null where it would say nothing). Null: it is known already. */
  readonly facts: { readonly dominantColor: string; readonly ownHash: string | null } | null;
  /** The image to write down; the rating is the store's to work out from all places. `known` is what the library has of it. */
  readonly describe: (known: Image | null) => Omit<RemoteImage, 'id' | 'provider' | 'remoteId' | 'rating'>;
}

export interface FolderCounts {
  /** Pictures there now. */
  readonly pictures: number;
  /** Not there, and nowhere else either: what was moved or renamed is not missing. */
  readonly missing: number;
  readonly failed: number;
  /** Of the pictures: not certainly safe. */
  readonly adult: number;
}

/** Folders of this machine and the files in them. All lists are in slices: a folder may hold a hundred thousand. */
export interface FolderRepository {
  list(): readonly StoredFolder[];
  get(key: number): StoredFolder | null;
  byPath(path: string): StoredFolder | null;
  /** Adds it, or gives the one with this path these options. */
  save(folder: Omit<StoredFolder, 'key' | 'scannedAt'>, at: number): StoredFolder;
  /** Puts files that were chosen one by one into a folder of such files. `told`: what its owner says of them. Answers those that were not in it. */
  pick(folder: number, files: readonly SeenFile[], told: 'safe' | null): readonly string[];
  /** Takes one out again, without forgetting its image. Answers whether the folder is empty now. */
  unpick(folder: number, path: string): boolean;
  /** What is in it, in the order it came. */
  paths(folder: number, after: number, limit: number): readonly { readonly key: number; readonly path: string }[];
  /** Where the data of a picture may lie, the nearest first. */
  sidecarNames(path: string): readonly string[];
  /** Once its files are let go (see `dropFiles`). */
  remove(key: number): void;
  counts(key: number): FolderCounts;
  failures(key: number, limit: number): readonly { readonly path: string; readonly reason: string }[];

  /** Begins a scan; answers its number. */
  begin(folder: number): number;
  ended(folder: number, at: number): void;
  /** These files are there. New and changed ones are to be read; images of those that were missing are back. */
  seen(
    folder: number,
    scan: number,
    files: readonly SeenFile[],
  ): { readonly changed: number; readonly back: readonly ImageId[] };
  seenSidecars(folder: number, scan: number, files: readonly SeenFile[]): void;
  /** What is below `prefix` (inside the folder, ending in `/`; '' is all of it) could not be looked at: it stays as it is. */
  spare(folder: number, scan: number, prefix: string): void;
  /** Marks what scan did not see below `prefix` as missing, up to `limit` files. Answers how many (`left`: 0 is the end), and their images. */
  sweep(
    folder: number,
    scan: number,
    prefix: string,
    limit: number,
  ): { readonly left: number; readonly images: readonly ImageId[] };
  /** Pictures of changed sidecars are to be read again, up to `limit` sidecars. Answers how many sidecars. */
  spreadSidecars(folder: number, limit: number): number;
  /** Files to be read, after this key: those never read or missing before, then (`known`) those that have changed. */
  toRead(folder: number, kind: 'new' | 'known', after: number, limit: number): readonly FolderFile[];
  toReadCount(folder: number): number;
  file(folder: number, path: string): FolderFile | null;
  /** Sidecars that lie there for a picture, the nearest first. */
  sidecarsOf(folder: number, path: string): readonly SeenFile[];

  /**
   * A file was read: its image is found by content, goes on from the file as it was before, or is new. Answers the image, and whether it is new to
   * the library. With `done: false` the file is still to be read: what follows (a copy) is not yet done.
   */
  settle(file: number, read: ReadFile, done: boolean): { readonly image: ImageId; readonly added: boolean } | null;
  done(file: number): void;
  /** It was written between being seen and being read. */
  restamp(file: number, bytes: number, mtime: number): void;
  /** It cannot be taken. `retry`: the next scan tries again though it has not changed. */
  refuse(file: number, reason: string, retry: boolean): void;
  /** Its file is not there. */
  gone(file: number): void;

  imageOf(hash: string): ImageId | null;
  /** sha256 of a local image's content. */
  hashOf(id: ImageId): string | null;
  /** Where it lies, places that are there first. */
  placesOf(id: ImageId): readonly (FolderFile & { readonly root: string; readonly mode: StoredFolder['mode'] })[];
  /** Works the rating of these files' images out anew, up to `limit` after a key. Answers the last key; null at the end. */
  rateAgain(folder: number, after: number, limit: number): number | null;
  /** Lets up to `limit` files of a folder go; answers their images, null at the end. */
  dropFiles(folder: number, limit: number): readonly ImageId[] | null;
  /** The same of those that are missing. */
  dropMissing(folder: number, limit: number): readonly ImageId[] | null;
  /** Their copies in the library may go when room is needed. */
  letCopiesGo(ids: readonly ImageId[]): void;
  /** Forgets images that have no place, no file, and nobody's mark on them. Answers how many. */
  forget(ids: readonly ImageId[]): number;
}
