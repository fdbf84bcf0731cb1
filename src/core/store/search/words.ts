import { fold, type TextKey } from '../../../shared/search/index.ts';
import type { Binder } from './binder.ts';
import {
  allOf,
  anyOf,
  nothing,
  plainList,
  weighted,
  type Condition,
  type CountUpTo,
  type KeyList,
  type Link,
  type LinkTable,
} from './condition.ts';
import { linkTables, phrase, type NameIndex, type NameRow, type Names } from './names.ts';

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

  /** The rows of a link table that fit, as a list of their images. */
  const listOf = (table: LinkTable, fits: string): KeyList => ({
    sql: `SELECT image_key * 2 + (rating = 'safe') AS n FROM image_${table} WHERE ${fits}`,
    tellsSafe: true,
    free: false,
  });

  /** That have this very name. */
  function linkedTo(table: LinkTable, { key, images, safe }: NameRow): Condition {
    const link: Link = { table, name: bind(key), images, safe };
    const exists = (uploaded: string, image: string): string =>
      `EXISTS (SELECT 1 FROM image_${table} AS l WHERE l.${table}_key = ${link.name} AND l.uploaded = ${uploaded} AND l.image_key = ${image})`;
    const fits = `${table}_key = ${link.name}`;
    const drive = `SELECT image_key AS key FROM image_${table} WHERE ${fits}`;
    return {
      sql: exists('s.uploaded', 's.key'),
      early: exists('w.uploaded', 'w.image_key'),
      drive: {
        sql: drive,
        list: listOf(table, fits),
        exact: true,
        atMost: () => link.images,
        between: `${drive} AND uploaded BETWEEN :low AND :high`,
        seeks: 1,
      },
      link,
      draw: () => link,
      cost: 1.3,
    };
  }

  /** That have any of these names. */
  function linkedToAny(table: LinkTable, { keys, images, safe }: Names): readonly Condition[] {
    const [first] = keys;
    if (first === undefined) return [];
    if (keys.length === 1) return [linkedTo(table, { key: first, images, safe })];
    const fits = `${table}_key IN (SELECT value FROM json_each(${bind(JSON.stringify(keys))}))`;
    // The plus keeps SQLite from looking each of many names up: an image has few.
    const exists = (image: string): string =>
      `EXISTS (SELECT 1 FROM image_${table} AS l WHERE l.image_key = ${image} AND +l.${fits})`;
    const drive = `SELECT DISTINCT image_key AS key FROM image_${table} WHERE ${fits}`;
    const drawn = bind(first);
    return [
      {
        sql: exists('s.key'),
        early: exists('w.image_key'),
        drive: {
          sql: drive,
          list: listOf(table, fits),
          exact: true,
          atMost: () => images,
          between: `${drive} AND uploaded BETWEEN :low AND :high`,
          seeks: keys.length,
        },
        link: null,
        draw(random) {
          const rows = index.some(table, keys, random);
          const weights = rows.map(({ images }) => images);
          const row = rows[weighted(weights, (random * 7919) % 1).index];
          if (row === undefined) return null;
          binder.change(drawn, row.key);
          return { table, name: drawn, images: row.images, safe: row.safe };
        },
        cost: 2.5,
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
      const drive = { sql: list, list: plainList(list), exact: true, atMost, between: null, seeks: 1 };
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
        drive: {
          sql: found,
          list: plainList(found),
          exact: true,
          atMost: () => ids.length,
          between: null,
          seeks: ids.length,
        },
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
        list: plainList(drive),
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
      return anyOf([...holding(['site'], host), ...(slash < 0 ? written('source', address) : [])]);
    }
    const [site] = named('site', address.slice(0, slash));
    const [path] = written('source', address.slice(slash + 1));
    if (site === undefined || path === undefined) return nothing;
    return allOf([site, path]);
  }

  return {
    any(text) {
      if (fold(text) === '') return null;
      return anyOf([...holding(linkTables, text), ...written(null, text), ...identified(text.trim())]);
    },
    text(key, value) {
      switch (key) {
        case 'tag':
        case 'artist':
          return anyOf(named(key, value));
        case 'source':
          return source(value);
        case 'title':
        case 'note':
          return anyOf(written(key, value));
        case 'id':
          return anyOf(identified(value.trim()));
        case 'category': {
          const [name, from, to] = [value.toLowerCase(), `${value.toLowerCase()}.`, `${value.toLowerCase()}/`];
          const sql = `(s.category = ${bind(name)} OR (s.category >= ${bind(from)} AND s.category < ${bind(to)}))`;
          const drive = `SELECT s.key AS key FROM search_image AS s WHERE ${sql}`;
          const atMost = (limit: number): number => countUpTo(drive, limit);
          return {
            sql,
            early: null,
            drive: { sql: drive, list: plainList(drive, true), exact: true, atMost, between: null, seeks: 2 },
            link: null,
            cost: 0,
          };
        }
        case 'collection':
          return anyOf(
            index.collections(fold(value)).map(({ key, query }) => (query === null ? collected(key) : searched(query))),
          );
      }
    },
  };
}

/** Escapes nothing: only letters and digits are left of it. */
function tokensOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
