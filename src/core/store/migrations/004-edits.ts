import type { Migration } from './index.ts';

/**
 * The undo stack, collections that are ordered by hand, and notes.
 *
 * `edit` is a stack by its key: those that are undone are always the newest. `operations` is what the next turn does: takes the edit back, or makes
 * it again once it is undone. A removed collection keeps its rows until no edit can bring it back (`gone`); then they are deleted in slices.
 * Positions have gaps, so that moving one picture writes one row.
 */
export const edits: Migration = {
  version: 4,
  name: 'edits',
  sql: `
    CREATE TABLE edit (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      label TEXT NOT NULL,                  -- a sentence: what was done
      at INTEGER NOT NULL,                  -- all times: milliseconds since the epoch
      undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1)),
      bytes INTEGER NOT NULL,               -- length of the operations; before them, so that a sum does not read them
      operations TEXT NOT NULL CHECK (json_valid(operations))
    ) STRICT;
    CREATE INDEX edit_turn ON edit (undone, key, bytes);

    CREATE TABLE new_collection (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL,
      created_at INTEGER NOT NULL,
      position INTEGER NOT NULL,
      notes TEXT NOT NULL DEFAULT '',
      cover_id TEXT,                        -- null, or not in it (any more): the first picture
      query TEXT,                           -- null: filled by hand; else a saved search
      removed_at INTEGER,                   -- not null: removed, but an edit can bring it back
      gone INTEGER NOT NULL DEFAULT 0 CHECK (gone IN (0, 1))
    ) STRICT;
    -- A number is never given twice: a pool may remember it.
    INSERT INTO sqlite_sequence (name, seq) SELECT 'new_collection', seq FROM sqlite_sequence WHERE name = 'collection';
    INSERT INTO new_collection (key, name, created_at, position)
      SELECT key, name, created_at, row_number() OVER (ORDER BY name) * 1048576 FROM collection;
    CREATE TABLE new_collection_image (
      collection_key INTEGER NOT NULL REFERENCES new_collection (key) ON DELETE CASCADE,
      image_id TEXT NOT NULL REFERENCES image (id),
      position INTEGER NOT NULL,
      PRIMARY KEY (collection_key, image_id)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO new_collection_image (collection_key, image_id, position)
      SELECT collection_key, image_id, row_number() OVER (PARTITION BY collection_key ORDER BY position, image_id) * 1048576
      FROM collection_image;
    DROP TABLE collection_image;
    DROP TABLE collection;
    ALTER TABLE new_collection RENAME TO collection;
    ALTER TABLE new_collection_image RENAME TO collection_image;
    CREATE UNIQUE INDEX collection_name ON collection (name) WHERE removed_at IS NULL;
    CREATE INDEX collection_by_hand ON collection (position, key) WHERE removed_at IS NULL;
    CREATE INDEX collection_gone ON collection (key) WHERE gone = 1;
    CREATE INDEX collection_order ON collection_image (collection_key, position, image_id);
    CREATE INDEX collection_of_image ON collection_image (image_id);

    CREATE TABLE image_note (
      image_id TEXT PRIMARY KEY,
      note TEXT NOT NULL,
      at INTEGER NOT NULL
    ) STRICT;
  `,
};
