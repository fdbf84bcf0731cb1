import type { Migration } from './index.ts';

/**
 * Images and their files, what was shown where, settings and lists.
 *
 * `image` holds what a provider said, `tags`, `artists` and `sources` as JSON: they are read and replaced as a whole. `image_tag` is the
 * index that filters use; its key covers order, size and rating, so a filter on tags never touches `image`.
 */
export const library: Migration = {
  version: 1,
  name: 'library',
  sql: `
    CREATE TABLE file (
      hash TEXT PRIMARY KEY,                -- sha256 of the content, hex
      bytes INTEGER NOT NULL,
      extension TEXT NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      added_at INTEGER NOT NULL,            -- all times: milliseconds since the epoch
      used_at INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX file_by_use ON file (used_at, hash);

    CREATE TABLE thumbnail (
      file_hash TEXT NOT NULL REFERENCES file (hash) ON DELETE CASCADE,
      edge INTEGER NOT NULL,                -- longest edge, pixels
      bytes INTEGER NOT NULL,
      PRIMARY KEY (file_hash, edge)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE image (
      key INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,              -- provider:remote_id
      provider TEXT NOT NULL,
      remote_id TEXT NOT NULL,
      url TEXT NOT NULL,
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      bytes INTEGER,
      extension TEXT NOT NULL,
      rating TEXT NOT NULL CHECK (rating IN ('safe', 'adult')),
      animated INTEGER NOT NULL CHECK (animated IN (0, 1)),
      tags TEXT NOT NULL CHECK (json_valid(tags)),
      category TEXT,
      artists TEXT NOT NULL CHECK (json_valid(artists)),
      sources TEXT NOT NULL CHECK (json_valid(sources)),
      dominant_color TEXT,
      hash TEXT,                            -- perceptual, 16 hex digits
      md5 TEXT,
      page_url TEXT,
      uploaded_at TEXT,                     -- as the service gave it
      uploaded INTEGER NOT NULL,            -- the same in milliseconds, 0 where unknown: for sorting
      liked_at TEXT,
      likes INTEGER,
      added_at INTEGER NOT NULL,
      refreshed_at INTEGER NOT NULL,
      file_hash TEXT REFERENCES file (hash),
      kept INTEGER NOT NULL DEFAULT 0 CHECK (kept IN (0, 1))
    ) STRICT;
    CREATE INDEX image_by_file ON image (file_hash, id, kept) WHERE file_hash IS NOT NULL;
    CREATE INDEX image_cached_newest ON image (provider, uploaded, key) WHERE file_hash IS NOT NULL;
    CREATE INDEX image_cached_liked ON image (provider, ifnull(likes, 0), key) WHERE file_hash IS NOT NULL;
    CREATE INDEX image_cached_rating ON image (rating, key) WHERE file_hash IS NOT NULL;
    CREATE INDEX image_by_md5 ON image (md5) WHERE md5 IS NOT NULL;

    CREATE TABLE tag (
      key INTEGER PRIMARY KEY,
      name TEXT NOT NULL UNIQUE
    ) STRICT;

    CREATE TABLE image_tag (
      tag_key INTEGER NOT NULL REFERENCES tag (key),
      uploaded INTEGER NOT NULL,
      image_key INTEGER NOT NULL REFERENCES image (key) ON DELETE CASCADE,
      width INTEGER NOT NULL,
      rating TEXT NOT NULL,
      PRIMARY KEY (tag_key, uploaded, image_key, width, rating)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX image_tag_by_image ON image_tag (image_key);

    CREATE TABLE wallpaper (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      display TEXT NOT NULL,
      image_id TEXT NOT NULL REFERENCES image (id),
      fit TEXT NOT NULL,
      backend TEXT NOT NULL,
      verified INTEGER NOT NULL CHECK (verified IN (0, 1)),
      at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX wallpaper_by_display ON wallpaper (display, key);
    CREATE INDEX wallpaper_by_image ON wallpaper (image_id, key);

    CREATE TABLE setting (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE memory (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE list (
      provider TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('tags', 'categories')),
      items TEXT NOT NULL CHECK (json_valid(items)),
      at INTEGER NOT NULL,
      PRIMARY KEY (provider, kind)
    ) STRICT, WITHOUT ROWID;
  `,
};
