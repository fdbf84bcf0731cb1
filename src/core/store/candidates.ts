import { rulesKey } from './bag.ts';
import { rulesSql, sourceSql, unionSql, type SqlPart } from './candidate-sql.ts';
import type { Database, Statement } from './driver.ts';
import { imageFrom, imageSelect, type ImageRow } from './image-rows.ts';
import type { CandidateRepository, CandidateRules } from './store.ts';

/** Up to here the n-th of all is taken, which is exactly uniform; a larger library is probed at a random key, which nearly is. */
const countedUpTo = 20_000;

const unseen = (key: string): string =>
  `NOT EXISTS (SELECT 1 FROM bag WHERE bag.pool = :pool AND bag.image_key = ${key} AND bag.at > :since)`;

export function createCandidateRepository(db: Database, read = imageFrom): CandidateRepository {
  const prepared = new Map<string, Statement<unknown>>();
  /** Statements differ by which rules apply: few, and each prepared once. */
  const prepare = <Row>(sql: string): Statement<Row> => {
    let statement = prepared.get(sql);
    if (statement === undefined) {
      statement = db.prepare(sql);
      prepared.set(sql, statement);
    }
    return statement as Statement<Row>;
  };
  const byKey = db.prepare<ImageRow>(`${imageSelect} WHERE i.key = ?`);
  const files = db.prepare<{ n: number }>('SELECT count(*) AS n FROM file');
  const references = db.prepare<{ n: number }>(
    'SELECT count(*) AS n FROM image WHERE in_folder = 1 AND file_hash IS NULL',
  );
  const ownRound = db.prepare<{ since: number }>('SELECT since FROM bag_round WHERE pool = ? AND rules = ?');
  const newestRound = db.prepare<{ since: number | null }>(
    `SELECT max(since) AS since FROM bag_round WHERE pool = ? AND NOT json_extract(rules, '$.cached')`,
  );
  const roundOf = (pool: string, rules: CandidateRules): number => ownRound.get([pool, rulesKey(rules)])?.since ?? 0;
  const range = db.prepare<{ low: number | null; high: number | null }>(
    'SELECT (SELECT min(key) FROM image) AS low, (SELECT max(key) FROM image) AS high',
  );

  function nth(part: SqlPart, random: () => number): number | null {
    const total = prepare<{ n: number }>(`SELECT count(*) AS n FROM ${part.sql}`).get(part.parameters)?.n ?? 0;
    if (total === 0) return null;
    const n = Math.min(total - 1, Math.floor(random() * total));
    const row = prepare<{ key: number }>(`SELECT i.key AS key FROM ${part.sql} ORDER BY i.key LIMIT 1 OFFSET :n`).get({
      ...part.parameters,
      n,
    });
    return row?.key ?? null;
  }

  function probe(part: SqlPart, random: () => number): number | null {
    const { low, high } = range.get([]) ?? { low: null, high: null };
    if (low === null || high === null) return null;
    const from = low + Math.floor(random() * (high - low + 1));
    const find = prepare<{ key: number }>(
      `SELECT i.key AS key FROM ${part.sql} AND i.key >= :from ORDER BY i.key LIMIT 1`,
    );
    const found = find.get({ ...part.parameters, from }) ?? find.get({ ...part.parameters, from: low });
    return found?.key ?? null;
  }

  return {
    draw({ source, rules, pool, from, round = rules, exclude, random }) {
      const where = sourceSql(source, 0);
      const rule = rulesSql(rules, source);
      const fresh = from === 'fresh' ? ` AND ${unseen('i.key')}` : '';
      const part: SqlPart = {
        sql: `${where.sql}${rule.sql}${fresh} AND i.id NOT IN (SELECT value FROM json_each(:exclude))`,
        parameters: {
          ...where.parameters,
          ...rule.parameters,
          ...(from === 'fresh' ? { pool, since: roundOf(pool, round) } : {}),
          exclude: JSON.stringify(exclude),
        },
      };
      const large = (source.kind === 'library' || source.kind === 'filter') && (files.get([])?.n ?? 0) > countedUpTo;
      const key = large ? probe(part, random) : nth(part, random);
      const row = key === null ? undefined : byKey.get([key]);
      return row === undefined ? null : read(row);
    },
    sizes: () => ({ files: files.get([])?.n ?? 0, references: references.get([])?.n ?? 0 }),
    count({ sources, rules, pool, round = 'own' }) {
      const since = round === 'own' ? roundOf(pool, rules) : (newestRound.get([pool])?.since ?? 0);
      const union = unionSql(sources, rules);
      const row = prepare<{ left: number; total: number }>(
        `SELECT count(*) AS total, count(*) FILTER (WHERE ${unseen('u.key')}) AS left
         FROM (${union.sql}) AS u`,
      ).get({ ...union.parameters, pool, since });
      return { left: row?.left ?? 0, total: row?.total ?? 0 };
    },
  };
}
