const base = 30_000;
const longest = 30 * 60_000;

/** Whole milliseconds to wait after `failures` failures in a row: 30 s, 1 min, 2 min … at most half an hour, or what the service asked for. */
export function backoff(failures: number, retryAfter?: number): number {
  return Math.ceil(Math.max(Math.min(base * 2 ** Math.max(0, Math.min(failures, 10) - 1), longest), retryAfter ?? 0));
}
