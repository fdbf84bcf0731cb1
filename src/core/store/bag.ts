import type { Database } from './driver.ts';
import type { BagRepository, CandidateRules } from './store.ts';

/** The name of a set of rules. */
export function rulesKey({ rating, orientation, minWidth, minHeight, animated, cached }: CandidateRules): string {
  return JSON.stringify({ rating, orientation, minWidth, minHeight, animated, cached });
}

export function createBagRepository(db: Database): BagRepository {
  const mark = db.prepare(
    `INSERT INTO bag (pool, image_key, at) SELECT :pool, key, :at FROM image WHERE id IN (SELECT value FROM json_each(:ids))
     ON CONFLICT (pool, image_key) DO UPDATE SET at = excluded.at`,
  );
  const shownAt = db.prepare<{ at: number }>(
    'SELECT at FROM bag WHERE pool = ? AND image_key = (SELECT key FROM image WHERE id = ?)',
  );
  const since = db.prepare<{ since: number }>('SELECT since FROM bag_round WHERE pool = ? AND rules = ?');
  const restart = db.prepare(
    `INSERT INTO bag_round (pool, rules, since) VALUES (?, ?, ?)
     ON CONFLICT (pool, rules) DO UPDATE SET since = excluded.since`,
  );
  const last = db.prepare<{ at: number | null }>('SELECT max(at) AS at FROM bag WHERE pool = ?');
  const forget = db.prepare('DELETE FROM bag WHERE pool = ?');
  const forgetRounds = db.prepare('DELETE FROM bag_round WHERE pool = ?');
  /** The time of what a pool has shown last: it grows with each picture, also where the clock was set back. */
  const newest = new Map<string, number>();
  const newestOf = (pool: string): number => {
    const known = newest.get(pool);
    if (known !== undefined) return known;
    const found = last.get([pool])?.at ?? 0;
    newest.set(pool, found);
    return found;
  };
  return {
    mark(pool, ids, at) {
      const turn = Math.max(at, newestOf(pool) + 1);
      mark.run({ pool, at: turn, ids: JSON.stringify(ids) });
      newest.set(pool, turn);
    },
    has: (pool, id, rules) => (shownAt.get([pool, id])?.at ?? 0) > (since.get([pool, rulesKey(rules)])?.since ?? 0),
    newest: newestOf,
    shownAfter: (pool, id, turn) => (shownAt.get([pool, id])?.at ?? 0) > turn,
    restart: (pool, rules) => void restart.run([pool, rulesKey(rules), newestOf(pool)]),
    forget(pool) {
      forget.run([pool]);
      forgetRounds.run([pool]);
      newest.delete(pool);
    },
  };
}
