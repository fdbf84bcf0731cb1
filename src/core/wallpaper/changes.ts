import type { AppliedWallpaper, CurrentWallpaper } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';
import type { ChangeReason, HistoryEntry } from '../../shared/rotation.ts';
import type { Scene } from './scene.ts';

type Progress = (done: number, total: number | null) => void;

/**
 * The desktop and its history together: every change goes through here, so that there is always a way back. Before a change what somebody else
 * has put there is noticed and kept.
 */
export interface Changes {
  /** Shows a scene and records it. The content gate is the caller's. */
  show(
    scene: Scene,
    reason: ChangeReason,
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper>>;
  /** To the entry before on each display (ids; null is all). */
  previous(displays: readonly string[] | null, signal?: AbortSignal): Promise<Result<AppliedWallpaper>>;
  /** Forth again after `previous`; null where every display shows its newest entry. */
  forward(signal?: AbortSignal): Promise<Result<AppliedWallpaper> | null>;
  undo(signal?: AbortSignal): Promise<Result<AppliedWallpaper>>;
  jump(entry: number, signal?: AbortSignal): Promise<Result<AppliedWallpaper>>;
  /** Puts back what was last shown where the desktop has lost it. From this disk alone. */
  restore(signal?: AbortSignal): Promise<Result<AppliedWallpaper>>;
  /** Looks whether somebody else has changed a wallpaper, and records it with a copy where it can be had. Answers whether there was something new. */
  notice(signal?: AbortSignal): Promise<boolean>;
  list(page: { readonly display: string | null; readonly before: number | null; readonly limit: number }): {
    readonly entries: readonly HistoryEntry[];
    readonly next: number | null;
    readonly hidden: number;
  };
  canUndo(): boolean;
  /** What each display shows now, whatever the content setting; outside pictures left out. */
  current(): readonly CurrentWallpaper[];
}
