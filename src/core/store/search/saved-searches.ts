import type { SavedSearch } from '../../../shared/library.ts';
import type { Database } from '../driver.ts';
import type { Transaction } from '../transaction.ts';

/** Searches with a name. */
export interface SavedSearchRepository {
  /** By name. */
  list(): readonly SavedSearch[];
  get(id: number): SavedSearch | null;
  /** A new one, or with `id` a change of that. Names are used once. */
  save(search: {
    readonly id: number | null;
    readonly name: string;
    readonly query: string;
    readonly at: number;
  }): SavedSearch | 'taken' | 'missing';
  remove(id: number): boolean;
}

export function createSavedSearchRepository(
  db: Database,
  { transaction }: { readonly transaction: Transaction },
): SavedSearchRepository {
  const columns = 'key AS id, name, query';
  const list = db.prepare<SavedSearch>(`SELECT ${columns} FROM saved_search ORDER BY name`);
  const get = db.prepare<SavedSearch>(`SELECT ${columns} FROM saved_search WHERE key = ?`);
  const named = db.prepare<SavedSearch>(`SELECT ${columns} FROM saved_search WHERE name = ?`);
  const add = db.prepare('INSERT INTO saved_search (name, query, created_at) VALUES (:name, :query, :at)');
  const change = db.prepare('UPDATE saved_search SET name = :name, query = :query WHERE key = :id');
  const remove = db.prepare('DELETE FROM saved_search WHERE key = ?');
  const plain = (row: SavedSearch | undefined): SavedSearch | null =>
    row === undefined ? null : { id: row.id, name: row.name, query: row.query };

  return {
    list: () => list.all([]).flatMap((row) => plain(row) ?? []),
    get: (id) => plain(get.get([id])),
    save: ({ id, name, query, at }) =>
      transaction(() => {
        const owner = named.get([name]);
        if (owner !== undefined && owner.id !== id) return 'taken';
        if (id === null) add.run({ name, query, at });
        else if (change.run({ id, name, query }).changes === 0) return 'missing';
        return plain(named.get([name])) ?? 'missing';
      }),
    remove: (id) => remove.run([id]).changes > 0,
  };
}
