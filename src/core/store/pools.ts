import { poolSource, type Pool, type PoolSource } from '../../shared/rotation.ts';
import type { Database } from './driver.ts';
import type { ReadJson } from './stored-json.ts';
import type { PoolRepository } from './store.ts';

interface Row {
  readonly id: string;
  readonly name: string;
  readonly sources: string;
}

export function createPoolRepository(db: Database, readJson: ReadJson): PoolRepository {
  const list = db.prepare<Row>('SELECT id, name, sources FROM pool ORDER BY name, id');
  const get = db.prepare<Row>('SELECT id, name, sources FROM pool WHERE id = ?');
  const save = db.prepare(
    `INSERT INTO pool (id, name, sources) VALUES (:id, :name, :sources)
     ON CONFLICT (id) DO UPDATE SET name = excluded.name, sources = excluded.sources`,
  );
  const remove = db.prepare('DELETE FROM pool WHERE id = ?');
  return {
    list: () => list.all([]).map((row) => poolFrom(row, readJson)),
    get(id) {
      const row = get.get([id]);
      return row === undefined ? null : poolFrom(row, readJson);
    },
    save: ({ id, name, sources }) => void save.run({ id, name, sources: JSON.stringify(sources) }),
    remove: (id) => remove.run([id]).changes > 0,
  };
}

/** A source this version does not understand is left out; the others stay. */
function poolFrom({ id, name, sources }: Row, readJson: ReadJson): Pool {
  const stored = readJson(sources, `pool ${id}`);
  const known = (Array.isArray(stored) ? stored : []).flatMap((source): PoolSource[] => {
    const parsed = poolSource.safeParse(source);
    return parsed.success ? [parsed.data] : [];
  });
  return { id, name, sources: known };
}
