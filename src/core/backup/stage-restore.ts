import { statSync } from 'node:fs';
import { copyFile, link, open, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Restored } from '../../shared/backup.ts';
import { appError, type AppError } from '../../shared/errors.ts';
import { settings as settingsSchema } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { sizeOf } from '../files/disk.ts';
import { createLayout } from '../files/layout.ts';
import { makeFolder } from '../private-files.ts';
import { openFileList } from '../store/database-copies.ts';
import { chooseDriver } from '../store/driver.ts';
import { pinned } from '../store/files.ts';
import type { Places } from './places.ts';
import { keptName } from './places.ts';
import { readArchive, type Sink } from './read-archive.ts';
import type { RunDatabaseJob } from './run-database-job.ts';
import { completeParts, libraryParts, promiseRestore, syncFolder, type LibraryPart } from './swap.ts';
import { BadTar } from './tar-reader.ts';

interface Parts {
  readonly places: Places;
  readonly now: () => number;
  readonly runJob: RunDatabaseJob;
}
interface Work {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
}

/** Bytes that stay free beside what a restore needs. */
const margin = 50_000_000;

/**
 * Reads a backup into the data folder, beside the library, proves every member and the database, takes over pictures that are here already, and promises the restore.
 * The library itself is not touched. Throws what the file system and the signal throw; the caller clears `staged` away then.
 */
export async function stageArchive(
  { places, now, runJob }: Parts,
  file: string,
  { onProgress, signal }: Work,
): Promise<Result<Restored>> {
  const { staged } = places;
  const here = createLayout(places.folder);
  const there = createLayout(staged);
  await rm(staged, { recursive: true, force: true });
  makeFolder(staged);
  const database = path.join(staged, 'library.db');
  const read = await readArchive(file, {
    check: true,
    signal,
    onProgress,
    begin: (_manifest, bytes) => roomFor(places.folder, bytes),
    sink: async (member, size) => {
      if (member.kind === 'settings') return null;
      if (member.kind === 'database') return fileSink(database);
      if (member.kind === 'outside') return fileSink(path.join(staged, 'outside', member.name));
      // What is here already takes no room twice: it is taken over with the database's records.
      return (await sizeOf(here.picture(member))) === size ? null : fileSink(there.picture(member));
    },
  });
  if (!read.ok) return read;
  signal.throwIfAborted();
  const prepared = await runJob({
    kind: 'prepare',
    file: database,
    folder: places.folder,
    staged,
    addresses: [...usualAddresses, ...currentAddresses(places)],
  });
  if ('refused' in prepared) return fail(refused(path.basename(file), prepared.refused));
  await takeOutsideOver(places, database);
  signal.throwIfAborted();
  return ok({
    ...promise(places, now(), libraryParts),
    counts: prepared.counts,
    missing: prepared.missing,
    notes: [
      ...prepared.resetAddresses.map(
        (address) =>
          `The backup had ${address} as the address of a service. It was not taken over; set it again in Settings if it is yours.`,
      ),
      ...(prepared.missing > 0 && read.value.manifest.pictures === 'all'
        ? ['Some pictures were damaged or gone when the backup was made; they are fetched again when they are wanted.']
        : []),
    ],
  });
}

/** The same with a copy of the database from `backups/`. The pictures stay where they are; what the copy does not know of is left to "library verify --repair". */
export async function stageSnapshot(
  { places, now, runJob }: Parts,
  name: string,
  { signal }: Pick<Work, 'signal'>,
): Promise<Result<Restored>> {
  const { staged } = places;
  const snapshot = path.join(places.snapshots, name);
  await rm(staged, { recursive: true, force: true });
  const full = await roomFor(places.folder, (await stat(snapshot)).size);
  if (full !== null) return fail(full);
  makeFolder(staged);
  const file = path.join(staged, 'library.db');
  await copyFile(snapshot, file);
  signal.throwIfAborted();
  const prepared = await runJob({ kind: 'prepare', file, folder: places.folder, staged: null, addresses: null });
  if ('refused' in prepared) return fail(refused(name, prepared.refused));
  signal.throwIfAborted();
  return ok({
    ...promise(places, now(), ['library.db']),
    counts: prepared.counts,
    missing: prepared.missing,
    notes: [
      'Run "kabegami library verify --repair": it gives pictures that came after the snapshot their records back where it can.',
    ],
  });
}

function promise(places: Places, now: number, parts: readonly LibraryPart[]): Pick<Restored, 'kept'> {
  const kept = keptName(now);
  completeParts(places.staged, parts);
  syncFolder(places.staged);
  promiseRestore(places, { staged: path.basename(places.staged), kept, parts: [...parts] });
  return { kept: path.join(places.folder, kept) };
}

function refused(name: string, why: string): AppError {
  return appError(
    'bad_backup',
    `The database in ${name} cannot be used: ${why} Nothing was changed. Use another backup.`,
  );
}

async function roomFor(folder: string, bytes: number): Promise<AppError | null> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes + margin) return null;
  const megabytes = Math.ceil((bytes + margin - free) / 1e6);
  return appError(
    'disk_full',
    `Restoring needs ${megabytes} MB more room on the disk of ${folder}. Free some space and try again.`,
  );
}

async function fileSink(file: string): Promise<Sink> {
  makeFolder(path.dirname(file));
  const handle = await open(file, 'wx', 0o600).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') throw new BadTar('holds a picture twice');
    throw error;
  });
  return {
    async write(piece) {
      for (let done = 0; done < piece.length;) done += (await handle.write(piece, done)).bytesWritten;
    },
    async keep() {
      await handle.datasync();
      await handle.close();
    },
    async drop() {
      await handle.close();
      await rm(file, { force: true });
    },
  };
}

const usual = settingsSchema.parse({});
const usualAddresses: readonly string[] = [usual.waifuImUrl, usual.yiffRestUrl];

/** The addresses of the library that is here now; none where it cannot be read. */
function currentAddresses({ database }: Places): readonly string[] {
  try {
    // Opening a file that is not there would make one.
    if (statSync(database).size === 0) return [];
    const list = openFileList(chooseDriver(), database, pinned);
    try {
      const { waifuImUrl, yiffRestUrl } = list.settings();
      return [waifuImUrl, yiffRestUrl].filter((address) => typeof address === 'string');
    } finally {
      list.close();
    }
  } catch {
    return [];
  }
}

/** Copies of outside pictures that the restored history mentions and that are here. */
async function takeOutsideOver({ folder, staged }: Places, database: string): Promise<void> {
  const list = openFileList(chooseDriver(), database, pinned);
  const names = list.outside();
  list.close();
  makeFolder(path.join(staged, 'outside'));
  for (const name of names) {
    const source = path.join(folder, 'outside', path.basename(name));
    const target = path.join(staged, 'outside', path.basename(name));
    if ((await sizeOf(target)) !== null || (await sizeOf(source)) === null) continue;
    await link(source, target).catch(() => copyFile(source, target));
  }
}
