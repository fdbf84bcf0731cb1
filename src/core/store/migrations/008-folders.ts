import type { Migration } from './index.ts';

/**
 * Folders of this machine whose pictures are in the library, what lies in them, and what a local picture is known by.
 *
 * A `folder_file` is a place; an image may lie in several, and keeps its identity (`local_image`, by content) through moves and, where it has
 * one place only, through edits. Everything a scan has yet to do is in the rows (`todo`), so that a killed one goes on where it was.
 */
export const folders: Migration = {
  version: 8,
  name: 'folders',
  sql: `
    -- A file of it lies in a folder of its owner's now and is read there (not the copy in pictures/, which is file_hash).
    ALTER TABLE image ADD COLUMN in_folder INTEGER NOT NULL DEFAULT 0 CHECK (in_folder IN (0, 1));
    CREATE INDEX image_in_folder ON image (key) WHERE in_folder = 1;

    CREATE TABLE folder (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      path TEXT NOT NULL UNIQUE,            -- absolute
      mode TEXT NOT NULL CHECK (mode IN ('copy', 'reference')),
      rating TEXT NOT NULL CHECK (rating IN ('safe', 'adult')),
      watch INTEGER NOT NULL CHECK (watch IN (0, 1)),
      recursive INTEGER NOT NULL CHECK (recursive IN (0, 1)),
      of_pool INTEGER NOT NULL CHECK (of_pool IN (0, 1)),     -- there because a pool names it
      added_at INTEGER NOT NULL,            -- all times: milliseconds since the epoch
      scan INTEGER NOT NULL DEFAULT 0,      -- number of the last scan that was begun
      scanned_at INTEGER                    -- when the last one reached its end
    ) STRICT;

    CREATE TABLE folder_file (
      key INTEGER PRIMARY KEY,
      folder_key INTEGER NOT NULL REFERENCES folder (key) ON DELETE CASCADE,
      path TEXT NOT NULL,                   -- inside the folder, with /
      stem TEXT NOT NULL,                   -- the same without the extension
      bytes INTEGER NOT NULL,
      mtime REAL NOT NULL,                  -- milliseconds, as the file system says
      scan INTEGER NOT NULL,                -- the last scan that saw it
      missing INTEGER NOT NULL DEFAULT 0 CHECK (missing IN (0, 1)),
      todo INTEGER NOT NULL CHECK (todo IN (0, 1, 2)),        -- 1: to be read; 2: read, and once more by the next scan
      hash TEXT,                            -- sha256 of the content that was read; null: none could be
      image_id TEXT REFERENCES image (id),
      said TEXT CHECK (said IN ('safe', 'adult')),            -- what its sidecar says; null: the folder's word counts
      failure TEXT,                         -- why it is not in the library
      UNIQUE (folder_key, path)
    ) STRICT;
    CREATE INDEX folder_file_todo ON folder_file (folder_key, key) WHERE todo > 0;
    CREATE INDEX folder_file_scan ON folder_file (folder_key, missing, scan);
    CREATE INDEX folder_file_stem ON folder_file (folder_key, stem);
    CREATE INDEX folder_file_failed ON folder_file (folder_key, key) WHERE failure IS NOT NULL;
    CREATE INDEX folder_file_image ON folder_file (image_id) WHERE image_id IS NOT NULL;

    CREATE TABLE folder_sidecar (
      folder_key INTEGER NOT NULL REFERENCES folder (key) ON DELETE CASCADE,
      path TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      mtime REAL NOT NULL,
      scan INTEGER NOT NULL,
      todo INTEGER NOT NULL CHECK (todo IN (0, 1)),           -- its pictures are to be told
      PRIMARY KEY (folder_key, path)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE local_image (
      image_id TEXT PRIMARY KEY REFERENCES image (id) ON DELETE CASCADE,
      hash TEXT NOT NULL UNIQUE             -- sha256 of its content now
    ) STRICT, WITHOUT ROWID;

    -- What lies in a folder is on this disk, too.
    CREATE TRIGGER search_in_folder AFTER UPDATE OF in_folder ON image WHEN new.in_folder <> old.in_folder BEGIN
      UPDATE search_image SET cached = new.in_folder = 1 OR new.file_hash IS NOT NULL WHERE key = new.key;
    END;
    CREATE TRIGGER search_still_in_folder AFTER UPDATE OF cached ON search_image
    WHEN new.cached = 0 AND EXISTS (SELECT 1 FROM image WHERE key = new.key AND in_folder = 1) BEGIN
      UPDATE search_image SET cached = 1 WHERE key = new.key;
    END;
    CREATE TRIGGER search_back_in_folder AFTER INSERT ON search_image
    WHEN new.cached = 0 AND EXISTS (SELECT 1 FROM image WHERE key = new.key AND in_folder = 1) BEGIN
      UPDATE search_image SET cached = 1 WHERE key = new.key;
    END;

    -- Pools read their folders like any other now; what they had found is found again, by content. What has a file or was chosen stays.
    DELETE FROM find WHERE source LIKE 'folder:%';
    DELETE FROM image WHERE provider = 'local' AND file_hash IS NULL
      AND NOT EXISTS (SELECT 1 FROM favorite WHERE favorite.image_id = image.id)
      AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.image_id = image.id)
      AND NOT EXISTS (SELECT 1 FROM collection_image WHERE collection_image.image_id = image.id)
      AND NOT EXISTS (SELECT 1 FROM wallpaper WHERE wallpaper.image_id = image.id);
  `,
};
