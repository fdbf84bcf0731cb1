import { rm } from 'node:fs/promises';
import { appError } from '../../../shared/errors.ts';
import { fail, type Result } from '../../../shared/result.ts';
import type { Codec, ThumbnailResult } from '../codec.ts';
import { sizeOf } from '../disk.ts';
import type { Reservation } from './accountant.ts';

interface Target {
  readonly edge: number;
  readonly path: string;
}

/** Bytes a pixel of a thumbnail is given: hardly any takes the first, none takes the second (WebP is never larger than raw). */
const bytesPerPixel = [1, 4] as const;
/** For headers, which are the whole of a tiny thumbnail. */
const headerBytes = 4096;

/** The most a thumbnail of a picture of this size is allowed to take, in bytes. */
export function thumbnailBound(
  { width, height }: { readonly width: number; readonly height: number },
  edge: number,
  perPixel: number,
): number {
  const scale = Math.min(1, edge / Math.max(width, height));
  return Math.ceil(Math.ceil(width * scale) * Math.ceil(height * scale) * perPixel) + headerBytes;
}

/**
 * Makes thumbnails within a reservation, which grows by what they may take and is then shrunk to what they do take. The codec writes
 * nothing that is larger than it was allowed.
 */
export async function thumbnailsWithin(
  room: Reservation,
  codec: Pick<Codec, 'thumbnails'>,
  job: {
    readonly source: string;
    readonly size: { readonly width: number; readonly height: number };
    readonly targets: readonly Target[];
  },
  signal: AbortSignal,
): Promise<Result<ThumbnailResult>> {
  const before = room.bytes;
  for (const perPixel of bytesPerPixel) {
    const targets = job.targets.map((target) => ({
      ...target,
      maxBytes: thumbnailBound(job.size, target.edge, perPixel),
    }));
    const granted = await room.grow(before + targets.reduce((sum, { maxBytes }) => sum + maxBytes, 0), signal);
    if (!granted.ok) return granted;
    const made = await codec.thumbnails({ source: job.source, targets }, signal);
    if (made.ok) {
      let bytes = 0;
      for (const { path } of targets) bytes += (await sizeOf(path)) ?? 0;
      room.shrink(before + bytes);
      return made;
    }
    if (made.error.code !== 'too_large') return made;
    for (const { path } of targets) await rm(path, { force: true });
  }
  return fail(appError('bad_picture', 'The thumbnail of the picture would be larger than its pixels.'));
}
