import type { Settings } from '../../shared/model.ts';
import { note } from './journal.ts';
import type { FavoritesStore } from './context.ts';

/**
 * Whose list it is: the service, the user acted for and the token's fingerprint. The base of the merge belongs to it. Null without an account.
 */
export function accountIdentity(
  settings: Pick<Settings, 'waifuImUrl' | 'waifuImUserId'>,
  fingerprint: string | null,
): string | null {
  return fingerprint === null
    ? null
    : [settings.waifuImUrl.replace(/\/+$/, ''), settings.waifuImUserId ?? 'own', fingerprint].join(' ');
}

/**
 * Makes `identity` the account the base is of. With another account the base starts empty: what the former account listed says nothing about what
 * this one dropped, so nothing is removed. Wishes still to be told are kept and tried afresh.
 */
export function adoptIdentity(store: FavoritesStore, identity: string, at: number): void {
  store.transaction(() => {
    const before = store.sync.recall('identity');
    if (before === identity) return;
    store.sync.clearBase();
    store.sync.setHeld([]);
    store.outbox.resetAttempts();
    store.sync.remember('identity', identity);
    store.sync.remember('pausedUntil', 0);
    if (before !== undefined) note(store.sync, at, 'account changed', [null], 'The merge starts afresh.');
  });
}
