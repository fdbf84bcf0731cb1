import { unionSql } from './candidate-sql.ts';
import type { Database } from './driver.ts';
import type { BagRepository } from './store.ts';

export function createBagRepository(db: Database): BagRepository {
  const mark = db.prepare(
    `INSERT INTO bag (pool, image_key, at) SELECT :pool, key, :at FROM image WHERE id IN (SELECT value FROM json_each(:ids))
     ON CONFLICT (pool, image_key) DO UPDATE SET at = excluded.at`,
  );
  const has = db.prepare(
    'SELECT 1 AS one FROM bag WHERE pool = ? AND image_key = (SELECT key FROM image WHERE id = ?)',
  );
  const forget = db.prepare('DELETE FROM bag WHERE pool = ?');
  return {
    mark: (pool, ids, at) => void mark.run({ pool, at, ids: JSON.stringify(ids) }),
    has: (pool, id) => has.get([pool, id]) !== undefined,
    restart({ pool, sources, rules }) {
      const union = unionSql(sources, rules);
      db.prepare(`DELETE FROM bag WHERE pool = :pool AND image_key IN (${union.sql})`).run({
        ...union.parameters,
        pool,
      });
    },
    forget: (pool) => void forget.run([pool]),
  };
}
