import { open, type FileHandle } from 'node:fs/promises';
import { imageSize } from 'image-size';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { magicLength, pictureType, undecodable, type PictureExtension } from './picture-type.ts';

export interface Inspected {
  readonly extension: PictureExtension;
  /** Upright: a JPEG's EXIF orientation is applied. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
}

export interface Limits {
  readonly pixelLimit: number;
  readonly byteLimit: number;
}

/** No format or codec here goes further on one side. */
const longestEdge = 65_535;
/** Metadata (ICC profiles, embedded previews) may stand before a JPEG's size: look at this much, then at more. */
const headLengths = [64 * 1024, 1024 * 1024, 16 * 1024 * 1024];
const tailLength = 64 * 1024;

/**
 * Looks at a picture file without decoding it: type by magic bytes, size by header, limits. `complete: true` also asks for the format's end
 * mark, for files whose length nothing else vouches for. Errors: `bad_picture`, `picture_too_large`; file system errors are thrown.
 */
export async function inspectPicture(
  file: string,
  limits: Limits,
  { complete }: { readonly complete: boolean },
): Promise<Result<Inspected>> {
  const handle = await open(file, 'r');
  try {
    const bytes = (await handle.stat()).size;
    if (bytes > limits.byteLimit) return fail(tooManyBytes(bytes, limits.byteLimit));
    const head = await read(handle, 0, magicLength);
    const extension = pictureType(head);
    const other = extension === null ? undecodable(head) : null;
    if (other !== null) return fail(appError('bad_picture', `${other} pictures cannot be decoded here.`));
    if (extension === null) {
      return fail(
        appError('bad_picture', `What the service sent is not a picture (${bytes} bytes of something else).`),
      );
    }
    const size = await readSize(handle, bytes);
    if (size === null) {
      return fail(appError('bad_picture', `The picture's header cannot be read: the ${extension} file is damaged.`));
    }
    const { width, height } = size;
    if (width < 1 || height < 1) return fail(appError('bad_picture', 'The picture has no pixels.'));
    if (width > longestEdge || height > longestEdge || width * height > limits.pixelLimit) {
      return fail(
        appError(
          'picture_too_large',
          `The picture is ${width} × ${height} pixels; Kabegami opens up to ${Math.floor(limits.pixelLimit / 1e6)} megapixels.`,
        ),
      );
    }
    if (complete && !(await hasEnd(handle, extension, bytes))) {
      return fail(appError('bad_picture', 'The picture is cut off: its end is missing.', { retryable: true }));
    }
    return ok({ extension, width, height, bytes });
  } finally {
    await handle.close();
  }
}

export function tooManyBytes(bytes: number, limit: number): ReturnType<typeof appError> {
  const mega = (value: number): string => `${Math.ceil(value / 1e6)} MB`;
  return appError('picture_too_large', `The picture is ${mega(bytes)}; Kabegami fetches up to ${mega(limit)}.`);
}

async function readSize(handle: FileHandle, bytes: number): Promise<{ width: number; height: number } | null> {
  for (const length of headLengths) {
    const head = await read(handle, 0, Math.min(length, bytes));
    try {
      const { width, height, orientation = 1 } = imageSize(head);
      if (!Number.isSafeInteger(width) || !Number.isSafeInteger(height)) return null;
      // 5 to 8 lie on their side.
      return orientation >= 5 ? { width: height, height: width } : { width, height };
    } catch {
      if (head.length >= bytes) return null;
    }
  }
  return null;
}

async function hasEnd(handle: FileHandle, extension: PictureExtension, bytes: number): Promise<boolean> {
  const from = Math.max(0, bytes - tailLength);
  const tail = await read(handle, from, bytes - from);
  switch (extension) {
    case 'jpg':
      return tail.lastIndexOf(Uint8Array.of(0xff, 0xd9)) >= 0;
    case 'png':
      return tail.lastIndexOf('IEND', undefined, 'latin1') >= 0;
    case 'gif':
      return tail.lastIndexOf(0x3b) >= Math.max(0, tail.length - 1024);
    case 'webp':
      return (await read(handle, 4, 4)).readUInt32LE(0) + 8 <= bytes;
    case 'bmp': {
      const length = (await read(handle, 2, 4)).readUInt32LE(0);
      return length === 0 || length <= bytes;
    }
    case 'avif':
      // Its boxes are found by offsets from its head; the codec sees what is missing.
      return true;
  }
}

/** Up to `length` bytes from `position`; less at the end of the file. */
async function read(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
