import type { CallInput, CallName, CallOutput, EventName, Events } from '../../shared/contract.ts';
import { appError } from '../../shared/errors.ts';
import type { SavedSearch } from '../../shared/library.ts';
import type { Image, ImageId, Settings } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { fold, parse, type Term } from '../../shared/search/index.ts';

type LibraryCall = Exclude<
  Extract<CallName, `library.${string}` | `searches.${string}`>,
  'library.stats' | 'library.verify'
>;
type FakeLibrary = {
  [N in CallName & LibraryCall]: (input: CallInput<N>) => Result<CallOutput<N>>;
};

/** The library's calls over images in memory: words and tags are looked for, other terms are taken as met. Keys are places in the map. */
export function createFakeLibrary(parts: {
  readonly images: ReadonlyMap<ImageId, Image>;
  readonly settings: () => Settings;
  readonly emit: <N extends EventName>(name: N, payload: Events[N]) => void;
}): FakeLibrary {
  const { images, settings, emit } = parts;
  let searches: SavedSearch[] = [];
  let lastId = 0;
  const all = (): [number, Image][] => [...images.values()].map((image, key) => [key, image]);
  const seen = (image: Image): boolean => !image.blocked && (image.rating === 'safe' || settings().adultContent);
  const find = (query = ''): Result<[number, Image][]> => {
    const { terms, mistakes } = parse(query);
    const [mistake] = mistakes;
    if (mistake) return fail(appError('invalid_input', mistake.message));
    return ok(all().filter(([, image]) => seen(image) && terms.every((term) => fits(image, term))));
  };
  const page = (rows: [number, Image][], cursor: string | null | undefined, limit: number) => {
    const from = cursor ? Number(cursor) : 0;
    const next = from + limit < rows.length ? String(from + limit) : null;
    return { rows: rows.slice(from, from + limit), next };
  };
  const changed = (): void => emit('searches.changed', { searches });

  return {
    'library.search': ({ query, cursor, limit = 60 } = {}) => {
      const found = find(query);
      if (!found.ok) return found;
      const { rows, next } = page(found.value, cursor, limit);
      const result = rows.map(([, image]) => image);
      return ok({ images: result, total: found.value.length, exact: true, next, hidden: 0 });
    },
    'library.arrange': ({ query, cursor, limit = 20_000 } = {}) => {
      const found = find(query);
      if (!found.ok) return found;
      const { rows, next } = page(found.value, cursor, limit);
      const ratios = rows.map(([, { width, height }]) => Math.round((1000 * width) / height));
      return ok({ keys: rows.map(([key]) => key), ratios, next });
    },
    'library.images': ({ keys }) => {
      const known = new Map(all());
      return ok({
        images: keys.flatMap((key) => {
          const image = known.get(key);
          return image && seen(image) ? [{ key, image }] : [];
        }),
      });
    },
    'library.facets': ({ query } = {}) => {
      const found = find(query);
      if (!found.ok) return found;
      const counts = new Map<string, number>();
      for (const [, { tags }] of found.value) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
      const values = [...counts]
        .sort(([, n], [, m]) => m - n)
        .slice(0, 20)
        .map(([tag, count]) => ({ value: tag, label: tag, count, term: `tag:${tag}` }));
      return ok({ facets: [{ facet: 'tag', values }], exact: true });
    },
    'library.complete': ({ text, caret }) => {
      const from = text.lastIndexOf(' ', caret - 1) + 1;
      const typed = text.slice(from, caret).toLowerCase();
      const tags = [...new Set([...images.values()].filter(seen).flatMap((image) => image.tags))];
      const items = tags
        .filter((tag) => typed !== '' && tag.startsWith(typed))
        .map((tag) => ({ text: `tag:${tag}`, label: tag, kind: 'tag', count: 1 }));
      return ok({ from, to: caret, items });
    },
    'library.ruler': () => ok({ marks: [] }),
    'library.random': ({ query } = {}) => {
      const found = find(query);
      return found.ok ? ok({ image: found.value[0]?.[1] ?? null }) : found;
    },
    'searches.list': () => ok({ searches }),
    'searches.save': ({ id, name, query }) => {
      const saved = { id: id ?? ++lastId, name, query };
      searches = [...searches.filter((search) => search.id !== saved.id), saved];
      changed();
      return ok(saved);
    },
    'searches.remove': ({ id }) => {
      const removed = searches.some((search) => search.id === id);
      searches = searches.filter((search) => search.id !== id);
      if (removed) changed();
      return ok({ removed });
    },
  };
}

function fits(image: Image, term: Term): boolean {
  if (term.kind === 'word') {
    const text = [image.id, ...image.tags, ...image.artists.map(({ name }) => name)].map(fold).join('\n');
    return text.includes(fold(term.text)) !== term.not;
  }
  if (term.kind === 'text' && term.key === 'tag')
    return image.tags.some((tag) => fold(tag) === fold(term.value)) !== term.not;
  return true;
}
