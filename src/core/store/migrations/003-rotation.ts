import type { Migration } from './index.ts';

/**
 * Pools, the shuffle bag, a history that goes back and forth, blocks, collections.
 *
 * `wallpaper` is the log of what was on each display, in order; `display` is the display's lasting key now, `name` what it was called then. A row without
 * an image is a picture that was set outside, of which a copy is kept. `shown` points to the row that is on a display now. A `change` is one deed
 * on one or more displays, with where each stood before and after, so that it can be undone.
 */
export const rotation: Migration = {
  version: 3,
  name: 'rotation',
  sql: `
    ALTER TABLE image ADD COLUMN own_hash TEXT;             -- our own perceptual hash of the file, 16 hex digits
    ALTER TABLE image ADD COLUMN blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1));
    ALTER TABLE image ADD COLUMN refused_hash TEXT;         -- content of a file of it that was not kept, because it is a blocked one
    CREATE INDEX image_hashed ON image (key, provider, hash, own_hash) WHERE own_hash IS NOT NULL OR hash IS NOT NULL;
    CREATE INDEX image_blocked ON image (key) WHERE blocked = 1;

    CREATE TABLE change (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,                  -- all times: milliseconds since the epoch
      reason TEXT NOT NULL,
      undone INTEGER NOT NULL DEFAULT 0 CHECK (undone IN (0, 1))
    ) STRICT;

    CREATE TABLE new_wallpaper (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      display TEXT NOT NULL,                -- Display.key
      name TEXT NOT NULL,                   -- Display.id then
      image_id TEXT REFERENCES image (id),
      outside TEXT,                         -- file name of the copy of a picture that was set outside; null where there is none
      fit TEXT NOT NULL,
      backend TEXT NOT NULL,
      verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
      at INTEGER NOT NULL,
      reason TEXT NOT NULL
    ) STRICT;
    INSERT INTO new_wallpaper (key, display, name, image_id, outside, fit, backend, verified, at, reason)
      SELECT key, display, display, image_id, NULL, fit, backend, verified, at, 'set' FROM wallpaper ORDER BY key;
    DROP TABLE wallpaper;
    ALTER TABLE new_wallpaper RENAME TO wallpaper;
    CREATE INDEX wallpaper_by_display ON wallpaper (display, key);
    CREATE INDEX wallpaper_by_image ON wallpaper (image_id, key);

    CREATE TABLE shown (
      display TEXT PRIMARY KEY,
      wallpaper_key INTEGER NOT NULL REFERENCES wallpaper (key)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO shown (display, wallpaper_key) SELECT display, max(key) FROM wallpaper GROUP BY display;

    CREATE TABLE move (
      change_key INTEGER NOT NULL REFERENCES change (key) ON DELETE CASCADE,
      display TEXT NOT NULL,
      before_key INTEGER REFERENCES wallpaper (key),        -- null: nothing was known to be there
      after_key INTEGER NOT NULL REFERENCES wallpaper (key),
      PRIMARY KEY (change_key, display)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE pool (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      sources TEXT NOT NULL CHECK (json_valid(sources))
    ) STRICT, WITHOUT ROWID;

    -- What a source outside the library has shown to exist: a query's finds, a folder's files.
    CREATE TABLE find (
      source TEXT NOT NULL,
      image_key INTEGER NOT NULL REFERENCES image (key) ON DELETE CASCADE,
      PRIMARY KEY (source, image_key)
    ) STRICT, WITHOUT ROWID;

    -- What a pool has shown in this round.
    CREATE TABLE bag (
      pool TEXT NOT NULL,
      image_key INTEGER NOT NULL REFERENCES image (key) ON DELETE CASCADE,
      at INTEGER NOT NULL,
      PRIMARY KEY (pool, image_key)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE rotation_state (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT, WITHOUT ROWID;
    -- Where "next" looked becomes the pool.
    INSERT INTO rotation_state (key, value)
      SELECT 'config', json_object('pool', json_extract(value, '$')) FROM setting WHERE key = 'nextFrom';
    DELETE FROM setting WHERE key = 'nextFrom';

    CREATE TABLE block (
      kind TEXT NOT NULL CHECK (kind IN ('image', 'artist', 'tag')),
      value TEXT NOT NULL,                  -- an image id; an artist in lower case; a tag
      label TEXT NOT NULL,
      at INTEGER NOT NULL,
      -- Of an image: what makes it known under another name.
      file_hash TEXT,
      md5 TEXT,
      own_hash TEXT,
      service_hash TEXT,
      PRIMARY KEY (kind, value)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE collection (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      created_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE collection_image (
      collection_key INTEGER NOT NULL REFERENCES collection (key) ON DELETE CASCADE,
      image_id TEXT NOT NULL REFERENCES image (id),
      position INTEGER NOT NULL,
      PRIMARY KEY (collection_key, image_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX collection_order ON collection_image (collection_key, position, image_id);
    CREATE INDEX collection_of_image ON collection_image (image_id);
  `,
};
