import type { Database, Statement } from '../driver.ts';
import { imageColumns, imageFrom, imageTables, type ImageRow } from '../image-rows.ts';
import { createFacetCounts } from './facets.ts';
import { createNameIndex, phrase } from './names.ts';
import { openSearch, type SearchLimits, type Totals } from './open-search.ts';
import type { NamedCount, SearchRepository } from './types.ts';

const usualLimits: SearchLimits = {
  mostGathered: 40_000,
  window: 10_000,
  ways: ['gather', 'listed', 'stretch', 'linked', 'ordered', 'ring'],
  mostCounted: 5_000,
  sampled: 4_000,
  mostFaceted: 1_000,
  mostNames: 3_000,
};
/** Statements kept ready. */
const mostStatements = 200;

export function createSearchRepository(db: Database, limits: SearchLimits = usualLimits): SearchRepository {
  const statements = new Map<string, Statement<unknown>>();
  const prepare = <R>(sql: string): Statement<R> => {
    const known = statements.get(sql);
    statements.delete(sql);
    const statement = known ?? db.prepare(sql);
    statements.set(sql, statement);
    if (statements.size > mostStatements) statements.delete(statements.keys().next().value ?? '');
    return statement as Statement<R>;
  };
  const totals = db.prepare<Totals>(
    'SELECT images, safe, revision, (SELECT ifnull(max(key), 0) FROM search_image) AS last FROM search_total',
  );
  const total = (): Totals => totals.get([]) ?? { images: 0, safe: 0, revision: 0, last: 0 };
  const byKeys = db.prepare<ImageRow & { key: number }>(
    `SELECT i.key AS key, ${imageColumns} FROM ${imageTables} WHERE i.key IN (SELECT value FROM json_each(:keys))
       AND EXISTS (SELECT 1 FROM search_image AS s WHERE s.key = i.key AND (s.safe = 1 OR :adult))`,
  );
  const index = createNameIndex(db, limits.mostNames);
  const facetCounts = createFacetCounts(db);

  const named = (table: 'tag' | 'artist' | 'site') => {
    const columns = `name, CASE WHEN :adult THEN images ELSE safe END AS count`;
    const order = 'AND CASE WHEN :adult THEN images ELSE safe END > 0 ORDER BY count DESC, name LIMIT :limit';
    return {
      begins: db.prepare<NamedCount>(`SELECT ${columns} FROM ${table} WHERE folded >= :text AND folded < :to ${order}`),
      holds: db.prepare<NamedCount>(
        `SELECT ${columns} FROM ${table} WHERE key IN (
           SELECT rowid / 4 FROM vocabulary WHERE vocabulary MATCH :phrase AND rowid % 4 = ${{ tag: 0, artist: 1, site: 2 }[table]}) ${order}`,
      ),
    };
  };
  const names = { tag: named('tag'), artist: named('artist'), site: named('site') };
  const collections = db.prepare<NamedCount>(
    'SELECT name, (SELECT count(*) FROM collection_image WHERE collection_key = key) AS count FROM collection WHERE removed_at IS NULL ORDER BY name',
  );
  const categories = db.prepare<NamedCount>(
    `WITH RECURSIVE each (category) AS (
       SELECT min(category) FROM search_image WHERE category >= :text AND category < :to
       UNION ALL SELECT (SELECT min(category) FROM search_image WHERE category > each.category AND category < :to) FROM each WHERE category IS NOT NULL)
     SELECT category AS name, 0 AS count FROM each WHERE category IS NOT NULL
       AND (:adult OR EXISTS (SELECT 1 FROM search_image AS s WHERE s.category = each.category AND s.safe = 1)) LIMIT :limit`,
  );
  const plain = (rows: readonly NamedCount[]): NamedCount[] => rows.map(({ name, count }) => ({ name, count }));

  return {
    revision: () => total().revision,
    open: (query) => openSearch({ prepare, total, index, facetCounts, limits }, query),
    images(keys, adult) {
      const rows = new Map(
        byKeys
          .all({ keys: JSON.stringify(keys), adult: adult ? 1 : 0 })
          .map((row) => [row.key, imageFrom(row)] as const),
      );
      return keys.flatMap((key) => {
        const image = rows.get(key);
        return image === undefined ? [] : [{ key, image }];
      });
    },
    names(kind, text, adult, limit) {
      const { begins, holds } = names[kind];
      const given = { adult: adult ? 1 : 0, limit };
      const first = plain(begins.all({ ...given, text, to: `${text}\u{10ffff}` }));
      if (first.length >= limit || [...text].length < 3) return first;
      const known = new Set(first.map(({ name }) => name));
      const more = plain(holds.all({ ...given, phrase: phrase(text) }));
      return [...first, ...more.filter(({ name }) => !known.has(name))].slice(0, limit);
    },
    collections: () => plain(collections.all([])),
    categories: (text, adult, limit) =>
      plain(categories.all({ text, to: `${text}\u{10ffff}`, adult: adult ? 1 : 0, limit })),
  };
}
