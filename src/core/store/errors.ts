import { statfsSync } from 'node:fs';
import path from 'node:path';
import { appError, type AppError } from '../../shared/errors.ts';

/** SQLite's and the file system's error code of something thrown, or null. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** Bytes without which SQLite cannot even begin: its shared memory takes 32 KiB, its log and the new schema some more. */
const leastRoom = 1 << 20;

/** SQLite has but one word for a failed write; the file system knows whether room is what is missing. */
function isFull(database: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path.dirname(database));
    return bavail * bsize < leastRoom;
  } catch {
    return false;
  }
}

/** The error of a database that is none, or none that this program could have written. */
export function corruptError(where: { readonly database: string; readonly backups: string }): AppError {
  return appError(
    'database_corrupt',
    `The library database ${where.database} is damaged. Quit Kabegami and run "kabegami backup restore --snapshot latest": it puts back the newest sound ` +
      `copy of ${where.backups} and keeps the damaged one; "kabegami library verify --repair" then ties newer pictures in again. Without a copy, ` +
      'restore a backup file, or move the database (and its -wal and -shm files) somewhere safe: Kabegami then starts with an empty library. ' +
      'The picture files are not affected.',
  );
}

/** What an error thrown by the database means to its owner; null where it is a bug of ours. `backups` is the folder of backups. */
export function storeError(
  error: unknown,
  where: { readonly database: string; readonly backups: string },
): AppError | null {
  const code = codeOf(error) ?? '';
  const broken = code.startsWith('SQLITE_IOERR') || code === 'EIO';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT' || (broken && isFull(where.database))) {
    return appError(
      'disk_full',
      `The disk is full: Kabegami cannot write ${where.database}. Free some space and try again.`,
    );
  }
  if (broken) {
    return appError(
      'data_folder_unwritable',
      `The disk that holds ${where.database} cannot be read or written to (${code}). Check that it is connected and healthy and that no ` +
        'quota is used up, then try again; or choose a folder on another disk with KABEGAMI_HOME.',
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return corruptError(where);
  if (code === 'SQLITE_BUSY' || code === 'SQLITE_LOCKED') {
    return appError(
      'data_folder_in_use',
      `Another program is using ${where.database}. Close it (or the other Kabegami) and try again.`,
      { retryable: true },
    );
  }
  if (
    code.startsWith('SQLITE_READONLY') ||
    code.startsWith('SQLITE_CANTOPEN') ||
    ['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT', 'EEXIST', 'ENAMETOOLONG', 'ELOOP'].includes(code) ||
    // Neither library gives these two a code.
    (error instanceof Error &&
      /directory does not exist|Unable to open connection to local database/.test(error.message))
  ) {
    return appError(
      'data_folder_unwritable',
      `Kabegami cannot write to its data folder (${where.database}). ` +
        'Check that the folder exists and belongs to you, or choose another one with KABEGAMI_HOME.',
    );
  }
  return null;
}
