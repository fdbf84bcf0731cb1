import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outdatedSnapshots, parseSnapshotName, snapshotName, type SnapshotName } from './snapshots.ts';

const day = 86_400_000;
const named = (version: number, at: number): SnapshotName => ({ name: snapshotName(version, at), version, at });
const keptOf = (all: readonly SnapshotName[]): readonly SnapshotName[] => {
  const gone = new Set(outdatedSnapshots(all).map(({ name }) => name));
  return all.filter(({ name }) => !gone.has(name)).sort((a, b) => b.at - a.at);
};
const isoDay = ({ at }: SnapshotName): string => new Date(at).toISOString().slice(0, 10);

describe('names of snapshots', () => {
  it('are read back as they were written', () => {
    fc.assert(
      fc.property(
        fc.nat(999_999),
        fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }),
        (version, date) => {
          const at = date.getTime();
          expect(parseSnapshotName(snapshotName(version, at))).toEqual(named(version, at));
        },
      ),
    );
  });

  it('are no other names', () => {
    for (const name of [
      'library.db',
      'library-v3-2026-01-31T23-59-59-999Z.db.part',
      'library-v3-2026-13-31T23-59-59-999Z.db',
      '../library-v3-2026-01-31T23-59-59-999Z.db',
    ])
      expect(parseSnapshotName(name)).toBeNull();
  });
});

describe('outdatedSnapshots', () => {
  it('keeps 7 days, 4 weeks and 6 months of a year of nights', () => {
    // 2026-06-30 is a Tuesday.
    const last = Date.UTC(2026, 5, 30, 3);
    const kept = keptOf(Array.from({ length: 365 }, (_, n) => named(3, last - n * day)));
    expect(kept.map(isoDay)).toEqual([
      '2026-06-30',
      '2026-06-29',
      '2026-06-28', // also the newest of its week
      '2026-06-27',
      '2026-06-26',
      '2026-06-25',
      '2026-06-24',
      '2026-06-21',
      '2026-06-14',
      '2026-05-31',
      '2026-04-30',
      '2026-03-31',
      '2026-02-28',
      '2026-01-31',
    ]);
  });

  it('follows the calendar over the end of a year and a leap day', () => {
    const last = Date.UTC(2028, 2, 1, 12);
    const kept = keptOf(Array.from({ length: 120 }, (_, n) => named(3, last - n * day))).map(isoDay);
    expect(kept).toContain('2028-02-29');
    expect(kept).toContain('2027-12-31');
    expect(kept).toContain('2028-01-31');
  });

  it('keeps the newest of a day with many', () => {
    const noon = Date.UTC(2026, 0, 10, 12);
    expect(keptOf([named(3, noon), named(3, noon + 1000), named(3, noon - 1000)])).toEqual([named(3, noon + 1000)]);
  });

  it('counts days that have one, however long ago', () => {
    const kept = keptOf(Array.from({ length: 7 }, (_, n) => named(3, Date.UTC(2020 + n, 0, 1))));
    expect(kept).toHaveLength(7);
  });

  it('keeps the last one of each schema version', () => {
    const last = Date.UTC(2026, 5, 30);
    const old = named(1, last - 900 * day);
    const all = [old, named(1, last - 901 * day), ...Array.from({ length: 300 }, (_, n) => named(3, last - n * day))];
    expect(keptOf(all)).toContainEqual(old);
    expect(keptOf(all).filter(({ version }) => version === 1)).toEqual([old]);
  });

  it('always keeps the newest, never more than the sum, and once it has run nothing more goes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 4e12 }), { minLength: 1, maxLength: 80 }), (times) => {
        const all = times.map((at) => named(3, at));
        const kept = keptOf(all);
        expect(kept[0]?.at).toBe(Math.max(...times));
        expect(kept.length).toBeLessThanOrEqual(18);
        expect(outdatedSnapshots(kept)).toEqual([]);
      }),
    );
  });
});
