import { stat } from 'node:fs/promises';
import { appError, cancelled } from '../../shared/errors.ts';
import type { FolderFailure, FolderOptions, ScanReport } from '../../shared/folders.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { hashFile } from '../files/disk.ts';
import { inspectPicture, type Limits } from '../files/inspect.ts';
import type { Store } from '../store/store.ts';
import { originalIn } from './inside.ts';
import type { ScanProgress } from './scan.ts';
import { createTally } from './tally.ts';
import { walk } from './walk.ts';

/** What a scan of this folder would find, without writing anything anywhere. Pictures are not decoded: one that is broken inside counts as good. */
export async function dryRun(
  parts: { readonly store: Pick<Store, 'folders'>; readonly limits: Limits; readonly dataFolder: string },
  options: Pick<FolderOptions, 'path' | 'recursive'>,
  onProgress: ScanProgress,
  signal: AbortSignal,
): Promise<Result<ScanReport>> {
  const { store, limits, dataFolder } = parts;
  const folder = store.folders.byPath(options.path);
  if ((await stat(options.path).catch(() => null))?.isDirectory() !== true)
    return fail(appError('not_found', `The folder ${options.path} is not there.`));
  const tally = createTally();
  const failures: FolderFailure[] = [];
  const hashes = new Set<string>();
  let failed = 0;
  for await (const found of walk(options.path, { prefix: '', recursive: options.recursive, skip: dataFolder })) {
    tally.look(found);
    for (const { path, bytes, mtime } of found.pictures) {
      if (signal.aborted) return fail(cancelled);
      const before = folder === null ? null : store.folders.file(folder.key, path);
      if (before !== null && before.hash !== null && before.bytes === bytes && before.mtime === mtime) continue;
      const reason = await look(path);
      if (reason === null) continue;
      failed += 1;
      if (failures.length < 100) failures.push({ path, reason });
    }
    onProgress(tally.found, null);
  }
  return ok(tally.report(failures, failed));

  async function look(path: string): Promise<string | null> {
    const original = await originalIn(options.path, path);
    if (original === null) return 'It is not there, or a link leads it out of the folder.';
    try {
      const inspected = await inspectPicture(original, limits, { complete: true });
      if (!inspected.ok) return inspected.error.message;
      const { sha256 } = await hashFile(original, signal);
      if (!hashes.has(sha256) && store.folders.imageOf(sha256) === null) tally.added += 1;
      hashes.add(sha256);
      return null;
    } catch (error) {
      return `It cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'unknown'}).`;
    }
  }
}
