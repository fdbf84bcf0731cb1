import { appError } from '../../shared/errors.ts';
import { fail, ok } from '../../shared/result.ts';
import { parse } from '../../shared/search/index.ts';
import type { Handlers } from '../dispatch.ts';
import type { EventBus } from '../events.ts';
import type { Store } from '../store/store.ts';
import { mistakeIn, type Library } from './library.ts';

type LibraryCall =
  | 'library.search'
  | 'library.arrange'
  | 'library.images'
  | 'library.facets'
  | 'library.complete'
  | 'library.ruler'
  | 'library.random'
  | Extract<keyof Handlers, `searches.${string}`>;

export function libraryHandlers(parts: {
  readonly library: Library;
  readonly store: Pick<Store, 'savedSearches'>;
  readonly events: Pick<EventBus, 'emit'>;
  readonly now: () => number;
}): Pick<Handlers, LibraryCall> {
  const { library, store, events, now } = parts;
  const { savedSearches } = store;
  const changed = (): void => events.emit('searches.changed', { searches: savedSearches.list() });

  return {
    'library.search': (page, { signal }) => library.search(page, signal),
    'library.arrange': (page, { signal }) => library.arrange(page, signal),
    'library.images': ({ keys }) => ok({ images: library.images(keys) }),
    'library.facets': ({ query }) => library.facets(query),
    'library.complete': ({ text, caret }) => ok(library.complete(text, caret)),
    'library.ruler': ({ query }, { signal }) => library.ruler(query, signal),
    'library.random': ({ query }) => library.random(query),
    'searches.list': () => ok({ searches: savedSearches.list() }),
    'searches.save': ({ id, name, query }) => {
      const mistake = mistakeIn(query, parse(query));
      if (mistake !== null) return mistake;
      const saved = savedSearches.save({ id, name, query, at: now() });
      if (saved === 'taken')
        return fail(
          appError('invalid_input', `There is a saved search called "${name}" already. Choose another name.`),
        );
      if (saved === 'missing') return fail(appError('not_found', `There is no saved search ${id ?? ''}.`));
      changed();
      return ok(saved);
    },
    'searches.remove': ({ id }) => {
      const removed = savedSearches.remove(id);
      if (removed) changed();
      return ok({ removed });
    },
  };
}
