import { setImmediate as nextTurn } from 'node:timers/promises';
import { appError, cancelled } from '../../shared/errors.ts';
import type { Arrangement, Completions, Facets, Ruler, SearchResult } from '../../shared/library.ts';
import type { Image, Settings } from '../../shared/model.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { describeMistake, parse, type Search, type Term } from '../../shared/search/index.ts';
import type { Clock } from '../ports.ts';
import type { FoundRow, OpenSearch, Place, SearchRepository } from '../store/search/types.ts';
import { complete } from './complete.ts';
import { placeOf, readCursor, writeCursor, type Cursor } from './cursor.ts';
import { createRuler } from './ruler.ts';

/** Search over what is known here. A step of the store is short; what takes many of them lets others have their turn in between. */
export interface Library {
  search(
    page: { readonly query: string; readonly cursor: string | null; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<Result<SearchResult>>;
  arrange(
    page: { readonly query: string; readonly cursor: string | null; readonly limit: number },
    signal?: AbortSignal,
  ): Promise<Result<Arrangement>>;
  images(keys: readonly number[]): readonly { readonly key: number; readonly image: Image }[];
  facets(query: string): Result<Facets>;
  complete(text: string, caret: number): Completions;
  ruler(query: string, signal?: AbortSignal): Promise<Result<Ruler>>;
  random(query: string): Promise<Result<{ readonly image: Image | null }>>;
}

/** The first mistake of a query as an error that shows where it is; null: there is none. */
export function mistakeIn(query: string, { mistakes }: Search): Result<never> | null {
  const [first] = mistakes;
  return first === undefined ? null : fail(appError('invalid_input', describeMistake(query, first)));
}

export function createLibrary(parts: {
  readonly search: SearchRepository;
  readonly settings: () => Pick<Settings, 'adultContent'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: () => number;
}): Library {
  const { search, settings, clock, random } = parts;
  const adult = (): boolean => settings().adultContent;

  /** A query and where to go on, ready to be walked. `order`: the one it is read in, whatever it says itself. */
  function begin(
    query: string,
    cursor: string | null,
    order: readonly Term[] = [],
  ): Result<{
    readonly open: OpenSearch;
    readonly terms: readonly Term[];
    readonly from: Cursor | null;
    readonly seed: number;
    readonly now: number;
  }> {
    const read = parse(query);
    const mistake = mistakeIn(query, read);
    if (mistake !== null) return mistake;
    const from = cursor === null ? null : readCursor(cursor);
    if (cursor !== null && from === null)
      return fail(appError('invalid_input', 'That cursor is not one of a search. Start again without a cursor.'));
    const seed = from?.seed ?? 1 + Math.floor(random() * 2_147_483_645);
    const now = from?.now ?? clock.now();
    const terms = [...order, ...read.terms];
    return ok({ open: search.open({ terms, adult: adult(), now, seed }), terms, from, seed, now });
  }

  /** Steps until there are `limit` rows or no more. */
  async function walk(
    open: OpenSearch,
    after: Place | null,
    limit: number,
    signal?: AbortSignal,
  ): Promise<Result<{ readonly rows: readonly FoundRow[]; readonly next: Place | null }>> {
    const rows: FoundRow[] = [];
    let place = after;
    for (;;) {
      const step = open.step(place, limit - rows.length);
      rows.push(...step.rows);
      if (step.next === null || rows.length >= limit) return ok({ rows, next: step.next });
      place = step.next;
      await nextTurn();
      if (signal?.aborted === true) return fail(cancelled);
    }
  }

  return {
    async search({ query, cursor, limit }, signal) {
      const begun = begin(query, cursor);
      if (!begun.ok) return begun;
      const { open, from, seed, now } = begun.value;
      const walked = await walk(open, from === null ? null : placeOf(from), limit, signal);
      if (!walked.ok) return walked;
      const { rows, next } = walked.value;
      const counted = from ?? open.count();
      const whole = from === null && next === null;
      const counts = {
        total: whole ? rows.length : Math.max(counted.total, rows.length),
        exact: counted.exact || (whole && counted.hidden === 0),
        hidden: counted.hidden,
      };
      return ok({
        images: search
          .images(
            rows.map(({ key }) => key),
            adult(),
          )
          .map(({ image }) => image),
        ...counts,
        next: next === null ? null : writeCursor({ ...next, seed, now, ...counts }),
      });
    },
    async arrange({ query, cursor, limit }, signal) {
      const begun = begin(query, cursor);
      if (!begun.ok) return begun;
      const { open, from, seed, now } = begun.value;
      const walked = await walk(open, from === null ? null : placeOf(from), limit, signal);
      if (!walked.ok) return walked;
      const { rows, next } = walked.value;
      return ok({
        keys: rows.map(({ key }) => key),
        ratios: rows.map(({ ratio }) => ratio),
        next: next === null ? null : writeCursor({ ...next, seed, now, total: 0, exact: false, hidden: 0 }),
      });
    },
    images: (keys) => search.images(keys, adult()),
    facets(query) {
      const begun = begin(query, null);
      return begun.ok ? ok(begun.value.open.facets()) : begun;
    },
    complete: (text, caret) => complete(search, text, caret, adult()),
    async ruler(query, signal) {
      const begun = begin(query, null);
      if (!begun.ok) return begun;
      const { open, terms } = begun.value;
      const ruler = createRuler(terms);
      if (ruler === null) return ok({ marks: [] });
      let place: Place | null = null;
      do {
        const walked: Awaited<ReturnType<typeof walk>> = await walk(open, place, 20_000, signal);
        if (!walked.ok) return walked;
        for (const row of walked.value.rows) ruler.add(row);
        place = walked.value.next;
      } while (place !== null);
      return ok({ marks: ruler.marks() });
    },
    async random(query) {
      const begun = begin(query, null);
      if (!begun.ok) return begun;
      let key = begun.value.open.random(random());
      if (key === 'later') {
        // It is not found in a moment: the first in a random order is one.
        const shuffled = begin(query, null, [{ kind: 'sort', value: 'random' }]);
        if (!shuffled.ok) return shuffled;
        const walked = await walk(shuffled.value.open, null, 1);
        if (!walked.ok) return walked;
        key = walked.value.rows[0]?.key ?? 'none';
      }
      const [found] = key === 'none' ? [] : search.images([key], adult());
      return ok({ image: found?.image ?? null });
    },
  };
}
