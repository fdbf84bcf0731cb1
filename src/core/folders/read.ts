import { lstat, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { appError, cancelled } from '../../shared/errors.ts';
import type { Image } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Codec, ThumbnailResult } from '../files/codec.ts';
import { hashFile, isMissing } from '../files/disk.ts';
import { inspectPicture, type Limits } from '../files/inspect.ts';
import { thumbnailEdges, type References } from '../files/pictures.ts';
import { createSharedWork } from '../files/shared-work.ts';
import type { ReadFile, SeenFile } from '../store/store.ts';
import { originalIn } from './inside.ts';
import { parseJsonSidecar, parseTextSidecar, sidecarLimit, type Sidecar } from './sidecars/sidecar.ts';
import { cleanLine } from './sidecars/values.ts';

/** What reading one file of a folder has come to. */
export type Reading =
  | {
      readonly kind: 'read';
      readonly file: ReadFile;
      readonly seen: SeenFile;
      readonly md5: string;
      readonly sidecars: SidecarCount;
    }
  | { readonly kind: 'gone' }
  /** Somebody is writing it right now. */
  | { readonly kind: 'busy' }
  /** It cannot be taken. `retry`: not because of what is in it. */
  | { readonly kind: 'refused'; readonly reason: string; readonly retry: boolean };

export interface SidecarCount {
  readonly read: number;
  readonly bad: number;
}

export type ReadPicture = (
  place: { readonly root: string; readonly path: string; readonly sidecars: readonly SeenFile[] },
  /** Is the image of this content decoded already? */
  isKnown: (hash: string) => boolean,
  options: { readonly thumbnail: boolean },
  signal?: AbortSignal,
) => Promise<Result<Reading>>;

/**
 * Reads one picture where it lies: its content's hash, its size, that it can be decoded, and what lies beside it. Nothing is written but its
 * thumbnail. Errors are those that the next picture would meet too: a full disk, a codec that does not start, `cancelled`.
 */
export function createReadPicture(parts: {
  readonly codec: Pick<Codec, 'thumbnails'>;
  readonly references: Pick<References, 'make'>;
  readonly limits: Limits;
}): ReadPicture {
  const { codec, references, limits } = parts;
  const decoding = createSharedWork<ThumbnailResult>();

  return async ({ root, path: relative, sidecars }, isKnown, options, signal) => {
    const original = await originalIn(root, relative);
    if (original === null) return ok({ kind: 'gone' });
    try {
      const before = await lstat(original);
      if (before.size > limits.byteLimit) {
        return ok(
          refused(
            `It is ${Math.ceil(before.size / 1e6)} MB; up to ${Math.floor(limits.byteLimit / 1e6)} MB are taken.`,
          ),
        );
      }
      const inspected = await inspectPicture(original, limits, { complete: true });
      if (!inspected.ok) return ok(refused(inWords(inspected.error.message)));
      const { sha256, md5 } = await hashFile(original, signal);
      const after = await lstat(original);
      if (after.size !== before.size || after.mtimeMs !== before.mtimeMs) return ok({ kind: 'busy' });

      const { extension, width, height, bytes } = inspected.value;
      let facts: ReadFile['facts'] = null;
      if (!isKnown(sha256)) {
        // Two files of the same content: one writes the thumbnail.
        const decoded = await decoding.join(
          sha256,
          (stop) =>
            options.thumbnail
              ? references.make(
                  { hash: sha256, edge: thumbnailEdges.small, source: original, size: { width, height } },
                  { spareOnly: true, signal: stop },
                )
              : codec.thumbnails({ source: original, targets: [] }, stop),
          signal === undefined ? {} : { signal },
        );
        if (!decoded.ok) {
          return decoded.error.code === 'bad_picture' || decoded.error.code === 'timeout'
            ? ok(refused(decoded.error.message))
            : decoded;
        }
        if (decoded.value.width * decoded.value.height !== width * height)
          return ok(refused('It is not of the size its header says.'));
        const { dominantColor, hash } = decoded.value;
        facts = { dominantColor, ownHash: /^0+$/.test(hash) ? null : hash };
      }
      const said = await readSidecars(root, sidecars);
      const animated = await moves(original, extension);
      const name = path.basename(relative, path.extname(relative));
      return ok({
        kind: 'read',
        md5,
        seen: { path: relative, bytes: after.size, mtime: after.mtimeMs },
        sidecars: said.count,
        file: {
          hash: sha256,
          said: said.sidecar?.rating ?? null,
          facts,
          describe: (known) =>
            describe(known, said.sidecar, {
              name,
              extension,
              width,
              height,
              bytes,
              md5,
              animated,
              modified: after.mtimeMs,
              hash: sha256,
            }),
        },
      });
    } catch (error) {
      if (signal?.aborted === true) return fail(cancelled);
      if (isMissing(error)) return ok({ kind: 'gone' });
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (code === 'EACCES' || code === 'EPERM')
        return ok(refused('You may not read it. Check its permissions.', true));
      if (code === 'ENOSPC')
        return fail(
          appError('disk_full', 'The disk is full: nothing more can be saved. Free some space and try again.'),
        );
      return ok(refused(`It cannot be read${code === '' ? '' : ` (${code})`}.`, true));
    }
  };

  async function readSidecars(
    root: string,
    places: readonly SeenFile[],
  ): Promise<{ readonly sidecar: Sidecar | null; readonly count: SidecarCount }> {
    let bad = 0;
    for (const place of places) {
      const sidecar = place.bytes > sidecarLimit ? null : await readSidecar(root, place.path);
      // The nearest that says anything is the one.
      if (sidecar !== null) return { sidecar, count: { read: 1, bad } };
      bad += 1;
    }
    return { sidecar: null, count: { read: 0, bad } };
  }
}

