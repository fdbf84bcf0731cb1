import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { appError, cancelled } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { CleanUp, CleanUpKind, CleanUpPlan, CleanUpReport } from '../../shared/storage.ts';
import type { ContentGate } from '../catalog/gate.ts';
import type { Pictures } from '../files/pictures.ts';
import { inWords } from '../files/quota/quota.ts';
import type { Clock } from '../ports.ts';
import type { CachedFile, DiskRepository } from '../store/disk.ts';
import { storePlaces } from '../store/open.ts';
import type { ImageRepository } from '../store/store.ts';

/** Files looked at between two breaths. */
const pageSize = 500;
/** Pictures shown of a plan. */
const examplesTold = 12;
/** A copy that is being written has its unfinished name for minutes at most. */
const unfinishedFor = 60 * 60_000;

type Progress = (done: number, total: number | null) => void;

/** What a request comes to now. */
interface Selection {
  readonly plan: string;
  readonly parts: readonly { readonly kind: CleanUpKind; readonly files: number; readonly bytes: number }[];
  readonly files: number;
  readonly bytes: number;
  /** The last picture file to go; those before it in the order of use go too. */
  readonly last: CachedFile | null;
  readonly first: readonly CachedFile[];
  readonly leftovers: readonly string[];
  readonly backups: readonly string[];
}

/** Cleaning up in two steps: first what would go, then exactly that or nothing. */
export interface CleaningUp {
  preview(request: CleanUp, signal?: AbortSignal): Promise<Result<CleanUpPlan>>;
  /** Errors: `plan_changed` when the request comes to something else now than when it was previewed. */
  run(request: CleanUp, plan: string, onProgress: Progress, signal?: AbortSignal): Promise<Result<CleanUpReport>>;
}

