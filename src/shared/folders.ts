import { z } from 'zod';
import { rating, type ImageId, type Rating } from './model.ts';

/** Folders of this machine whose pictures are in the library. */

/** `copy`: its pictures are brought into the library. `reference`: they stay where they are and are read there. */
export const folderMode = z.enum(['copy', 'reference']);
export type FolderMode = z.infer<typeof folderMode>;

export const folderId = z.number().int().positive();

export const folderOptions = z.object({
  /** Absolute. */
  path: z.string().min(1).max(4096),
  mode: folderMode.default('reference'),
  /** What its pictures are where nothing else is said of them. Nothing knows that but their owner: adult unless said otherwise. */
  rating: rating.default('adult'),
  /** Changes are noticed while the program runs, and looked for when it starts. */
  watch: z.boolean().default(false),
  /** With the folders in it. */
  recursive: z.boolean().default(true),
});
export type FolderOptions = z.output<typeof folderOptions>;

/** Pictures and folders that were chosen one by one, as by dragging them onto the window. */
export const picked = z.object({
  /** Absolute. */
  paths: z.array(z.string().min(1).max(4096)).min(1).max(5_000),
  mode: folderMode.default('reference'),
  rating: rating.default('adult'),
});
export type Picked = z.output<typeof picked>;

export interface PickReport {
  /** The pictures, in the library now, that may be seen. */
  readonly images: readonly ImageId[];
  /** Of the pictures: new to the library. */
  readonly added: number;
  /** Of the pictures: not certainly safe, while adult content is off. */
  readonly hidden: number;
  /** Folders among them, which are being read now. */
  readonly folders: readonly string[];
  readonly failed: number;
  /** The first of what failed: whole paths. */
  readonly failures: readonly FolderFailure[];
}

/** Where a picture of this machine lies. */
export interface LocalPlaces {
  readonly places: readonly { readonly folder: number; readonly path: string; readonly missing: boolean }[];
  /** The library has a copy of its own. */
  readonly copied: boolean;
}

export type FolderState =
  | { readonly kind: 'idle' | 'watching' | 'waiting' }
  /** `total` is null while the folder is being looked through, then the number of pictures to read. */
  | { readonly kind: 'scanning'; readonly done: number; readonly total: number | null }
  /** Not there now (a disk that is not plugged in), or it cannot be watched or read; `message` says what and what to do. */
  | { readonly kind: 'absent' | 'failed'; readonly message: string };

export interface Folder {
  readonly id: number;
  readonly path: string;
  readonly mode: FolderMode;
  readonly rating: Rating;
  readonly watch: boolean;
  readonly recursive: boolean;
  /** It is there because a pool names it, and goes with the pool. */
  readonly ofPool: boolean;
  /** Only pictures that were chosen one by one are in it. */
  readonly picked: boolean;
  readonly state: FolderState;
  readonly pictures: number;
  readonly missing: number;
  readonly failed: number;
  /** Of the pictures: not certainly safe. */
  readonly adult: number;
  readonly scannedAt: string | null;
}

export interface FolderFailure {
  /** Inside the folder, with `/`. */
  readonly path: string;
  readonly reason: string;
}

export interface ScanReport {
  /** Pictures by their names. */
  readonly found: number;
  /** New to the library; with `dryRun`: would be. */
  readonly added: number;
  /** Read again because they had changed. */
  readonly changed: number;
  /** In the library before. */
  readonly known: number;
  readonly failed: number;
  /** No longer there. */
  readonly missing: number;
  /** The first of what failed, in this scan and before. */
  readonly failures: readonly FolderFailure[];
  /** Folders and files that could not be looked at. */
  readonly unreadable: readonly string[];
  /** Files that are neither pictures nor data of pictures, by their ending. */
  readonly others: readonly { readonly ending: string; readonly files: number }[];
  /** Data files beside pictures that were read, and that could not be understood. */
  readonly sidecars: { readonly read: number; readonly bad: number };
}
