import { fold } from '../../../shared/search/index.ts';
import type { Database } from '../driver.ts';
import type { LinkTable } from './conditions.ts';

/** A name, and how many images that may be results have it: all, and the safe ones. */
export interface NameRow {
  readonly key: number;
  readonly images: number;
  readonly safe: number;
}

/** Some names of a kind: their keys, and the sum of their images. */
export interface Names {
  readonly keys: readonly number[];
  readonly images: number;
  readonly safe: number;
}

/** What the rows of `vocabulary` are of: key × 4 + kind. */
export const linkTables = ['tag', 'artist', 'site'] as const satisfies readonly LinkTable[];

export interface NameIndex {
  /** Of exactly this name. */
  is(table: LinkTable, folded: string): readonly NameRow[];
  /** That hold the text, or (one or two letters) begin with it. Null: too many. */
  holding(folded: string): Readonly<Record<LinkTable, Names | null>>;
  /** Collections of this name: their key, and the search that fills them where one does. */
  collections(folded: string): readonly { readonly key: number; readonly query: string | null }[];
}

/** More than `mostNames` are not listed: too many to be looked up one by one. */
export function createNameIndex(db: Database, mostNames: number): NameIndex {
  const statements = (table: LinkTable) => ({
    is: db.prepare<NameRow>(`SELECT key, images, safe FROM ${table} WHERE folded = ?`),
    begins: db.prepare<{ key: number }>(
      `SELECT key FROM ${table} WHERE folded >= ? AND folded < ? LIMIT ${mostNames + 1}`,
    ),
    sum: db.prepare<{ images: number; safe: number }>(
      `SELECT ifnull(sum(images), 0) AS images, ifnull(sum(safe), 0) AS safe FROM ${table}
       WHERE key IN (SELECT value FROM json_each(?))`,
    ),
  });
  const by = { tag: statements('tag'), artist: statements('artist'), site: statements('site') };
  const holds = db.prepare<{ id: number }>(
    `SELECT rowid AS id FROM vocabulary WHERE vocabulary MATCH ? LIMIT ${mostNames + 1}`,
  );
  const collections = db.prepare<{ key: number; name: string; query: string | null }>(
    'SELECT key, name, query FROM collection WHERE removed_at IS NULL',
  );
  const summed = (table: LinkTable, keys: readonly number[]): Names | null => {
    if (keys.length > mostNames) return null;
    if (keys.length === 0) return { keys, images: 0, safe: 0 };
    const { images, safe } = by[table].sum.get([JSON.stringify(keys)]) ?? { images: 0, safe: 0 };
    return { keys, images, safe };
  };

  return {
    is: (table, folded) => by[table].is.all([folded]).map(({ key, images, safe }) => ({ key, images, safe })),
    holding(folded) {
      const all = (keys: (table: LinkTable) => Names | null): Record<LinkTable, Names | null> => ({
        tag: keys('tag'),
        artist: keys('artist'),
        site: keys('site'),
      });
      if ([...folded].length < 3) {
        const to = `${folded}\u{10ffff}`;
        return all((table) =>
          summed(
            table,
            by[table].begins.all([folded, to]).map(({ key }) => key),
          ),
        );
      }
      const ids = holds.all([phrase(folded)]).map(({ id }) => id);
      if (ids.length > mostNames) return all(() => null);
      return all((table) => {
        const kind = linkTables.indexOf(table);
        return summed(
          table,
          ids.flatMap((id) => (id % 4 === kind ? [Math.floor(id / 4)] : [])),
        );
      });
    },
    collections: (folded) =>
      collections.all([]).flatMap(({ key, name, query }) => (fold(name) === folded ? [{ key, query }] : [])),
  };
}

/** A phrase of FTS5: nothing in it is syntax. */
export function phrase(text: string): string {
  return `"${text.replace(/"/g, '""')}"`;
}
