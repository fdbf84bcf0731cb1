import type { OpenedStore } from '../src/core/store/open.ts';
import type { SearchRepository } from '../src/core/store/search/types.ts';
import { parse, type Term } from '../src/shared/search/index.ts';
import { artistNames, categoryNames, tagNames } from './library-fill.ts';

/** What is measured in a library of `library-fill.ts`, with its limits in milliseconds. */

export type Measure = (name: string, limit: number, times: number, work: (n: number) => unknown) => Promise<void>;
export type Call = (name: string, input: unknown) => Promise<unknown>;

const tag = (n: number): string => `tag:${tagNames[n % tagNames.length] ?? ''}`;
/** Of the 25 most frequent: a hundredth to a fifth of all images. */
const common = (n: number): string => tag(n % 25);
const medium = (n: number): string => tag(25 + ((n * 37) % 1000));
const artist = (n: number): string => artistNames[(n * 991) % 9000] ?? '';
const color = (n: number): string => `color:#${((n * 7919) % 4096).toString(16).padStart(3, '0')}~`;
const piece = (n: number, from: number, to: number): string => (tagNames[(n * 131) % 3000] ?? '').slice(from, to);
const twoWords = (n: number): string => `${(tagNames[n % 50] ?? '').slice(0, 5)} ${artist(n).slice(0, 4)}`;

const pages: readonly (readonly [name: string, limit: number, query: (n: number) => string])[] = [
  ['everything', 10, () => ''],
  ['a common tag', 10, common],
  ['a tag', 10, medium],
  ['a tag, by likes', 10, (n) => `${medium(n)} sort:likes`],
  ['a common tag, by size', 10, (n) => `${common(n)} sort:size`],
  ['width and orientation', 10, (n) => `width:>=${2560 + n} orientation:landscape`],
  ['rare width', 10, (n) => `width:${1921 + n}`],
  ['bytes, by likes', 10, () => 'bytes:<300kB sort:likes'],
  ['favorites on disk', 10, () => 'is:favorite is:cached sort:liked'],
  ['uploaded in a month, random', 10, (n) => `uploaded:202${n % 6}-0${1 + (n % 9)} sort:random`],
  ['an artist', 10, (n) => `artist:"${artist(n)}"`],
  ['not a common tag', 10, (n) => `-${common(n)} rating:safe`],
  ['two tags + size', 10, (n) => `${common(n)} ${common(n + 7)} width:>=2560`],
  ['common + rarer tag + size', 10, (n) => `${common(n)} ${medium(n)} width:>=2560`],
  ['two tags + size, by likes', 10, (n) => `${common(n)} ${common(n + 7)} width:>=2560 sort:likes`],
  ['three tags', 10, (n) => `${common(n)} ${common(n + 7)} ${common(n + 3)}`],
  ['a category', 10, (n) => `category:${categoryNames[n % 20] ?? ''} ${common(n)}`],
  ['color', 10, color],
  ['color and tag', 10, (n) => `${color(n)} ${common(n)}`],
  ['substring', 20, (n) => piece(n, 1, 6)],
  ['short substring', 20, (n) => piece(n, 1, 4)],
  ['two letters', 20, (n) => piece(n, 0, 2)],
  ['substring, by likes', 20, (n) => `${piece(n, 1, 6)} sort:likes`],
  ['substring and size', 20, (n) => `${piece(n, 1, 6)} width:>=2560`],
  ['two words', 20, twoWords],
  ['a site', 20, (n) => `source:site-${n % 30}`],
  ['a number in a source', 20, (n) => String((n * 7919 * 11) % 99_999_989)],
  ['nothing', 20, (n) => `${common(n)} ${common(n + 1)} width:1111..1112`],
];

