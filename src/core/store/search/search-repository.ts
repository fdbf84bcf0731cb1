import { parse } from '../../../shared/search/index.ts';
import type { Database, SqlValue, Statement } from '../driver.ts';
import { imageColumns, imageFrom, imageTables, type ImageRow } from '../image-rows.ts';
import { allOf, createBinder, createConditions, nothing, type Condition, type CountUpTo } from './conditions.ts';
import { createFacetCounts } from './facets.ts';
import { createNameIndex, phrase } from './names.ts';
import { orderOf, shuffled, type OrderPart } from './orders.ts';
import { gatherSql, orderedSql, ringSql, startOf, type StepSql } from './plan.ts';
import type { FoundRow, NamedCount, OpenSearch, Place, SearchQuery, SearchRepository, Step } from './types.ts';
import { createWords } from './words.ts';

/** How much is done at once. */
export interface SearchLimits {
  /** When no more images than this can fit, they are gathered and sorted at once. */
  readonly mostGathered: number;
  /** However few the images asked for. */
  readonly leastGathered: number;
  /** A step reads at most this many rows of an index, found or not. */
  readonly window: number;
  /** Up to here matches are counted; beyond, they are guessed from some images in random order. */
  readonly mostCounted: number;
  readonly sampled: number;
  /** Facets are counted of at most this many images. */
  readonly mostFaceted: number;
  /** Names that hold a word are looked up one by one, up to so many. */
  readonly mostNames: number;
}
const usualLimits: SearchLimits = {
  mostGathered: 10_000,
  leastGathered: 200,
  window: 10_000,
  mostCounted: 5_000,
  sampled: 4_000,
  mostFaceted: 1_000,
  mostNames: 3_000,
};
/** So few images are gathered anew for each ring of colors, rather than the ring's. */
const fewerThanRings = 500;
/** Statements kept ready. */
const mostStatements = 200;

const safeOnly: Condition = {
  sql: 's.safe = 1',
  drive: { sql: 'SELECT s.key AS key FROM search_image AS s WHERE s.safe = 1', atMost: () => 0 },
  link: null,
};

type Row = { readonly [K in 'sort' | 'key' | 'ratio']: number };

