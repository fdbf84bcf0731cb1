import { fold, type TextKey } from '../../../shared/search/index.ts';
import type { Database } from '../driver.ts';
import { nothing, tokensOf, type Binder, type Condition, type CountUpTo, type LinkTable } from './conditions.ts';

/** Finds what words and names stand for. */
export interface Words {
  /** Anywhere: in tags, artists and sites, titles, notes, sources, and as an id. Null: nothing to look for. */
  any(text: string): Condition | null;
  /** Where its key says. */
  text(key: TextKey, value: string): Condition | null;
}

export interface NameRow {
  readonly key: number;
  readonly images: number;
  readonly safe: number;
}

/** More names than this are looked up by the database itself. */
const mostNames = 500;
const kinds = { tag: 0, artist: 1, site: 2 } as const;

export interface NameIndex {
  /** Tags, artists or sites by name: exactly, or that hold (three letters or more) or begin with the text. */
  find(table: LinkTable, folded: string, how: 'is' | 'holds', limit: number): readonly NameRow[];
  /** Collections of this name: their key, and the search that fills them where one does. */
  collections(folded: string): readonly { readonly key: number; readonly query: string | null }[];
}

export function createNameIndex(db: Database): NameIndex {
  const statements = (table: LinkTable) => ({
    is: db.prepare<NameRow>(`SELECT key, images, safe FROM ${table} WHERE folded = ?`),
    begins: db.prepare<NameRow>(`SELECT key, images, safe FROM ${table} WHERE folded >= ? AND folded < ? LIMIT ?`),
    holds: db.prepare<NameRow>(
      `SELECT key, images, safe FROM ${table} WHERE key IN (
         SELECT rowid / 4 FROM vocabulary WHERE vocabulary MATCH ? AND rowid % 4 = ${kinds[table]} LIMIT ?)`,
    ),
  });
  const by = { tag: statements('tag'), artist: statements('artist'), site: statements('site') };
  const collections = db.prepare<{ key: number; name: string; query: string | null }>(
    'SELECT key, name, query FROM collection WHERE removed_at IS NULL',
  );
  const plain = (rows: readonly NameRow[]): NameRow[] => rows.map(({ key, images, safe }) => ({ key, images, safe }));
  return {
    find(table, folded, how, limit) {
      const { is, begins, holds } = by[table];
      if (how === 'is') return plain(is.all([folded]));
      if ([...folded].length < 3) return plain(begins.all([folded, `${folded}\u{10ffff}`, limit]));
      return plain(holds.all([phrase(folded), limit]));
    },
    collections: (folded) =>
      collections.all([]).flatMap(({ key, name, query }) => (fold(name) === folded ? [{ key, query }] : [])),
  };
}

