import { lstat, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { cancelled } from '../../shared/errors.ts';
import type { Problem, VerifyReport } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { makeFolder } from '../private-files.ts';
import { filesBelow, hashFile, isMissing, removeEmptyBelow, sizeOf } from './disk.ts';
import { inspectPicture } from './inspect.ts';
import { edges, parsePictureName, type Layout } from './layout.ts';
import type { IndexedFile, PictureIndex } from './picture-index.ts';
import type { DiskIndex } from './quota/disk-index.ts';
import type { Shelf } from './shelf.ts';

const rowsAtOnce = 100;
const noLimits = { pixelLimit: Number.POSITIVE_INFINITY, byteLimit: Number.POSITIVE_INFINITY };

type Options = { readonly repair: boolean; readonly onProgress?: (done: number, total: number) => void };

/**
 * Compares the database with the disk, both ways, and every file with its own hash. Repairing loses nothing: a record without its file is let go (the
 * picture is fetched again when it is next wanted), a file without its record is given one if an image is known to be it, and else moved
 * to `lost+found/`. Only what can be made again (thumbnails, unfinished downloads) is removed.
 */
export function createVerify(parts: {
  readonly layout: Layout;
  readonly index: PictureIndex;
  readonly checkDatabase: () => readonly string[];
  readonly shelf: Pick<Shelf, 'exclusively'>;
  readonly disk: Pick<DiskIndex, 'audit' | 'sumsAreRight'>;
  /** Files in `incoming/` that are being written right now. */
  readonly isOurs: (name: string) => boolean;
}): (options: Options, signal?: AbortSignal) => Promise<Result<VerifyReport>> {
  const { layout, index, disk, checkDatabase, shelf, isOurs } = parts;

  return async ({ repair, onProgress }, signal) => {
    const problems: Problem[] = [];
    let checked = 0;
    /** Picture files with a name of ours and no record. */
    let unknown = 0;
    /** Files whose reason to stay is not written down rightly. */
    let misjudged = 0;

    /** Records a problem; with `repair`, after `cure` has run. */
    async function report(
      kind: Problem['kind'],
      file: string,
      message: string,
      cure: (() => Promise<unknown>) | null,
    ): Promise<void> {
      const repaired = repair && cure !== null;
      if (repaired) await cure();
      problems.push({ kind, subject: path.isAbsolute(file) ? layout.relative(file) : file, message, repaired });
    }

    async function letGo(file: IndexedFile): Promise<void> {
      index.detach(file.hash);
      for (const edge of edges) await rm(layout.thumbnail(file.hash, edge), { force: true });
    }

    async function checkRecord(file: IndexedFile): Promise<void> {
      const picture = layout.picture(file);
      const known = async (): Promise<number | null> => (index.byHash(file.hash) === null ? null : sizeOf(picture));
      const bytes = await known();
      const { sha256 } = bytes === file.bytes ? await hashFile(picture, signal) : { sha256: null };
      if (sha256 !== file.hash) {
        await shelf.exclusively(async () => {
          if (index.byHash(file.hash) === null) return;
          if ((await sizeOf(picture)) === null) {
            await report('missing_file', picture, 'The picture is in the database and not on the disk.', () =>
              letGo(file),
            );
          } else {
            await report(
              'wrong_content',
              picture,
              'The content of the picture has changed: it is damaged.',
              async () => {
                await setAside(picture);
                await letGo(file);
              },
            );
          }
        });
        return;
      }
      for (const { edge } of index.thumbnailsOf(file.hash)) {
        const thumbnail = layout.thumbnail(file.hash, edge);
        if ((await sizeOf(thumbnail)) !== null || index.byHash(file.hash) === null) continue;
        await report('bad_thumbnail', thumbnail, 'The thumbnail is in the database and not on the disk.', async () =>
          index.detachThumbnail(file.hash, edge),
        );
      }
    }

    async function checkPicture(picture: string): Promise<void> {
      const name = parsePictureName(path.basename(picture));
      const inPlace = name !== null && layout.picture(name) === picture;
      if (inPlace && index.byHash(name.hash)?.extension === name.extension) return;
      await shelf.exclusively(async () => {
        // It may have got its record, or gone, while this waited.
        if ((inPlace && index.byHash(name.hash)?.extension === name.extension) || !(await exists(picture))) return;
        if (inPlace && index.byHash(name.hash) === null) unknown += 1;
        await report('stray_file', picture, 'A file that the database knows nothing of.', async () => {
          if (!inPlace || !(await reattach(picture, name))) await setAside(picture);
        });
      });
    }

    /** Gives a picture its record back, if its content is what its name says and an image is known to have it. */
    async function reattach(picture: string, name: { hash: string; extension: string }): Promise<boolean> {
      if ((await sizeOf(picture)) === null || index.byHash(name.hash) !== null) return false;
      const { sha256, md5 } = await hashFile(picture, signal);
      const id = sha256 === name.hash ? index.wanting(md5) : null;
      const found = id === null ? null : await inspectPicture(picture, noLimits, { complete: false });
      if (id === null || found?.ok !== true || found.value.extension !== name.extension) return false;
      const { bytes, width, height } = found.value;
      index.attach(id, { ...name, bytes, width, height }, { dominantColor: null, hash: null });
      return true;
    }

    async function checkThumbnail(thumbnail: string): Promise<void> {
      const hash = path.basename(thumbnail, '.webp');
      const edge = edges.find((candidate) => layout.thumbnail(hash, candidate) === thumbnail);
      const remove = (): Promise<void> => rm(thumbnail, { force: true, recursive: true });
      if (edge === undefined || index.byHash(hash) === null) {
        await shelf.exclusively(async () => {
          if ((edge !== undefined && index.byHash(hash) !== null) || !(await exists(thumbnail))) return;
          await report('stray_file', thumbnail, 'A thumbnail of no picture.', remove);
        });
        return;
      }
      const found = await inspectPicture(thumbnail, noLimits, { complete: true }).catch((error: unknown) => {
        if (isMissing(error)) return null;
        throw error;
      });
      if (found === null) return;
      const sound =
        found.ok && found.value.extension === 'webp' && Math.max(found.value.width, found.value.height) <= edge;
      const recorded = (): number | undefined => index.thumbnailsOf(hash).find((thumb) => thumb.edge === edge)?.bytes;
      if (sound && recorded() === found.value.bytes) return;
      await shelf.exclusively(async () => {
        // It may just have been put there, or gone, while this waited.
        if (!(await exists(thumbnail)) || (sound && recorded() === (await sizeOf(thumbnail)))) return;
        await report(
          'bad_thumbnail',
          thumbnail,
          'The thumbnail is damaged; it is made again when it is next wanted.',
          async () => {
            await remove();
            index.detachThumbnail(hash, edge);
          },
        );
      });
    }

    async function exists(file: string): Promise<boolean> {
      return lstat(file).then(
        () => true,
        () => false,
      );
    }

    async function setAside(file: string): Promise<void> {
      makeFolder(layout.lostAndFound);
      for (let copy = 0; ; copy += 1) {
        const { name, ext } = path.parse(file);
        const target = path.join(layout.lostAndFound, copy === 0 ? name + ext : `${name}-${copy}${ext}`);
        if (await exists(target)) continue;
        await rename(file, target);
        return;
      }
    }

    /** What the owner can do about the database; names the copies only where there is one. */
    async function howToPutBack(): Promise<string> {
      const copies = await readdir(layout.backups).catch(() => []);
      return copies.some((name) => name.endsWith('.db'))
        ? 'run "kabegami backup restore --snapshot latest", which puts back the newest copy of backups/'
        : 'restore a backup of your own with "kabegami backup restore <file>"';
    }

    async function compareAll(): Promise<Result<void>> {
      for (const line of checkDatabase()) {
        await report('database', 'library.db', `${line} To put it back, ${await howToPutBack()}.`, null);
      }
      const total = index.count();
      for (let after: string | null = null; ;) {
        const batch: readonly IndexedFile[] = index.all(after, rowsAtOnce);
        for (const file of batch) {
          if (signal?.aborted === true) return fail(cancelled);
          await checkRecord(file);
          checked += 1;
          onProgress?.(Math.min(checked, total), total);
        }
        misjudged += disk.audit(after, rowsAtOnce, repair).wrong;
        after = batch.at(-1)?.hash ?? null;
        if (after === null) break;
      }
      const wrongSums = !disk.sumsAreRight(repair);
      if (misjudged > 0 || wrongSums) {
        problems.push({
          kind: 'wrong_sums',
          subject: 'library.db',
          message: 'What the library takes on the disk was not counted rightly.',
          repaired: repair,
        });
      }
      for await (const picture of filesBelow(layout.pictures)) {
        if (signal?.aborted === true) return fail(cancelled);
        await checkPicture(picture);
      }
      // A killed process leaves one file or two without a record; more than are known is another matter.
      if (unknown > total) {
        const files = unknown === 1 ? 'A picture file is' : `${unknown} picture files are`;
        problems.unshift({
          kind: 'database',
          subject: 'library.db',
          message:
            `${files} here that this library does not know: its database was lost or replaced. To put it back, ` +
            `${await howToPutBack()}; --repair moves what is unknown to lost+found/, nothing is deleted.`,
          repaired: repair,
        });
      }
      for await (const thumbnail of filesBelow(layout.thumbs)) {
        if (signal?.aborted === true) return fail(cancelled);
        await checkThumbnail(thumbnail);
        checked += 1;
      }
      await shelf.exclusively(async () => {
        for (const name of await readdir(layout.incoming)) {
          if (isOurs(name)) continue;
          const file = path.join(layout.incoming, name);
          await report('unfinished_download', file, 'What is left of a download that did not finish.', () =>
            rm(file, { force: true, recursive: true }),
          );
        }
      });
      if (repair) {
        await shelf.exclusively(async () => {
          for (const folder of [layout.pictures, layout.thumbs]) await removeEmptyBelow(folder);
        });
      }
      return ok(undefined);
    }

    try {
      const compared = await compareAll();
      if (!compared.ok) return compared;
    } catch (error) {
      // Nothing can be compared with what cannot be read.
      if (!isDamage(error)) throw error;
      const line = `The database is damaged (${error instanceof Error ? error.message : String(error)}): not everything could be checked.`;
      await report('database', 'library.db', `${line} To put it back, ${await howToPutBack()}.`, null);
    }
    return ok({ clean: problems.every(({ repaired }) => repaired), problems, checked });
  };
}

/** SQLite's word for a database that is none, or a damaged one. */
function isDamage(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}
