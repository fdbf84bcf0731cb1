import { colorFamilies, printTerm, sizeClasses, type Term } from '../../../shared/search/index.ts';
import type { Database, Statement } from '../driver.ts';
import type { Facet, FacetValue } from './types.ts';

/** Names of each kind that are counted out. */
const most = 20;

/** Counts what some images are. `scale`: how many images each of them stands for. */
export type FacetCounts = (keys: readonly number[], scale: number, adult: boolean) => readonly Facet[];

export function createFacetCounts(db: Database): FacetCounts {
  interface Row {
    readonly value: string;
    readonly n: number;
  }
  const linked = (table: 'tag' | 'artist' | 'site'): Statement<Row> =>
    db.prepare(`
      SELECT t.name AS value, c.n AS n FROM (
        SELECT l.${table}_key AS key, count(*) AS n FROM json_each(:keys) AS k CROSS JOIN image_${table} AS l ON l.image_key = k.value
        GROUP BY l.${table}_key ORDER BY n DESC, key LIMIT ${most}) AS c
      JOIN ${table} AS t ON t.key = c.key ORDER BY c.n DESC, t.name`);
  const links = { tag: linked('tag'), artist: linked('artist'), site: linked('site') };
  const sizes = Object.entries(sizeClasses)
    .reverse()
    .map(([name, pixels]) => `WHEN s.pixels >= ${pixels} THEN '${name}'`)
    .join(' ');
  const expressions = {
    provider: 's.provider',
    orientation: `CASE s.lie WHEN 1 THEN 'landscape' WHEN 0 THEN 'square' ELSE 'portrait' END`,
    rating: `CASE s.safe WHEN 1 THEN 'safe' ELSE 'adult' END`,
    size: `CASE ${sizes} END`,
    color: 's.family',
    category: 's.category',
  } as const;
  const rows = db.prepare<
    Record<keyof typeof expressions, string | null> & { cached: number; favorite: number; animated: number }
  >(
    `SELECT ${Object.entries(expressions)
      .map(([name, sql]) => `${sql} AS ${name}`)
      .join(', ')}, s.cached AS cached, s.liked IS NOT NULL AS favorite, s.animated AS animated
     FROM json_each(?) AS k CROSS JOIN search_image AS s ON s.key = k.value`,
  );

  return (keys, scale, adult) => {
    const asked = JSON.stringify(keys);
    const value = (name: string, n: number, term: Term): FacetValue => ({
      value: name,
      label: name,
      count: Math.max(1, Math.round(n * scale)),
      term: printTerm(term),
    });
    const facets: Facet[] = [];
    const add = (facet: string, values: readonly FacetValue[]): void => {
      if (values.length > 0) facets.push({ facet, values });
    };
    for (const [table, key] of [
      ['tag', 'tag'],
      ['artist', 'artist'],
      ['site', 'source'],
    ] as const) {
      const found = links[table].all({ keys: asked });
      add(
        key,
        found.map((row) => value(row.value, row.n, { kind: 'text', key, value: row.value, not: false })),
      );
    }
    const counts = new Map<string, Map<string, number>>();
    const count = (facet: string, name: string | null): void => {
      if (name === null) return;
      const those = counts.get(facet) ?? new Map<string, number>();
      counts.set(facet, those.set(name, (those.get(name) ?? 0) + 1));
    };
    for (const row of rows.all([asked])) {
      for (const facet of Object.keys(expressions) as (keyof typeof expressions)[]) count(facet, row[facet]);
      for (const name of ['favorite', 'cached', 'animated'] as const) if (row[name] === 1) count('is', name);
    }
    const order: Readonly<Record<string, readonly string[]>> = { size: Object.keys(sizeClasses), color: colorFamilies };
    for (const [facet, those] of counts) {
      if (facet === 'rating' && !adult) continue;
      const places = order[facet];
      const values = [...those].sort(([one, n], [other, m]) =>
        places === undefined ? m - n || (one < other ? -1 : 1) : places.indexOf(one) - places.indexOf(other),
      );
      add(
        facet,
        values.slice(0, most).map(([name, n]) => value(name, n, termOf(facet, name))),
      );
    }
    return facets;
  };
}

function termOf(facet: string, value: string): Term {
  if (facet === 'color')
    return { kind: 'family', value: colorFamilies.find((each) => each === value) ?? 'grey', not: false };
  if (facet === 'category') return { kind: 'text', key: 'category', value, not: false };
  return { kind: 'choice', key: facet as 'provider' | 'orientation' | 'rating' | 'size' | 'is', value, not: false };
}
