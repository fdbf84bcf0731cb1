import { appError, type AppError } from '../../shared/errors.ts';
import { fullCodes } from '../files/file-error.ts';

const refusals: Readonly<Record<string, string>> = {
  EACCES: 'it does not belong to you',
  EPERM: 'the system does not allow it',
  EROFS: 'its disk is read only',
  ENOTDIR: 'a file stands where a folder should be',
  EEXIST: 'a file stands where a folder should be',
  ENOENT: 'there is no such file or folder',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'its name is too long',
  EBUSY: 'another program uses it',
  EIO: 'its disk does not answer as it should',
  EFBIG: 'its disk takes no file of that size',
};

/** What something thrown while reading or writing `place` means to its owner; null where it is a bug of ours. */
export function pathError(error: unknown, place: string): AppError | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  if (fullCodes.has(code)) {
    return appError(
      'disk_full',
      `The disk is full: ${place} cannot be written. Free some space, or choose another disk, and try again.`,
    );
  }
  const reason = Object.hasOwn(refusals, code) ? refusals[code] : undefined;
  if (reason === undefined) return null;
  return appError(
    'path_unusable',
    `${place} cannot be used: ${reason} (${code}). Check the path and that its disk is connected, or choose another place.`,
  );
}
