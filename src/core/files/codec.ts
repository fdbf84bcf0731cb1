import type { Result } from '../../shared/result.ts';
import type { LookDifference } from './compare-looks.ts';

/** Decodes and encodes pictures outside the main thread and outside the main process: a hostile file may only take the codec down. */
export interface Codec {
  /**
   * Makes WebP thumbnails of a picture file that has passed `inspect` (dimensions and pixel limit known to be fine).
   * Writes each target whole or not at all.
   */
  thumbnails(job: ThumbnailJob, signal?: AbortSignal): Promise<Result<ThumbnailResult>>;
  /** Draws pictures onto one canvas and writes it as PNG or JPEG, by the target's extension. */
  compose(job: ComposeJob, signal?: AbortSignal): Promise<Result<void>>;
  /** The signature of each picture file (see `look.ts`), as hex digits; null where one cannot be read. At most 50. */
  looks(job: LooksJob, signal?: AbortSignal): Promise<Result<readonly (string | null)[]>>;
  /** How far the pictures of each pair of files differ; null where one cannot be read. At most 50. */
  compare(job: CompareJob, signal?: AbortSignal): Promise<Result<readonly (LookDifference | null)[]>>;
  close(): Promise<void>;
}

export interface ThumbnailJob {
  readonly source: string;
  /** Longest edge in pixels, and where to write. Never enlarged. Larger than `maxBytes` fails with `too_large`, and nothing is written. */
  readonly targets: readonly { readonly edge: number; readonly path: string; readonly maxBytes?: number }[];
}

export interface ThumbnailResult {
  /** Mean color, `#rrggbb`. */
  readonly dominantColor: string;
  /** 64-bit difference hash, 16 hex digits. */
  readonly hash: string;
  /** The decoded size, EXIF orientation applied. */
  readonly width: number;
  readonly height: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface LooksJob {
  readonly sources: readonly string[];
}

export interface CompareJob {
  readonly pairs: readonly { readonly one: string; readonly other: string }[];
}

export interface ComposeJob {
  readonly target: string;
  readonly width: number;
  readonly height: number;
  /** `#rrggbb` behind everything. */
  readonly background: string;
  /** In painting order. */
  readonly layers: readonly ComposeLayer[];
}

export interface ComposeLayer {
  readonly source: string;
  /** Part of the source, in source pixels (may be fractional). */
  readonly from: Rect;
  /** Where it goes, in canvas pixels. */
  readonly to: Rect;
  /** Gaussian blur radius in canvas pixels; 0 is none. */
  readonly blur: number;
  /** 0 (black) to 1 (as it is). */
  readonly brightness: number;
}
