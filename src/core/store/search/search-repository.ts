import type { Database, Statement } from '../driver.ts';
import { imageColumns, imageFrom, imageTables, type ImageRow } from '../image-rows.ts';
import { createFacetCounts } from './facets.ts';
import { createNameIndex, phrase } from './names.ts';
import { openConditions, type OpenConditions, type SearchLimits, type Totals } from './open-search.ts';
import { orderOf } from './orders.ts';
import type { NamedCount, SearchQuery, SearchRepository } from './types.ts';

export const usualLimits: SearchLimits = {
  mostGathered: 80_000,
  window: 10_000,
  ways: ['gather', 'listed', 'sifted', 'stretch', 'linked', 'ordered', 'ring'],
  mostCounting: 6_000,
  mostFaceted: 1_000,
  mostNames: 3_000,
  mostKept: 16,
};
/** Statements kept ready. */
const mostStatements = 200;

export function createSearchRepository(
  db: Database,
  limits: SearchLimits = usualLimits,
  read = imageFrom,
): SearchRepository {
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
  const kept = new Map<string, OpenConditions>();
  let keptOf = -1;
  /** The pages, counts and facets of a query, and a random one of it, are asked for one after the other. */
  function conditionsOf(query: SearchQuery): OpenConditions {
    const now = total();
    if (now.revision !== keptOf) kept.clear();
    keptOf = now.revision;
    const name = nameOf(query);
    const known = kept.get(name) ?? openConditions({ prepare, total: now, index, facetCounts, limits }, query);
    kept.delete(name);
    if (limits.mostKept > 0 && !followsOthers(query)) kept.set(name, known);
    if (kept.size > limits.mostKept) kept.delete(kept.keys().next().value ?? '');
    return known;
  }
  const plain = (rows: readonly NamedCount[]): NamedCount[] => rows.map(({ name, count }) => ({ name, count }));

  return {
    revision: () => total().revision,
    open(query) {
      const { steps, ...rest } = conditionsOf(query);
      const order = orderOf(query.terms, query.seed);
      return { ...rest, step: (after, limit) => steps(order, after, limit) };
    },
    images(keys, adult) {
      const rows = new Map(
        byKeys.all({ keys: JSON.stringify(keys), adult: adult ? 1 : 0 }).map((row) => [row.key, read(row)] as const),
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

/** Queries of the same name ask the same, in whatever order. */
function nameOf({ terms, adult, now }: SearchQuery): string {
  const asked = terms.filter(({ kind }) => kind !== 'sort');
  const aging = asked.some(({ kind }) => kind === 'time');
  return JSON.stringify([asked, adult, aging ? now : 0]);
}

/** It asks for something of which the revision does not tell when it changes: what is in a collection, and what is the same to the eye. */
function followsOthers({ terms }: SearchQuery): boolean {
  return terms.some(
    (term) =>
      (term.kind === 'text' && term.key === 'collection') ||
      (term.kind === 'choice' && term.key === 'is' && term.value === 'duplicate'),
  );
}
