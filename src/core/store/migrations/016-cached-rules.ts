import type { Migration } from './index.ts';

/** What a display can take is asked of every picture on the disk: the index tells all of it, and still is in the order of the keys that one is drawn along. */
export const cachedRules: Migration = {
  version: 16,
  name: 'cached-rules',
  sql: `
    DROP INDEX image_cached_rating;
    CREATE INDEX image_cached_rules ON image (rating, key, width, height, animated, blocked) WHERE file_hash IS NOT NULL;
  `,
};
