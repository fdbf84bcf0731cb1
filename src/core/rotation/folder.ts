import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { imageSizeFromFile } from 'image-size/fromFile';
import { appError, cancelled } from '../../shared/errors.ts';
import type { ImageId, Rating, RemoteImage } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { ImageRepository } from '../store/store.ts';

/** Finds the pictures of a folder and makes them known. Answers their ids. The folder itself is only read. */
export type ScanFolder = (folder: string, rating: Rating, signal?: AbortSignal) => Promise<Result<readonly ImageId[]>>;

const extensions: Readonly<Record<string, string>> = {
  '.jpg': 'jpg',
  '.jpeg': 'jpg',
  '.png': 'png',
  '.webp': 'webp',
  '.gif': 'gif',
};
const batchSize = 50;
/** A folder with more than this is read up to here. */
const mostFiles = 100_000;
const deepest = 20;

export function createScanFolder(parts: {
  readonly images: Pick<ImageRepository, 'upsert'>;
  readonly yieldNow: () => Promise<void>;
}): ScanFolder {
  const { images, yieldNow } = parts;
  /** Files seen in this process as they still are: not measured again. */
  const measured = new Map<string, { readonly seen: string; readonly image: RemoteImage }>();

  return async (folder, rating, signal) => {
    const root = await realpath(folder).catch(() => null);
    if (root === null || !(await isFolder(root)))
      return fail(
        appError('not_found', `The folder ${folder} is not there. Choose another one for the pool, or bring it back.`),
      );
    const ids: ImageId[] = [];
    let batch: RemoteImage[] = [];
    const flush = async (): Promise<void> => {
      images.upsert(batch);
      batch = [];
      await yieldNow();
    };
    for await (const file of walk(root, 0)) {
      if (signal?.aborted) return fail(cancelled);
      if (ids.length >= mostFiles) break;
      const image = await measure(file, rating);
      if (image === null) continue;
      ids.push(image.id);
      batch.push(image);
      if (batch.length >= batchSize) await flush();
    }
    await flush();
    return ok(ids);
  };

  async function measure(file: string, rating: Rating): Promise<RemoteImage | null> {
    try {
      const { size, mtimeMs } = await stat(file);
      const seen = `${size} ${mtimeMs} ${rating}`;
      const before = measured.get(file);
      if (before?.seen === seen) return before.image;
      const { width, height, orientation = 1 } = await imageSizeFromFile(file);
      if (!width || !height) return null;
      const [shownWidth, shownHeight] = orientation >= 5 ? [height, width] : [width, height];
      const remoteId = createHash('sha256').update(`${file}\0${size}\0${mtimeMs}`).digest('hex').slice(0, 32);
      const image: RemoteImage = {
        id: `local:${remoteId}`,
        provider: 'local',
        remoteId,
        url: pathToFileURL(file).href,
        width: shownWidth,
        height: shownHeight,
        bytes: size,
        extension: extensions[path.extname(file).toLowerCase()] ?? 'jpg',
        rating,
        animated: path.extname(file).toLowerCase() === '.gif',
        tags: [],
        category: null,
        artists: [],
        sources: [],
        dominantColor: null,
        hash: null,
        md5: null,
        pageUrl: null,
        uploadedAt: new Date(mtimeMs).toISOString(),
        likedAt: null,
        likes: null,
      };
      measured.set(file, { seen, image });
      return image;
    } catch {
      // Gone meanwhile, unreadable, or no picture after all.
      return null;
    }
  }
}

/** Picture files below a folder. Links are not followed: they may lead anywhere, or round in circles. */
async function* walk(folder: string, depth: number): AsyncGenerator<string> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && depth < deepest) yield* walk(file, depth + 1);
    else if (entry.isFile() && path.extname(entry.name).toLowerCase() in extensions) yield file;
  }
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isDirectory() ?? false;
}

/** A local picture's bytes, as a service would send them. `mayRead` says whether its folder is one the owner named. */
export async function openLocalPicture(
  file: string,
  { from, maxBytes }: { readonly from: number; readonly maxBytes: number },
): Promise<
  Result<{
    readonly contentLength: number;
    readonly contentType: null;
    readonly from: number;
    readonly body: ReadableStream<Uint8Array>;
  }>
> {
  try {
    const handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size > maxBytes) {
      await handle.close();
      return fail(appError('picture_too_large', `The picture ${path.basename(file)} is too large.`));
    }
    // Node types and the web's differ in name only.
    const stream = handle.createReadStream({ start: from });
    const { Readable } = await import('node:stream');
    const body = Readable.toWeb(stream) as ReadableStream<Uint8Array>;
    return ok({ contentLength: size - from, contentType: null, from, body });
  } catch {
    return fail(appError('not_found', `The picture ${path.basename(file)} is no longer in its folder.`));
  }
}
