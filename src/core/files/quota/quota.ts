import { appError, type AppError } from '../../../shared/errors.ts';
import { fileError } from '../file-error.ts';
import type { ReferenceShelf } from '../reference-shelf.ts';
import type { Shelf } from '../shelf.ts';
import { createAccountant, type Accountant } from './accountant.ts';
import type { CachedFile, DiskIndex } from './disk-index.ts';

/** Files evicted before others get their turn. */
const evictedAtOnce = 10;

/**
 * The limit of all pictures and thumbnails together, those being written included. What may go is evicted, oldest use first, before there is
 * too much; what is pinned never is.
 */
export interface Quota {
  readonly accountant: Accountant;
  /** Evicts until everything takes at most `bytes`. Answers the bytes freed. */
  shrinkTo(bytes: number): Promise<number>;
  /** Evicts what comes first in the order of use, up to `last` and with it, as far as it may still go. `freed` hears of each batch. */
  evictThrough(
    last: Pick<CachedFile, 'usedAt' | 'hash'>,
    freed: (bytes: number, files: number) => void,
    signal?: AbortSignal,
  ): Promise<void>;
  /** Keeps the file from being evicted while `work` reads it. */
  using<T>(hash: string, work: () => Promise<T>): Promise<T>;
}

export function createQuota(parts: {
  readonly disk: DiskIndex;
  readonly shelf: Pick<Shelf, 'remove' | 'isGoing'>;
  readonly references: Pick<ReferenceShelf, 'evict'>;
  readonly limit: () => number;
  /** There was no room for a file. */
  readonly onFull?: (error: AppError) => void;
}): Quota {
  const { disk, shelf, references, limit, onFull } = parts;
  const inUse = new Map<string, number>();

  /** The next files to go, of `bytes` together or a batch of them, up to `last`. */
  function choose(bytes: number, last: Pick<CachedFile, 'usedAt' | 'hash'> | null = null): readonly CachedFile[] {
    const chosen: CachedFile[] = [];
    let missing = bytes;
    for (let after: CachedFile | null = null; ;) {
      const page: readonly CachedFile[] = disk.evictable({ after, limit: evictedAtOnce });
      for (const file of page) {
        if (missing <= 0 || chosen.length >= evictedAtOnce || (last !== null && isAfter(file, last))) return chosen;
        if (inUse.has(file.hash) || shelf.isGoing(file.hash)) continue;
        chosen.push(file);
        missing -= file.bytes + file.thumbnailBytes;
      }
      after = page.at(-1) ?? null;
      if (after === null) return chosen;
    }
  }

  /** Whatever was not used for longest goes first, be it a picture or a thumbnail of one that stays in its folder. */
  async function evict(bytes: number): Promise<number> {
    let freed = 0;
    while (freed < bytes) {
      const [next] = disk.evictable({ after: null, limit: 1 });
      const now =
        (await references.evict(bytes - freed, next?.usedAt ?? Number.MAX_SAFE_INTEGER)) ||
        (await shelf.remove(() => choose(bytes - freed))) ||
        (await references.evict(bytes - freed, Number.MAX_SAFE_INTEGER));
      if (now === 0) break;
      freed += now;
    }
    return freed;
  }

  const accountant = createAccountant({
    counted: disk.bytes,
    limit,
    evict,
    full(bytes) {
      const error = fullError({ bytes, limit: limit(), pinned: disk.pinnedBytes() });
      onFull?.(error);
      return error;
    },
    broken: (error) =>
      fileError(error) ?? appError('internal', `Room on the disk could not be made: ${String(error)}. See the log.`),
  });

  return {
    accountant,
    async shrinkTo(bytes) {
      const freed = await evict(disk.bytes() + accountant.reserved() - bytes);
      accountant.changed();
      return freed;
    },
    async evictThrough(last, freed, signal) {
      for (;;) {
        if (signal?.aborted === true) return;
        let files = 0;
        const bytes = await shelf.remove(() => {
          const chosen = choose(Number.POSITIVE_INFINITY, last);
          files = chosen.length;
          return chosen;
        });
        if (files === 0) return accountant.changed();
        freed(bytes, files);
      }
    },
    async using(hash, work) {
      inUse.set(hash, (inUse.get(hash) ?? 0) + 1);
      try {
        return await work();
      } finally {
        const left = (inUse.get(hash) ?? 1) - 1;
        if (left === 0) inUse.delete(hash);
        else inUse.set(hash, left);
      }
    },
  };
}

function isAfter(file: CachedFile, last: Pick<CachedFile, 'usedAt' | 'hash'>): boolean {
  return file.usedAt === last.usedAt ? file.hash > last.hash : file.usedAt > last.usedAt;
}

function fullError({
  bytes,
  limit,
  pinned,
}: {
  readonly bytes: number;
  readonly limit: number;
  readonly pinned: number;
}): AppError {
  const raise =
    'Raise the limit in Settings under Storage (or with: kabegami settings set cacheLimitBytes <bytes>), ' +
    'or let go of pictures you keep.';
  return bytes > limit
    ? appError(
        'quota_full',
        `This picture alone takes more than the ${inWords(limit)} that pictures may take. ${raise}`,
      )
    : appError(
        'quota_full',
        `There is no room for more pictures: of the ${inWords(limit)} they may take, ${inWords(pinned)} are favorites, ` +
          `collections, wallpapers and downloads, which are never cleaned up. ${raise}`,
      );
}

/** `1.4 GB` */
export function inWords(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${power === 0 ? bytes : (bytes / 1000 ** power).toFixed(1)} ${units[power] ?? 'bytes'}`;
}
