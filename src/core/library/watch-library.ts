import type { Dispatch } from '../dispatch.ts';
import type { EventBus } from '../events.ts';
import type { Clock } from '../ports.ts';
import type { SearchRepository } from '../store/search/types.ts';

/** How long changes are gathered before clients hear of them. */
const gatherFor = 150;

export interface LibraryWatch {
  /** The same dispatch; after each call the library is looked at. */
  after(dispatch: Dispatch): Dispatch;
  stop(): void;
}

/**
 * Tells clients that results may differ. The database counts its own changes, whoever made them; when a call has ended or anything was told, there may be
 * some, and the count is looked at a moment later: a thousand new images are one event.
 */
export function watchLibrary(parts: {
  readonly search: Pick<SearchRepository, 'revision'>;
  readonly events: EventBus;
  readonly clock: Pick<Clock, 'after'>;
}): LibraryWatch {
  const { search, events, clock } = parts;
  let told = search.revision();
  let cancel: (() => void) | null = null;
  let stopped = false;
  const look = (): void => {
    cancel = null;
    const revision = search.revision();
    if (revision === told) return;
    told = revision;
    events.emit('library.changed', { revision });
  };
  const soon = (): void => {
    if (!stopped) cancel ??= clock.after(gatherFor, look);
  };
  const unsubscribe = events.subscribe((name) => {
    if (name !== 'library.changed') soon();
  });
  return {
    after: (dispatch) => async (request, signal) => {
      try {
        return await dispatch(request, signal);
      } finally {
        soon();
      }
    },
    stop() {
      stopped = true;
      unsubscribe();
      cancel?.();
      cancel = null;
    },
  };
}
