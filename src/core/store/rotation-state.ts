import type { Database } from './driver.ts';
import type { RotationStateRepository } from './store.ts';

export function createRotationStateRepository(db: Database): RotationStateRepository {
  const get = db.prepare<{ value: string }>('SELECT value FROM rotation_state WHERE key = ?');
  const set = db.prepare(
    'INSERT INTO rotation_state (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value',
  );
  return {
    get(key) {
      const row = get.get([key]);
      return row === undefined ? undefined : (JSON.parse(row.value) as unknown);
    },
    set: (key, value) => void set.run([key, JSON.stringify(value ?? null)]),
  };
}
