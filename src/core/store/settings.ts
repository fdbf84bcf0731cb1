import { settings as settingsSchema, type Settings } from '../../shared/model.ts';
import type { Database } from './driver.ts';
import type { SettingsRepository } from './store.ts';
import type { ReadJson } from './stored-json.ts';
import type { Transaction } from './transaction.ts';

export function createSettingsRepository(
  db: Database,
  { transaction, readJson }: { readonly transaction: Transaction; readonly readJson: ReadJson },
): SettingsRepository {
  const all = db.prepare<{ key: string; value: string }>('SELECT key, value FROM setting');
  const save = db.prepare(
    'INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value',
  );
  const remember = db.prepare(
    'INSERT INTO memory (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value',
  );
  const recall = db.prepare<{ value: string }>('SELECT value FROM memory WHERE key = ?');

  return {
    get() {
      const stored = new Map(all.all([]).map(({ key, value }) => [key, readJson(value, `setting ${key}`)]));
      const good = Object.entries(settingsSchema.shape).flatMap(([key, schema]) => {
        // A value this version does not understand falls back to its default; the others stay.
        const parsed = schema.safeParse(stored.get(key));
        return parsed.success ? [[key, parsed.data] as const] : [];
      });
      return settingsSchema.parse(Object.fromEntries(good));
    },
    set(settings: Settings) {
      transaction(() => {
        for (const [key, value] of Object.entries(settings)) save.run([key, JSON.stringify(value)]);
      });
    },
    remember: (key, value) => void remember.run([key, JSON.stringify(value ?? null)]),
    recall(key) {
      const row = recall.get([key]);
      return row === undefined ? undefined : readJson(row.value, `memory ${key}`);
    },
  };
}
