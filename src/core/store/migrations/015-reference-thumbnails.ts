import type { Migration } from './index.ts';

/** Thumbnails of pictures that stay in their folders count towards the limit too, and go by their use. */
export const referenceThumbnails: Migration = {
  version: 15,
  name: 'reference-thumbnails',
  sql: `
    CREATE TABLE reference_thumbnail (
      hash TEXT NOT NULL,                   -- sha256 of the picture's content
      edge INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      used_at INTEGER NOT NULL,
      PRIMARY KEY (hash, edge)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX reference_thumbnail_by_use ON reference_thumbnail (used_at, hash, edge);

    -- One row, which triggers keep.
    CREATE TABLE reference_total (
      thumbnails INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      folder TEXT NOT NULL                  -- the mark of the folder the rows are of; empty: none
    ) STRICT;
    INSERT INTO reference_total VALUES (0, 0, '');
    CREATE TRIGGER reference_thumbnail_added AFTER INSERT ON reference_thumbnail BEGIN
      UPDATE reference_total SET thumbnails = thumbnails + 1, bytes = bytes + new.bytes;
    END;
    CREATE TRIGGER reference_thumbnail_changed AFTER UPDATE OF bytes ON reference_thumbnail BEGIN
      UPDATE reference_total SET bytes = bytes + new.bytes - old.bytes;
    END;
    CREATE TRIGGER reference_thumbnail_gone AFTER DELETE ON reference_thumbnail BEGIN
      UPDATE reference_total SET thumbnails = thumbnails - 1, bytes = bytes - old.bytes;
    END;
  `,
};
