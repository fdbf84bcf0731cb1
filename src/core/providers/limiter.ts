import { appError, cancelled } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../ports.ts';
import { keptRequests, type HostLimits, type LimitMemory } from './limit-memory.ts';

/** How one host may be asked. */
export interface HostRule {
  readonly id: string;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Milliseconds between one answer and the next request: counted from the answer, the host can never see them closer together. */
  readonly pause: number;
  /** Once the host announces its limits in `X-RateLimit-*`, go by those instead of `pause` and `windows`. */
  readonly adaptive: boolean;
  /** At most `limit` requests in `ms`, on one path or on the whole host: obeyed where the last request got no answer to go by. */
  readonly windows?: readonly { readonly limit: number; readonly ms: number; readonly scope: 'path' | 'host' }[];
  /** Keep what is known of the host for the next run of the program. */
  readonly remembered?: boolean;
}

export const hostRules = {
  /** The service allows one request in 200 ms; the rest is for timers that fire early. */
  waifuIm: { id: 'waifu-im', concurrency: 1, pause: 210, adaptive: false, remembered: true },
  yiffRest: {
    id: 'yiff-rest',
    concurrency: 1,
    pause: 500,
    adaptive: true,
    windows: [
      { limit: 2, ms: 2000, scope: 'path' },
      { limit: 7, ms: 10_000, scope: 'host' },
    ],
    remembered: true,
  },
  pictures: { id: 'pictures', concurrency: 4, pause: 0, adaptive: false },
} as const satisfies Record<string, HostRule>;

interface Lane {
  /** Places taken. */
  active: number;
  /** Requests under way: a place may still be waiting for its turn. */
  asking: number;
  nextAt: number;
  /** The last requests, oldest first. */
  readonly requests: { at: number; readonly path: string }[];
  readonly waiting: (() => void)[];
}

/** Keeps every host's requests within its rule and its own wishes. First come, first served. */
export interface Limiter {
  /**
   * Waits for a turn at `host`; answers how to leave again (call it once the exchange is over). When the host has asked for more
   * patience than `patience` milliseconds, answers `rate_limited` at once instead of waiting.
   */
  enter(
    place: { readonly host: string; readonly path: string },
    rule: HostRule,
    patience: number,
    signal?: AbortSignal,
  ): Promise<Result<() => void>>;
  /** The host asked for quiet: nobody enters for `ms`, or nobody with this path. */
  quiet(host: string, ms: number, path?: string): void;
  /**
   * The host answered, with its limits announced or not. Until the next request is on its way lanes with an adaptive rule go by
   * the announcement alone, or by their pause.
   */
  answered(host: string, announced: boolean): void;
}

