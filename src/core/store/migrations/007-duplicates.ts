import { diskTriggerNames, diskTriggers } from '../disk-triggers.ts';
import type { Migration } from './index.ts';

/**
 * Pictures that are the same to the eye.
 *
 * `signature` is what each file looks like, `duplicate_pair` what a closer look at two of them said, `duplicate_member` the groups these pairs make (a group
 * is named by the smallest key in it), `duplicate_apart` what their owner has said is not the same. A merged image points to the one that was kept; `blocked`
 * is set too, so that it is seen nowhere, and nothing of it is deleted. What the kept one got from the others is `inherited`: it outlives what its
 * service says of it later.
 */
export const duplicates: Migration = {
  version: 7,
  name: 'duplicates',
  sql: `
    ALTER TABLE image ADD COLUMN merged_into INTEGER REFERENCES image (key) ON DELETE SET NULL;
    -- From here on the file of a merged image is pinned by nothing.
    ${diskTriggerNames.map((name) => `DROP TRIGGER IF EXISTS ${name};`).join(' ')}
    ${diskTriggers}
    CREATE INDEX image_merged ON image (merged_into) WHERE merged_into IS NOT NULL;

    CREATE TABLE inherited (
      image_key INTEGER NOT NULL REFERENCES image (key) ON DELETE CASCADE,
      kind TEXT NOT NULL CHECK (kind IN ('tag', 'artist', 'source', 'rating')),
      value TEXT NOT NULL,                  -- an artist as JSON
      PRIMARY KEY (image_key, kind, value)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE signature (
      key INTEGER PRIMARY KEY,
      file_hash TEXT NOT NULL UNIQUE REFERENCES file (hash) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      value TEXT NOT NULL,                  -- signed bytes as hex digits; empty: the file cannot be read
      compared INTEGER NOT NULL DEFAULT 0 CHECK (compared IN (0, 1))
    ) STRICT;
    CREATE INDEX signature_to_compare ON signature (key) WHERE compared = 0;

    CREATE TABLE duplicate_pair (
      low INTEGER NOT NULL REFERENCES image (key) ON DELETE CASCADE,
      high INTEGER NOT NULL REFERENCES image (key) ON DELETE CASCADE,
      distance INTEGER NOT NULL,            -- thousandths; 0: the same content
      sure INTEGER NOT NULL CHECK (sure IN (0, 1)),
      PRIMARY KEY (low, high),
      CHECK (low < high)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX duplicate_pair_high ON duplicate_pair (high, low);

    CREATE TABLE duplicate_apart (
      low INTEGER NOT NULL REFERENCES image (key) ON DELETE CASCADE,
      high INTEGER NOT NULL REFERENCES image (key) ON DELETE CASCADE,
      PRIMARY KEY (low, high),
      CHECK (low < high)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX duplicate_apart_high ON duplicate_apart (high, low);

    CREATE TABLE duplicate_member (
      image_key INTEGER PRIMARY KEY REFERENCES image (key) ON DELETE CASCADE,
      group_key INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX duplicate_group ON duplicate_member (group_key, image_key);
  `,
};
