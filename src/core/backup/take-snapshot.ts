import { statSync } from 'node:fs';
import { rename, rm, stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Snapshot } from '../../shared/backup.ts';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../ports.ts';
import { makeFolder } from '../private-files.ts';
import { snapshotName } from '../store/snapshots.ts';
import { copyLibrary } from './copy-library.ts';
import type { Places } from './places.ts';
import type { RunDatabaseJob } from './run-database-job.ts';
import { syncFolder } from './swap.ts';

/** Bytes a snapshot must leave free: a full disk helps nobody. */
const roomLeft = 200_000_000;

/** Copies the database into `backups/` and proves the copy. Null where there is no database yet. Throws what SQLite and the file system throw. */
export async function takeSnapshot({
  places,
  clock,
  runJob,
}: {
  readonly places: Places;
  readonly clock: Pick<Clock, 'now'>;
  readonly runJob: RunDatabaseJob;
}): Promise<Result<Snapshot | null>> {
  const size = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const bytes = size(places.database) + size(`${places.database}-wal`);
  if (size(places.database) === 0) return ok(null);
  const { bavail, bsize } = await statfs(places.folder);
  if (bavail * bsize < bytes + roomLeft) {
    return fail(
      appError('disk_full', 'There is too little room on the disk for a snapshot of the database. Free some space.'),
    );
  }
  makeFolder(places.snapshots);
  const unfinished = path.join(places.snapshots, 'snapshot.db.part');
  try {
    // A copy of a damaged database is not one to fall back to, and no older one goes for it.
    const copied = await copyLibrary(places, unfinished, runJob);
    if (!copied.ok) return copied;
    const { schema } = copied.value;
    const at = clock.now();
    const name = snapshotName(schema, at);
    const target = path.join(places.snapshots, name);
    await rename(unfinished, target);
    syncFolder(places.snapshots);
    return ok({ name, at: new Date(at).toISOString(), bytes: (await stat(target)).size, schema });
  } finally {
    await rm(unfinished, { force: true });
  }
}
