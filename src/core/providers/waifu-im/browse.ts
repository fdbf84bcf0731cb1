import type { Filter } from '../../../shared/model.ts';
import { createCollector, type Collector } from '../collector.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { PageRequest, ProviderPage } from '../provider.ts';
import { expectSuccess, type WaifuClient } from './client.ts';
import { readCursor, writeCursor, type Position } from './cursor.ts';
import { isNothingFound, waifuError, wrongVersion } from './errors.ts';
import { parseImagesV5, parseImagesV7 } from './parse.ts';
import type { ParsedImages } from '../parse-all.ts';
import { queryV5, queryV7 } from './query.ts';
import { imagesV5, pageV7, type PageV7 } from './schemas.ts';

/** Requests for one page at most: what is filtered here is over-fetched for, but within bounds. */
const maxCalls = 5;
/** Requests in a row without a new image after which a random order counts as exhausted. */
const maxStale = 4;
/** Images a request: v5 gives no more to those who are no administrators, and v7 never less. */
const pageSize = 30;
/** Room for excluded ids, in characters of the address: safe everywhere, and as far as v5's ordered lists can be followed at all. */
const room = { safe: 6500, far: 11_500 } as const;

interface Batch extends ParsedImages {
  /** Nothing else matches but what was asked to be left out. */
  readonly last: boolean;
}

interface Search {
  readonly filter: Filter;
  readonly limit: number;
  readonly random: () => number;
}

/** One page of v5, which knows no pages: what was seen is asked to be left out. */
export async function browseV5(
  client: WaifuClient,
  search: Search,
  cursor: PageRequest['cursor'],
  signal: AbortSignal | undefined,
): Promise<Result<ProviderPage>> {
  const position = readCursor('v5', cursor);
  if (!position.ok) return position;
  // Square is checked here, so ask for as many as one may.
  const everything = search.filter.orientation === 'square';
  return byExclusion('v5', search, position.value, async (missing, excludedIds) => {
    const query = queryV5({ ...search.filter, excludedIds });
    if (!query.ok) return query;
    const count = everything ? pageSize : Math.min(pageSize, missing);
    // A limit of 1 is refused; without one the answer is one image.
    if (count > 1) query.value.set('limit', String(count));
    const answer = await client.ask({ version: 'v5', path: '/search', query: query.value, signal });
    if (!answer.ok) return answer;
    const nothing: Batch = { images: [], dropped: 0, droppedIds: [], last: true };
    if (isNothingFound(answer.value)) return ok(nothing);
    // The list of what to leave out has grown too long for this server: the end of what it can show.
    if (answer.value.status === 414 || answer.value.status === 431) return ok(nothing);
    const success = expectSuccess(answer.value, 'browse');
    if (!success.ok) return success;
    const parsed = imagesV5.safeParse(success.value.body);
    if (!parsed.success) return fail(wrongVersion);
    client.speaks('v5');
    const batch = parseImagesV5(parsed.data.images, client.config().baseUrl);
    return ok({ ...batch, last: parsed.data.images.length < count });
  });
}

/** One page of v7. Pages of a random order are shuffled anew each time, so a random search goes by exclusion as v5 does. */
export async function browseV7(
  client: WaifuClient,
  search: Search,
  cursor: PageRequest['cursor'],
  signal: AbortSignal | undefined,
): Promise<Result<ProviderPage>> {
  const position = readCursor('v7', cursor);
  if (!position.ok) return position;
  if (search.filter.order !== 'random') {
    // Pages are counted in the size they were begun with.
    const size = position.value.size > 0 ? position.value.size : Math.min(search.limit, pageSize);
    return byPages(client, search, { ...position.value, size }, signal);
  }
  return byExclusion('v7', search, position.value, async (missing, excludedIds) => {
    const count = Math.min(pageSize, missing);
    const page = await fetchV7(client, { ...search.filter, excludedIds }, 1, count, signal);
    if (!page.ok) return page;
    return ok({ ...parseImagesV7(page.value.items, client.config().baseUrl), last: isLast(page.value, count) });
  });
}

