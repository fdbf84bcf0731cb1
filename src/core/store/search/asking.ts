import type { SqlValue, Statement } from '../driver.ts';
import type { Binder } from './binder.ts';
import type { CountUpTo } from './condition.ts';

/** Asks with SQL that is put together anew for each search, with the parameters that are in it. */
export interface Asking {
  get<R>(sql: string, more?: Readonly<Record<string, SqlValue>>): R | undefined;
  all<R>(sql: string, more?: Readonly<Record<string, SqlValue>>): R[];
  readonly countUpTo: CountUpTo;
}

export function createAsking(prepare: <R>(sql: string) => Statement<R>, binder: Binder): Asking {
  const parameters = (sql: string, more: Readonly<Record<string, SqlValue>>): Record<string, SqlValue> => {
    const all: Record<string, SqlValue> = {};
    for (const [, name = ''] of sql.matchAll(/:([a-z]+[0-9]*)\b/g)) {
      const value = more[name] ?? binder.parameters[name];
      if (value !== undefined) all[name] = value;
    }
    return all;
  };
  const get = <R>(sql: string, more: Readonly<Record<string, SqlValue>> = {}): R | undefined =>
    prepare<R>(sql).get(parameters(sql, more));
  return {
    get,
    all: <R>(sql: string, more: Readonly<Record<string, SqlValue>> = {}): R[] =>
      prepare<R>(sql).all(parameters(sql, more)),
    countUpTo: (sql, limit) => get<{ n: number }>(`SELECT count(*) AS n FROM (${sql} LIMIT ${limit})`)?.n ?? 0,
  };
}
