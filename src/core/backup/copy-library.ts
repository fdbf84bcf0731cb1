import { fail, ok, type Result } from '../../shared/result.ts';
import type { Examined } from '../store/database-copies.ts';
import { codeOf, corruptError } from '../store/errors.ts';
import type { Places } from './places.ts';
import type { RunDatabaseJob } from './run-database-job.ts';

/** Copies the library's database and proves the copy. Error: `database_corrupt`. Throws what else SQLite and the file system throw. */
export async function copyLibrary(
  { database, snapshots }: Pick<Places, 'database' | 'snapshots'>,
  to: string,
  runJob: RunDatabaseJob,
): Promise<Result<Examined>> {
  const corrupt = fail(corruptError({ database, backups: snapshots }));
  try {
    const copied = await runJob({ kind: 'copy', from: database, to });
    return copied.findings.length > 0 ? corrupt : ok(copied);
  } catch (error) {
    const code = codeOf(error) ?? '';
    if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) return corrupt;
    throw error;
  }
}
