import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import type { RemoteImage } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { fileError } from './file-error.ts';
import { tooManyBytes } from './inspect.ts';
import type { Reservation } from './quota/accountant.ts';

/** How a picture's bytes come here. The body may fail with an `Error` whose `cause` is the `AppError` to tell. */
export type FetchPicture = (
  url: string,
  options: { readonly signal?: AbortSignal | undefined; readonly maxBytes: number; readonly from?: number | undefined },
) => Promise<
  Result<{
    /** Bytes of `body`, where the host says so. */
    readonly contentLength: number | null;
    readonly contentType: string | null;
    /** Where `body` starts, for a host that can go on from the middle; 0 where it is left out. */
    readonly from?: number;
    readonly body: ReadableStream<Uint8Array>;
  }>
>;

export interface Downloaded {
  readonly hash: string;
  readonly md5: string;
  readonly bytes: number;
  /** The length was vouched for: by the host, the service's metadata or a checksum. */
  readonly proven: boolean;
}

/** A download that breaks off is gone on with this many times. */
const resumptions = 2;

/**
 * Fetches the picture of `image` into `target` (which must not exist), through to the disk. Checks length and md5. When it fails, `target` is gone.
 */
export async function download(
  image: Pick<RemoteImage, 'url' | 'bytes' | 'md5'>,
  target: string,
  parts: {
    readonly fetchPicture: FetchPicture;
    readonly byteLimit: number;
    /** Is made as large as the file before each write; its owner gives it back. */
    readonly room: Reservation;
    readonly signal: AbortSignal;
    readonly onProgress: (done: number, total: number | null) => void;
  },
): Promise<Result<Downloaded>> {
  let result: Result<Downloaded>;
  try {
    const handle = await open(target, 'wx');
    try {
      result = await fetchInto(handle, image, parts);
    } finally {
      await handle.close();
    }
  } catch (error) {
    result = fail(parts.signal.aborted ? cancelled : (fileError(error) ?? transferError(error)));
  }
  if (!result.ok) await rm(target, { force: true });
  return result;
}

async function fetchInto(
  handle: FileHandle,
  image: Pick<RemoteImage, 'url' | 'bytes' | 'md5'>,
  { fetchPicture, byteLimit, room, signal, onProgress }: Parameters<typeof download>[2],
): Promise<Result<Downloaded>> {
  if (image.bytes !== null && image.bytes > byteLimit) return fail(tooManyBytes(image.bytes, byteLimit));
  // Before the host is bothered for what has no place.
  const known = await room.grow(image.bytes ?? 0, signal);
  if (!known.ok) return known;
  let sha256 = createHash('sha256');
  let md5 = createHash('md5');
  let bytes = 0;
  let total: number | null;

  for (let attempt = 0; ; attempt += 1) {
    const answer = await fetchPicture(image.url, { signal, maxBytes: byteLimit, from: bytes });
    if (!answer.ok) return answer;
    const { contentLength, body, from = 0 } = answer.value;
    if (from !== bytes) {
      // The host begins again.
      await handle.truncate(0);
      sha256 = createHash('sha256');
      md5 = createHash('md5');
      bytes = 0;
    }
    total = contentLength === null ? null : bytes + contentLength;
    const reader = body.getReader();
    let broken: unknown = null;
    try {
      if (total !== null && total > byteLimit) return fail(tooManyBytes(total, byteLimit));
      // One of the two is wrong: nothing has to go for that.
      if (total !== null && image.bytes !== null && total !== image.bytes) return fail(wrongLength(total, image.bytes));
      const announced = await room.grow(total ?? 0, signal);
      if (!announced.ok) return announced;
      for (;;) {
        const chunk = await reader.read().catch((error: unknown) => {
          broken = error;
          return { done: true as const, value: undefined };
        });
        if (chunk.done) break;
        bytes += chunk.value.length;
        if (bytes > byteLimit) return fail(tooManyBytes(bytes, byteLimit));
        sha256.update(chunk.value);
        md5.update(chunk.value);
        const place = await room.grow(bytes, signal);
        if (!place.ok) return place;
        await write(handle, chunk.value, bytes - chunk.value.length);
        onProgress(bytes, total ?? image.bytes);
      }
    } finally {
      await reader.cancel().catch(() => undefined);
    }
    if (signal.aborted) return fail(cancelled);
    if (broken === null) break;
    const error = transferError(broken);
    if (!error.retryable || attempt >= resumptions) return fail(error);
  }

  const expected = total ?? image.bytes;
  if ((expected !== null && bytes !== expected) || (image.bytes !== null && bytes !== image.bytes)) {
    return fail(wrongLength(bytes, expected !== bytes ? expected : image.bytes));
  }
  const checksum = md5.digest('hex');
  if (image.md5 !== null && checksum !== image.md5.toLowerCase()) {
    return fail(
      appError('bad_picture', 'The picture arrived damaged: its checksum is wrong. Try again later.', {
        retryable: true,
      }),
    );
  }
  await handle.sync();
  return ok({ hash: sha256.digest('hex'), md5: checksum, bytes, proven: expected !== null || image.md5 !== null });
}

function wrongLength(bytes: number, expected: number | null): AppError {
  return appError('bad_picture', `The picture arrived with ${bytes} bytes instead of ${expected}. Try again later.`, {
    retryable: true,
  });
}

async function write(handle: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < chunk.length) {
    const { bytesWritten } = await handle.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}

/** What a broken transfer means: what the sender of the error says, else that the connection broke. */
function transferError(error: unknown): AppError {
  const cause = error instanceof Error ? error.cause : undefined;
  if (typeof cause === 'object' && cause !== null && 'code' in cause && 'message' in cause && 'retryable' in cause) {
    return cause as AppError;
  }
  return appError('offline', 'The connection broke while the picture was being fetched. Try again.', {
    retryable: true,
  });
}
