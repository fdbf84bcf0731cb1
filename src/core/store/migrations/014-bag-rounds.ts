import type { Migration } from './index.ts';

/**
 * A round of the bag begins for each set of rules by itself: what has been shown is kept, and each display (with the network or without, in safe hours or not) knows
 * since when it counts.
 */
export const bagRounds: Migration = {
  version: 14,
  name: 'bag-rounds',
  sql: `
    CREATE TABLE bag_round (
      pool TEXT NOT NULL,
      rules TEXT NOT NULL CHECK (json_valid(rules)),
      -- What was shown at this time or before it (bag.at) may come again.
      since INTEGER NOT NULL,
      PRIMARY KEY (pool, rules)
    ) STRICT, WITHOUT ROWID;
  `,
};
