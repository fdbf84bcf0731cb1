import type { Migration } from './index.ts';

/** An order by color reads all it needs from the index of the cells. */
export const searchColors: Migration = {
  version: 10,
  name: 'search-colors',
  sql: `
    DROP INDEX search_cell;
    CREATE INDEX search_cell ON search_image (cell, color_l, color_a, color_b, key, safe, ratio) WHERE cell IS NOT NULL;
  `,
};
