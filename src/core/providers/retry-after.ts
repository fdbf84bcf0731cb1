import { z } from 'zod';

/** No service is believed when it asks for more than this. */
const longest = 24 * 3_600_000;

/** What a service tells of its limits in one answer. Milliseconds; null where it does not say. */
export interface LimitNews {
  /** Wait this long before the next request to the host. */
  readonly wait: number | null;
  /** Wait this long before the next request to the same path. */
  readonly routeWait: number | null;
  /** The answer carried `X-RateLimit-*` headers. */
  readonly announced: boolean;
}

const limitedBody = z.object({ info: z.object({ retryAfter: z.number(), resetAfter: z.number() }).partial() });

/**
 * Reads `Retry-After` (seconds or an HTTP date), `X-RateLimit-*` and `X-RateLimit-Global-*` (milliseconds), and, where a refused
 * request's `body` is given, yiff.rest's `info.retryAfter` (milliseconds), which is exact and comes first.
 */
export function limitNews(status: number, headers: Headers, body: unknown, now: number): LimitNews {
  const refused = status === 429 || status === 503;
  const scopes = ['x-ratelimit', 'x-ratelimit-global'].map((prefix) => ({
    remaining: number(headers.get(`${prefix}-remaining`)),
    resetAfter: number(headers.get(`${prefix}-reset-after`)) ?? until(number(headers.get(`${prefix}-reset`)), now),
    milliseconds: headers.get(`${prefix}-precision`) === 'millisecond',
  }));
  const announced = scopes.some((scope) => scope.remaining !== null);
  const [route = null, global = null] = scopes.map(({ remaining, resetAfter }) =>
    remaining !== null && remaining <= 0 ? (resetAfter ?? 1000) : null,
  );
  const routeWait = clamp(route);
  if (!refused) return { wait: clamp(global), routeWait, announced };

  const parsed = limitedBody.safeParse(body);
  const told = parsed.success ? (parsed.data.info.retryAfter ?? parsed.data.info.resetAfter ?? null) : null;
  if (told !== null) return { wait: clamp(told), routeWait, announced };
  const asked = retryAfter(
    headers.get('retry-after'),
    now,
    scopes.some((scope) => scope.milliseconds),
  );
  return { wait: clamp(asked ?? global ?? route), routeWait, announced };
}

function retryAfter(text: string | null, now: number, inMilliseconds: boolean): number | null {
  if (text === null) return null;
  const value = number(text);
  if (value !== null) return inMilliseconds ? value : value * 1000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? null : date - now;
}

function until(reset: number | null, now: number): number | null {
  if (reset === null || reset <= 0) return null;
  // Seconds since the epoch stay below 10^11 until the year 5138; milliseconds have been above it since 1973.
  return (reset < 1e11 ? reset * 1000 : reset) - now;
}

function number(text: string | null): number | null {
  return text !== null && /^\d{1,15}(\.\d+)?$/.test(text.trim()) ? Number(text) : null;
}

function clamp(wait: number | null): number | null {
  return wait === null || !Number.isFinite(wait) ? null : Math.min(longest, Math.max(0, Math.ceil(wait)));
}
