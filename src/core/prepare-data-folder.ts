import { access, constants, readdir } from 'node:fs/promises';
import path from 'node:path';
import { appError, type AppError } from '../shared/errors.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import { makeFolder, tighten } from './private-files.ts';

/**
 * Creates the data folder (0700) when it is missing and makes sure that it can be written to. The database and the lock that lie
 * in it are made private: they may be of a time when they were not.
 */
export async function prepareDataFolder(folder: string): Promise<Result<void>> {
  try {
    makeFolder(folder);
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    for (const name of await readdir(folder)) if (isOurs(name)) tighten(path.join(folder, name));
    return ok(undefined);
  } catch (error) {
    return fail(unwritable(folder, error));
  }
}

/** A folder chosen with KABEGAMI_HOME may hold other things, which are none of our business. */
function isOurs(name: string): boolean {
  return name.startsWith('library.db') || name === 'owner.lock';
}

/** The error of a data folder that cannot be used, with what to do about it. */
export function unwritable(folder: string, cause: unknown): AppError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  if (['ENOSPC', 'EDQUOT', 'SQLITE_FULL'].includes(code)) {
    return appError(
      'disk_full',
      `The disk is full: Kabegami cannot write to its data folder ${folder}. Free some space on that disk and try again.`,
    );
  }
  const reason = cause instanceof Error ? ` (${cause.message})` : '';
  return appError(
    'data_folder_unwritable',
    `The data folder ${folder} cannot be written to${reason}. ` +
      'Give yourself write access to it, or set KABEGAMI_HOME to a folder that you may write to.',
  );
}
