import { appError, type AppError } from '../../shared/errors.ts';

/** SQLite's and the file system's error code of something thrown, or null. */
export function codeOf(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}

/** What an error thrown by the database means to its owner; null where it is a bug of ours. `backups` is the folder of backups. */
export function storeError(
  error: unknown,
  where: { readonly database: string; readonly backups: string },
): AppError | null {
  const code = codeOf(error) ?? '';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_IOERR_WRITE') {
    return appError(
      'disk_full',
      `The disk is full: Kabegami cannot write ${where.database}. Free some space and try again.`,
    );
  }
  if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
    return appError(
      'database_corrupt',
      `The library database ${where.database} is damaged. Close Kabegami, move that file (and its -wal and -shm files) somewhere safe, ` +
        `and copy the newest file of ${where.backups} to its place if there is one; without one Kabegami starts with an empty library. ` +
        'The picture files are not affected.',
    );
  }
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