async function readSidecar(root: string, relative: string): Promise<Sidecar | null> {
  const file = await originalIn(root, relative);
  if (file === null) return null;
  try {
    const text = await readFile(file, 'utf8');
    if (text.length > sidecarLimit) return null;
    return relative.toLowerCase().endsWith('.json') ? parseJsonSidecar(text) : parseTextSidecar(text);
  } catch {
    return null;
  }
}

/** What a local picture is: what its sidecar says, else what was known of it, else what the file itself shows. */
function describe(
  known: Image | null,
  sidecar: Sidecar | null,
  file: {
    readonly name: string;
    readonly extension: string;
    readonly width: number;
    readonly height: number;
    readonly bytes: number;
    readonly md5: string;
    readonly hash: string;
    readonly animated: boolean;
    readonly modified: number;
  },
): ReturnType<ReadFile['describe']> {
  return {
    url: `local:${file.hash}`,
    width: file.width,
    height: file.height,
    bytes: file.bytes,
    extension: file.extension,
    animated: file.animated,
    tags: filled(sidecar?.tags) ?? known?.tags ?? [],
    category: known?.category ?? null,
    artists: filled(sidecar?.artists) ?? known?.artists ?? [],
    sources: filled(sidecar?.sources) ?? known?.sources ?? [],
    dominantColor: null,
    hash: null,
    md5: file.md5,
    pageUrl: sidecar?.pageUrl ?? known?.pageUrl ?? null,
    uploadedAt: sidecar?.date ?? known?.uploadedAt ?? new Date(file.modified).toISOString(),
    likedAt: null,
    likes: null,
    title: sidecar?.title ?? readable(file.name),
  };
}

function filled<T>(list: readonly T[] | undefined): readonly T[] | undefined {
  return list === undefined || list.length === 0 ? undefined : list;
}

/** A file's name as a title: what is invisible or turns text around is left out. */
function readable(name: string): string | null {
  return cleanLine(name, 300);
}

/** Does it move? By its header: a GIF may always. */
async function moves(file: string, extension: string): Promise<boolean> {
  if (extension === 'gif') return true;
  if (extension !== 'webp' && extension !== 'avif' && extension !== 'png') return false;
  const handle = await open(file, 'r');
  try {
    const { buffer } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    if (extension === 'webp') return buffer.toString('latin1', 12, 16) === 'VP8X' && ((buffer[20] ?? 0) & 2) !== 0;
    if (extension === 'avif') return buffer.toString('latin1', 8, 12) === 'avis';
    return buffer.indexOf('acTL', 0, 'latin1') > 0;
  } finally {
    await handle.close();
  }
}

function refused(reason: string, retry = false): Reading {
  return { kind: 'refused', reason, retry };
}

/** A sentence about what a service sent, said of a file. */
function inWords(message: string): string {
  return message.startsWith('What the service sent is not a picture')
    ? 'It is not a picture, whatever its name says.'
    : message;
}
