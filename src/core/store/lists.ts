import { z } from 'zod';
import { rating, type Category, type ProviderId, type Tag } from '../../shared/model.ts';
import type { Database } from './driver.ts';
import type { ReadJson } from './stored-json.ts';
import type { ListRepository } from './store.ts';

const tags = z.array(
  z.object({
    name: z.string(),
    description: z.string().nullable(),
    count: z.number().nullable(),
    rating: z.union([rating, z.literal('unknown')]),
  }),
) satisfies z.ZodType<Tag[]>;

const categories = z.array(
  z.object({ db: z.string(), name: z.string(), count: z.number().nullable(), rating }),
) satisfies z.ZodType<Category[]>;

export function createListRepository(db: Database, readJson: ReadJson): ListRepository {
  const find = db.prepare<{ items: string; at: number }>('SELECT items, at FROM list WHERE provider = ? AND kind = ?');
  const save = db.prepare(
    `INSERT INTO list (provider, kind, items, at) VALUES (?, ?, ?, ?)
     ON CONFLICT (provider, kind) DO UPDATE SET items = excluded.items, at = excluded.at`,
  );
  /** A list this version cannot read is one not yet fetched. */
  function read<T>(provider: ProviderId, kind: 'tags' | 'categories', schema: z.ZodType<T>) {
    const row = find.get([provider, kind]);
    if (row === undefined) return null;
    const items = schema.safeParse(readJson(row.items, `list ${provider} ${kind}`));
    return items.success ? { items: items.data, at: row.at } : null;
  }

  return {
    tags(provider) {
      const list = read(provider, 'tags', tags);
      return list === null ? null : { tags: list.items, at: list.at };
    },
    saveTags: (provider, items, at) => void save.run([provider, 'tags', JSON.stringify(items), at]),
    categories(provider) {
      const list = read(provider, 'categories', categories);
      return list === null ? null : { categories: list.items, at: list.at };
    },
    saveCategories: (provider, items, at) => void save.run([provider, 'categories', JSON.stringify(items), at]),
  };
}
