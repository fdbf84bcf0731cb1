import type { Database } from './driver.ts';

/** An edit as it is kept. `operations` is JSON: what takes it back, or makes it again once it is undone. */
export interface StoredEdit {
  readonly key: number;
  readonly label: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly undone: boolean;
  readonly operations: string;
}
export type EditEntry = Omit<StoredEdit, 'operations'>;

/** The undo stack: a stack by its keys, whose newest entries may be undone. Callers hold a transaction. */
export interface EditRepository {
  append(edit: { readonly label: string; readonly at: number; readonly operations: string }): EditEntry;
  /** Newest first. */
  list(limit: number): readonly EditEntry[];
  /** The next edit to undo, or to redo. */
  next(direction: 'undo' | 'redo'): number | null;
  /** What "undo" takes back next; null where there is nothing. */
  newestDone(): StoredEdit | null;
  /** What "redo" makes again next. */
  oldestUndone(): StoredEdit | null;
  turn(key: number, to: { readonly undone: boolean; readonly operations: string }): void;
  /** Forgets what is undone. Answers the operations of each. */
  dropUndone(): readonly string[];
  /** Forgets the oldest beyond these bounds, but never the newest one. Answers the operations of each. */
  dropOldest(keep: { readonly edits: number; readonly bytes: number }): readonly string[];
}

interface Row extends Omit<StoredEdit, 'undone'> {
  readonly undone: number;
}

export function createEditRepository(db: Database): EditRepository {
  const append = db.prepare(
    'INSERT INTO edit (label, at, bytes, operations) VALUES (:label, :at, length(:operations), :operations)',
  );
  const last = db.prepare<Row>('SELECT key, label, at, undone FROM edit ORDER BY key DESC LIMIT 1');
  const list = db.prepare<Row>('SELECT key, label, at, undone FROM edit ORDER BY key DESC LIMIT ?');
  const whole = 'SELECT key, label, at, undone, operations FROM edit';
  const newestDone = db.prepare<Row>(`${whole} WHERE undone = 0 ORDER BY key DESC LIMIT 1`);
  const oldestUndone = db.prepare<Row>(`${whole} WHERE undone = 1 ORDER BY key LIMIT 1`);
  const newestKey = db.prepare<{ key: number | null }>('SELECT max(key) AS key FROM edit WHERE undone = 0');
  const undoneKey = db.prepare<{ key: number | null }>('SELECT min(key) AS key FROM edit WHERE undone = 1');
  const turn = db.prepare(
    'UPDATE edit SET undone = :undone, bytes = length(:operations), operations = :operations WHERE key = :key',
  );
  const undone = db.prepare<Row>(`${whole} WHERE undone = 1 ORDER BY key DESC`);
  const dropUndone = db.prepare('DELETE FROM edit WHERE undone = 1');
  /** The oldest that is kept: the bounds are counted from the newest down. */
  const oldestKept = db.prepare<{ key: number | null }>(
    `SELECT min(key) AS key FROM (
       SELECT key, row_number() OVER newest AS place, sum(bytes) OVER newest AS bytes FROM edit WINDOW newest AS (ORDER BY key DESC))
     WHERE place = 1 OR (place <= :edits AND bytes <= :bytes)`,
  );
  const older = db.prepare<Row>(`${whole} WHERE key < ? ORDER BY key`);
  const dropOlder = db.prepare('DELETE FROM edit WHERE key < ?');

  return {
    append(edit) {
      append.run(edit);
      const row = last.get([]);
      if (row === undefined) throw new Error('An edit was written and is not there.');
      return entryFrom(row);
    },
    list: (limit) => list.all([limit]).map(entryFrom),
    next: (direction) => (direction === 'undo' ? newestKey : undoneKey).get([])?.key ?? null,
    newestDone: () => storedFrom(newestDone.get([])),
    oldestUndone: () => storedFrom(oldestUndone.get([])),
    turn: (key, to) => void turn.run({ key, undone: to.undone ? 1 : 0, operations: to.operations }),
    dropUndone() {
      const dropped = undone.all([]).map(({ operations }) => operations);
      if (dropped.length > 0) dropUndone.run([]);
      return dropped;
    },
    dropOldest(keep) {
      const from = oldestKept.get({ ...keep })?.key ?? null;
      if (from === null) return [];
      const dropped = older.all([from]).map(({ operations }) => operations);
      if (dropped.length > 0) dropOlder.run([from]);
      return dropped;
    },
  };
}

function entryFrom({ key, label, at, undone }: Row): EditEntry {
  return { key, label, at, undone: undone === 1 };
}

function storedFrom(row: Row | undefined): StoredEdit | null {
  return row === undefined ? null : { ...entryFrom(row), operations: row.operations };
}