export function createSearchRepository(db: Database, limits: SearchLimits = usualLimits): SearchRepository {
  const { mostGathered, leastGathered, window, mostCounted, sampled, mostFaceted } = limits;
  const statements = new Map<string, Statement<unknown>>();
  const prepare = <R>(sql: string): Statement<R> => {
    const known = statements.get(sql);
    statements.delete(sql);
    const statement = known ?? db.prepare(sql);
    statements.set(sql, statement);
    if (statements.size > mostStatements) statements.delete(statements.keys().next().value ?? '');
    return statement as Statement<R>;
  };
  const totals = db.prepare<{ images: number; safe: number; revision: number }>(
    'SELECT images, safe, revision FROM search_total',
  );
  const total = (): { images: number; safe: number; revision: number } =>
    totals.get([]) ?? { images: 0, safe: 0, revision: 0 };
  const byKeys = db.prepare<ImageRow & { key: number }>(
    `SELECT i.key AS key, ${imageColumns} FROM ${imageTables} WHERE i.key IN (SELECT value FROM json_each(:keys))
       AND EXISTS (SELECT 1 FROM search_image AS s WHERE s.key = i.key AND (s.safe = 1 OR :adult))`,
  );
  const index = createNameIndex(db, limits.mostNames);
  const facetCounts = createFacetCounts(db);

  function open(query: SearchQuery): OpenSearch {
    const { terms, adult } = query;
    const binder = createBinder();
    const parameters = (sql: string, more: Readonly<Record<string, SqlValue>> = {}): Record<string, SqlValue> => {
      const all: Record<string, SqlValue> = {};
      for (const [, name = ''] of sql.matchAll(/:([a-z]+[0-9]*)\b/g)) {
        const value = more[name] ?? binder.parameters[name];
        if (value !== undefined) all[name] = value;
      }
      return all;
    };
    const get = <R>(sql: string, more?: Readonly<Record<string, SqlValue>>): R | undefined =>
      prepare<R>(sql).get(parameters(sql, more));
    const all = <R>(sql: string, more?: Readonly<Record<string, SqlValue>>): R[] =>
      prepare<R>(sql).all(parameters(sql, more));
    const countUpTo: CountUpTo = (sql, limit) =>
      get<{ n: number }>(`SELECT count(*) AS n FROM (${sql} LIMIT ${limit})`)?.n ?? 0;

    /** Collections that are being looked into: one that holds itself holds nothing more. */
    const within = new Set<string>();
    const searched = (text: string): Condition => {
      if (within.has(text)) return nothing;
      within.add(text);
      const all = allOf(parse(text).terms.flatMap((term) => (term.kind === 'sort' ? [] : (conditionOf(term) ?? []))));
      within.delete(text);
      return all;
    };
    const words = createWords({ index, binder, countUpTo, searched });
    const conditionOf = createConditions({ binder, words, countUpTo, now: query.now });
    const conditions = terms.flatMap((term) => (term.kind === 'sort' ? [] : (conditionOf(term) ?? [])));
    const order = orderOf(terms, query.seed, binder);

    let rarestSoFar: { readonly condition: Condition | null; readonly atMost: number; readonly limit: number } | null =
      null;
    /** The condition that the fewest images fit, with how many at most, looked up to `limit`. */
    function rarest(limit: number): { readonly condition: Condition | null; readonly atMost: number } {
      if (rarestSoFar !== null && (rarestSoFar.limit >= limit || rarestSoFar.atMost < rarestSoFar.limit))
        return rarestSoFar;
      let found: { condition: Condition | null; atMost: number } = { condition: null, atMost: limit };
      const free = (condition: Condition): number => (condition.link === null ? 1 : 0);
      for (const condition of [...conditions].sort((one, other) => free(one) - free(other))) {
        if (condition.drive === null) continue;
        const atMost = condition.drive.atMost(found.atMost);
        if (atMost < found.atMost) found = { condition, atMost };
      }
      rarestSoFar = { ...found, limit };
      return found;
    }

    function sqlOf(part: OrderPart, limit: number): StepSql {
      const [first] = conditions;
      if (part.column === 'uploaded' && part.where === null && conditions.length === 1 && first?.link != null)
        return orderedSql({ ...part, column: part.column }, conditions, { adult, window });
      const many = Math.min(mostGathered, Math.max(leastGathered, Math.sqrt(limit * total().images)));
      const few = rarest(Math.ceil(many));
      if (part.cells !== null && (few.condition?.color === true || few.atMost > fewerThanRings))
        return ringSql({ ...part, cells: part.cells }, conditions, adult);
      // While the opt-in is off, being safe is a condition like others, and its number is known.
      const condition = !adult && total().safe < few.atMost ? safeOnly : few.condition;
      if (condition?.drive != null) return gatherSql(part, condition.drive.sql, conditions, adult);
      if (part.cells !== null) return ringSql({ ...part, cells: part.cells }, conditions, adult);
      return orderedSql({ ...part, column: part.column ?? 'uploaded' }, conditions, { adult, window });
    }

    function stepIn(parts: readonly OrderPart[], after: Place | null, limit: number): Step {
      const first = parts[0];
      if (first === undefined) return { rows: [], next: null };
      const rows: FoundRow[] = [];
      let from = after ?? startOf(first, 0);
      for (let part = parts[from.part]; part !== undefined; part = parts[from.part]) {
        const { sql, end } = sqlOf(part, limit);
        const wanted = limit - rows.length;
        const place = { sort: from.sort, key: from.key };
        const found = all<Row>(sql, { ...place, limit: wanted + 1 });
        for (const { sort, key, ratio } of found.slice(0, wanted)) rows.push({ part: from.part, sort, key, ratio });
        const last = rows.at(-1);
        if (found.length > wanted && last !== undefined) return { rows, next: last };
        const looked = end === null ? undefined : get<Row>(end, place);
        if (looked !== undefined) return { rows, next: { part: from.part, sort: looked.sort, key: looked.key } };
        const next = parts[from.part + 1];
        if (next === undefined) break;
        from = startOf(next, from.part + 1);
        if (rows.length === limit) return { rows, next: from };
      }
      return { rows, next: null };
    }

    const fits = conditions.length === 0 ? 'true' : conditions.map(({ sql }) => `(${sql})`).join(' AND ');

    /** What fits of some images in random order. */
    function sample(limit: number): { readonly keys: readonly number[]; readonly hidden: number; readonly of: number } {
      const rows = `SELECT s.key AS key FROM search_image AS s INDEXED BY search_shuffle ORDER BY s.shuffle LIMIT ${limit}`;
      const found = all<{ key: number; seen: number }>(
        `SELECT s.key AS key, (${adult ? '1' : 's.safe'}) AS seen FROM (${rows}) AS w CROSS JOIN search_image AS s ON s.key = w.key WHERE ${fits}`,
      );
      const keys = found.flatMap(({ key, seen }) => (seen === 1 ? [key] : []));
      return { keys, hidden: found.length - keys.length, of: Math.min(limit, total().images) };
    }

    function count(): { readonly total: number; readonly exact: boolean; readonly hidden: number } {
      const { images, safe } = total();
      const [only] = conditions;
      const whole = only === undefined ? { images, safe } : conditions.length === 1 ? only.link : null;
      if (whole !== null) {
        return {
          total: adult ? whole.images : whole.safe,
          exact: true,
          hidden: adult ? 0 : whole.images - whole.safe,
        };
      }
      const { condition } = rarest(mostCounted);
      if (condition?.drive != null || images <= mostCounted) {
        const from =
          condition?.drive == null
            ? 'search_image AS s'
            : `(${condition.drive.sql}) AS d CROSS JOIN search_image AS s ON s.key = d.key`;
        const row = get<{ n: number; safe: number }>(
          `SELECT count(*) AS n, ifnull(sum(s.safe), 0) AS safe FROM ${from} WHERE ${fits}`,
        ) ?? { n: 0, safe: 0 };
        return { total: adult ? row.n : row.safe, exact: true, hidden: adult ? 0 : row.n - row.safe };
      }
      const { keys, hidden, of } = sample(sampled);
      const scale = images / of;
      return { total: Math.round(keys.length * scale), exact: false, hidden: Math.round(hidden * scale) };
    }

    return {
      step: (after, limit) => stepIn(order, after, limit),
      count,
      facets() {
        const { condition } = rarest(mostFaceted);
        const { images } = total();
        if (condition?.drive != null || images <= mostFaceted) {
          const from =
            condition?.drive == null
              ? 'search_image AS s'
              : `(${condition.drive.sql}) AS d CROSS JOIN search_image AS s ON s.key = d.key`;
          const rows = all<{ key: number }>(
            `SELECT s.key AS key FROM ${from} WHERE ${fits}${adult ? '' : ' AND s.safe = 1'}`,
          );
          return {
            facets: facetCounts(
              rows.map(({ key }) => key),
              1,
              adult,
            ),
            exact: true,
          };
        }
        const { keys, of } = sample(sampled);
        const some = keys.slice(0, mostFaceted);
        const scale = some.length === 0 ? 0 : ((images / of) * keys.length) / some.length;
        return { facets: facetCounts(some, scale, adult), exact: false };
      },
      random(random) {
        const from = shuffled(Math.floor(random * 2_147_483_647), binder.bind);
        let place: Place | null = null;
        for (let steps = 0; steps < 3; steps += 1) {
          const { rows, next }: Step = stepIn(from, place, 1);
          if (rows[0] !== undefined) return rows[0].key;
          if (next === null) return null;
          place = next;
        }
        return null;
      },
    };
  }

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
    open,
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
