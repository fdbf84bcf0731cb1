import type { SqlValue } from './driver.ts';
import type { CandidateRules, CandidateSource } from './store.ts';

/** A part of a statement with what its parameters are. */
export interface SqlPart {
  readonly sql: string;
  readonly parameters: Readonly<Record<string, SqlValue>>;
}

/** In the library, or in a folder of its owner's. */
const onDisk = '(i.file_hash IS NOT NULL OR i.in_folder = 1)';

/** `image AS i`, narrowed to a source, which is always read first (CROSS): SQLite would not know that it is little of a large library. `n` keeps the parameters of several sources apart. */
export function sourceSql(source: CandidateSource, n: number): SqlPart {
  switch (source.kind) {
    case 'favorites':
      return {
        sql: 'favorite AS f CROSS JOIN image AS i ON i.id = f.image_id WHERE f.removed_at IS NULL',
        parameters: {},
      };
    case 'library':
      return { sql: 'image AS i WHERE i.file_hash IS NOT NULL', parameters: {} };
    case 'references':
      // A source of its own beside the files of the library: each is drawn along its own index.
      return { sql: 'image AS i WHERE i.in_folder = 1 AND i.file_hash IS NULL', parameters: {} };
    case 'collection':
      return {
        // A removed one keeps its rows while an edit can bring it back.
        sql: `collection_image AS c CROSS JOIN image AS i ON i.id = c.image_id
          WHERE c.collection_key = (SELECT key FROM collection WHERE key = :collection${n} AND removed_at IS NULL)`,
        parameters: { [`collection${n}`]: source.collection },
      };
    case 'finds':
      return {
        sql: `find CROSS JOIN image AS i ON i.key = find.image_key WHERE find.source = :source${n}`,
        parameters: { [`source${n}`]: source.source },
      };
    case 'folder':
      return {
        sql: `image AS i WHERE i.id IN (
          SELECT image_id FROM folder_file
          WHERE folder_key = (SELECT key FROM folder WHERE path = :folder${n}) AND missing = 0 AND image_id IS NOT NULL)`,
        parameters: { [`folder${n}`]: source.path },
      };
    case 'filter':
      return filterSql(source.filter, n);
  }
}

/** The same conditions as browsing the disk has (`browse-cached.ts`). */
function filterSql(filter: Extract<CandidateSource, { kind: 'filter' }>['filter'], n: number): SqlPart {
  const parameters: Record<string, SqlValue> = {};
  const bind = (value: SqlValue): string => {
    const name = `filter${n}x${Object.keys(parameters).length}`;
    parameters[name] = value;
    return `:${name}`;
  };
  const conditions = ['i.file_hash IS NOT NULL', `i.provider = ${bind(filter.provider)}`];
  const tagged = (name: string): string =>
    `EXISTS (SELECT 1 FROM image_tag AS t WHERE t.image_key = i.key AND t.tag_key = (SELECT key FROM tag WHERE name = ${bind(name)}))`;
  for (const name of filter.tags) conditions.push(tagged(name));
  for (const name of filter.excludedTags) conditions.push(`NOT ${tagged(name)}`);
  if (filter.rating !== 'any') conditions.push(`i.rating = ${bind(filter.rating)}`);
  if (filter.category !== null) conditions.push(`i.category = ${bind(filter.category)}`);
  if (filter.animated !== 'any') conditions.push(`i.animated = ${filter.animated === 'yes' ? 1 : 0}`);
  if (filter.orientation !== null)
    conditions.push(`i.width ${{ landscape: '>', portrait: '<', square: '=' }[filter.orientation]} i.height`);
  if (filter.minWidth > 0) conditions.push(`i.width >= ${bind(filter.minWidth)}`);
  if (filter.minHeight > 0) conditions.push(`i.height >= ${bind(filter.minHeight)}`);
  if (filter.maxBytes !== null)
    conditions.push(`(SELECT bytes FROM file WHERE hash = i.file_hash) <= ${bind(filter.maxBytes)}`);
  return { sql: `image AS i WHERE ${conditions.join(' AND ')}`, parameters };
}

/** What follows a source's `WHERE …`. */
export function rulesSql(rules: CandidateRules, { kind }: Pick<CandidateSource, 'kind'>): SqlPart {
  const conditions = ['i.blocked = 0', 'i.width >= :minWidth', 'i.height >= :minHeight'];
  if (rules.rating === 'safe') conditions.push(`i.rating = 'safe'`);
  if (rules.orientation === 'landscape') conditions.push('i.width >= i.height');
  if (rules.orientation === 'portrait') conditions.push('i.width <= i.height');
  if (!rules.animated) conditions.push('i.animated = 0');
  // Said again it would have to be read again.
  const there = kind === 'library' || kind === 'references' || kind === 'filter';
  if (rules.cached && !there) conditions.push(onDisk);
  return {
    sql: ` AND ${conditions.join(' AND ')}`,
    parameters: { minWidth: rules.minWidth, minHeight: rules.minHeight },
  };
}

/** The keys of everything in these sources that keeps the rules, each once. */
export function unionSql(sources: readonly CandidateSource[], rules: CandidateRules): SqlPart {
  const parts = sources.map((source, n) => ({
    from: sourceSql(source, n),
    rule: rulesSql(rules, source),
    // Has SQLite read the index that begins with the rating and tells all that is asked.
    both: source.kind === 'library' && rules.rating === 'any' ? ` AND i.rating IN ('safe', 'adult')` : '',
  }));
  return {
    sql:
      parts.length === 0
        ? 'SELECT key FROM image WHERE false'
        : parts.map(({ from, rule, both }) => `SELECT i.key AS key FROM ${from.sql}${rule.sql}${both}`).join(' UNION '),
    parameters: Object.assign({}, ...parts.flatMap(({ from, rule }) => [rule.parameters, from.parameters])) as Readonly<
      Record<string, SqlValue>
    >,
  };
}