export function createCleaningUp(parts: {
  readonly folder: string;
  readonly disk: Pick<DiskRepository, 'evictable' | 'bytes' | 'imagesOf'>;
  readonly images: Pick<ImageRepository, 'getMany'>;
  readonly pictures: Pick<Pictures, 'evictThrough' | 'leftovers' | 'reserved'>;
  readonly gate: Pick<ContentGate, 'allows'>;
  readonly clock: Pick<Clock, 'now'>;
}): CleaningUp {
  const { disk, pictures, clock } = parts;
  const { backups } = storePlaces(parts.folder);
  const used = (): number => disk.bytes() + pictures.reserved();

  async function select(request: CleanUp, signal?: AbortSignal): Promise<Selection | null> {
    const digest = createSetDigest();
    const cache = await selectCache(request, digest, signal);
    const leftovers = { files: 0, bytes: 0, names: [] as string[] };
    if (request.leftovers) {
      for await (const { name, bytes } of pictures.leftovers.list(signal)) add(leftovers, name, bytes, digest);
    }
    const copies = { files: 0, bytes: 0, names: [] as string[] };
    if (request.backups) {
      for (const { name, bytes } of await unfinishedCopies()) add(copies, name, bytes, digest);
    }
    if (signal?.aborted === true) return null;
    const files = cache.files + leftovers.files + copies.files;
    const bytes = cache.bytes + leftovers.bytes + copies.bytes;
    return {
      plan: `${files}.${bytes}.${digest.value()}`,
      parts: [
        { kind: 'cache' as const, files: cache.files, bytes: cache.bytes },
        { kind: 'leftover' as const, files: leftovers.files, bytes: leftovers.bytes },
        { kind: 'backup' as const, files: copies.files, bytes: copies.bytes },
      ].filter((part) => part.files > 0),
      files,
      bytes,
      last: cache.last,
      first: cache.first,
      leftovers: leftovers.names,
      backups: copies.names,
    };
  }

  /** Files go in the order of their last use, so that both conditions end at one place. */
  async function selectCache({ to, unusedFor }: CleanUp, digest: SetDigest, signal?: AbortSignal) {
    const first: CachedFile[] = [];
    const found = { files: 0, bytes: 0, last: null as CachedFile | null, first };
    if (to === null && unusedFor === null) return found;
    const above = to === null ? 0 : used() - to;
    const before = unusedFor === null ? Number.NEGATIVE_INFINITY : clock.now() - unusedFor;
    for (;;) {
      const page = disk.evictable({ after: found.last, limit: pageSize });
      for (const file of page) {
        if (found.bytes >= above && file.usedAt > before) return found;
        found.files += 1;
        found.bytes += file.bytes + file.thumbnailBytes;
        found.last = file;
        if (first.length < examplesTold) first.push(file);
        digest.add(file.hash);
      }
      if (page.length < pageSize || signal?.aborted === true) return found;
      await nextTurn();
    }
  }

  async function unfinishedCopies(): Promise<readonly { readonly name: string; readonly bytes: number }[]> {
    const found = [];
    for (const name of (await readdir(backups).catch(() => [])).sort()) {
      if (!/\.(part|tmp)$/.test(name)) continue;
      const there = await stat(path.join(backups, name)).catch(() => null);
      if (there?.isFile() !== true || clock.now() - there.mtimeMs < unfinishedFor) continue;
      found.push({ name, bytes: there.size });
    }
    return found;
  }

  return {
    async preview(request, signal) {
      const selection = await select(request, signal);
      if (selection === null) return fail(cancelled);
      const cache = selection.parts.find(({ kind }) => kind === 'cache')?.bytes ?? 0;
      const left = used() - cache;
      return ok({
        plan: selection.plan,
        files: selection.files,
        bytes: selection.bytes,
        parts: selection.parts,
        examples: selection.first.flatMap(({ hash, bytes, usedAt }) => {
          const image = parts.images.getMany(disk.imagesOf(hash)).find(parts.gate.allows);
          return image === undefined ? [] : [{ image, bytes, usedAt: new Date(usedAt).toISOString() }];
        }),
        left,
        above: request.to === null ? 0 : Math.max(0, left - request.to),
      });
    },

    async run(request, plan, onProgress, signal) {
      const selection = await select(request, signal);
      if (selection === null) return fail(cancelled);
      if (digestOf(selection.plan) !== digestOf(plan)) return fail(changed(plan, selection));
      let files = 0;
      let bytes = 0;
      const count = (freed: number, removed = 1): void => {
        bytes += freed;
        files += removed;
        onProgress(files, selection.files);
      };
      const stopped = (): boolean => signal?.aborted === true;
      if (selection.last !== null) await pictures.evictThrough(selection.last, count, signal);
      for (const name of selection.leftovers) {
        if (stopped()) break;
        const freed = await pictures.leftovers.remove({ name });
        count(freed, freed > 0 ? 1 : 0);
      }
      for (const name of selection.backups) {
        if (stopped()) break;
        const file = path.join(backups, name);
        const size = (await stat(file).catch(() => null))?.size ?? 0;
        await rm(file, { force: true });
        count(size);
      }
      return stopped() ? fail(cancelled) : ok({ files, bytes, left: used() });
    },
  };
}

/**
 * Tells sets of files apart: neither the order of use nor a thumbnail that was made meanwhile makes it another set. Names are hashed and combined
 * with XOR, so that a million of them need no memory.
 */
interface SetDigest {
  add(name: string): void;
  value(): string;
}

function createSetDigest(): SetDigest {
  const sum = Buffer.alloc(16);
  return {
    add(name) {
      const hash = createHash('sha256').update(name).digest();
      for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) ^ (hash[at] ?? 0);
    },
    value: () => sum.toString('hex'),
  };
}

const digestOf = (plan: string): string => plan.split('.').at(-1) ?? '';

function add(
  to: { files: number; bytes: number; readonly names: string[] },
  name: string,
  bytes: number,
  digest: SetDigest,
): void {
  to.files += 1;
  to.bytes += bytes;
  to.names.push(name);
  digest.add(name);
}

function changed(plan: string, { files, bytes }: Selection) {
  const [filesThen = '?', bytesThen = '0'] = plan.split('.');
  const then = `${filesThen} ${filesThen === '1' ? 'file' : 'files'} (${inWords(Number(bytesThen) || 0)})`;
  const now = `${files} ${files === 1 ? 'file' : 'files'} (${inWords(bytes)})`;
  return appError(
    'plan_changed',
    then === now
      ? 'Other files would go now than the preview showed, because pictures were used or kept meanwhile. Nothing was removed: look at the preview again.'
      : `The preview was of ${then}; now it would be ${now}, because pictures were used, kept or fetched meanwhile. Nothing was removed: look at the preview again.`,
  );
}
