import type { AppError } from '../../shared/errors.ts';
import type { Filter, Page } from '../../shared/model.ts';
import { ok, type Result } from '../../shared/result.ts';
import { leftOf, noWait, type Wait } from '../clock.ts';
import type { Library } from '../library/library.ts';
import type { Clock, Log } from '../ports.ts';
import type { CandidateRules, FindRepository } from '../store/store.ts';
import type { Folders } from '../folders/folders.ts';
import type { ResolvedSource } from './sources.ts';

/** A query is not asked again sooner than this (ms); where somebody waits for a picture, sooner. */
const pace = 60_000;
const urgentPace = 5_000;
/** After a failure (ms), doubled each time up to half an hour. */
const firstPause = 60_000;
const longestPause = 30 * 60_000;
const rescanAfter = 10 * 60_000;
const pageSize = 30;
/** A search of the library is a pool of its first so many. */
const mostFound = 20_000;

/** Finds more pictures for the sources that have to look for them: services, folders and searches of the library. */
export type Refill = (
  sources: readonly ResolvedSource[],
  options: {
    /** Somebody waits for a picture. */
    readonly urgent: boolean;
    /** What the displays need: services are asked for nothing else. */
    readonly need: Pick<CandidateRules, 'orientation' | 'minWidth' | 'minHeight'>;
  },
  signal?: AbortSignal,
) => Promise<Result<{ readonly offline: boolean }>>;

export function createRefill(parts: {
  readonly finds: FindRepository;
  readonly browse: (
    request: { readonly filter: Filter; readonly cursor: string | null; readonly limit: number },
    signal?: AbortSignal,
  ) => Promise<Result<Page>>;
  readonly arrange: Library['arrange'];
  readonly scan: Folders['scanForPool'];
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}): Refill {
  const { finds, browse, scan, arrange, clock, log } = parts;
  const asked = new Map<string, Wait & { readonly failures: number }>();
  const isEarly = (wait: Wait | undefined): boolean => wait !== undefined && leftOf(wait, clock.now()) > 0;

  async function query(
    key: string,
    wanted: Filter,
    { urgent, need }: Parameters<Refill>[1],
    signal?: AbortSignal,
  ): Promise<AppError | null | 'offline'> {
    const before = asked.get(key) ?? { ...noWait, failures: 0 };
    const soonest = urgent && before.failures === 0 ? before.from + urgentPace : before.until;
    if (isEarly({ from: before.from, until: soonest })) return null;
    const filter: Filter = {
      ...wanted,
      orientation: wanted.orientation ?? need.orientation,
      minWidth: Math.max(wanted.minWidth, need.minWidth),
      minHeight: Math.max(wanted.minHeight, need.minHeight),
    };
    for (const attempt of attemptsOf(filter, wanted)) {
      const page = await browse({ filter: attempt, cursor: null, limit: pageSize }, signal);
      if (!page.ok) {
        if (page.error.code === 'cancelled') return page.error;
        const failures = before.failures + 1;
        const pause = Math.max(Math.min(longestPause, firstPause * 2 ** (failures - 1)), page.error.retryAfter ?? 0);
        asked.set(key, { from: clock.now(), until: clock.now() + pause, failures });
        log.warn('A pool could not be refilled', { code: page.error.code, message: page.error.message });
        return page.error;
      }
      finds.add(
        key,
        page.value.images.map(({ id }) => id),
      );
      asked.set(key, { from: clock.now(), until: clock.now() + pace, failures: 0 });
      if (page.value.offline) return 'offline';
      if (page.value.images.length > 0) return null;
    }
    return null;
  }

  async function folder(
    { path, rating }: Extract<ResolvedSource['refill'], { kind: 'folder' }>,
    signal?: AbortSignal,
  ): Promise<AppError | null> {
    const key = `folder:${rating}:${path}`;
    if (isEarly(asked.get(key))) return null;
    const scanned = await scan(path, rating, signal);
    if (!scanned.ok) return scanned.error;
    asked.set(key, { from: clock.now(), until: clock.now() + rescanAfter, failures: 0 });
    return null;
  }

  async function search(
    { key, query: wanted }: Extract<ResolvedSource['refill'], { kind: 'search' }>,
    signal?: AbortSignal,
  ): Promise<AppError | null> {
    if (isEarly(asked.get(key))) return null;
    const found = await arrange({ query: wanted, cursor: null, limit: mostFound }, signal);
    if (!found.ok) return found.error;
    asked.set(key, { from: clock.now(), until: clock.now() + pace, failures: 0 });
    finds.set(key, found.value.keys);
    return null;
  }

  return async (sources, options, signal) => {
    let offline = false;
    let failure: AppError | null = null;
    for (const { refill } of sources) {
      if (refill === null) continue;
      const outcome =
        refill.kind === 'query'
          ? await query(refill.key, refill.filter, options, signal)
          : refill.kind === 'search'
            ? await search(refill, signal)
            : await folder(refill, signal);
      if (outcome === 'offline') offline = true;
      else if (outcome !== null) failure = outcome;
    }
    if (failure !== null) return { ok: false, error: failure };
    return ok({ offline });
  };
}

/** First what keeps every rule, then what gives up stillness, then what gives up lying as the display does. */
function attemptsOf(filter: Filter, wanted: Filter): readonly Filter[] {
  const attempts: Filter[] = filter.animated === 'any' ? [{ ...filter, animated: 'no' }, filter] : [filter];
  return filter.orientation === wanted.orientation ? attempts : [...attempts, { ...filter, orientation: null }];
}
