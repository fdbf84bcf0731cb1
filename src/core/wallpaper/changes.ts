import type { AppliedWallpaper, CurrentWallpaper, Display } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { ChangeReason, HistoryEntry } from '../../shared/rotation.ts';
import type { Scene } from './scene.ts';

type Progress = (done: number, total: number | null) => void;

/**
 * The desktop and its history together: every change goes through here, so that there is always a way back. Before a change what somebody else
 * has put there is noticed and kept.
 */
export interface Changes {
  /**
   * Shows a scene and records it. Calls of all kinds run one after another; a `show` that waits is `cancelled` when a newer one covers its displays.
   * One that must be at once (`safe`, `block`, `content`) does not wait for another's download. Refused by the content gate as it is at that moment.
   *
   * @param known The very list that the stage answered a moment ago: it is not asked for the displays once more.
   */
  show(
    scene: Scene,
    reason: ChangeReason,
    onProgress: Progress,
    signal?: AbortSignal,
    known?: readonly Display[],
  ): Promise<Result<AppliedWallpaper>>;
  /** To the entry before on each display (ids; null is all). What may not be shown now is stepped over, here and in `forward` and `undo`. */
  previous(displays: readonly string[] | null, signal?: AbortSignal): Promise<Result<AppliedWallpaper>>;
  /** Forth again after `previous`; null where every display shows its newest entry. */
  forward(signal?: AbortSignal): Promise<Result<AppliedWallpaper> | null>;
  /**
   * Takes back the newest change that is not undone, on all its displays; what somebody else has set is a change too. One of which nothing would be
   * seen is taken back on the way. With `only`, that change alone, and nothing (`not_found`) when the newest was made for another reason.
   */
  undo(signal?: AbortSignal, only?: ChangeReason): Promise<Result<AppliedWallpaper>>;
  jump(entry: number, signal?: AbortSignal): Promise<Result<AppliedWallpaper>>;
  /**
   * Puts back what was last shown where the desktop has lost it. A picture of somebody else's is not overwritten but recorded: on a desktop that
   * keeps its wallpaper it was chosen while the program did not run. `atLogin`, on a desktop that forgets it, the one that was there before ours is what
   * the session itself puts there (its configuration, the greeter), and ours is lost. Nothing is asked of the network unless a file is missing; one
   * that cannot be fetched gives way to the newest earlier picture on this disk. Without a history the desktop is not even asked.
   */
  restore(signal?: AbortSignal, options?: { readonly atLogin: boolean }): Promise<Result<AppliedWallpaper>>;
  /** Looks whether somebody else has changed a wallpaper, and records it with a copy where it can be had. Answers whether there was something new. */
  notice(signal?: AbortSignal): Promise<boolean>;
  /** Waits until the history below knows what a process that was killed did not live to record. Nearly always there is nothing to wait for. */
  ready(signal?: AbortSignal): Promise<void>;
  list(page: { readonly display: string | null; readonly before: number | null; readonly limit: number }): {
    readonly entries: readonly HistoryEntry[];
    readonly next: number | null;
    readonly hidden: number;
  };
  canUndo(): boolean;
  /** What each display shows now, whatever the content setting; outside pictures left out. */
  current(): readonly CurrentWallpaper[];
  /** Begins nothing any more, and waits until the change that the desktop was told of is recorded. */
  stop(): Promise<void>;
}
