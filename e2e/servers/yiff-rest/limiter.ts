import type { Exchange } from '../kit/exchange.ts';
import { createWindow } from '../kit/limiter.ts';
import type { Limiter } from '../kit/limiter.ts';
import { yiffError } from './errors.ts';

/** Requests per window: on one route (path), and on all together. */
export interface YiffRestLimits {
  readonly route: { readonly limit: number; readonly windowMs: number };
  readonly global: { readonly limit: number; readonly windowMs: number };
}

/** What a client without a key of its own agreement may do. */
export const realLimits: YiffRestLimits = {
  route: { limit: 2, windowMs: 2000 },
  global: { limit: 7, windowMs: 10_000 },
};

/** `exempt` requests will be refused for another reason and are not counted. */
export function createYiffLimiter(limits: YiffRestLimits, exempt: (exchange: Exchange) => boolean): Limiter {
  const routes = new Map<string, ReturnType<typeof createWindow>>();
  let everything = createWindow(limits.global.limit, limits.global.windowMs);

  const headersOf = (route: ReturnType<typeof createWindow>, at: number): Record<string, string> => {
    const describe = (prefix: string, window: ReturnType<typeof createWindow>): Record<string, string> => ({
      [`${prefix}-Limit`]: String(window.limit),
      [`${prefix}-Remaining`]: String(window.remaining(at)),
      [`${prefix}-Reset`]: String(at + window.resetAfter(at)),
      [`${prefix}-Reset-After`]: String(window.resetAfter(at)),
      [`${prefix}-Precision`]: 'millisecond',
    });
    return { ...describe('X-RateLimit', route), ...describe('X-RateLimit-Global', everything) };
  };

  return {
    admit(exchange) {
      if (exempt(exchange)) return { kind: 'pass', delayMs: 0, headers: {} };
      const { at } = exchange;
      const route = routes.get(exchange.path) ?? createWindow(limits.route.limit, limits.route.windowMs);
      routes.set(exchange.path, route);
      const refused = !route.take(at) ? route : !everything.take(at) ? everything : null;
      if (!refused) {
        const bucket = Buffer.from(`path=${exchange.path}`).toString('base64url');
        return { kind: 'pass', delayMs: 0, headers: { ...headersOf(route, at), 'X-RateLimit-Bucket': bucket } };
      }
      const global = refused === everything;
      if (global) route.giveBack();
      const after = refused.resetAfter(at);
      const seconds = Math.ceil(after / 1000);
      return {
        kind: 'refuse',
        retryAfterMs: seconds * 1000,
        message: global
          ? `${limits.global.limit} requests in ${limits.global.windowMs} ms`
          : `${limits.route.limit} requests to ${exchange.path} in ${limits.route.windowMs} ms`,
        reply: yiffError(global ? 1001 : 1000, {
          headers: { ...headersOf(route, at), 'Retry-After': String(seconds) },
          info: {
            limit: refused.limit,
            remaining: 0,
            reset: at + after,
            resetAfter: after,
            retryAfter: after,
            precision: 'millisecond',
            global,
          },
        }),
      };
    },
    reset() {
      routes.clear();
      everything = createWindow(limits.global.limit, limits.global.windowMs);
    },
  };
}
