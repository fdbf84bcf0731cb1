import { appError } from '../../../shared/errors.ts';
import type { Category, Filter } from '../../../shared/model.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { createCollector, type Collector } from '../collector.ts';
import type { PageRequest, ProviderPage } from '../provider.ts';
import { shortHash, unpackHashes } from '../seen.ts';
import type { Bulk } from './bulk.ts';
import { ratings, type YiffClient, type YiffDeps } from './client.ts';
import { codeOf, codes, unexpected, yiffError } from './errors.ts';
import { parseImages } from './parse.ts';
import { images, note } from './schemas.ts';

/** Images a request at most: the service's own limit. */
const perCall = 5;
/** Requests in a row without a new image after which a (small, random) catalog counts as exhausted. */
const maxStale = 4;
const maxCalls = 14;
/** A page with something on it need not be full: after this long it goes out as it is, and the next one goes on. */
const enoughTime = 4000;
/** Nor does it wait longer than this where the service wants a break. */
const shortPatience = 1000;
/** Longest memory of a cursor, in characters: the contract takes 20,000. */
const longest = 18_000;

interface Run {
  /** Is it time to answer with what is there? */
  readonly late: () => boolean;
  readonly filter: Filter;
  readonly random: () => number;
  readonly categories: readonly Category[];
  /** Where to look; shrinks as categories turn out to have nothing. */
  readonly choices: Category[];
  readonly collector: Collector;
  readonly seen: Set<string>;
  readonly notes: Set<string>;
  stale: number;
}

/**
 * One page of random images. The service has no pages and no order, so what was seen is remembered in the cursor, and the search ends
 * when it has seen as many as there are, or nothing new for a while.
 */
export async function browseYiff(
  client: YiffClient,
  bulk: Bulk,
  { clock, random }: Pick<YiffDeps, 'clock' | 'random'>,
  filter: Filter,
  { cursor, limit }: PageRequest,
  signal: AbortSignal | undefined,
): Promise<Result<ProviderPage>> {
  const position = readCursor(cursor);
  if (!position.ok) return position;
  const empty: ProviderPage = { images: [], dropped: 0, cursor: null, notes: [] };
  // The service has no tags, so none of its images has one.
  if (filter.tags.length > 0) return ok(empty);
  const known = await client.known(signal);
  if (!known.ok) return known;
  const chosen = await choose(client, filter, known.value, signal);
  if (!chosen.ok) return chosen;
  const { seen, stale } = position.value;
  const collector = createCollector({ filter, limit }, seen, shortHash);
  const categories = [...known.value, ...chosen.value];
  const start = clock.now();
  const late = (): boolean => collector.images.length > 0 && clock.now() - start > enoughTime;
  const run: Run = {
    late,
    filter,
    random,
    categories,
    choices: [...chosen.value],
    collector,
    seen,
    notes: new Set(),
    stale,
  };

  const ended = await fill(client, bulk, run, signal);
  if (!ended.ok && (collector.images.length === 0 || ended.error.code === 'cancelled')) return ended;
  const text = `y.${run.stale}.${[...seen].join('')}`;
  return ok({
    images: collector.images,
    dropped: collector.dropped(),
    cursor: (ended.ok && ended.value) || text.length > longest ? null : text,
    notes: [...run.notes],
  });
}

/** The categories a filter allows: the one it names, or all of its rating. */
async function choose(
  client: YiffClient,
  filter: Filter,
  known: readonly Category[],
  signal: AbortSignal | undefined,
): Promise<Result<readonly Category[]>> {
  const allowed = (category: Category): boolean => filter.rating === 'any' || category.rating === filter.rating;
  const named = filter.category;
  if (named === null) return ok(known.filter((category) => allowed(category) && category.count !== 0));
  const listed = known.find((category) => category.db === named);
  if (listed !== undefined) return ok(allowed(listed) ? [listed] : []);
  // Newer than our list, or mistyped: the service knows.
  const asked = await client.category(named, signal);
  if (!asked.ok) return asked;
  return ok(allowed(asked.value) ? [asked.value] : []);
}

