import type { CallInput, CallName, CallOutput, EventName, Events } from '../../shared/contract.ts';
import { appError } from '../../shared/errors.ts';
import type { SavedSearch } from '../../shared/library.ts';
import { orientationOf, type Image, type ImageId } from '../../shared/model.ts';
import { numberBounds, parse, printTerm, searchKeys, type Term } from '../../shared/search/index.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

type Names =
  | `searches.${'list' | 'save' | 'remove'}`
  | `library.${'search' | 'arrange' | 'images' | 'facets' | 'complete' | 'ruler' | 'random'}`;
type Handlers = { [N in Extract<CallName, Names>]: (input: CallInput<N>) => Result<CallOutput<N>> };

/** The library over the made-up pictures: enough of the search to look at the view and to test its state. */
export interface FakeLibrary {
  saved: SavedSearch[];
  /** Matches that may not be seen. */
  hidden: number;
  readonly handlers: Handlers;
}

export function createFakeLibrary(parts: {
  readonly images: ReadonlyMap<ImageId, Image>;
  readonly adult: () => boolean;
  readonly emit: <N extends EventName>(name: N, payload: Events[N]) => void;
}): FakeLibrary {
  const { images, adult, emit } = parts;
  const keyOf = new Map<ImageId, number>();
  const byKey = new Map<number, ImageId>();
  const key = (id: ImageId): number => {
    const known = keyOf.get(id);
    if (known !== undefined) return known;
    const next = keyOf.size + 1;
    keyOf.set(id, next);
    byKey.set(next, id);
    return next;
  };
  const seen = (image: Image): boolean => !image.blocked && (adult() || image.rating === 'safe');
  const month = (image: Image): string =>
    new Date(image.uploadedAt ?? 0).toLocaleDateString('en', { month: 'long', year: 'numeric', timeZone: 'UTC' });
  let cache: { readonly key: string; readonly found: readonly Image[] } | null = null;
  const find = (query: string): Result<readonly Image[]> => {
    const { terms, mistakes } = parse(query);
    const [mistake] = mistakes;
    if (mistake) return fail(appError('invalid_input', mistake.message));
    const name = `${query}|${images.size}|${String(adult())}|${[...images.values()].filter((image) => image.blocked || image.favorite).length}`;
    if (cache?.key !== name) {
      const found = [...images.values()].filter((image) => seen(image) && terms.every((term) => holds(term, image)));
      const sort = terms.find((term) => term.kind === 'sort')?.value ?? 'newest';
      if (sort === 'likes') found.sort((a, b) => (b.likes ?? 0) - (a.likes ?? 0));
      if (sort === 'size') found.sort((a, b) => b.width * b.height - a.width * a.height);
      if (sort === 'oldest') found.reverse();
      for (const { id } of images.values()) key(id);
      cache = { key: name, found };
    }
    return ok(cache.found);
  };
  const page = <T>(query: string, cursor: string | null, limit: number, each: (found: readonly Image[]) => T) => {
    const found = find(query);
    if (!found.ok) return found;
    const from = Number(cursor ?? 0);
    const next = from + limit < found.value.length ? String(from + limit) : null;
    return ok({ ...each(found.value.slice(from, from + limit)), next, total: found.value.length });
  };

  const fake: FakeLibrary = {
    saved: [],
    hidden: 0,
    handlers: {
      'library.search': ({ query = '', cursor = null, limit = 60 } = {}) => {
        const found = page(query, cursor, limit, (images_) => ({ images: images_ }));
        return found.ok ? ok({ ...found.value, exact: true, hidden: fake.hidden }) : found;
      },
      'library.arrange': ({ query = '', cursor = null, limit = 20_000 } = {}) =>
        page(query, cursor, limit, (found) => ({
          keys: found.map(({ id }) => key(id)),
          ratios: found.map(({ width, height }) => Math.round((width / height) * 1000)),
        })),
      'library.images': ({ keys }) =>
        ok({
          images: keys.flatMap((each) => {
            const image = images.get(byKey.get(each) ?? '');
            return image && seen(image) ? [{ key: each, image }] : [];
          }),
        }),
      'library.facets': ({ query = '' } = {}) => {
        const found = find(query);
        if (!found.ok) return found;
        const count = (facet: string, names: (image: Image) => readonly string[]) => {
          const counts = new Map<string, number>();
          for (const image of found.value)
            for (const name of names(image)) counts.set(name, (counts.get(name) ?? 0) + 1);
          const values = [...counts]
            .sort((a, b) => b[1] - a[1])
            .slice(0, 12)
            .map(([value, total]) => ({
              value,
              label: value,
              count: total,
              term: /\s/.test(value) ? `${facet}:"${value}"` : `${facet}:${value}`,
            }));
          return { facet, values };
        };
        return ok({
          exact: true,
          facets: [
            count('tag', (image) => image.tags),
            count('artist', (image) => image.artists.map(({ name }) => name)),
            count('provider', (image) => [image.provider]),
            count('orientation', (image) => [orientationOf(image)]),
          ].filter(({ values }) => values.length > 0),
        });
      },
      'library.complete': ({ text, caret }) => {
        const before = text.slice(0, caret);
        const from = before.lastIndexOf(' ') + 1;
        const typed = before.slice(from).replace(/^-/, '').toLowerCase();
        const sign = before.slice(from).startsWith('-') ? '-' : '';
        if (typed === '') return ok({ from: caret, to: caret, items: [] });
        const word = typed.replace(/^tag:/, '');
        const tags = [...new Set([...images.values()].slice(0, 200).flatMap((image) => image.tags))]
          .filter((tag) => tag.startsWith(word))
          .map((tag) => ({ text: `${sign}tag:${tag}`, label: tag, kind: 'tag', count: 12 }));
        const keys = searchKeys
          .filter((name) => name.startsWith(typed))
          .map((name) => ({ text: `${sign}${name}:`, label: `${name}:`, kind: 'key', count: null }));
        return ok({ from, to: text.length, items: [...keys, ...tags].slice(0, 12) });
      },
      'library.ruler': ({ query = '' } = {}) => {
        const found = find(query);
        if (!found.ok) return found;
        const marks: { index: number; label: string }[] = [];
        found.value.forEach((image, index) => {
          const label = month(image);
          if (marks.at(-1)?.label !== label) marks.push({ index, label });
        });
        return ok({ marks });
      },
      'library.random': ({ query = '' } = {}) => {
        const found = find(query);
        return found.ok ? ok({ image: found.value[Math.floor(found.value.length / 2)] ?? null }) : found;
      },
      'searches.list': () => ok({ searches: fake.saved }),
      'searches.save': ({ id = null, name, query }) => {
        const search = { id: id ?? 1 + Math.max(0, ...fake.saved.map((each) => each.id)), name, query };
        fake.saved = [...fake.saved.filter((each) => each.id !== search.id), search];
        emit('searches.changed', { searches: fake.saved });
        return ok(search);
      },
      'searches.remove': ({ id }) => {
        const removed = fake.saved.some((each) => each.id === id);
        fake.saved = fake.saved.filter((each) => each.id !== id);
        emit('searches.changed', { searches: fake.saved });
        return ok({ removed });
      },
    },
  };
  return fake;
}

