import { beforeMerging, classAll, diskTriggers } from '../disk-triggers.ts';
import type { Migration } from './index.ts';

/**
 * What keeps each file on the disk, and the sums (see `disk-triggers.ts`).
 *
 * The limit counted only what may be evicted; from here on it counts every picture and thumbnail. A limit that was set grows by what is
 * there, so that nobody finds a full library after an update.
 */
export const disk: Migration = {
  version: 6,
  name: 'disk',
  sql: `
    ALTER TABLE file ADD COLUMN class TEXT NOT NULL DEFAULT 'cache';
    ALTER TABLE file ADD COLUMN origin TEXT NOT NULL DEFAULT '';
    DROP INDEX file_by_use;
    CREATE INDEX file_by_class ON file (class, used_at, hash);
    CREATE INDEX file_by_bytes ON file (bytes, hash);

    CREATE TABLE disk_total (
      class TEXT NOT NULL,
      origin TEXT NOT NULL,                 -- the provider; empty for a file of no image
      files INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      thumbnails INTEGER NOT NULL,
      thumbnail_bytes INTEGER NOT NULL,
      PRIMARY KEY (class, origin)
    ) STRICT, WITHOUT ROWID;

    ${beforeMerging(classAll)}
    ${beforeMerging(diskTriggers)}

    INSERT INTO setting (key, value)
      SELECT 'cacheLimitBytes', '10000000000' WHERE NOT EXISTS (SELECT 1 FROM setting WHERE key = 'cacheLimitBytes')
        AND (SELECT ifnull(sum(bytes), 0) FROM disk_total WHERE class <> 'cache') > 0;
    UPDATE setting SET value = CAST(min(1000000000000, max(10000000000, CAST(value AS INTEGER)
        + (SELECT ifnull(sum(bytes + thumbnail_bytes), 0) FROM disk_total))) AS TEXT)
      WHERE key = 'cacheLimitBytes';
  `,
};
