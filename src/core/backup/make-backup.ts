import { createHash, randomBytes } from 'node:crypto';
import { link, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { backupEnding, type BackupMade, type PictureChoice } from '../../shared/backup.ts';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { sizeOf } from '../files/disk.ts';
import { createLayout } from '../files/layout.ts';
import type { Clock } from '../ports.ts';
import { makeFolder } from '../private-files.ts';
import { openFileList, type PreparedFile } from '../store/database-copies.ts';
import { chooseDriver } from '../store/driver.ts';
import { pinned } from '../store/files.ts';
import {
  formatVersion,
  memberNames,
  outsideMember,
  pictureMember,
  type Contents,
  type Manifest,
} from './archive-format.ts';
import { copyLibrary } from './copy-library.ts';
import type { Places } from './places.ts';
import type { RunDatabaseJob } from './run-database-job.ts';
import { syncFolder } from './swap.ts';
import { liesIn, whatIsAt } from './target.ts';
import { clearUnfinished, unfinishedName } from './unfinished.ts';
import { createTarWriter, hashHandle } from './tar-writer.ts';

export interface BackupRequest {
  readonly path: string;
  readonly pictures: PictureChoice;
  readonly overwrite: boolean;
}

interface Parts {
  readonly places: Places;
  readonly program: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly runJob: RunDatabaseJob;
}

const filesAtOnce = 500;

/** Why a backup cannot be written there; null where it can. */
export async function refuseTarget(target: string, overwrite: boolean, folder: string): Promise<Result<void>> {
  const refuse = (message: string): Result<void> => fail(appError('invalid_input', message));
  if (!path.isAbsolute(target))
    return refuse(`A backup needs a whole path, such as ${path.resolve('/home/me', `kabegami${backupEnding}`)}.`);
  if (!target.endsWith(backupEnding)) return refuse(`The name of a backup ends with ${backupEnding}.`);
  if (await liesIn(folder, target)) {
    return refuse(
      `A backup inside the data folder (${folder}) would be lost with it. Choose another folder, best on another disk.`,
    );
  }
  const there = await whatIsAt(target);
  if (there === 'other') return refuse(`${target} is no file that could be replaced. Choose another name.`);
  if (!overwrite && there === 'file') return fail(exists(target));
  return ok(undefined);
}

function exists(target: string) {
  return appError(
    'file_exists',
    `${target} is there already. Choose another name, or say that it may be replaced (--overwrite).`,
  );
}

/**
 * Writes one file with the database as it is in one instant and, where asked, the pictures. It is written under another name beside its place, proved to be on the
 * disk, then renamed: whatever goes wrong leaves nothing, and never harms what was there. A picture that is cleaned up in between was not worth keeping and is left
 * out; one that is damaged on this disk is left out and counted. Throws what the file system and the signal throw.
 */
export async function makeBackup(
  { places, program, clock, runJob }: Parts,
  { path: target, pictures, overwrite }: BackupRequest,
  { onProgress, signal }: { readonly onProgress: (done: number, total: number) => void; readonly signal: AbortSignal },
): Promise<Result<BackupMade>> {
  const layout = createLayout(places.folder);
  const copy = path.join(places.work, 'library.db');
  const unfinished = path.join(path.dirname(target), unfinishedName(target, randomBytes(6).toString('hex')));
  await clearUnfinished(target, clock.now());
  // Opened first: a place that cannot be written to is told before the work begins.
  let file: FileHandle | null = await open(unfinished, 'wx', 0o600);
  try {
    makeFolder(places.work);
    signal.throwIfAborted();
    const copied = await copyLibrary(places, copy, runJob);
    if (!copied.ok) return copied;
    const { schema, counts } = copied.value;
    signal.throwIfAborted();
    const now = clock.now();
    const writer = createTarWriter(file, { modifiedAt: now });
    const list = openFileList(chooseDriver(), copy, pinned);
    const names = createHash('sha256');
    const written = { pictures: 0, outside: 0, bytes: 0 };
    let damaged = 0;
    try {
      const settings = Buffer.from(`${JSON.stringify(list.settings(), null, 2)}\n`);
      const bytes = (await stat(copy)).size;
      const database = await open(copy, 'r');
      try {
        const manifest: Manifest = {
          format: 'kabegami-backup',
          version: formatVersion,
          program,
          schema,
          createdAt: new Date(now).toISOString(),
          pictures,
          counts,
          members: {
            'library.db': { bytes, sha256: await hashHandle(database, bytes, signal) },
            'settings.json': { bytes: settings.length, sha256: createHash('sha256').update(settings).digest('hex') },
          },
        };
        await writer.add(memberNames.manifest, Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
        await writer.copy(memberNames.database, database, bytes, signal);
        await writer.add(memberNames.settings, settings);
      } finally {
        await database.close();
      }

      const total = bytes + (pictures === 'none' ? 0 : await sumOf(list, pictures));
      const add = async (name: string, source: string, hash: string, expected: number | null): Promise<void> => {
        const picture = await openIfThere(source);
        if (picture === null) return;
        try {
          const { size } = await picture.stat();
          if ((expected !== null && size !== expected) || !(await hashHandle(picture, size, signal)).startsWith(hash)) {
            damaged += 1;
            return;
          }
          await writer.copy(name, picture, size, signal);
          names.update(`${name}\n`);
          written.bytes += size;
          written[expected === null ? 'outside' : 'pictures'] += 1;
          onProgress(Math.min(bytes + written.bytes, total), total);
        } finally {
          await picture.close();
        }
      };
      if (pictures !== 'none') {
        for await (const record of filesOf(list, pictures)) {
          signal.throwIfAborted();
          await add(pictureMember(record), layout.picture(record), record.hash, record.bytes);
        }
        for (const name of list.outside()) {
          const hash = /^([0-9a-f]{40})\.png$/.exec(name)?.[1];
          if (hash !== undefined) await add(outsideMember(name), path.join(places.folder, 'outside', name), hash, null);
        }
      }
    } finally {
      list.close();
    }
    const contents: Contents = { ...written, sha256: names.digest('hex') };
    await writer.add(memberNames.contents, Buffer.from(`${JSON.stringify(contents, null, 2)}\n`));
    const bytes = await writer.end();
    await file.sync();
    await file.close();
    file = null;
    signal.throwIfAborted();
    if (overwrite) await rename(unfinished, target);
    else if (!(await renameToNew(unfinished, target))) return fail(exists(target));
    syncFolder(path.dirname(target));
    return ok({ path: target, bytes, counts, pictures: written.pictures, damaged });
  } finally {
    await file?.close();
    await rm(unfinished, { force: true });
    await rm(places.work, { recursive: true, force: true });
  }
}

type FileList = ReturnType<typeof openFileList>;

/** In pages, with room for others in between. */
async function* filesOf(list: FileList, choice: 'pinned' | 'all'): AsyncGenerator<PreparedFile> {
  for (let after = ''; ;) {
    const page = list.page(after, filesAtOnce, choice);
    yield* page;
    const last = page.at(-1);
    if (last === undefined) return;
    after = last.hash;
    await nextTurn();
  }
}

async function sumOf(list: FileList, choice: 'pinned' | 'all'): Promise<number> {
  let sum = 0;
  for await (const { bytes } of filesOf(list, choice)) sum += bytes;
  return sum;
}

async function openIfThere(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Renames without ever replacing; false where the name is taken. A file system without second names leaves a moment in which it may be. */
async function renameToNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
  }
  if ((await sizeOf(to)) !== null) return false;
  await rename(from, to);
  return true;
}
