import { describe, expect, it } from 'vitest';
import { limitNews } from './retry-after.ts';

const now = Date.UTC(2026, 0, 1);
const news = (status: number, headers: Record<string, string>, body: unknown = null) =>
  limitNews(status, new Headers(headers), body, now);

describe('limitNews', () => {
  it('reads Retry-After in seconds', () => expect(news(429, { 'retry-after': '3' }).wait).toBe(3000));
  it('reads Retry-After as an HTTP date', () =>
    expect(news(503, { 'retry-after': 'Thu, 01 Jan 2026 00:00:07 GMT' }).wait).toBe(7000));
  it('takes a date gone by for no wait', () =>
    expect(news(429, { 'retry-after': 'Thu, 01 Jan 2015 00:00:00 GMT' }).wait).toBe(0));
  it('makes nothing of nonsense', () => expect(news(429, { 'retry-after': 'soon' }).wait).toBeNull());
  it('believes no more than a day', () => expect(news(429, { 'retry-after': '99999999' }).wait).toBe(86_400_000));
  it('prefers the exact milliseconds of the body', () =>
    expect(news(429, { 'retry-after': '9' }, { info: { retryAfter: 1234, resetAfter: 5000 } }).wait).toBe(1234));
  it('reads Retry-After in milliseconds where the service says that it counts so', () =>
    expect(news(429, { 'retry-after': '1500', 'x-ratelimit-precision': 'millisecond' }).wait).toBe(1500));
  it('waits when a window is used up, whichever', () => {
    expect(news(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset-after': '800' })).toEqual({
      wait: null,
      routeWait: 800,
      announced: true,
    });
    const both = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset-after': '800',
      'x-ratelimit-global-remaining': '0',
      'x-ratelimit-global-reset-after': '4000',
    };
    expect(news(200, both)).toEqual({ wait: 4000, routeWait: 800, announced: true });
    expect(news(429, both).wait).toBe(4000);
  });
  it('reads a reset as a point in time, in milliseconds or seconds', () => {
    expect(news(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now + 700) }).routeWait).toBe(700);
    expect(news(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(now / 1000 + 2) }).routeWait).toBe(
      2000,
    );
  });
  it('does not wait while something is left, or where nothing is said', () => {
    expect(news(200, { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset-after': '800' })).toEqual({
      wait: null,
      routeWait: null,
      announced: true,
    });
    expect(news(200, { 'retry-after': '3' })).toEqual({ wait: null, routeWait: null, announced: false });
  });
});
