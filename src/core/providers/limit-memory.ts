import { z } from 'zod';
import type { Clock, Log } from '../ports.ts';

/** What is known of one host's limits. Times are milliseconds since the epoch. */
export interface HostLimits {
  /** The last requests, oldest first: the path, and when the answer came (when it was sent, while none has come). */
  readonly requests: readonly { readonly at: number; readonly path: string }[];
  /** Whether the last request was answered, and told what is left of the host's limits: then `quiet` is all there is to obey. */
  readonly lastAnswer: 'limits' | 'no limits' | 'none';
  /** Until when nobody may ask: by path, '' for the whole host. */
  readonly quiet: readonly { readonly path: string; readonly until: number }[];
}

/** Keeps the limits of hosts from one run of the program to the next, so that two short runs in a row obey them like one. */
export interface LimitMemory {
  load(host: string): HostLimits;
  save(host: string, limits: HostLimits): void;
}

export interface LimitMemoryDeps {
  readonly recall?: (key: string) => unknown;
  readonly remember?: (key: string, value: unknown) => void;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
}

/** Requests of one host that are remembered: the largest number any window of `hostRules` counts. */
export const keptRequests = 7;
const keptQuiet = 50;
/** No window is longer. */
const oldest = 60_000;
/** As in retry-after.ts: no service is believed when it asks for more quiet than this. */
const longestQuiet = 24 * 3_600_000;
const path = z.string().max(2000);
const saved = z.object({
  requests: z.array(z.object({ at: z.number(), path })).max(keptRequests),
  lastAnswer: z.enum(['limits', 'no limits', 'none']),
  quiet: z.array(z.object({ path, until: z.number() })).max(keptQuiet),
});
const nothing: HostLimits = { requests: [], lastAnswer: 'none', quiet: [] };

export function createLimitMemory({ recall, remember, clock, log }: LimitMemoryDeps): LimitMemory {
  const keyOf = (host: string): string => `http.limits:${host}`;
  return {
    load(host) {
      try {
        const parsed = saved.safeParse(recall?.(keyOf(host)));
        if (!parsed.success) return nothing;
        const { requests, lastAnswer, quiet } = parsed.data;
        const now = clock.now();
        return {
          // A time to come means that the clock was set back: it would hold requests up for no reason.
          requests: requests.filter(({ at }) => at <= now && now - at < oldest),
          lastAnswer,
          quiet: quiet.filter(({ until }) => until > now && until - now <= longestQuiet),
        };
      } catch (error) {
        log.warn('The limits of a service could not be read', { host, error: String(error) });
        return nothing;
      }
    },
    save(host, { requests, lastAnswer, quiet }) {
      try {
        remember?.(keyOf(host), {
          requests: requests.slice(-keptRequests).filter((request) => request.path.length <= 2000),
          lastAnswer,
          quiet: quiet.filter((entry) => entry.path.length <= 2000).slice(-keptQuiet),
        });
      } catch (error) {
        // Such as a request that ends after the store was closed: no reason to fail it.
        log.info('The limits of a service could not be saved', { host, error: String(error) });
      }
    },
  };
}
