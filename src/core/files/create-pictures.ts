import { randomBytes } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import PQueue from 'p-queue';
import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import type { ImageId, RemoteImage } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock, Log } from '../ports.ts';
import { makeFolder } from '../private-files.ts';
import type { Codec, ThumbnailResult } from './codec.ts';
import { headOf, sizeOf } from './disk.ts';
import { download, type FetchPicture } from './download.ts';
import { fileError } from './file-error.ts';
import { inspectPicture } from './inspect.ts';
import { createLayout } from './layout.ts';
import { contentTypeOf, magicLength, pictureType } from './picture-type.ts';
import type { IndexedFile, PictureIndex } from './picture-index.ts';
import { createReferenceShelf } from './reference-shelf.ts';
import { createLeftovers } from './quota/leftovers.ts';
import { createQuota } from './quota/quota.ts';
import type { DiskIndex } from './quota/disk-index.ts';
import { thumbnailBound, thumbnailsWithin } from './quota/thumbnail-room.ts';
import { thumbnailEdges, type MediaFile, type MediaVariant, type Pictures, type ReferenceJob } from './pictures.ts';
import { seldom } from './seldom.ts';
import { createSharedWork, type WorkOptions } from './shared-work.ts';
import { createShelf, type Thumb } from './shelf.ts';
import { createVerify } from './verify.ts';

/** Downloads at the same time. */
const downloadsAtOnce = 4;

export interface PicturesDeps {
  /** The data folder. */
  readonly folder: string;
  readonly index: PictureIndex;
  /** The sums of what lies on the disk. */
  readonly disk: DiskIndex;
  /** All pictures and thumbnails together take at most so many bytes. */
  readonly limitBytes: () => number;
  /** There was no room for a picture. */
  readonly onFull?: (error: AppError) => void;
  /** The database's own checks, for `verify`; empty when all is well. */
  readonly checkDatabase: () => readonly string[];
  readonly fetchPicture: FetchPicture;
  readonly codec: Codec;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  /** Its owner never wants to see this file again: it is not kept. Left out: nothing is refused. */
  readonly refuses?: (
    id: ImageId,
    file: { readonly hash: string; readonly md5: string | null; readonly ownHash: string | null },
  ) => boolean;
  /** Largest picture that is ever decoded, in pixels (width × height). */
  readonly pixelLimit?: number;
  /** Largest picture that is fetched, in bytes. */
  readonly byteLimit?: number;
}

