import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import type { OutboxEntry } from '../store/outbox-repository.ts';
import { backoff } from './backoff.ts';
import { remoteIdOf, type SyncContext } from './context.ts';
import { note } from './journal.ts';

export interface FlushReport {
  /** Entries the service now agrees with. */
  readonly pushed: number;
  /** What stopped it, if anything did; single entries that wait or are parked do not. */
  readonly error: AppError | null;
}

/** What to do about an entry whose request failed. */
export type FailureVerdict =
  /** Nothing can be sent with this account, or to this service, now. */
  | 'stop'
  /** This one later, the next ones now. */
  | 'postpone'
  /** This one can never succeed. */
  | 'park';

/** Which failures are about one entry, and which about all of them. */
export function judgeFailure(error: AppError): FailureVerdict {
  switch (error.code) {
    case 'not_found':
    case 'bad_request':
    case 'invalid_input':
      return 'park';
    // A 500 or an unreadable answer may be about this one image; the next will show.
    case 'server_error':
    case 'bad_response':
    case 'too_large':
      return 'postpone';
    default:
      return 'stop';
  }
}

/** So many failures in a row are an outage, not an odd image. */
const failuresInARow = 3;

/**
 * Tells the service what is in the outbox, oldest wish first, one request after the other. Each try is counted before it is made and taken out after
 * it succeeded, so a crash or a lost answer only leads to the same request again: it is idempotent.
 *
 * @param dueAt leave entries that wait for a later time alone; null tries all but the parked.
 */
export async function flush(
  context: SyncContext,
  options: { readonly dueAt: number | null; readonly progress: (done: number, total: number) => void },
  signal?: AbortSignal,
): Promise<FlushReport> {
  const { store, remote, clock } = context;
  const total = store.outbox.counts();
  let pushed = 0;
  let failures = 0;
  let seen = 0;
  let after = 0;
  for (;;) {
    if (signal?.aborted) return { pushed, error: cancelled };
    const entry = store.outbox.next(after, options.dueAt);
    if (entry === null) return { pushed, error: null };
    after = entry.version;
    const mine = store.transaction(
      () => context.currentIdentity() === context.identity && store.outbox.attempt(entry.version),
    );
    if (context.currentIdentity() !== context.identity) return { pushed, error: accountChanged };
    if (!mine) continue;

    const answer = await (entry.desired === 'liked'
      ? remote.insert(remoteIdOf(entry.id), signal)
      : remote.delete(remoteIdOf(entry.id), signal));
    // The answer is about an account that is no longer in use: the wish stays, for the new one.
    if (context.currentIdentity() !== context.identity) return { pushed, error: accountChanged };
    options.progress(++seen, Math.max(seen, total.pending - total.parked));

    // What does not exist is certainly not a favorite.
    const gone = !answer.ok && answer.error.code === 'not_found' && entry.desired === 'unliked';
    if (answer.ok || gone) {
      settle(context, entry, answer.ok && answer.value.changed);
      pushed++;
      failures = 0;
      continue;
    }
    const { error } = answer;
    const verdict = judgeFailure(error);
    store.transaction(() => {
      if (verdict === 'park') {
        store.outbox.park(entry.version, error.message);
        note(store.sync, clock.now(), 'parked', [entry.id], error.message);
      } else if (error.code !== 'cancelled') {
        const wait = backoff(entry.attempts + 1, error.retryAfter);
        store.outbox.postpone(entry.version, clock.now() + wait, error.message);
        note(store.sync, clock.now(), 'postponed', [entry.id], `${error.code}: ${error.message}`);
      }
    });
    if (verdict === 'stop') return { pushed, error };
    if (verdict === 'postpone' && ++failures >= failuresInARow) return { pushed, error };
    if (verdict === 'park') failures = 0;
  }
}

const accountChanged = appError(
  'cancelled',
  'The account was changed during the sync. It starts again with the new one.',
  {
    retryable: true,
  },
);

/** The service agrees: the wish is off the list unless there was another since, and the base says what the service now has. */
function settle({ store, clock }: SyncContext, entry: OutboxEntry, changed: boolean): void {
  store.transaction(() => {
    store.outbox.done(entry.version);
    if (entry.desired === 'liked') store.sync.addToBase([{ id: entry.id, digest: null }]);
    else store.sync.removeFromBase([entry.id]);
    note(
      store.sync,
      clock.now(),
      entry.desired === 'liked' ? 'sent like' : 'sent unlike',
      [entry.id],
      changed ? null : 'It already was so there.',
    );
  });
}
