import type { Database } from './driver.ts';
import type { FindRepository } from './store.ts';

export function createFindRepository(db: Database): FindRepository {
  const given = '(SELECT key FROM image WHERE id IN (SELECT value FROM json_each(:ids)))';
  const add = db.prepare(
    `INSERT INTO find (source, image_key) SELECT :source, key FROM image WHERE id IN (SELECT value FROM json_each(:ids))
     ON CONFLICT DO NOTHING`,
  );
  const take = db.prepare(`DELETE FROM find WHERE source = :source AND image_key IN ${given}`);
  const keep = db.prepare(
    'DELETE FROM find WHERE source = :source AND image_key NOT IN (SELECT value FROM json_each(:keys))',
  );
  const put = db.prepare(
    `INSERT INTO find (source, image_key) SELECT :source, key FROM image WHERE key IN (SELECT value FROM json_each(:keys))
     ON CONFLICT DO NOTHING`,
  );
  const list = db.prepare<{ id: string }>(
    'SELECT image.id AS id FROM find JOIN image ON image.key = find.image_key WHERE source = ? ORDER BY image_key',
  );
  const count = db.prepare<{ n: number }>('SELECT count(*) AS n FROM find WHERE source = ?');
  return {
    add: (source, ids) => add.run({ source, ids: JSON.stringify(ids) }).changes,
    take: (source, ids) => void take.run({ source, ids: JSON.stringify(ids) }),
    set(source, keys) {
      const parameters = { source, keys: JSON.stringify(keys) };
      keep.run(parameters);
      put.run(parameters);
    },
    list: (source) => list.all([source]).map(({ id }) => id),
    count: (source) => count.get([source])?.n ?? 0,
  };
}
