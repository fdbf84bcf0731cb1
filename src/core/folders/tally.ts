import type { FolderFailure, ScanReport } from '../../shared/folders.ts';
import type { Found } from './walk.ts';

/** Names kept of what could not be looked at. */
const mostNames = 100;

/** Counts along a scan. */
export interface Tally {
  found: number;
  added: number;
  changed: number;
  missing: number;
  readonly sidecars: { read: number; bad: number };
  look(found: Found): void;
  report(failures: readonly FolderFailure[], failed: number): ScanReport;
}

export function createTally(): Tally {
  const others = new Map<string, number>();
  const unreadable: string[] = [];
  const tally: Tally = {
    found: 0,
    added: 0,
    changed: 0,
    missing: 0,
    sidecars: { read: 0, bad: 0 },
    look(found) {
      tally.found += found.pictures.length;
      for (const ending of found.others) others.set(ending, (others.get(ending) ?? 0) + 1);
      unreadable.push(...found.unreadable.slice(0, mostNames - unreadable.length));
    },
    report: (failures, failed) => ({
      found: tally.found,
      added: tally.added,
      changed: tally.changed,
      known: Math.max(0, tally.found - tally.added - tally.changed - failed),
      failed,
      missing: tally.missing,
      failures,
      unreadable,
      others: [...others]
        .map(([ending, files]) => ({ ending, files }))
        .sort((one, other) => other.files - one.files)
        .slice(0, 20),
      sidecars: tally.sidecars,
    }),
  };
  return tally;
}