function holds(term: Term, image: Image): boolean {
  if (term.kind === 'sort') return true;
  return matches(term, image) !== term.not;
}

function matches(term: Exclude<Term, { kind: 'sort' }>, image: Image): boolean {
  const artists = image.artists.map(({ name }) => name);
  switch (term.kind) {
    case 'word':
      return [...image.tags, ...artists].some((word) => word.toLowerCase().includes(term.text.toLowerCase()));
    case 'text':
      if (term.key === 'tag') return image.tags.includes(term.value);
      if (term.key === 'artist') return artists.includes(term.value);
      return term.key !== 'category' || image.category === term.value;
    case 'choice':
      if (term.key === 'provider') return image.provider === term.value;
      if (term.key === 'orientation') return orientationOf(image) === term.value;
      if (term.key === 'is') return term.value === 'favorite' ? image.favorite : image.cached;
      return true;
    case 'number': {
      const { min, max } = numberBounds(term.key, term.range);
      const value = { width: image.width, height: image.height, likes: image.likes ?? 0, bytes: image.bytes ?? 0 };
      const own = value[term.key as keyof typeof value];
      return own === undefined || (own >= (min ?? -Infinity) && own <= (max ?? Infinity));
    }
    default:
      return printTerm(term) !== '';
  }
}
