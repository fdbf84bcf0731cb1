import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { cancelled } from '../../shared/errors.ts';
import type { Folder, FolderFailure, FolderOptions, Picked, PickReport, ScanReport } from '../../shared/folders.ts';
import type { ImageId } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Pictures } from '../files/pictures.ts';
import type { SeenFile, Store, StoredFolder } from '../store/store.ts';
import type { ScanProgress } from './scan.ts';
import { isPictureName } from './walk.ts';

/** Failures that are told one by one. */
const mostTold = 100;

export type Pick = (picked: Picked, onProgress: ScanProgress, signal: AbortSignal) => Promise<Result<PickReport>>;

/**
 * Brings pictures in that were chosen one by one. A file of a folder that is in the library already is of that folder; any other makes a folder of its own in which
 * only what was chosen is. Folders among them are added as such, and read meanwhile. By copy, a picture is read where it lies, copied, and its place forgotten.
 */
export function createPick(parts: {
  readonly store: globalThis.Pick<Store, 'folders' | 'images'>;
  readonly pictures: globalThis.Pick<Pictures, 'keep'>;
  readonly add: (options: FolderOptions) => Promise<Result<Folder>>;
  readonly scan: (id: number, onProgress: ScanProgress, signal: AbortSignal) => Promise<Result<ScanReport>>;
  readonly scanSoon: (id: number) => void;
  /** Checks a folder, and answers how its path is written. */
  readonly place: (path: string) => Promise<Result<string>>;
  /** It is there no more. */
  readonly forgotten: (folder: StoredFolder) => void;
  readonly allowsAdult: () => boolean;
  readonly now: () => number;
}): Pick {
  const { store, pictures, allowsAdult } = parts;
  const { folders } = store;

  return async ({ paths, mode, rating }, onProgress, signal) => {
    const failures: FolderFailure[] = [];
    const refuse = (file: string, reason: string): void => void failures.push({ path: file, reason });
    const byFolder = new Map<string, SeenFile[]>();
    const read: string[] = [];
    for (const given of new Set(paths.map((each) => path.resolve(each)))) {
      if (signal.aborted) return fail(cancelled);
      const found = await lstat(given).catch(() => null);
      if (found === null) refuse(given, 'It is not there.');
      else if (found.isDirectory()) {
        const added = await parts.add({ path: given, mode, rating, watch: true, recursive: true });
        if (!added.ok) refuse(given, added.error.message);
        else {
          parts.scanSoon(added.value.id);
          read.push(given);
        }
      } else if (!found.isFile() || !isPictureName(given)) refuse(given, 'It is not a picture.');
      else {
        const folder = path.dirname(given);
        const seen = { path: path.basename(given), bytes: found.size, mtime: found.mtimeMs };
        byFolder.set(folder, [...(byFolder.get(folder) ?? []), seen]);
      }
    }

    const images = new Set<ImageId>();
    let added = 0;
    for (const [folder, files] of byFolder) {
      const here = await parts.place(folder);
      if (!here.ok) {
        for (const file of files) refuse(path.join(folder, file.path), here.error.message);
        continue;
      }
      const covering = coveringFolder(here.value);
      const result = await bring(covering, here.value, files);
      if (!result.ok) return result;
    }
    const visible = store.images
      .getMany([...images])
      .filter((image) => !image.blocked && (image.rating === 'safe' || allowsAdult()));
    return ok({
      images: visible.map(({ id }) => id),
      added,
      hidden: images.size - visible.length,
      folders: read,
      failed: failures.length,
      failures: failures.slice(0, mostTold),
    });

    async function bring(
      covering: StoredFolder | null,
      folder: string,
      files: readonly SeenFile[],
    ): Promise<Result<void>> {
      const into =
        covering ??
        folders.save(
          {
            path: folder,
            mode: 'reference',
            rating: 'adult',
            watch: true,
            recursive: false,
            ofPool: false,
            picked: true,
          },
          parts.now(),
        );
      const inside = (name: string): string =>
        path.relative(into.path, path.join(folder, name)).split(path.sep).join('/');
      const isIn = (name: string): boolean => (folders.file(into.key, inside(name))?.image ?? null) !== null;
      const fresh = into.picked ? folders.pick(into.key, files, rating === 'safe' ? 'safe' : null) : [];
      if (into.picked || files.some(({ path: name }) => !isIn(name))) {
        const scanned = await parts.scan(into.key, onProgress, signal);
        if (!scanned.ok) return scanned;
        added += scanned.value.added;
      }
      for (const { path: name } of files) {
        const id = folders.file(into.key, inside(name))?.image ?? null;
        if (id === null) {
          const why = folders.failures(into.key, mostTold).find((each) => each.path === inside(name))?.reason;
          refuse(path.join(folder, name), why ?? 'It could not be read.');
        } else images.add(id);
        if (mode === 'reference' || into.mode === 'copy') continue;
        const image = id === null ? null : store.images.get(id);
        const kept = image === null ? null : await pictures.keep(image, { signal });
        if (kept?.ok === false) {
          if (kept.error.code === 'cancelled') return kept;
          refuse(path.join(folder, name), kept.error.message);
          continue;
        }
        // The copy stays; where it came from is of no interest any more.
        if (fresh.includes(name) && folders.unpick(into.key, name)) parts.forgotten(into);
      }
      return ok(undefined);
    }
  };

  /** The folder in the library that a file of `folder` belongs to already, the nearest first. */
  function coveringFolder(folder: string): StoredFolder | null {
    const same = folders.byPath(folder);
    if (same !== null) return same;
    for (let above = path.dirname(folder); ; above = path.dirname(above)) {
      const found = folders.byPath(above);
      if (found !== null && !found.picked && found.recursive) return found;
      if (above === path.dirname(above)) return null;
    }
  }
}
