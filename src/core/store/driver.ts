import { createRequire } from 'node:module';

/** What can be bound to a parameter. */
export type SqlValue = string | number | null;
/** Positional (`?`) or named (`:name`, keys without the colon) parameters. */
export type SqlParameters = readonly SqlValue[] | Readonly<Record<string, SqlValue>>;

/**
 * The part of their API that better-sqlite3 and libsql share. Parameters always come as one array or one object: libsql takes a lone
 * `null` or string argument for something else. Rows are read column by column, because libsql adds a `_metadata` to some of them.
 */
export interface Statement<Row> {
  run(parameters: SqlParameters): { readonly changes: number };
  get(parameters: SqlParameters): Row | undefined;
  all(parameters: SqlParameters): Row[];
}

export interface Database {
  exec(sql: string): unknown;
  prepare<Row = unknown>(sql: string): Statement<Row>;
  close(): unknown;
}

export interface Driver {
  readonly name: 'better-sqlite3' | 'libsql';
  /** Opens or creates the database file. Throws what the library throws (see `storeError`). */
  open(path: string): Database;
}

type DatabaseConstructor = new (path: string, options: { readonly timeout: number }) => Database;

// Not named `require`: the bundler declares one of its own beside it.
const load = createRequire(import.meta.url);

/** Milliseconds a statement waits for another process's lock. */
export const busyTimeout = 5_000;

/**
 * better-sqlite3 where Node offers Node-API 10, libsql (the same API on Node-API 9) elsewhere. Only the chosen one is loaded:
 * better-sqlite3 crashes the whole process on a Node that is too old for it.
 */
export function chooseDriver(napi: string = process.versions.napi ?? '0'): Driver {
  const name = Number(napi) >= 10 ? 'better-sqlite3' : 'libsql';
  return {
    name,
    open: (path) => {
      const Constructor = load(name) as DatabaseConstructor;
      return new Constructor(path, { timeout: busyTimeout });
    },
  };
}
