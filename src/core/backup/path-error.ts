import { appError, type AppError } from '../../shared/errors.ts';

const fullCodes: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'SQLITE_FULL']);
const refusedCodes: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTDIR',
  'ENOENT',
  'EISDIR',
  'ENAMETOOLONG',
  'EBUSY',
  'EIO',
  'EFBIG',
]);

/** What something thrown while reading or writing `place` means to its owner; null where it is a bug of ours. */
export function pathError(error: unknown, place: string): AppError | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (fullCodes.has(code)) {
    return appError(
      'disk_full',
      `The disk is full: ${place} cannot be written. Free some space, or choose another disk, and try again.`,
    );
  }
  if (refusedCodes.has(code)) {
    return appError(
      'path_unusable',
      `${place} cannot be used (${code}). Check that the folder exists, that you may write to it, and that its disk is connected; or choose another place.`,
    );
  }
  return null;
}
