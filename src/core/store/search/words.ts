import { fold, type TextKey } from '../../../shared/search/index.ts';
import {
  allOf,
  earlyOf,
  nothing,
  tokensOf,
  type Binder,
  type Condition,
  type CountUpTo,
  type Link,
  type LinkTable,
} from './conditions.ts';
import { linkTables, phrase, type NameIndex, type Names } from './names.ts';

/** Finds what words and names stand for. */
export interface Words {
  /** Anywhere: in tags, artists and sites, titles, notes, sources, and as an id. Null: nothing to look for. */
  any(text: string): Condition | null;
  /** Where its key says. */
  text(key: TextKey, value: string): Condition | null;
}

/** Up to so many images that have a word are listed at once. */
const mostListed = 5_000;

export function createWords(parts: {
  readonly index: NameIndex;
  readonly binder: Binder;
  readonly countUpTo: CountUpTo;
  /** What a search means that fills a collection. */
  readonly searched: (query: string) => Condition;
}): Words {
  const { index, binder, countUpTo, searched } = parts;
  const { bind } = binder;

  /** Images that any of these parts finds. */
  function either(parts: readonly Condition[]): Condition {
    const [first] = parts;
    if (first === undefined) return nothing;
    if (parts.length === 1) return first;
    const drives = parts.flatMap(({ drive }) => drive ?? []);
    return {
      sql: `(${parts.map(({ sql }) => sql).join(' OR ')})`,
      early: earlyOf(parts, 'OR'),
      drive:
        drives.length < parts.length
          ? null
          : {
              sql: drives.map(({ sql }) => sql).join(' UNION '),
              list: drives.map(({ list }) => list).join(' UNION ALL '),
              exact: drives.every(({ exact }) => exact),
              atMost: (limit) => drives.reduce((sum, { atMost }) => sum + atMost(limit), 0),
              between: drives.some(({ between }) => between !== null)
                ? drives.map(({ sql, between }) => between ?? sql).join(' UNION ')
                : null,
              seeks: drives.reduce((sum, { seeks }) => sum + seeks, 0),
            },
      link: null,
      cost: parts.reduce((sum, { cost }) => sum + cost, 0),
    };
  }

  /** That have this very name. */
  function linkedTo(table: LinkTable, { key, images, safe }: Omit<Link, 'table'>): Condition {
    const link = `image_${table}`;
    const name = bind(key);
    const exists = (uploaded: string, image: string): string =>
      `EXISTS (SELECT 1 FROM ${link} AS l WHERE l.${table}_key = ${name} AND l.uploaded = ${uploaded} AND l.image_key = ${image})`;
    const drive = `SELECT image_key AS key FROM ${link} WHERE ${table}_key = ${name}`;
    return {
      sql: exists('s.uploaded', 's.key'),
      early: exists('w.uploaded', 'w.image_key'),
      drive: {
        sql: drive,
        list: drive,
        exact: true,
        atMost: () => images,
        between: `${drive} AND uploaded BETWEEN :low AND :high`,
        seeks: 1,
      },
      link: { table, key, images, safe },
      cost: 1,
    };
  }

  /** That have any of these names. */
  function linkedToAny(table: LinkTable, { keys, images, safe }: Names): readonly Condition[] {
    const [first] = keys;
    if (first === undefined) return [];
    if (keys.length === 1) return [linkedTo(table, { key: first, images, safe })];
    const link = `image_${table}`;
    const names = `SELECT value FROM json_each(${bind(JSON.stringify(keys))})`;
    // The plus keeps SQLite from looking each of many names up: an image has few.
    const exists = (image: string): string =>
      `EXISTS (SELECT 1 FROM ${link} AS l WHERE l.image_key = ${image} AND +l.${table}_key IN (${names}))`;
    const drive = `SELECT DISTINCT image_key AS key FROM ${link} WHERE ${table}_key IN (${names})`;
    return [
      {
        sql: exists('s.key'),
        early: exists('w.image_key'),
        drive: {
          sql: drive,
          list: drive.replace('DISTINCT ', ''),
          exact: true,
          atMost: () => images,
          between: `${drive} AND uploaded BETWEEN :low AND :high`,
          seeks: keys.length,
        },
        link: null,
        cost: 2,
      },
    ];
  }

  function named(table: LinkTable, text: string): readonly Condition[] {
    const rows = fold(text) === '' ? [] : index.is(table, fold(text));
    const sum = (of: 'images' | 'safe'): number => rows.reduce((all, row) => all + row[of], 0);
    return linkedToAny(table, { keys: rows.map(({ key }) => key), images: sum('images'), safe: sum('safe') });
  }

  /** That have a name with this in it (see `NameIndex.holding`). */
  function holding(tables: readonly LinkTable[], text: string): readonly Condition[] {
    const folded = fold(text);
    if (folded === '') return [];
    const found = index.holding(folded);
    return tables.flatMap((table) => {
      const names = found[table];
      if (names !== null) return linkedToAny(table, names);
      // So many names have it that it is quicker to look at the few that an image has.
      const link = `image_${table}`;
      const at = [...folded].length < 3 ? '= 1' : '> 0';
      const sought = bind(folded);
      const exists = (image: string): string =>
        `EXISTS (SELECT 1 FROM ${link} AS l CROSS JOIN ${table} AS t ON t.key = l.${table}_key
            WHERE l.image_key = ${image} AND instr(t.folded, ${sought}) ${at})`;
      return [{ sql: exists('s.key'), early: exists('w.image_key'), drive: null, link: null, cost: 4 }];
    });
  }

  /** Words one after the other, of which the last may go on. */
  function written(column: 'title' | 'note' | 'source' | null, text: string): readonly Condition[] {
    const tokens = tokensOf(text);
    if (tokens.length === 0) return [];
    const match = `${column === null ? '' : `${column} : `}${phrase(tokens.join(' '))} *`;
    const sought = bind(match);
    const found = `SELECT rowid FROM search_text WHERE search_text MATCH ${sought}`;
    const n = countUpTo(found, mostListed);
    if (n < mostListed) {
      const atMost = (): number => n;
      const list = found.replace('rowid', 'rowid AS key');
      const drive = { sql: list, list, exact: true, atMost, between: null, seeks: 1 };
      return [{ sql: `s.key IN (${found})`, early: `w.image_key IN (${found})`, drive, link: null, cost: 0.3 }];
    }
    // So many have it that it is quicker to ask of each.
    const exists = (image: string): string =>
      `EXISTS (SELECT 1 FROM search_text WHERE search_text MATCH ${sought} AND rowid = ${image})`;
    return [{ sql: exists('s.key'), early: exists('w.image_key'), drive: null, link: null, cost: 10 }];
  }

  /** An id in full, or without its origin. */
  function identified(text: string): readonly Condition[] {
    if (!/^[A-Za-z0-9:_-]{1,80}$/.test(text)) return [];
    const ids = text.includes(':') ? [text] : ['waifu-im', 'yiff-rest', 'local'].map((origin) => `${origin}:${text}`);
    const found = `SELECT x.key AS key FROM image AS x WHERE x.id IN (${ids.map(bind).join(', ')})`;
    return [
      {
        sql: `s.key IN (${found})`,
        early: `w.image_key IN (${found})`,
        drive: { sql: found, list: found, exact: true, atMost: () => ids.length, between: null, seeks: ids.length },
        link: null,
        cost: 0.1,
      },
    ];
  }

  /** In a collection that is filled by hand. */
  function collected(collection: number): Condition {
    const key = bind(collection);
    const drive = `SELECT x.key AS key FROM collection_image AS c JOIN image AS x ON x.id = c.image_id WHERE c.collection_key = ${key}`;
    const exists = (image: string): string =>
      `EXISTS (SELECT 1 FROM image AS x JOIN collection_image AS c ON c.image_id = x.id WHERE x.key = ${image} AND c.collection_key = ${key})`;
    return {
      sql: exists('s.key'),
      early: exists('w.image_key'),
      drive: {
        sql: drive,
        list: drive,
        exact: true,
        atMost: (limit) => countUpTo(`SELECT 1 FROM collection_image AS c WHERE c.collection_key = ${key}`, limit),
        between: null,
        seeks: 1,
      },
      link: null,
      cost: 2,
    };
  }

  function source(value: string): Condition {
    const address = value.replace(/^https?:\/\/(www\.)?/i, '');
    const slash = address.indexOf('/');
    if (slash < 0 || slash === address.length - 1) {
      const host = slash < 0 ? address : address.slice(0, -1);
      return either([...holding(['site'], host), ...(slash < 0 ? written('source', address) : [])]);
    }
    const [site] = named('site', address.slice(0, slash));
    const [path] = written('source', address.slice(slash + 1));
    if (site === undefined || path === undefined) return nothing;
    return allOf([site, path]);
  }

  return {
    any(text) {
      if (fold(text) === '') return null;
      return either([...holding(linkTables, text), ...written(null, text), ...identified(text.trim())]);
    },
    text(key, value) {
      switch (key) {
        case 'tag':
        case 'artist':
          return either(named(key, value));
        case 'source':
          return source(value);
        case 'title':
        case 'note':
          return either(written(key, value));
        case 'id':
          return either(identified(value.trim()));
        case 'category': {
          const [name, from, to] = [value.toLowerCase(), `${value.toLowerCase()}.`, `${value.toLowerCase()}/`];
          const sql = `(s.category = ${bind(name)} OR (s.category >= ${bind(from)} AND s.category < ${bind(to)}))`;
          const drive = `SELECT s.key AS key FROM search_image AS s WHERE ${sql}`;
          const atMost = (limit: number): number => countUpTo(drive, limit);
          return {
            sql,
            early: null,
            drive: { sql: drive, list: drive, exact: true, atMost, between: null, seeks: 2 },
            link: null,
            cost: 0,
          };
        }
        case 'collection':
          return either(
            index.collections(fold(value)).map(({ key, query }) => (query === null ? collected(key) : searched(query))),
          );
      }
    },
  };
}
