import type { ImageId } from '../../shared/model.ts';
import type { Clock } from '../ports.ts';
import type { RemoteFavorites } from '../providers/provider.ts';
import type { Store } from '../store/store.ts';

/** The parts of the store that favorites are built on. Every write goes through `transaction`. */
export type FavoritesStore = Pick<Store, 'images' | 'favorites' | 'outbox' | 'sync' | 'transaction'>;

/** What one run of the sync works with. */
export interface SyncContext {
  readonly store: FavoritesStore;
  readonly remote: RemoteFavorites;
  readonly clock: Pick<Clock, 'now'>;
  /** The account this run is about. */
  readonly identity: string;
  /** The account in use at this moment; a run whose account was exchanged stops before it writes anything more. */
  readonly currentIdentity: () => string | null;
  /** Lets other work of the process run; called between batches. */
  readonly yieldNow: () => Promise<void>;
  /** Images whose state here changed. */
  readonly changed: (ids: readonly ImageId[]) => void;
}

/** The one provider with an account's favorites. */
export const syncedProvider = 'waifu-im';

export function isSynced(id: ImageId): boolean {
  return id.startsWith(`${syncedProvider}:`);
}

export function remoteIdOf(id: ImageId): string {
  return id.slice(id.indexOf(':') + 1);
}
