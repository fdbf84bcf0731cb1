import type { Database } from './driver.ts';

/** For tests: a database of which everything that is asked is explained first, with the same parameters. */
export function explaining(db: Database): {
  readonly explained: Database;
  readonly plans: { readonly sql: string; readonly details: readonly string[] }[];
} {
  const plans: { readonly sql: string; readonly details: readonly string[] }[] = [];
  const explained: Database = {
    exec: (sql) => db.exec(sql),
    close: () => undefined,
    prepare<Row>(sql: string) {
      const statement = db.prepare<Row>(sql);
      const explain = db.prepare<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`);
      const note = (parameters: Parameters<typeof statement.all>[0]): void => {
        plans.push({ sql, details: explain.all(parameters).map(({ detail }) => detail) });
      };
      return {
        run: statement.run.bind(statement),
        get: (parameters) => (note(parameters), statement.get(parameters)),
        all: (parameters) => (note(parameters), statement.all(parameters)),
      };
    },
  };
  return { explained, plans };
}
