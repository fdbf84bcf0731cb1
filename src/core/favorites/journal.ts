import type { ImageId } from '../../shared/model.ts';
import type { SyncRepository } from '../store/sync-repository.ts';

/** Every kind of decision the journal knows. */
export type JournalEvent =
  | 'liked'
  | 'unliked'
  | 'restored'
  | 'let go'
  | 'pulled'
  | 'removed by the service'
  | 'removals held'
  | 'already so'
  | 'sent like'
  | 'sent unlike'
  | 'parked'
  | 'postponed'
  | 'sync failed'
  | 'account changed';

export const journalLength = 10_000;

/** Notes one decision for each id, or one about the sync as a whole. Call it in the transaction that carries the decision out. */
export function note(
  sync: SyncRepository,
  at: number,
  event: JournalEvent,
  ids: readonly (ImageId | null)[],
  detail: string | null = null,
): void {
  sync.note({ at, event, detail }, ids);
}