async function byExclusion(
  version: 'v5' | 'v7',
  search: Search,
  position: Position,
  fetchBatch: (missing: number, excludedIds: readonly string[]) => Promise<Result<Batch>>,
): Promise<Result<ProviderPage>> {
  const { seen } = position;
  const collector = createCollector(search, seen, numberOf);
  const ordered = search.filter.order !== 'random';
  let ended = false;
  let stale = 0;
  for (let calls = 0; calls < maxCalls && !ended && !collector.full(); calls += 1) {
    const excluded = excludable(seen, ordered ? room.far : room.safe, search.random);
    const batch = await fetchBatch(search.limit - collector.images.length, excluded);
    // What was found before the failure is worth showing; the next page will meet the failure again.
    if (!batch.ok) {
      if (collector.images.length === 0 || batch.error.code === 'cancelled') return batch;
      break;
    }
    const { news, left } = collector.take(batch.value);
    stale = news === 0 ? stale + 1 : 0;
    // In a fixed order the same images come again and again once they cannot all be left out.
    ended = !left && (batch.value.last || stale >= maxStale || (stale > 0 && ordered));
  }
  return ok(pageOf(collector, ended ? null : writeCursor(version, position)));
}

async function byPages(
  client: WaifuClient,
  search: Search,
  start: Position,
  signal: AbortSignal | undefined,
): Promise<Result<ProviderPage>> {
  let { page, seen } = start;
  const collector = createCollector(search, seen, numberOf);
  for (let calls = 0; calls < maxCalls && !collector.full(); calls += 1) {
    const answer = await fetchV7(client, search.filter, page, start.size, signal);
    if (!answer.ok) {
      if (collector.images.length === 0 || answer.error.code === 'cancelled') return answer;
      break;
    }
    const batch = parseImagesV7(answer.value.items, client.config().baseUrl);
    if (collector.take(batch).left) break;
    if (isLast(answer.value, start.size)) return ok(pageOf(collector, null));
    page += 1;
  }
  const cursor = writeCursor('v7', { page, size: start.size, seen });
  if (cursor !== null) return ok(pageOf(collector, cursor));
  // Too much to remember: this page's images are enough to notice when the list shifts under us.
  seen = new Set(collector.images.map((image) => numberOf(image.remoteId)));
  return ok(pageOf(collector, writeCursor('v7', { page, size: start.size, seen })));
}

async function fetchV7(
  client: WaifuClient,
  query: Parameters<typeof queryV7>[0],
  page: number,
  size: number,
  signal: AbortSignal | undefined,
): Promise<Result<PageV7>> {
  const params = queryV7(query);
  params.set('Page', String(page));
  params.set('PageSize', String(size));
  const answer = await client.ask({ version: 'v7', path: '/images', query: params, signal });
  if (!answer.ok) return answer;
  // "No match" is an empty list in v7; a 404 means that there is no such route.
  if (answer.value.status === 404 || answer.value.status === 405) return fail(wrongVersion);
  if (answer.value.status >= 400) return fail(waifuError(answer.value, 'browse'));
  const parsed = pageV7.safeParse(answer.value.body);
  if (!parsed.success) return fail(wrongVersion);
  client.speaks('v7');
  return ok(parsed.data);
}

function isLast(page: PageV7, size: number): boolean {
  return (
    page.hasNextPage === false || page.items.length === 0 || (page.hasNextPage !== true && page.items.length < size)
  );
}

/** As many of the seen ids as fit; a random stretch of them where not all do. */
function excludable(seen: ReadonlySet<number>, characters: number, random: () => number): readonly string[] {
  const all = [...seen].map(String);
  // Each costs `&excluded_files=` besides itself.
  const cost = (id: string): number => id.length + 16;
  if (all.reduce((sum, id) => sum + cost(id), 0) <= characters) return all;
  const start = Math.floor(random() * all.length);
  let free = characters;
  return [...all.slice(start), ...all.slice(0, start)].filter((id) => (free -= cost(id)) >= 0);
}

function numberOf(remoteId: string): number {
  return Number(remoteId);
}

function pageOf(collector: Collector, cursor: string | null): ProviderPage {
  return { images: collector.images, dropped: collector.dropped(), cursor, notes: [] };
}
