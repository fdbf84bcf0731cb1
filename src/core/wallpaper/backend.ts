import type { Display, Fit } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';

/** One way of setting the wallpaper. */
export interface Backend {
  readonly id: string;
  /** May it be used here and now? Looks at the running desktop first, then at the tools it needs. */
  detect(): Promise<{ readonly available: boolean; readonly reason: string }>;
  /** Shows each file on its display. Files are composed at the display's size. */
  apply(targets: readonly Target[], signal?: AbortSignal): Promise<Result<void>>;
  /** Asks the desktop what it shows now and compares: true for each display that shows its target. */
  verify(targets: readonly Target[], signal?: AbortSignal): Promise<Result<ReadonlyMap<string, boolean>>>;
}

export interface Target {
  readonly display: Display;
  /** Absolute path of the composed picture. */
  readonly file: string;
  /** The fit it was composed for. */
  readonly fit: Fit;
}
