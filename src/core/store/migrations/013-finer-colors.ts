import type { Migration } from './index.ts';

/** Colors lie in cubes of 20 thousandths, not 40: those around a color that is looked for hold an eighth of what has to be sorted. */
export const finerColors: Migration = {
  version: 13,
  name: 'finer-colors',
  sql: 'DROP INDEX search_cell;',
  after(db) {
    const triggers = db
      .prepare<{ name: string; sql: string }>(
        `SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND (sql LIKE '%/ 40) * 10000%' OR name = 'search_counted_change')`,
      )
      .all([]);
    for (const { name } of triggers) db.exec(`DROP TRIGGER ${name}`);
    db.exec(`
      UPDATE search_image SET cell = (color_l / 20) * 10000 + ((color_a + 500) / 20) * 100 + (color_b + 500) / 20
        WHERE cell IS NOT NULL;
      UPDATE search_total SET revision = revision + 1;
      CREATE INDEX search_cell ON search_image (cell, color_l, color_a, color_b, key, safe, ratio) WHERE cell IS NOT NULL;
    `);
    for (const { sql } of triggers) db.exec(sql.replaceAll('/ 40', '/ 20'));
  },
};