/** Gathers until the page is full, the requests are used up or nothing new comes. Answers whether the search has ended. */
async function fill(
  client: YiffClient,
  bulk: Bulk,
  run: Run,
  signal: AbortSignal | undefined,
): Promise<Result<boolean>> {
  const { collector, choices } = run;
  if (choices.length === 0) return ok(true);
  const total = choices.reduce((sum, { count }) => sum + (count ?? Infinity), 0);
  const exhausted = (): boolean => run.seen.size >= total || run.stale >= maxStale;
  const reading = { baseUrl: client.config().baseUrl, ratingOf: ratings(run.categories) };

  for (let calls = 0; calls < maxCalls && !collector.full() && !exhausted() && !run.late(); calls += 1) {
    // One bulk request is worth twenty single ones, so a page needs few of them.
    if (bulk.allowed() && collector.missing() > perCall && calls < 3) {
      const answer = await bulk.fetch(choices, collector.missing(), run.filter.maxBytes, run.random, signal);
      if (!answer.ok) return answer;
      if (answer.value !== null) {
        const results = answer.value.map(({ db, items }) =>
          collector.take(parseImages(items, { ...reading, category: db })),
        );
        const news = results.some((result) => result.news > 0 || result.left);
        run.stale = news ? 0 : run.stale + 1;
        continue;
      }
    }
    const patience = collector.images.length > 0 ? shortPatience : undefined;
    const category = pick(choices, run.random);
    if (category === null) return ok(true);
    const answer = await fetchRandom(client, category.db, amountFor(run), run.filter.maxBytes, patience, signal);
    if (!answer.ok) return answer;
    if (answer.value === null) {
      choices.splice(choices.indexOf(category), 1);
      if (choices.length === 0) return ok(true);
      continue;
    }
    for (const text of answer.value.notes) run.notes.add(text);
    const { news, left } = collector.take(parseImages(answer.value.items, { ...reading, category: category.db }));
    run.stale = news > 0 || left ? 0 : run.stale + 1;
  }
  return ok(exhausted());
}

/** More than are missing where some will not do: repeats, and what is filtered here. */
function amountFor({ collector, seen, filter }: Run): number {
  const picky =
    seen.size > 0 ||
    filter.orientation !== null ||
    filter.minWidth > 0 ||
    filter.minHeight > 0 ||
    filter.animated !== 'any';
  return picky ? perCall : Math.min(perCall, collector.missing());
}

interface RandomAnswer {
  readonly items: readonly unknown[];
  readonly notes: readonly string[];
}

/** `GET /{category}`; null when the category has nothing (of this size). */
async function fetchRandom(
  client: YiffClient,
  db: string,
  amount: number,
  maxBytes: number | null,
  patience: number | undefined,
  signal: AbortSignal | undefined,
): Promise<Result<RandomAnswer | null>> {
  const query = new URLSearchParams({ amount: String(amount), notes: 'disabled' });
  if (maxBytes !== null) query.set('sizeLimit', String(maxBytes));
  const path = `/${db.split('.').map(encodeURIComponent).join('/')}`;
  const answer = await client.ask({ path, query, patience, signal });
  if (!answer.ok) return answer;
  if (codeOf(answer.value) === codes.noResults) return ok(null);
  if (answer.value.status !== 200) return fail(yiffError(answer.value));
  const parsed = images.safeParse(answer.value.body);
  if (!parsed.success) return fail(unexpected('something else than images'));
  const notes = (parsed.data.notes ?? []).flatMap((item) => {
    const one = note.safeParse(item);
    return one.success ? [one.data.content] : [];
  });
  return ok({ items: parsed.data.images, notes });
}

/** A category by chance, larger ones more often. */
function pick(choices: readonly Category[], random: () => number): Category | null {
  const weight = ({ count }: Category): number => Math.max(1, count ?? 1);
  let rest = random() * choices.reduce((sum, category) => sum + weight(category), 0);
  for (const category of choices) {
    rest -= weight(category);
    if (rest < 0) return category;
  }
  return choices.at(-1) ?? null;
}

function readCursor(cursor: string | null): Result<{ readonly seen: Set<string>; readonly stale: number }> {
  if (cursor === null) return ok({ seen: new Set(), stale: 0 });
  const parts = /^y\.(\d)\.([\w-]{0,18000})$/.exec(cursor);
  const seen = parts === null ? null : unpackHashes(parts[2] ?? '');
  if (parts === null || seen === null)
    return fail(appError('invalid_input', 'That is no cursor of this search. Start it again from its first page.'));
  return ok({ seen, stale: Number(parts[1]) });
}
