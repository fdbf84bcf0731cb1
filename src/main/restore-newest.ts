import path from 'node:path';
import { systemClock } from '../core/clock.ts';
import { createBackups } from '../core/backup/backups.ts';
import { carryOutRestore } from '../core/backup/swap.ts';
import { createFileLog } from '../core/log.ts';
import { claimForLong } from '../core/ownership/ownership.ts';
import { createRedactor } from '../core/secrets/redact.ts';
import type { Result } from '../shared/result.ts';
import type { Restored } from '../shared/backup.ts';

/** Puts the newest sound snapshot in the place of a database that cannot be opened, while no core runs. */
export async function restoreNewest(folder: string, version: string): Promise<Result<Restored>> {
  const claim = await claimForLong({ folder, host: 'desktop', version, clock: systemClock });
  if (!claim.ok) return claim;
  const log = createFileLog({ folder: path.join(folder, 'logs'), clock: systemClock, redactor: createRedactor() });
  try {
    const backups = createBackups({ folder, version, clock: systemClock, log });
    const work = { signal: new AbortController().signal, onProgress: () => undefined };
    const restored = await backups.restore({ snapshot: 'latest' }, work);
    if (restored.ok) carryOutRestore(folder, log);
    return restored;
  } finally {
    await claim.value.release();
  }
}
