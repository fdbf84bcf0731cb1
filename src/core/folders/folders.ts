import type {
  Folder,
  FolderFailure,
  FolderOptions,
  LocalPlaces,
  Picked,
  PickReport,
  ScanReport,
} from '../../shared/folders.ts';
import type { ImageId, Rating } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { ScanProgress } from './scan.ts';

/** Folders of this machine whose pictures are in the library. Nothing in them is ever changed. */
export interface Folders {
  /** Looks at watched folders, and goes on where a scan was broken off. A terminal never starts it. */
  start(): void;
  list(): readonly Folder[];
  /** Adds a folder, or gives the one with this path these options. It is not scanned by this. */
  add(options: FolderOptions): Promise<Result<Folder>>;
  /**
   * Lets a folder go. The files in it stay as they are. `keep`: copies of its pictures stay in the library; else they are no longer kept for good. Pictures that are only
   * referred to are forgotten, but for those somebody has marked (favorites, collections, notes).
   */
  remove(id: number, keep: boolean, signal: AbortSignal): Promise<Result<readonly Folder[]>>;
  /** One scan at a time; a second one of the same folder joins the first. */
  scan(id: number, onProgress: ScanProgress, signal: AbortSignal): Promise<Result<ScanReport>>;
  /** Begins a scan and does not wait for it. */
  scanSoon(id: number): Result<Folder>;
  cancel(id: number): Result<Folder>;
  failures(id: number, limit: number): Result<readonly FolderFailure[]>;
  /** What adding the folder would do. */
  dryRun(options: FolderOptions, onProgress: ScanProgress, signal: AbortSignal): Promise<Result<ScanReport>>;
  /** The folder of a pool's source, brought in step; added as a reference where nobody has. */
  scanForPool(path: string, rating: Rating, signal?: AbortSignal): Promise<Result<void>>;
  /** Brings pictures in that were chosen one by one. */
  pick(picked: Picked, onProgress: ScanProgress, signal: AbortSignal): Promise<Result<PickReport>>;
  /** Where a picture lies. */
  placesOf(id: ImageId): LocalPlaces;
  /** Lets go of what is missing of a folder. What somebody has marked (favorites, collections, notes) stays in the library without its file. */
  forgetMissing(id: number, signal: AbortSignal): Promise<Result<Folder>>;
  /** Reads the places of a picture again. */
  reread(id: ImageId, signal?: AbortSignal): Promise<void>;
  stop(): Promise<void>;
}
