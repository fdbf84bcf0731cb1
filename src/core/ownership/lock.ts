import path from 'node:path';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { unwritable } from '../prepare-data-folder.ts';
import { makePrivateFile } from '../private-files.ts';
import { chooseDriver, type Database } from '../store/driver.ts';

export interface Lock {
  release(): void;
}

/**
 * Takes the data folder's lock, or answers null when somebody else holds it. Two processes asking at once: exactly one gets it. The lock is
 * an open exclusive transaction on an empty SQLite file, that is a file lock of the operating system on every platform: it ends with
 * the process, however that ends, and leaves nothing stale behind.
 */
export function takeLock(folder: string): Result<Lock | null> {
  const file = path.join(folder, 'owner.lock');
  let database: Database | undefined;
  try {
    makePrivateFile(file);
    database = chooseDriver().open(file);
    database.exec('PRAGMA busy_timeout = 0');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    if (code.startsWith('SQLITE_BUSY')) return ok(null);
    if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) {
      return fail(
        appError(
          'data_folder_unwritable',
          `The lock file ${file} holds something else. Quit every Kabegami, delete that file, and try again.`,
        ),
      );
    }
    return fail(unwritable(folder, error));
  }
  const held = database;
  return ok({ release: () => void held.close() });
}