/** A phrase of FTS5: nothing in it is syntax. */
function phrase(text: string): string {
  return `"${text.replace(/"/g, '""')}"`;
}

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
      drive:
        drives.length < parts.length
          ? null
          : {
              sql: drives.map(({ sql }) => sql).join(' UNION '),
              atMost: (limit) => drives.reduce((sum, { atMost }) => (sum >= limit ? sum : sum + atMost(limit)), 0),
            },
      link: null,
    };
  }

  function named(table: LinkTable, text: string, how: 'is' | 'holds'): readonly Condition[] {
    const folded = fold(text);
    const rows = folded === '' ? [] : index.find(table, folded, how, mostNames + 1);
    const [first] = rows;
    if (first === undefined) return [];
    const link = `image_${table}`;
    if (rows.length === 1) {
      const key = bind(first.key);
      return [
        {
          sql: `EXISTS (SELECT 1 FROM ${link} AS l WHERE l.${table}_key = ${key} AND l.uploaded = s.uploaded AND l.image_key = s.key)`,
          drive: {
            sql: `SELECT image_key AS key FROM ${link} WHERE ${table}_key = ${key}`,
            atMost: () => first.images,
          },
          link: { table, ...first },
        },
      ];
    }
    const many = rows.length > mostNames;
    const keys = many
      ? [...folded].length < 3
        ? `SELECT key FROM ${table} WHERE folded >= ${bind(folded)} AND folded < ${bind(`${folded}\u{10ffff}`)}`
        : `SELECT rowid / 4 FROM vocabulary WHERE vocabulary MATCH ${bind(phrase(folded))} AND rowid % 4 = ${kinds[table]}`
      : `SELECT value FROM json_each(${bind(JSON.stringify(rows.map(({ key }) => key)))})`;
    const images = rows.reduce((sum, row) => sum + row.images, 0);
    return [
      {
        // The plus keeps SQLite from looking each of many names up: an image has few.
        sql: `EXISTS (SELECT 1 FROM ${link} AS l WHERE l.image_key = s.key AND +l.${table}_key IN (${keys}))`,
        drive: {
          sql: `SELECT DISTINCT image_key AS key FROM ${link} WHERE ${table}_key IN (${keys})`,
          atMost: () => (many ? Number.POSITIVE_INFINITY : images),
        },
        link: null,
      },
    ];
  }

  /** Words one after the other, of which the last may go on. */
  function written(column: 'title' | 'note' | 'source' | null, text: string): readonly Condition[] {
    const tokens = tokensOf(text);
    if (tokens.length === 0) return [];
    const match = `${column === null ? '' : `${column} : `}${phrase(tokens.join(' '))} *`;
    const found = `SELECT rowid FROM search_text WHERE search_text MATCH ${bind(match)}`;
    return [
      {
        sql: `s.key IN (${found})`,
        drive: { sql: found.replace('rowid', 'rowid AS key'), atMost: (limit) => countUpTo(found, limit) },
        link: null,
      },
    ];
  }

  /** An id in full, or without its origin. */
  function identified(text: string): readonly Condition[] {
    if (!/^[A-Za-z0-9:_-]{1,80}$/.test(text)) return [];
    const ids = text.includes(':') ? [text] : ['waifu-im', 'yiff-rest', 'local'].map((origin) => `${origin}:${text}`);
    const found = `SELECT x.key AS key FROM image AS x WHERE x.id IN (${ids.map(bind).join(', ')})`;
    return [{ sql: `s.key IN (${found})`, drive: { sql: found, atMost: () => ids.length }, link: null }];
  }

  /** In a collection that is filled by hand. */
  function collected(collection: number): Condition {
    const key = bind(collection);
    const drive = `SELECT x.key AS key FROM collection_image AS c JOIN image AS x ON x.id = c.image_id WHERE c.collection_key = ${key}`;
    return {
      sql: `EXISTS (SELECT 1 FROM image AS x JOIN collection_image AS c ON c.image_id = x.id WHERE x.key = s.key AND c.collection_key = ${key})`,
      drive: {
        sql: drive,
        atMost: (limit) => countUpTo(`SELECT 1 FROM collection_image AS c WHERE c.collection_key = ${key}`, limit),
      },
      link: null,
    };
  }

  function source(value: string): Condition {
    const address = value.replace(/^https?:\/\/(www\.)?/i, '');
    const slash = address.indexOf('/');
    if (slash < 0 || slash === address.length - 1) {
      const host = slash < 0 ? address : address.slice(0, -1);
      return either([...named('site', host, 'holds'), ...(slash < 0 ? written('source', address) : [])]);
    }
    const [site] = named('site', address.slice(0, slash), 'is');
    const [path] = written('source', address.slice(slash + 1));
    if (site === undefined || path === undefined) return nothing;
    return { sql: `(${site.sql} AND ${path.sql})`, drive: path.drive, link: null };
  }

  return {
    any(text) {
      if (fold(text) === '') return null;
      return either([
        ...named('tag', text, 'holds'),
        ...named('artist', text, 'holds'),
        ...named('site', text, 'holds'),
        ...written(null, text),
        ...identified(text.trim()),
      ]);
    },
    text(key, value) {
      switch (key) {
        case 'tag':
        case 'artist':
          return either(named(key, value, 'is'));
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
          return { sql, drive: { sql: drive, atMost: (limit) => countUpTo(drive, limit) }, link: null };
        }
        case 'collection':
          return either(
            index.collections(fold(value)).map(({ key, query }) => (query === null ? collected(key) : searched(query))),
          );
      }
    },
  };
}