export function createLimiter(clock: Clock, memory?: LimitMemory): Limiter {
  const lanes = new Map<string, Lane>();
  const quietUntil = new Map<string, { readonly until: number; readonly ms: number }>();
  const lastAnswer = new Map<string, 'limits' | 'no limits'>();
  const remembered = new Map<string, Lane>();

  function laneOf(host: string, rule: HostRule): Lane {
    const key = `${rule.id} ${host}`;
    const known = lanes.get(key);
    if (known !== undefined) return known;
    const before = rule.remembered === true ? memory?.load(host) : undefined;
    const requests = before?.requests.map((request) => ({ ...request })) ?? [];
    const lane: Lane = { active: 0, asking: 0, nextAt: 0, requests, waiting: [] };
    lanes.set(key, lane);
    if (before === undefined) return lane;
    remembered.set(host, lane);
    if (before.lastAnswer !== 'none') lastAnswer.set(host, before.lastAnswer);
    for (const { path, until } of before.quiet) quietUntil.set(host + path, { until, ms: until - clock.now() });
    lane.nextAt = (requests.at(-1)?.at ?? 0) + pauseOf(host, rule);
    return lane;
  }

  const pauseOf = (host: string, rule: HostRule): number =>
    rule.adaptive && lastAnswer.get(host) === 'limits' ? 0 : rule.pause;

  /** How long this host or path still is to be left alone. A clock that was set back makes it no longer than was asked. */
  function quietFor(key: string): number {
    const quiet = quietUntil.get(key);
    if (quiet === undefined) return 0;
    const now = clock.now();
    if (quiet.until - now > quiet.ms) quietUntil.set(key, { ...quiet, until: now + quiet.ms });
    return Math.min(quiet.until - now, quiet.ms);
  }

  /** What is still to come is of a clock that was set back since: it counts from now, as the longest that it can be. */
  function catchUp(lane: Lane, rule: HostRule): void {
    const now = clock.now();
    lane.nextAt = Math.min(lane.nextAt, now + rule.pause);
    for (const request of lane.requests) request.at = Math.min(request.at, now);
  }

  /** When the rule's windows have room again. */
  function roomAt(
    lane: Lane,
    { host, path }: { readonly host: string; readonly path: string },
    rule: HostRule,
  ): number {
    if (lastAnswer.has(host)) return 0;
    const times = (rule.windows ?? []).map(({ limit, ms, scope }) => {
      const counted = lane.requests.filter((request) => scope === 'host' || request.path === path);
      // The one that has to be over before another fits.
      const oldest = counted.at(-limit);
      return oldest === undefined ? 0 : oldest.at + ms;
    });
    return Math.max(0, ...times);
  }

  function save(host: string): void {
    const lane = remembered.get(host);
    if (lane === undefined || memory === undefined) return;
    const now = clock.now();
    const quiet: HostLimits['quiet'] = [...quietUntil].flatMap(([key, { until }]) => {
      const path = key.slice(host.length);
      return until > now && key.startsWith(host) && (path === '' || path.startsWith('/')) ? [{ path, until }] : [];
    });
    memory.save(host, { requests: lane.requests, lastAnswer: lastAnswer.get(host) ?? 'none', quiet });
  }

  /** A place among the lane's `concurrency`; false when aborted first. */
  function place(lane: Lane, rule: HostRule, signal: AbortSignal | undefined): Promise<boolean> {
    if (lane.active < rule.concurrency) {
      lane.active += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const enter = (): void => {
        signal?.removeEventListener('abort', giveUp);
        resolve(true);
      };
      const giveUp = (): void => {
        lane.waiting.splice(lane.waiting.indexOf(enter), 1);
        resolve(false);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
      lane.waiting.push(enter);
    });
  }

  const sleep = (ms: number, signal: AbortSignal | undefined): Promise<boolean> =>
    clock.sleep(ms, signal).then(
      () => true,
      () => false,
    );

  function free(lane: Lane): void {
    const next = lane.waiting.shift();
    // The place is handed over, so nobody can slip in between.
    if (next === undefined) lane.active -= 1;
    else next();
  }

  return {
    async enter({ host, path }, rule, patience, signal) {
      if (signal?.aborted) return fail(cancelled);
      const lane = laneOf(host, rule);
      const asked = (): number => Math.max(quietFor(host), quietFor(host + path));
      if (asked() > patience) return fail(tooLong(host, asked()));
      if (!(await place(lane, rule, signal))) return fail(cancelled);
      for (;;) {
        catchUp(lane, rule);
        const quiet = Math.max(asked(), roomAt(lane, { host, path }, rule) - clock.now());
        const wait = Math.max(quiet, lane.nextAt - clock.now());
        if (wait <= 0) break;
        const slept = quiet <= patience && (await sleep(wait, signal));
        if (!slept) {
          free(lane);
          return fail(signal?.aborted === true ? cancelled : tooLong(host, quiet));
        }
      }
      // What the host said before does not count this request; its answer will. Until then it is up to the windows.
      if (rule.adaptive) lastAnswer.delete(host);
      lane.nextAt = clock.now() + rule.pause;
      const request = { at: clock.now(), path };
      lane.asking += 1;
      lane.requests.push(request);
      if (lane.requests.length > keptRequests) lane.requests.shift();
      let left = false;
      return ok(() => {
        if (left) return;
        left = true;
        lane.asking -= 1;
        request.at = clock.now();
        lane.nextAt = request.at + pauseOf(host, rule);
        save(host);
        free(lane);
      });
    },
    quiet(host, ms, path = '') {
      const now = clock.now();
      const key = host + path;
      for (const [old, { until }] of quietUntil) if (until < now) quietUntil.delete(old);
      if (ms <= quietFor(key)) return;
      quietUntil.set(key, { until: now + ms, ms });
      // Mostly a request is still under way and saves when it leaves: this is for what its body told.
      if (remembered.get(host)?.asking === 0) save(host);
    },
    answered: (host, announced) => void lastAnswer.set(host, announced ? 'limits' : 'no limits'),
  };
}

function tooLong(host: string, wait: number): ReturnType<typeof appError> {
  const seconds = Math.ceil(wait / 1000);
  const when = seconds < 120 ? `${seconds} second${seconds === 1 ? '' : 's'}` : `${Math.ceil(seconds / 60)} minutes`;
  return appError('rate_limited', `${host} asks to be left alone for ${when}. Try again then.`, { retryAfter: wait });
}
