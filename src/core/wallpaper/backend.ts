import type { Display, Fit } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';

/** One way of setting the wallpaper. */
export interface Backend {
  readonly id: string;
  /** What a person can do when this way fails, as a full sentence. */
  readonly cure: string;
  /**
   * What one application covers. `display`: some displays, the others stay as they are. `all`: every display at once, each with its own
   * file. `desktop`: one file for the whole desktop (a single target, its display being the box around all).
   */
  readonly takes: 'display' | 'all' | 'desktop';
  /** The desktop forgets its wallpaper when its session ends: an empty one is one to put back. */
  readonly forgets?: boolean;
  /** May it be used here and now? Looks at the running desktop first, then at the tools it needs. */
  detect(): Promise<Detection>;
  /** Shows each file on its display. Files are composed at the display's size. */
  apply(request: ApplyRequest, signal?: AbortSignal): Promise<Result<void>>;
  /** Asks the desktop what it shows now and compares. An error means that asking failed in a way that nobody expects. */
  verify(request: ApplyRequest, signal?: AbortSignal): Promise<Result<Verdicts>>;
  /** Gets ready to recognise these files, which will be shown soon, where that takes time. */
  expect?(targets: readonly Target[]): Promise<void>;
  /** Saves what `display` shows now as a picture of its size at `file`, for backends that take all at once; false where that cannot be read. */
  capture?(display: Display, file: string, displays: readonly Display[]): Promise<boolean>;
}

export interface Detection {
  readonly available: boolean;
  readonly reason: string;
  /** The backend is for the desktop that runs (whether or not its tools are there). */
  readonly suits: boolean;
}

export interface ApplyRequest {
  readonly targets: readonly Target[];
  /** Every display there is, in the order in which the desktop lists them. */
  readonly displays: readonly Display[];
}

export interface Target {
  readonly display: Display;
  /** Absolute path of the composed picture. */
  readonly file: string;
  /** The fit it was composed for. */
  readonly fit: Fit;
}

/** What the desktop shows on a display, by display id. A display left out is `unknown`. */
export type Verdicts = ReadonlyMap<string, Verdict>;

export interface Verdict {
  readonly shows: 'target' | 'other' | 'unknown';
  /** For people: what was read, or why nothing could be. */
  readonly detail: string;
}
