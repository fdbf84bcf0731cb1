import { appError, type AppError } from '../../shared/errors.ts';
import type { AppliedWallpaper, Fit } from '../../shared/model.ts';
import type { PoolDraw } from '../wallpaper/carry-out.ts';
import type { Result } from '../../shared/result.ts';
import type { ChangeReason, PoolInfo, Pool, RotationPatch, RotationStatus } from '../../shared/rotation.ts';

type Progress = (done: number, total: number | null) => void;

/** Said to whoever wants another picture while safe is on. */
export const safeIsOn: AppError = appError(
  'invalid_input',
  '"Safe now" is on: nothing changes until it is released, in the window or the tray, or with: kabegami wallpaper safe off',
);

/** Changes pictures by themselves: which (pools, bag), when (schedule), and whether (pauses, safe). */
export interface Rotation {
  /** Starts the schedule, on hosts that stay. A terminal never starts it. */
  start(): void;
  /** Another picture on every display (or forth again after "previous"). */
  next(
    options: { readonly fit: Fit | null },
    onProgress: Progress,
    signal?: AbortSignal,
  ): Promise<Result<AppliedWallpaper>>;
  /** Another picture on every display now, for this reason. */
  change(reason: ChangeReason, onProgress: Progress, signal?: AbortSignal): Promise<Result<AppliedWallpaper>>;
  status(signal?: AbortSignal): Promise<Result<RotationStatus>>;
  set(patch: RotationPatch, signal?: AbortSignal): Promise<Result<RotationStatus>>;
  pause(until: string | null, signal?: AbortSignal): Promise<Result<RotationStatus>>;
  resume(signal?: AbortSignal): Promise<Result<RotationStatus>>;
  safe(on: boolean, signal?: AbortSignal): Promise<Result<RotationStatus>>;
  /** What displays have lost (see `Changes`); while safe is on, what it has not covered yet gets the safe picture first. */
  restore(signal?: AbortSignal, options?: { readonly atLogin: boolean }): Promise<Result<AppliedWallpaper>>;
  /** For what a person may put on a display although safe is on: ends as soon as safe is asked for (again), which covers it. */
  untilSafe(signal?: AbortSignal): AbortSignal;
  /** Does what changes the desktop, unless safe is on or is asked for meanwhile. */
  unlessSafe<T>(work: (signal: AbortSignal) => Promise<Result<T>>, signal?: AbortSignal): Promise<Result<T>>;
  pools(): readonly PoolInfo[];
  savePool(pool: Pool): Result<PoolInfo>;
  removePool(id: string): Result<readonly PoolInfo[]>;
  /** What may be shown has changed (content setting, blocks): replaces what may not stay, at once. Answers the displays that changed. */
  recheck(reason: 'content' | 'block'): Promise<readonly string[]>;
  /** Pools gave these pictures to displays: they have had their turn. Called inside the transaction that records the change. */
  drawn(draws: readonly PoolDraw[], reason: ChangeReason): void;
  stop(): Promise<void>;
}
