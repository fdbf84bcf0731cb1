import type { Migration } from './index.ts';

/**
 * Favorites and what keeps them in step with the account's list at waifu.im.
 *
 * `favorite` is what the user sees, `outbox` what the service has yet to be told, `server_favorite` what the service said last: the base of
 * the three-way merge. The base has no foreign key: it is the service's list, whatever is known of its images here.
 */
export const favorites: Migration = {
  version: 2,
  name: 'favorites',
  sql: `
    CREATE TABLE favorite (
      image_id TEXT PRIMARY KEY REFERENCES image (id),
      liked_at INTEGER NOT NULL,            -- all times: milliseconds since the epoch
      removed_at INTEGER                    -- null: a favorite; else a tombstone: the service dropped it then
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX favorite_by_like ON favorite (liked_at, image_id) WHERE removed_at IS NULL;
    CREATE INDEX favorite_removed ON favorite (removed_at, image_id) WHERE removed_at IS NOT NULL;

    -- The wish per image, the last word only. A newer word is a new row with a higher version: never reused, so what a request in flight
    -- was about is never mistaken for what came after it.
    CREATE TABLE outbox (
      version INTEGER PRIMARY KEY AUTOINCREMENT,
      image_id TEXT NOT NULL UNIQUE REFERENCES image (id),
      desired TEXT NOT NULL CHECK (desired IN ('liked', 'unliked')),
      queued_at INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      next_attempt_at INTEGER NOT NULL DEFAULT 0,
      parked INTEGER NOT NULL DEFAULT 0 CHECK (parked IN (0, 1)),
      reason TEXT                           -- why it is parked or was last refused
    ) STRICT;

    CREATE TABLE server_favorite (
      image_id TEXT PRIMARY KEY,
      digest TEXT                           -- of the metadata last written here; null: write it with the next list
    ) STRICT, WITHOUT ROWID;

    -- Removals the user is being asked about.
    CREATE TABLE held_removal (
      image_id TEXT PRIMARY KEY
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE sync_journal (
      key INTEGER PRIMARY KEY AUTOINCREMENT,
      at INTEGER NOT NULL,
      event TEXT NOT NULL,
      image_id TEXT,
      detail TEXT
    ) STRICT;

    CREATE TABLE sync_state (
      key TEXT PRIMARY KEY,
      value TEXT NOT NULL CHECK (json_valid(value))
    ) STRICT, WITHOUT ROWID;
  `,
};
