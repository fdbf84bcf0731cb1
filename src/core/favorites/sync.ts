import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import type { SyncReport } from '../../shared/model.ts';
import { leftOf } from '../clock.ts';
import { backoff } from './backoff.ts';
import type { SyncContext } from './context.ts';
import { flush } from './flush.ts';
import { adoptIdentity } from './identity.ts';
import { journalLength, note } from './journal.ts';
import { pull } from './pull.ts';

export interface SyncRequest {
  /** `push` tells the service what is pending and leaves its list alone: one request for one like. */
  readonly kind: 'full' | 'push';
  readonly acceptRemovals: boolean;
  /** Somebody asked, or the connection is back: entries that wait for a later time are tried now. */
  readonly now: boolean;
}

export const noReport: SyncReport = { pulled: 0, pushed: 0, dropped: 0, held: 0, error: null };

/** Errors after which nothing else will be answered either. */
const hopeless: ReadonlySet<AppError['code']> = new Set([
  'unauthorized',
  'forbidden',
  'offline',
  'timeout',
  'rate_limited',
  'blocked',
  'cancelled',
]);

/**
 * One run: the list first (it settles wishes that are so already, lost answers among them, with a single request), then what is left to tell.
 * Never throws for anything a service does.
 */
export async function runSync(
  context: SyncContext,
  request: SyncRequest,
  progress: (done: number, total: number | null) => void,
  signal?: AbortSignal,
): Promise<SyncReport> {
  const { store, clock } = context;
  adoptIdentity(store, context.identity, clock.now());
  const paused = pausedFor(context);
  if (paused > 0)
    return finish(context, request, {
      ...noReport,
      held: store.sync.heldSize(),
      error: appError(
        'rate_limited',
        `waifu.im asked to be left alone for another ${Math.ceil(paused / 1000)} s. The sync goes on by itself after that.`,
        { retryAfter: paused },
      ),
    });

  progress(0, null);
  const pulled =
    request.kind === 'full'
      ? await pull(context, { acceptRemovals: request.acceptRemovals, progress }, signal)
      : { pulled: 0, dropped: 0, held: store.sync.heldSize(), error: null };
  const { error } = pulled;
  if (error !== null && hopeless.has(error.code)) return finish(context, request, { ...pulled, pushed: 0 });

  const flushed = await flush(context, { dueAt: request.now ? null : clock.now(), progress }, signal);
  return finish(context, request, { ...pulled, pushed: flushed.pushed, error: error ?? flushed.error });
}

/** Writes down how it went. The report's held count of a failed pull is the former one. */
function finish(
  { store, clock }: SyncContext,
  request: SyncRequest,
  report: SyncReport & { error: AppError | null },
): SyncReport {
  const now = clock.now();
  const { error } = report;
  store.transaction(() => {
    if (error === null) {
      if (request.kind === 'full') store.sync.remember('lastSuccessAt', now);
      store.sync.remember('failures', 0);
      store.sync.remember('lastError', null);
    } else if (error.code !== cancelled.code) {
      store.sync.remember('failures', failures({ store }) + 1);
      store.sync.remember('lastError', { code: error.code, message: error.message });
      if (error.code === 'rate_limited' && pausedFor({ store, clock }) === 0) {
        store.sync.remember('pausedAt', now);
        store.sync.remember('pausedUntil', now + Math.ceil(error.retryAfter ?? backoff(1)));
      }
      note(store.sync, now, 'sync failed', [null], `${error.code}: ${error.message}`);
    }
    store.sync.pruneJournal(journalLength);
  });
  return { ...report, error: error === null ? null : { code: error.code, message: error.message } };
}

/** Milliseconds for which the service asked to be left alone. */
export function pausedFor({ store, clock }: Pick<SyncContext, 'store' | 'clock'>): number {
  const at = (key: 'pausedAt' | 'pausedUntil'): number => {
    const value = store.sync.recall(key);
    return typeof value === 'number' ? value : 0;
  };
  return leftOf({ from: at('pausedAt'), until: at('pausedUntil') }, clock.now());
}

/** Failed runs in a row. */
export function failures({ store }: Pick<SyncContext, 'store'>): number {
  const value = store.sync.recall('failures');
  return typeof value === 'number' ? value : 0;
}
