import type { Exchange, Reply } from './exchange.ts';

export type LimitVerdict =
  | { readonly kind: 'pass'; readonly delayMs: number; readonly headers: Readonly<Record<string, string>> }
  | { readonly kind: 'refuse'; readonly reply: Reply; readonly retryAfterMs: number; readonly message: string };

/** Decides about each request as it comes. */
export interface Limiter {
  admit(exchange: Exchange): LimitVerdict;
  reset(): void;
}

export const noLimit: Limiter = {
  admit: () => ({ kind: 'pass', delayMs: 0, headers: {} }),
  reset() {},
};

/** Requests a client may send: one each `intervalMs`, `queue` more wait their turn, then 429. */
export function createQueueLimiter(
  limits: { readonly intervalMs: number; readonly queue: number },
  refuse: (retryAfterSeconds: number) => Reply,
): Limiter {
  let free = -Infinity;
  return {
    admit({ at }) {
      const delayMs = Math.max(0, free - at);
      if (delayMs > limits.intervalMs * limits.queue) {
        const seconds = Math.max(1, Math.ceil(delayMs / 1000));
        return {
          kind: 'refuse',
          reply: refuse(seconds),
          retryAfterMs: seconds * 1000,
          message: `more than ${limits.queue} requests waited for their turn (one each ${limits.intervalMs} ms)`,
        };
      }
      free = at + delayMs + limits.intervalMs;
      return { kind: 'pass', delayMs, headers: {} };
    },
    reset() {
      free = -Infinity;
    },
  };
}

/** A fixed window: `limit` requests in each `windowMs`, counted from the first. */
export function createWindow(limit: number, windowMs: number) {
  let start = -Infinity;
  let used = 0;
  const roll = (at: number): void => {
    if (at - start >= windowMs) {
      start = at;
      used = 0;
    }
  };
  return {
    limit,
    /** Takes one when there is one. */
    take(at: number): boolean {
      roll(at);
      if (used >= limit) return false;
      used += 1;
      return true;
    },
    giveBack(): void {
      used = Math.max(0, used - 1);
    },
    remaining(at: number): number {
      return at - start >= windowMs ? limit : limit - used;
    },
    /** Milliseconds until the window starts anew. */
    resetAfter(at: number): number {
      return Math.max(0, start + windowMs - at);
    },
  };
}
