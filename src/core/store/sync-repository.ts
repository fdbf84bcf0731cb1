import type { ImageId } from '../../shared/model.ts';
import type { Database } from './driver.ts';
import type { ReadJson } from './stored-json.ts';

export interface JournalEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly event: string;
  readonly id: ImageId | null;
  readonly detail: string | null;
}

/** What the service's list was when last seen (the base of the merge), what is held back, and the journal of decisions. */
export interface SyncRepository {
  /** Those of `ids` that are in the base, with the digest of the metadata that was written for them. */
  base(ids: readonly ImageId[]): ReadonlyMap<ImageId, string | null>;
  baseIds(): readonly ImageId[];
  baseSize(): number;
  /** Adds to the base. A null digest leaves a known one. */
  addToBase(entries: readonly { readonly id: ImageId; readonly digest: string | null }[]): void;
  removeFromBase(ids: readonly ImageId[]): void;
  clearBase(): void;
  /** Removals the user is being asked about. */
  held(): readonly ImageId[];
  heldSize(): number;
  setHeld(ids: readonly ImageId[]): void;
  /** One entry for each id. */
  note(entry: Omit<JournalEntry, 'id'>, ids: readonly (ImageId | null)[]): void;
  /** Newest first. */
  journal(limit: number): readonly JournalEntry[];
  /** Keeps the newest `keep` entries of the journal. */
  pruneJournal(keep: number): void;
  /** Small values as JSON by key; undefined when never set. */
  recall(key: string): unknown;
  remember(key: string, value: unknown): void;
}

export function createSyncRepository(db: Database, readJson: ReadJson): SyncRepository {
  const base = db.prepare<{ image_id: string; digest: string | null }>(
    'SELECT image_id, digest FROM server_favorite WHERE image_id IN (SELECT value FROM json_each(:ids))',
  );
  const baseIds = db.prepare<{ image_id: string }>('SELECT image_id FROM server_favorite');
  const baseSize = db.prepare<{ n: number }>('SELECT count(*) AS n FROM server_favorite');
  const addToBase = db.prepare(
    `INSERT INTO server_favorite (image_id, digest) VALUES (:id, :digest)
     ON CONFLICT (image_id) DO UPDATE SET digest = ifnull(excluded.digest, digest)`,
  );
  const removeFromBase = db.prepare(
    'DELETE FROM server_favorite WHERE image_id IN (SELECT value FROM json_each(:ids))',
  );
  const clearBase = db.prepare('DELETE FROM server_favorite');
  const held = db.prepare<{ image_id: string }>('SELECT image_id FROM held_removal');
  const heldSize = db.prepare<{ n: number }>('SELECT count(*) AS n FROM held_removal');
  const clearHeld = db.prepare('DELETE FROM held_removal');
  const addHeld = db.prepare('INSERT INTO held_removal (image_id) SELECT value FROM json_each(:ids)');
  const note = db.prepare(
    `INSERT INTO sync_journal (at, event, image_id, detail)
     SELECT :at, :event, value, :detail FROM json_each(:ids) WHERE true ORDER BY key`,
  );
  const journal = db.prepare<{ at: number; event: string; id: string | null; detail: string | null }>(
    'SELECT at, event, image_id AS id, detail FROM sync_journal ORDER BY key DESC LIMIT ?',
  );
  const prune = db.prepare('DELETE FROM sync_journal WHERE key <= (SELECT max(key) FROM sync_journal) - ?');
  const recall = db.prepare<{ value: string }>('SELECT value FROM sync_state WHERE key = ?');
  const remember = db.prepare('REPLACE INTO sync_state (key, value) VALUES (:key, :value)');

  return {
    base: (ids) => new Map(base.all({ ids: JSON.stringify(ids) }).map((row) => [row.image_id, row.digest])),
    baseIds: () => baseIds.all([]).map((row) => row.image_id),
    baseSize: () => baseSize.get([])?.n ?? 0,
    addToBase(entries) {
      for (const { id, digest } of entries) addToBase.run({ id, digest });
    },
    removeFromBase: (ids) => void removeFromBase.run({ ids: JSON.stringify(ids) }),
    clearBase: () => void clearBase.run([]),
    held: () => held.all([]).map((row) => row.image_id),
    heldSize: () => heldSize.get([])?.n ?? 0,
    setHeld(ids) {
      clearHeld.run([]);
      if (ids.length > 0) addHeld.run({ ids: JSON.stringify(ids) });
    },
    note({ at, event, detail }, ids) {
      if (ids.length > 0) note.run({ at, event, detail, ids: JSON.stringify(ids) });
    },
    journal: (limit) => journal.all([limit]).map(({ at, event, id, detail }) => ({ at, event, id, detail })),
    pruneJournal: (keep) => void prune.run([keep]),
    recall(key) {
      const row = recall.get([key]);
      return row === undefined ? undefined : readJson(row.value, `sync ${key}`);
    },
    remember: (key, value) => void remember.run({ key, value: JSON.stringify(value) }),
  };
}
