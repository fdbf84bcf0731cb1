import { fold } from '../../../shared/search/index.ts';
import type { Database } from '../driver.ts';
import type { LinkTable } from './condition.ts';

/** A name, and how many images that may be results have it: all, and the safe ones. */
export interface NameRow {
  readonly key: number;
  readonly images: number;
  readonly safe: number;
}

/** Some names of a kind: their keys, and about how many images these have. */
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
  /** Some of these names, chosen evenly. */
  some(table: LinkTable, keys: readonly number[], random: number): readonly NameRow[];
  /** Collections of this name: their key, and the search that fills them where one does. */
  collections(folded: string): readonly { readonly key: number; readonly query: string | null }[];
}

/** Of so many names the images are counted; of more they are guessed from so many. */
const mostSummed = 100;

/** More than `mostNames` are not listed: too many to be looked up one by one. */
export function createNameIndex(db: Database, mostNames: number): NameIndex {
  const statements = (table: LinkTable) => ({
    is: db.prepare<NameRow>(`SELECT key, images, safe FROM ${table} WHERE folded = ?`),
    begins: db.prepare<{ key: number }>(
      `SELECT key FROM ${table} WHERE folded >= ? AND folded < ? LIMIT ${mostNames + 1}`,
    ),
    some: db.prepare<NameRow>(
      `SELECT t.key AS key, t.images AS images, t.safe AS safe FROM json_each(?) AS j CROSS JOIN ${table} AS t ON t.key = j.value`,
    ),
  });
  const by = { tag: statements('tag'), artist: statements('artist'), site: statements('site') };
  const holds = db.prepare<{ id: number }>(
    `SELECT rowid AS id FROM vocabulary WHERE vocabulary MATCH ? LIMIT ${mostNames + 1}`,
  );
  const collections = db.prepare<{ key: number; name: string; query: string | null }>(
    'SELECT key, name, query FROM collection WHERE removed_at IS NULL',
  );
  const rowOf = ({ key, images, safe }: NameRow): NameRow => ({ key, images, safe });
  const some = (table: LinkTable, keys: readonly number[], random: number): readonly NameRow[] => {
    const every = Math.max(1, keys.length / mostSummed);
    const chosen = Array.from(
      { length: Math.min(keys.length, mostSummed) },
      (_, n) => keys[Math.floor((n + random) * every)],
    );
    return by[table].some.all([JSON.stringify(chosen)]).map(rowOf);
  };
  const summed = (table: LinkTable, keys: readonly number[]): Names | null => {
    if (keys.length > mostNames) return null;
    const rows = some(table, keys, 0);
    const scale = keys.length / Math.max(1, rows.length);
    const sum = (of: 'images' | 'safe'): number => Math.round(scale * rows.reduce((all, row) => all + row[of], 0));
    return { keys, images: sum('images'), safe: sum('safe') };
  };

  return {
    is: (table, folded) => by[table].is.all([folded]).map(rowOf),
    some,
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
