import { createHash, randomBytes } from 'node:crypto';
import {
  constants,
  copyFile,
  link,
  lstat,
  open,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { cancelled, appError } from '../../shared/errors.ts';
import type { Image } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { NotExported, PicturesExported } from '../../shared/transfer.ts';
import { pathError } from '../backup/path-error.ts';
import { hashFile } from '../files/disk.ts';
import type { MediaFile } from '../files/pictures.ts';
import type { Log } from '../ports.ts';
import { makeFolder } from '../private-files.ts';
import { exportName } from './file-names.ts';
import { isOurSidecar, jsonSidecar, xmpSidecar } from './sidecars.ts';

export interface ExportRequest {
  readonly folder: string;
  readonly json: boolean;
  readonly xmp: boolean;
}

/** Pictures to export, a page at a time; what may not be seen is counted, or named with the reason where it was asked for by name. */
export type ExportPages = AsyncIterable<{
  readonly images: readonly Image[];
  readonly hidden: number;
  readonly refused?: readonly NotExported[];
}>;

/** How many of the pictures that could not be exported are named. */
const named = 100;

interface Parts {
  readonly dataFolder: string;
  /** Folders that the library reads, whose pictures come in by themselves. */
  readonly imported: readonly string[];
  /** The image's file where it lies on this disk; the error says why there is none. */
  readonly fileOf: (image: Image, signal: AbortSignal) => Promise<Result<MediaFile>>;
  readonly noteOf: (id: string) => string;
  /** Asked for every picture once more: the setting may change meanwhile. */
  readonly allows: (image: Image) => boolean;
  readonly log: Log;
}

/**
 * Copies pictures into a folder under names for people, with sidecars. Nothing that is there is ever overwritten, but sidecars of an earlier export of the same image;
 * what is there with the same content is left as it is, so that an export can be repeated and goes on where it was stopped.
 */
export async function exportPictures(
  { dataFolder, imported, fileOf, noteOf, allows, log }: Parts,
  pages: ExportPages,
  { folder, json, xmp }: ExportRequest,
  {
    total,
    onProgress,
    signal,
  }: {
    readonly total: number | null;
    readonly onProgress: (done: number, total: number | null) => void;
    readonly signal: AbortSignal;
  },
): Promise<Result<PicturesExported>> {
  if (!path.isAbsolute(folder)) return fail(appError('invalid_input', 'An export needs the whole path of a folder.'));
  if (isWithin(dataFolder, folder))
    return fail(
      appError('invalid_input', `An export does not go into the data folder (${dataFolder}). Choose another folder.`),
    );
  const own = imported.find((each) => isWithin(each, folder));
  if (own !== undefined)
    return fail(
      appError(
        'invalid_input',
        `${own} is one of the library's folders: what is exported there would come in again as new pictures. Choose another folder.`,
      ),
    );
  const counted = { exported: 0, same: 0, missing: 0, hidden: 0, kept: 0, bytes: 0 };
  /** Artists' folders that were made ready. */
  const made = new Set<string>();
  const failures: NotExported[] = [];
  const miss = (one: NotExported): void => {
    counted.missing += 1;
    if (failures.length < named) failures.push(one);
  };
  let done = 0;
  try {
    makeFolder(folder, sharedMode);
    for await (const { images, hidden, refused = [] } of pages) {
      counted.hidden += hidden;
      refused.forEach(miss);
      for (const image of images) {
        if (signal.aborted) return fail(cancelled);
        onProgress(done, total);
        done += 1;
        if (!allows(image)) {
          counted.hidden += 1;
          continue;
        }
        const found = await fileOf(image, signal);
        if (!found.ok) {
          miss({ id: image.id, reason: found.error.message });
          continue;
        }
        const file = found.value;
        const placed = await place(image, file, { root: folder, made }, signal);
        if (placed === null) {
          miss({ id: image.id, reason: 'It went away while it was being copied.' });
          continue;
        }
        counted[placed.copied ? 'exported' : 'same'] += 1;
        if (placed.copied) counted.bytes += file.bytes;
        const described = { image, sha256: file.hash, note: noteOf(image.id) };
        if (json && !(await sidecar(`${placed.target}.json`, jsonSidecar(described), image.id))) counted.kept += 1;
        if (xmp && !(await sidecar(`${placed.target}.xmp`, xmpSidecar(described), image.id))) counted.kept += 1;
      }
    }
    onProgress(done, total ?? done);
    return ok({ folder, ...counted, failures });
  } catch (error) {
    if (signal.aborted) return fail(cancelled);
    log.error('An export failed', { error: error instanceof Error ? error.stack : String(error) });
    return fail(
      pathError(error, folder) ?? appError('internal', 'Kabegami could not export the pictures. Its log says more.'),
    );
  }
}

function isWithin(outer: string, inner: string): boolean {
  const way = path.relative(outer, inner);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

/** Copies the picture to the first name that is free, or finds it under one of them. Null: it has gone meanwhile. */
async function place(
  image: Image,
  file: MediaFile,
  { root, made }: { readonly root: string; readonly made: Set<string> },
  signal: AbortSignal,
): Promise<{ readonly target: string; readonly copied: boolean } | null> {
  const { folder: artist, base, extension } = exportName(image);
  const folder = path.join(root, artist);
  if (!made.has(artist)) await makeSharedFolder(folder);
  made.add(artist);
  for (let nth = 1; ; nth += 1) {
    const target = path.join(folder, `${base}${nth === 1 ? '' : `-${nth}`}.${extension}`);
    const there = await lstat(target).catch(() => null);
    if (
      there?.isFile() === true &&
      there.size === file.bytes &&
      (await hashFile(target, signal)).sha256 === file.hash
    ) {
      return { target, copied: false };
    }
    if (there !== null) continue;
    try {
      const copy = (unfinished: string) =>
        copyFile(file.path, unfinished, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
      if (await put(target, copy)) return { target, copied: true };
    } catch (error) {
      if ((await stat(file.path).catch(() => null)) === null) return null;
      throw error;
    }
  }
}

const sharedMode = 0o777;

/** Unlike what lies in the data folder, an export has the rights that the user's files have. What a killed export left is cleared away. */
async function makeSharedFolder(folder: string): Promise<void> {
  makeFolder(folder, sharedMode);
  for (const name of await readdir(folder)) {
    if (/^\.[0-9a-f]{12}\.kabegami-part$/.test(name)) await rm(path.join(folder, name), { force: true });
  }
}

/** Makes a file under another name, on the disk for good, then gives it its own, never in the place of another. False: the name is taken. */
async function put(target: string, make: (unfinished: string) => Promise<unknown>): Promise<boolean> {
  const unfinished = path.join(path.dirname(target), `.${randomBytes(6).toString('hex')}.kabegami-part`);
  try {
    await make(unfinished);
    const handle = await open(unfinished, 'r+');
    try {
      await handle.chmod(0o666 & ~process.umask());
      await handle.sync();
    } finally {
      await handle.close();
    }
    try {
      await link(unfinished, target);
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    }
    // No second names on this file system.
    if ((await stat(target).catch(() => null)) !== null) return false;
    await rename(unfinished, target);
    return true;
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** False: a file that is none of ours has the name. */
async function sidecar(target: string, text: string, id: string): Promise<boolean> {
  if (await put(target, (unfinished) => writeFile(unfinished, text, { flag: 'wx' }))) return true;
  const there = await readFile(target, 'utf8').catch(() => null);
  if (there === text) return true;
  if (there === null || !isOurSidecar(there, id)) return false;
  const unfinished = `${target}.${createHash('sha256').update(text).digest('hex').slice(0, 12)}.part`;
  await writeFile(unfinished, text);
  await rename(unfinished, target);
  return true;
}