/** See `Pictures`. What a killed process left in `incoming/` is cleared away before the first answer. */
export function createPictures(deps: PicturesDeps): Pictures {
  const { index, fetchPicture, codec, clock, log } = deps;
  const limits = { pixelLimit: deps.pixelLimit ?? 100_000_000, byteLimit: deps.byteLimit ?? 200_000_000 };
  const layout = createLayout(deps.folder);
  const shelf = createShelf({ layout, index });
  const references = createReferenceShelf({ layout, index: deps.disk.references });
  const quota = createQuota({
    disk: deps.disk,
    shelf,
    references,
    limit: deps.limitBytes,
    ...(deps.onFull === undefined ? {} : { onFull: deps.onFull }),
  });
  const { accountant } = quota;
  const downloads = new PQueue({ concurrency: downloadsAtOnce });
  const fetching = createSharedWork<IndexedFile>();
  const thumbnailing = createSharedWork<undefined>();
  // Files in `incoming/` of this run begin with its name: whatever else lies there is left over.
  const run = randomBytes(6).toString('hex');
  let serial = 0;
  const temporary = (ending: string): string => path.join(layout.incoming, `${run}-${(serial += 1)}.${ending}`);
  const isOurs = (name: string): boolean => name.startsWith(run);
  const ready = prepare();

  async function prepare(): Promise<Result<void>> {
    try {
      makeFolder(layout.incoming);
      const finished = await shelf.recover();
      await references.recover();
      const left = (await readdir(layout.incoming)).filter((name) => !name.startsWith(run));
      for (const name of left) await rm(path.join(layout.incoming, name), { force: true, recursive: true });
      if (left.length > 0) log.info('Cleared unfinished downloads away', { files: left.length, finished });
      return ok(undefined);
    } catch (error) {
      return failed(error, 'prepare the picture folders');
    }
  }

  function failed(error: unknown, doing: string): Result<never> {
    const known = fileError(error);
    log.error(`Could not ${doing}`, { error: error instanceof Error ? error.stack : String(error) });
    return fail(known ?? appError('internal', `Kabegami could not ${doing}. Its log says more.`));
  }

  /** The record of the image's file, if the file is there too. */
  async function onDisk(id: ImageId): Promise<IndexedFile | null> {
    const file = index.of(id);
    if (file === null) return null;
    return (await sizeOf(layout.picture(file))) === file.bytes ? file : null;
  }

  /**
   * Fetches, checks, decodes once (which proves the picture and makes the thumbnails), then puts it on the shelf. `stale` is
   * the record of a file that is gone or of another size.
   */
  async function fetchAndAdd(
    image: RemoteImage,
    stale: IndexedFile | null,
    wanted: readonly number[],
    signal: AbortSignal,
    report: (done: number, total: number | null) => void,
  ): Promise<Result<IndexedFile>> {
    const picture = temporary('part');
    const thumbs: readonly Thumb[] = wanted.map((edge) => ({ edge, file: temporary('webp') }));
    const reserved = await accountant.reserve(0, signal);
    if (!reserved.ok) return reserved;
    const room = reserved.value;
    try {
      const fetched = await downloads.add(
        () =>
          download(image, picture, {
            fetchPicture,
            byteLimit: limits.byteLimit,
            room,
            signal,
            onProgress: seldom(report, clock),
          }),
        { signal },
      );
      if (!fetched.ok) return fetched;
      const inspected = await inspectPicture(picture, limits, { complete: !fetched.value.proven });
      if (!inspected.ok) return inspected;
      const { extension, bytes } = inspected.value;
      // Less than was announced, or begun anew: what is more than the file goes back.
      room.shrink(bytes);
      const targets = thumbs.map(({ edge, file }) => ({ edge, path: file }));
      const decoded = await thumbnailsWithin(room, codec, { source: picture, size: inspected.value, targets }, signal);
      if (!decoded.ok) return decoded;
      const { width, height, dominantColor, hash } = decoded.value;
      if (width * height !== inspected.value.width * inspected.value.height) {
        return fail(appError('bad_picture', 'The picture is not of the size its header says.'));
      }
      if (signal.aborted) return fail(cancelled);
      const file: IndexedFile = { hash: fetched.value.hash, bytes, extension, width, height };
      if (deps.refuses?.(image.id, { hash: file.hash, md5: fetched.value.md5, ownHash: telling(hash) })) {
        return fail(
          appError('blocked_by_owner', 'This picture is one that is never to be seen again. It was not kept.'),
        );
      }
      await shelf.add(image.id, file, { picture, thumbs }, { dominantColor, hash: telling(hash) });
      if (stale !== null && stale.hash !== file.hash) await shelf.remove(() => [stale]);
      return ok(file);
    } catch (error) {
      return signal.aborted ? fail(cancelled) : failed(error, 'save the picture');
    } finally {
      for (const leftover of [picture, ...thumbs.map(({ file }) => file)]) await rm(leftover, { force: true });
      room.release();
    }
  }

  async function full(
    image: RemoteImage,
    wanted: readonly number[],
    options: WorkOptions,
  ): Promise<Result<IndexedFile>> {
    const usable = await ready;
    if (!usable.ok) return usable;
    return fetching.join(
      image.id,
      async (signal, report) => {
        const present = await onDisk(image.id);
        return present === null ? fetchAndAdd(image, index.of(image.id), wanted, signal, report) : ok(present);
      },
      options,
    );
  }

  /** Size of a thumbnail that is as it was made; null where it is to be made (again). */
  async function soundThumbnail(file: IndexedFile, edge: number): Promise<number | null> {
    const target = layout.thumbnail(file.hash, edge);
    const bytes = await sizeOf(target);
    const recorded = index.thumbnailsOf(file.hash).find((thumb) => thumb.edge === edge)?.bytes;
    if (bytes === null || bytes !== recorded) return null;
    // It may be evicted right now.
    const head = await headOf(target, magicLength).catch(() => new Uint8Array());
    return pictureType(head) === 'webp' ? bytes : null;
  }

  /** Makes the thumbnail of a file on disk, unless it is there. */
  function thumbnail(id: ImageId, file: IndexedFile, edge: number, options: WorkOptions): Promise<Result<undefined>> {
    return thumbnailing.join(
      `${file.hash} ${edge}`,
      (signal) => quota.using(file.hash, () => makeThumbnail(id, file, edge, signal)),
      options,
    );
  }

  async function makeThumbnail(
    id: ImageId,
    file: IndexedFile,
    edge: number,
    signal: AbortSignal,
  ): Promise<Result<undefined>> {
    const made = temporary('webp');
    const reserved = await accountant.reserve(0, signal);
    if (!reserved.ok) return reserved;
    const room = reserved.value;
    try {
      if ((await soundThumbnail(file, edge)) !== null) return ok(undefined);
      const job = { source: layout.picture(file), size: file, targets: [{ edge, path: made }] };
      const decoded = await thumbnailsWithin(room, codec, job, signal);
      if (!decoded.ok) return decoded;
      await shelf.addThumb(file, { edge, file: made });
      const { dominantColor, hash } = decoded.value;
      if (index.of(id)?.hash === file.hash) index.attach(id, file, { dominantColor, hash: telling(hash) });
      return ok(undefined);
    } catch (error) {
      return signal.aborted ? fail(cancelled) : failed(error, 'save a thumbnail');
    } finally {
      await rm(made, { force: true });
      room.release();
    }
  }

  /** See `References.make`. */
  async function makeReference(
    { hash, edge, source, size }: ReferenceJob,
    options: { readonly spareOnly?: boolean; readonly signal?: AbortSignal } = {},
  ): Promise<Result<ThumbnailResult>> {
    const usable = await ready;
    if (!usable.ok) return usable;
    const signal = options.signal ?? new AbortController().signal;
    const spareOnly = options.spareOnly === true;
    const decodeOnly = (): Promise<Result<ThumbnailResult>> => codec.thumbnails({ source, targets: [] }, signal);
    if (spareOnly && accountant.free() < thumbnailBound(size, edge, 1)) return decodeOnly();
    const made = temporary('webp');
    const reserved = await accountant.reserve(0, signal);
    if (!reserved.ok) return reserved;
    const room = reserved.value;
    try {
      const decoded = await thumbnailsWithin(room, codec, { source, size, targets: [{ edge, path: made }] }, signal);
      if (decoded.ok) await references.add(hash, edge, made);
      // Somebody else took the room meanwhile: no reason to end what only reads.
      return spareOnly && !decoded.ok && decoded.error.code === 'quota_full' ? await decodeOnly() : decoded;
    } catch (error) {
      return signal.aborted ? fail(cancelled) : failed(error, 'save a thumbnail');
    } finally {
      await rm(made, { force: true });
      room.release();
    }
  }

  async function media(file: IndexedFile, variant: MediaVariant): Promise<MediaFile | null> {
    const { hash, extension } = file;
    if (variant !== 'full') {
      const edge = thumbnailEdges[variant];
      const bytes = await soundThumbnail(file, edge);
      return bytes === null
        ? null
        : { path: layout.thumbnail(hash, edge), contentType: contentTypeOf('webp'), bytes, hash };
    }
    const picture = layout.picture(file);
    if ((await sizeOf(picture)) !== file.bytes) return null;
    return { path: picture, contentType: contentTypeOf(extension), bytes: file.bytes, hash };
  }

  async function open(
    image: RemoteImage,
    variant: MediaVariant,
    options: WorkOptions = {},
  ): Promise<Result<MediaFile>> {
    const usable = await ready;
    if (!usable.ok) return usable;
    try {
      const present = await peek(image.id, variant);
      if (present !== null) return ok(present);
      const edge = variant === 'full' ? thumbnailEdges.small : thumbnailEdges[variant];
      const wanted = [...new Set([thumbnailEdges.small, edge])];
      const file = await full(image, wanted, options);
      if (!file.ok) return file;
      if (variant !== 'full') {
        const made = await thumbnail(image.id, file.value, edge, options);
        if (!made.ok) return made;
      }
      const found = await media(file.value, variant);
      index.touch(image.id);
      return found === null
        ? fail(
            appError('not_found', 'The picture was removed while it was being opened. Try again.', { retryable: true }),
          )
        : ok(found);
    } catch (error) {
      return failed(error, 'open the picture');
    }
  }

  async function peek(
    id: ImageId,
    variant: MediaVariant,
    { unnoticed = false }: { readonly unnoticed?: boolean } = {},
  ): Promise<MediaFile | null> {
    const file = index.of(id);
    const found = file === null ? null : await media(file, variant);
    if (found !== null && !unnoticed) index.touch(id);
    return found;
  }

  return {
    open,
    peek,
    async keep(image, options) {
      const file = await open(image, 'full', options);
      if (file.ok) index.keep(image.id);
      return file;
    },
    async verify(options, signal) {
      const usable = await ready;
      if (!usable.ok) return usable;
      try {
        return await createVerify({
          layout,
          index,
          disk: deps.disk,
          checkDatabase: deps.checkDatabase,
          shelf,
          isOurs,
        })(options, signal);
      } catch (error) {
        return signal?.aborted === true ? fail(cancelled) : failed(error, 'check the library');
      }
    },
    evict: async (limitBytes) => ((await ready).ok ? quota.shrinkTo(limitBytes) : 0),
    async evictThrough(...how) {
      if ((await ready).ok) await quota.evictThrough(...how);
    },
    leftovers: createLeftovers({ layout, index, shelf, isOurs }),
    references: { ...references, make: makeReference },
    room: accountant,
    reserved: accountant.reserved,
    async close() {
      await ready;
      await fetching.close();
      await thumbnailing.close();
      await accountant.settled();
      await shelf.exclusively(() => Promise.resolve());
    },
  };
}

/** A picture of one color has a hash of zeros, as has one that a service could not hash: it says nothing. */
function telling(hash: string): string | null {
  return /^0+$/.test(hash) ? null : hash;
}
