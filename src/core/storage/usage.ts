import { statfs, stat } from 'node:fs/promises';
import path from 'node:path';
import type { ImageId } from '../../shared/model.ts';
import type { StorageShare, StorageUsage } from '../../shared/storage.ts';
import { keptFolders } from '../backup/places.ts';
import type { ContentGate } from '../catalog/gate.ts';
import { filesBelow, sizeOf } from '../files/disk.ts';
import type { DiskRepository } from '../store/disk.ts';
import { storePlaces } from '../store/open.ts';
import type { ImageRepository } from '../store/store.ts';

/** How many of the largest pictures are told. */
const told = 10;
const keepClasses = ['favorite', 'collection', 'wallpaper', 'kept', 'cache'] as const;

/** Counts and bytes of everything in the data folder. Pictures are read from the library's sums; the other folders hold few files. */
export function createUsage(parts: {
  readonly folder: string;
  readonly disk: Pick<DiskRepository, 'totals' | 'bytes' | 'pinnedBytes' | 'largest' | 'references'>;
  readonly images: Pick<ImageRepository, 'getMany'>;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly reserved: () => number;
  readonly limit: () => number;
}): (signal?: AbortSignal) => Promise<StorageUsage> {
  const { folder, disk, images, gate } = parts;
  const places = storePlaces(folder);

  async function below(
    name: string,
    signal?: AbortSignal,
  ): Promise<{ readonly files: number; readonly bytes: number }> {
    let files = 0;
    let bytes = 0;
    for await (const file of filesBelow(path.join(folder, name))) {
      if (signal?.aborted === true) break;
      files += 1;
      bytes += (await sizeOf(file).catch(() => null)) ?? 0;
    }
    return { files, bytes };
  }

  /** A library that a restore has replaced does not change any more: it is looked through once. */
  const known = new Map<string, { readonly files: number; readonly bytes: number }>();
  async function replaced(signal?: AbortSignal): Promise<{ readonly files: number; readonly bytes: number }> {
    let files = 0;
    let bytes = 0;
    for (const name of keptFolders(folder)) {
      const found = known.get(name) ?? (await below(name, signal));
      if (signal?.aborted !== true) known.set(name, found);
      files += found.files;
      bytes += found.bytes;
    }
    return { files, bytes };
  }

  async function database(): Promise<{ readonly files: number; readonly bytes: number }> {
    let bytes = 0;
    for (const ending of ['', '-wal', '-shm']) bytes += (await sizeOf(places.database + ending)) ?? 0;
    return { files: 1, bytes };
  }

  return async (signal) => {
    const totals = disk.totals();
    const sum = (of: (total: (typeof totals)[number]) => number, wanted = totals): number =>
      wanted.reduce((all, total) => all + of(total), 0);
    const pinned = disk.pinnedBytes();
    const lying = disk.bytes();
    const reserved = parts.reserved();

    const shares: StorageShare[] = keepClasses.map((name) => {
      const rows = totals.filter((total) => total.class === name);
      return {
        class: name,
        files: sum(({ files }) => files, rows),
        bytes: sum(({ bytes }) => bytes, rows),
        limited: true,
      };
    });
    shares.push({
      class: 'thumbnail',
      files: sum(({ thumbnails }) => thumbnails),
      bytes: sum(({ thumbnailBytes }) => thumbnailBytes),
      limited: true,
    });
    const references = disk.references.totals();
    shares.push({ class: 'references', files: references.thumbnails, bytes: references.bytes, limited: true });
    // Room set aside counts as if it were written: soon it is.
    const { files: underWay } = await below('incoming', signal);
    shares.push({ class: 'incoming', files: underWay, bytes: reserved, limited: true });
    for (const [name, at] of besides) shares.push({ class: name, ...(await below(at, signal)), limited: false });
    shares.push({ class: 'replaced', ...(await replaced(signal)), limited: false });
    shares.push({ class: 'database', ...(await database()), limited: false });

    const largest = disk.largest(told);
    const shown = new Map(
      images.getMany(largest.flatMap(({ image }) => image ?? [])).map((image) => [image.id as ImageId, image]),
    );
    const seen = largest.flatMap(({ image: id, bytes, class: why }) => {
      const image = shown.get(id ?? '');
      return image !== undefined && gate.allows(image) ? [{ image, bytes, class: why }] : [];
    });

    const origins = [...new Set(totals.map(({ origin }) => origin))];
    const providers = origins
      .map((provider) => {
        const rows = totals.filter(({ origin }) => origin === provider);
        return { provider, files: sum(({ files }) => files, rows), bytes: sum(({ bytes }) => bytes, rows) };
      })
      .sort((one, other) => other.bytes - one.bytes);

    return {
      limit: parts.limit(),
      used: lying + reserved,
      pinned,
      evictable: lying - pinned,
      shares,
      providers,
      largest: seen,
      hidden: largest.length - seen.length,
      disk: await freeSpace(folder),
    };
  };
}

const besides = [
  ['composed', 'composed'],
  ['outside', 'outside'],
  ['lost', 'lost+found'],
  ['backup', 'backups'],
  ['log', 'logs'],
] as const;

async function freeSpace(folder: string): Promise<StorageUsage['disk']> {
  try {
    await stat(folder);
    const { bavail, blocks, bsize } = await statfs(folder);
    return { free: bavail * bsize, total: blocks * bsize };
  } catch {
    return null;
  }
}
