import type { Clock, Log, Updating } from '../ports.ts';
import { isOutdated } from '../store/outdated.ts';
import { runInWorker, type RunDatabaseJob } from './run-database-job.ts';

/** A smaller library is up to date in a moment, when it is opened. */
const largeLibrary = 64 * 1024 * 1024;

/**
 * Brings a large library of an older version up to date before it is opened, in a thread of its own: that takes minutes, and somebody waits for it. What fails
 * here fails again when the library is opened, and is told there.
 */
export async function updateLibrary(parts: {
  readonly folder: string;
  readonly log: Log;
  readonly clock: Pick<Clock, 'now'>;
  /** Hears how far it is; null: it has ended. */
  readonly updating: Updating | undefined;
  readonly least?: number;
  readonly runJob?: RunDatabaseJob;
}): Promise<void> {
  const { folder, log, clock, updating, least = largeLibrary, runJob = runInWorker } = parts;
  if (!isOutdated(folder, least)) return;
  const began = clock.now();
  try {
    const { error, said } = await runJob({ kind: 'update', folder, now: began }, updating);
    for (const { message, details } of said) log.info(message, details);
    if (error === null)
      log.info('Brought the library up to date', { seconds: Math.round((clock.now() - began) / 1000) });
  } catch (error) {
    log.warn('The library could not be brought up to date in a thread of its own', { error: String(error) });
  } finally {
    updating?.(null);
  }
}