/** `search` keeps nothing of a query, so that each run is a first one; that of the store does. */
export async function storeCases(
  store: OpenedStore,
  search: SearchRepository,
  now: number,
  measure: Measure,
): Promise<void> {
  const openIn =
    (repository: SearchRepository) =>
    (query: string, adult = true, order: readonly Term[] = []) => {
      const { terms, mistakes } = parse(query);
      if (mistakes[0] !== undefined) throw new Error(`${query}: ${mistakes[0].message}`);
      return repository.open({ terms: [...order, ...terms], adult, now, seed: 12_345 });
    };
  const open = openIn(search);
  /** As the service does: steps until there are enough. Each step is a turn of its own; all of them count. */
  const page = (query: string, adult = true, repository = search): unknown => {
    const opened = openIn(repository)(query, adult);
    const keys: number[] = [];
    let step = opened.step(null, 60);
    keys.push(...step.rows.map(({ key }) => key));
    while (step.next !== null && keys.length < 60) {
      step = opened.step(step.next, 60 - keys.length);
      keys.push(...step.rows.map(({ key }) => key));
    }
    return store.search.images(keys, adult);
  };
  /** As the service does: where none is found in a moment, the first in a random order. */
  const draw = (query: string, random: number, repository = search): unknown => {
    const key = openIn(repository)(query).random(random);
    if (key !== 'later') return key;
    const shuffled = openIn(repository)(query, true, [{ kind: 'sort', value: 'random' }]);
    let step = shuffled.step(null, 1);
    while (step.next !== null && step.rows.length === 0) step = shuffled.step(step.next, 1);
    return step.rows[0];
  };
  for (const [name, limit, query] of pages) await measure(`page: ${name}`, limit, 100, (n) => page(query(n)));
  await measure('page: everything, adult off', 10, 100, () => page('', false));
  await measure('page: two tags + size, adult off', 10, 100, (n) =>
    page(`${common(n)} ${common(n + 7)} width:>=2560`, false),
  );

  for (const [name, limit, query] of pages) await measure(`count: ${name}`, limit, 50, (n) => open(query(n)).count());
  for (const [name, , query] of pages) await measure(`facets: ${name}`, 50, 30, (n) => open(query(n)).facets());
  for (const [name, , query] of pages) await measure(`random: ${name}`, 1, 100, (n) => draw(query(n), (n * 0.618) % 1));
  for (const [name, , query] of pages)
    await measure(`arrange, a step: ${name}`, 50, 30, (n) => open(query(n)).step(null, 20_000));
  // What was asked a moment ago.
  for (const [name, limit, query] of pages) {
    page(query(1), true, store.search);
    await measure(`again, page: ${name}`, limit, 20, () => page(query(1), true, store.search));
    await measure(`again, count: ${name}`, limit, 20, () => openIn(store.search)(query(1)).count());
    await measure(`again, random: ${name}`, 1, 50, (n) => draw(query(1), (n * 0.618) % 1, store.search));
  }
  await measure('complete: two letters', 20, 100, (n) => store.search.names('tag', piece(n, 0, 2), true, 12));
  await measure('complete: four letters', 20, 100, (n) =>
    store.search.names('artist', artist(n).slice(0, 4), true, 12),
  );
  await measure('complete: a category', 20, 100, () => store.search.categories('ani', true, 12));
  await measure('stats', 50, 20, () => store.stats());
}

export async function callCases(call: Call, measure: Measure): Promise<void> {
  for (const [name, , query] of pages)
    await measure(`call: search, ${name}`, 50, 50, (n) =>
      call('library.search', { query: query(n), cursor: null, limit: 60 }),
    );
  for (const [name, , query] of pages.filter(([name]) => /everything|tag|width|color|substring|site/.test(name))) {
    await measure(`call: facets, ${name}`, 50, 30, (n) => call('library.facets', { query: query(n) }));
    await measure(`call: random, ${name}`, 50, 50, (n) => call('library.random', { query: query(n) }));
  }
  await measure('call: complete', 50, 100, (n) => call('library.complete', { text: piece(n, 0, 3), caret: 3 }));
  await measure('call: arrange 20,000 of everything', 50, 20, () =>
    call('library.arrange', { query: '', cursor: null, limit: 20_000 }),
  );
  await measure('whole: arrange everything', 5000, 1, async () => {
    let cursor: string | null = null;
    do {
      const answer: unknown = await call('library.arrange', { query: '', cursor, limit: 20_000 });
      cursor = (answer as { readonly next: string | null }).next;
    } while (cursor !== null);
  });
  await measure('whole: ruler of everything', 5000, 1, () => call('library.ruler', { query: '' }));
}
