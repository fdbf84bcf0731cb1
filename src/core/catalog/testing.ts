import { filter, type Filter, type FilterInput, type ProviderId } from '../../shared/model.ts';
import { ok } from '../../shared/result.ts';
import type { Provider } from '../providers/provider.ts';
import { testImage } from '../store/testing.ts';

export function filterOf(more: Partial<FilterInput> = {}): Filter {
  return filter.parse({ provider: 'waifu-im', ...more });
}

/** A provider that answers what the test says, and nothing where it says nothing. */
export function fakeProvider(id: ProviderId, methods: Partial<Provider> = {}): Provider {
  return {
    info: () => ({
      id,
      name: id,
      homepage: 'https://example.org',
      baseUrl: 'https://api.example.org',
      has: { tags: true, categories: true, account: false, favorites: false },
      orders: ['random'],
    }),
    online: () => Promise.resolve(ok(undefined)),
    browse: () => Promise.resolve(ok({ images: [], dropped: 0, cursor: null, notes: [] })),
    image: (remoteId) => Promise.resolve(ok(testImage({ id: `${id}:${remoteId}` }))),
    tags: () => Promise.resolve(ok([])),
    categories: () => Promise.resolve(ok([])),
    ...methods,
  };
}
