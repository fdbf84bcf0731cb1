import type { Folder, FolderState } from '../../shared/folders.ts';
import type { EventBus } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { FolderCounts, FolderRepository, StoredFolder } from '../store/store.ts';

/** Clients hear of changes within this many milliseconds together. */
const gatherFor = 250;

/** What each folder is doing, and how clients hear of it. */
export interface States {
  set(key: number, state: FolderState): void;
  /** Nothing is going on in it. */
  rest(folder: StoredFolder, watched: boolean): void;
  forget(key: number): void;
  of(folder: StoredFolder): Folder;
  list(): readonly Folder[];
  /** Clients hear of all folders, soon. */
  tell(): void;
  stop(): void;
}

export function createStates(parts: {
  readonly folders: Pick<FolderRepository, 'list' | 'counts'>;
  readonly events: Pick<EventBus, 'emit'>;
  readonly clock: Pick<Clock, 'after'>;
}): States {
  const { folders, events, clock } = parts;
  const states = new Map<number, FolderState>();
  /** Counting a large folder takes its time: not while it is being looked through, when they change with each step. */
  const counted = new Map<number, FolderCounts>();
  let cancel: (() => void) | null = null;

  const of = (folder: StoredFolder): Folder => {
    const { key, path, mode, rating, watch, recursive, ofPool, picked, scannedAt } = folder;
    const counts = counted.get(key) ?? folders.counts(key);
    counted.set(key, counts);
    return {
      id: key,
      path,
      mode,
      rating,
      watch,
      recursive,
      ofPool,
      picked,
      state: states.get(key) ?? { kind: 'idle' },
      ...counts,
      scannedAt: scannedAt === null ? null : new Date(scannedAt).toISOString(),
    };
  };
  const list = (): readonly Folder[] => folders.list().map(of);
  const tell = (): void => {
    cancel ??= clock.after(gatherFor, () => {
      cancel = null;
      events.emit('folders.changed', { folders: list() });
    });
  };

  return {
    of,
    list,
    tell,
    set(key, state) {
      states.set(key, state);
      if (state.kind !== 'scanning') counted.delete(key);
      tell();
    },
    rest(folder, watched) {
      states.set(folder.key, { kind: watched ? 'watching' : 'idle' });
      counted.delete(folder.key);
      tell();
    },
    forget(key) {
      states.delete(key);
      counted.delete(key);
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
