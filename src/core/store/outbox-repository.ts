import type { ImageId } from '../../shared/model.ts';
import type { Database } from './driver.ts';

export type Desired = 'liked' | 'unliked';

/** What a service has yet to be told about one image. */
export interface OutboxEntry {
  /** Grows with every wish, is never used again. */
  readonly version: number;
  readonly id: ImageId;
  readonly desired: Desired;
  readonly attempts: number;
  /** Milliseconds since the epoch; a scheduled flush leaves it alone until then. */
  readonly nextAttemptAt: number;
  /** Not tried again until the user says so: the service refused it for good. */
  readonly parked: boolean;
  readonly reason: string | null;
}

/** The outbox of desired states: one entry an image, the last word wins. */
export interface OutboxRepository {
  /** Replaces whatever was wished for these images before. */
  queue(ids: readonly ImageId[], desired: Desired, at: number): void;
  of(ids: readonly ImageId[]): ReadonlyMap<ImageId, OutboxEntry>;
  /** The first entry after `version` that is not parked, and due if `dueAt` is given. */
  next(after: number, dueAt: number | null): OutboxEntry | null;
  all(): readonly OutboxEntry[];
  /** Counts a try before it is made. False when the user has had another word since. */
  attempt(version: number): boolean;
  /** Takes the entry out. False when the user has had another word since, which then stays. */
  done(version: number): boolean;
  postpone(version: number, until: number, reason: string): void;
  park(version: number, reason: string): void;
  /** Another account: everything is tried afresh. */
  resetAttempts(): void;
  /** The highest version given so far; 0 when none was. */
  latest(): number;
  counts(): { readonly pending: number; readonly parked: number };
}

interface Row {
  readonly version: number;
  readonly image_id: string;
  readonly desired: Desired;
  readonly attempts: number;
  readonly next_attempt_at: number;
  readonly parked: number;
  readonly reason: string | null;
}

export function createOutboxRepository(db: Database): OutboxRepository {
  const queue = db.prepare(
    `REPLACE INTO outbox (image_id, desired, queued_at) SELECT value, :desired, :at FROM json_each(:ids) WHERE true ORDER BY key`,
  );
  const of = db.prepare<Row>('SELECT * FROM outbox WHERE image_id IN (SELECT value FROM json_each(:ids))');
  const next = db.prepare<Row>(
    `SELECT * FROM outbox WHERE version > :after AND parked = 0 AND (:due IS NULL OR next_attempt_at <= :due)
     ORDER BY version LIMIT 1`,
  );
  const all = db.prepare<Row>('SELECT * FROM outbox ORDER BY version');
  const attempt = db.prepare('UPDATE outbox SET attempts = attempts + 1 WHERE version = ?');
  const done = db.prepare('DELETE FROM outbox WHERE version = ?');
  const postpone = db.prepare('UPDATE outbox SET next_attempt_at = :until, reason = :reason WHERE version = :version');
  const park = db.prepare('UPDATE outbox SET parked = 1, reason = :reason WHERE version = :version');
  const reset = db.prepare('UPDATE outbox SET attempts = 0, next_attempt_at = 0, parked = 0, reason = NULL');
  // The sequence outlives its rows, so versions stay unique when the outbox is empty.
  const latest = db.prepare<{ seq: number }>(`SELECT seq FROM sqlite_sequence WHERE name = 'outbox'`);
  const counts = db.prepare<{ pending: number; parked: number }>(
    'SELECT count(*) AS pending, ifnull(sum(parked), 0) AS parked FROM outbox',
  );

  return {
    queue: (ids, desired, at) => void queue.run({ ids: JSON.stringify(ids), desired, at }),
    of: (ids) => new Map(of.all({ ids: JSON.stringify(ids) }).map((row) => [row.image_id, entryFrom(row)])),
    next(after, dueAt) {
      const row = next.get({ after, due: dueAt });
      return row === undefined ? null : entryFrom(row);
    },
    all: () => all.all([]).map(entryFrom),
    attempt: (version) => attempt.run([version]).changes > 0,
    done: (version) => done.run([version]).changes > 0,
    postpone: (version, until, reason) => void postpone.run({ version, until, reason }),
    park: (version, reason) => void park.run({ version, reason }),
    resetAttempts: () => void reset.run([]),
    latest: () => latest.get([])?.seq ?? 0,
    counts() {
      const row = counts.get([]);
      return { pending: row?.pending ?? 0, parked: row?.parked ?? 0 };
    },
  };
}

function entryFrom(row: Row): OutboxEntry {
  return {
    version: row.version,
    id: row.image_id,
    desired: row.desired,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    parked: row.parked === 1,
    reason: row.reason,
  };
}
