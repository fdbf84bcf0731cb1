import type { Database } from './driver.ts';
import type { RotationStateRepository } from './store.ts';
import type { ReadJson } from './stored-json.ts';

export function createRotationStateRepository(db: Database, readJson: ReadJson): RotationStateRepository {
  const get = db.prepare<{ value: string }>('SELECT value FROM rotation_state WHERE key = ?');
  const set = db.prepare(
    'INSERT INTO rotation_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value',
  );
  return {
    get(key) {
      const row = get.get([key]);
      return row === undefined ? undefined : readJson(row.value, `rotation_state ${key}`);
    },
    set: (key, value) => void set.run([key, JSON.stringify(value ?? null)]),
  };
}
