import { appError, type AppError } from '../../shared/errors.ts';

/** Of the file system and of SQLite: the disk, or what this person may have of it, is full. */
export const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);
const refusedCodes: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'SQLITE_READONLY']);

/** What something thrown while writing files (or their rows) means to the owner; null where it is a bug of ours. */
export function fileError(error: unknown): AppError | null {
  const code =
    typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (fullCodes.has(code)) {
    return appError('disk_full', 'The disk is full: nothing more can be saved. Free some space and try again.');
  }
  if (refusedCodes.has(code)) {
    return appError(
      'data_folder_unwritable',
      'Kabegami may not write to its data folder. Check its permissions, or choose another one with KABEGAMI_HOME.',
    );
  }
  if (code.startsWith('SQLITE_IOERR') || code === 'EIO') {
    return appError(
      'data_folder_unwritable',
      `The disk that holds the data folder cannot be read or written to (${code}). Check that it is connected and healthy, and try again.`,
    );
  }
  return null;
}
