/** Copies of the database in `backups/`: their names, and which of them stay. */

export interface SnapshotName {
  readonly name: string;
  /** Schema version of the copy. */
  readonly version: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** `library-v3-2026-01-31T23-59-59-999Z.db`: sorts by time within a version, and is a file name everywhere. */
export function snapshotName(version: number, at: number): string {
  return `library-v${version}-${new Date(at).toISOString().replace(/[:.]/g, '-')}.db`;
}

/** Null where the name is none of ours. */
export function parseSnapshotName(name: string): SnapshotName | null {
  const match = /^library-v(\d{1,6})-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)-(\d{3})Z\.db$/.exec(name);
  if (match === null) return null;
  const [, version, day, hours, minutes, seconds, thousandths] = match;
  const at = Date.parse(`${day}T${hours}:${minutes}:${seconds}.${thousandths}Z`);
  return Number.isNaN(at) ? null : { name, version: Number(version), at };
}

/** Of how many days, weeks and months the newest copy is kept. */
export const keptFor = { days: 7, weeks: 4, months: 6 } as const;

/**
 * Which copies may go: those that are neither the newest of one of the last 7 days, 4 weeks or 6 months that have any, nor the newest of their schema version (an
 * older program may need it), nor the newest of all. Days, weeks (from Monday) and months are those of UTC, so that a change of the clock's zone keeps
 * more rather than less.
 */
export function outdatedSnapshots(snapshots: readonly SnapshotName[]): readonly SnapshotName[] {
  const newestFirst = [...snapshots].sort((a, b) => b.at - a.at || b.name.localeCompare(a.name));
  const kept = new Set<string>();
  const keepNewestOfEach = (periodOf: (snapshot: SnapshotName) => string | number, periods: number): void => {
    const seen = new Set<string | number>();
    for (const snapshot of newestFirst) {
      const period = periodOf(snapshot);
      if (seen.has(period)) continue;
      if (seen.size === periods) return;
      seen.add(period);
      kept.add(snapshot.name);
    }
  };
  keepNewestOfEach(({ at }) => dayOf(at), keptFor.days);
  // The first day of the epoch was a Thursday.
  keepNewestOfEach(({ at }) => Math.floor((dayOf(at) + 3) / 7), keptFor.weeks);
  keepNewestOfEach(({ at }) => new Date(at).toISOString().slice(0, 7), keptFor.months);
  keepNewestOfEach(({ version }) => version, Number.POSITIVE_INFINITY);
  return newestFirst.filter(({ name }) => !kept.has(name));
}

function dayOf(at: number): number {
  return Math.floor(at / 86_400_000);
}
