import { appError, cancelled } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../ports.ts';

/** How one host may be asked. */
export interface HostRule {
  readonly id: string;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Milliseconds between one answer and the next request: counted from the answer, the host can never see them closer together. */
  readonly pause: number;
  /** Once the host announces its limits in `X-RateLimit-*`, go by those instead of `pause`. */
  readonly adaptive: boolean;
}

export const hostRules = {
  /** The service allows one request in 200 ms; the rest is for timers that fire early. */
  waifuIm: { id: 'waifu-im', concurrency: 1, pause: 210, adaptive: false },
  yiffRest: { id: 'yiff-rest', concurrency: 1, pause: 500, adaptive: true },
  pictures: { id: 'pictures', concurrency: 4, pause: 0, adaptive: false },
} as const satisfies Record<string, HostRule>;

interface Lane {
  active: number;
  nextAt: number;
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
  /** The host announces its limits: lanes with an adaptive rule stop pausing on their own account. */
  announced(host: string): void;
}

export function createLimiter(clock: Clock): Limiter {
  const lanes = new Map<string, Lane>();
  const quietUntil = new Map<string, number>();
  const announcing = new Set<string>();

  function laneOf(host: string, rule: HostRule): Lane {
    const key = `${rule.id} ${host}`;
    const known = lanes.get(key);
    if (known !== undefined) return known;
    const lane: Lane = { active: 0, nextAt: 0, waiting: [] };
    lanes.set(key, lane);
    return lane;
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
      const asked = (): number =>
        Math.max(quietUntil.get(host) ?? 0, quietUntil.get(`${host}${path}`) ?? 0) - clock.now();
      if (asked() > patience) return fail(tooLong(host, asked()));
      const lane = laneOf(host, rule);
      if (!(await place(lane, rule, signal))) return fail(cancelled);
      const pause = (): number => (rule.adaptive && announcing.has(host) ? 0 : rule.pause);
      for (;;) {
        const quiet = asked();
        const wait = Math.max(quiet, lane.nextAt - clock.now());
        if (wait <= 0) break;
        const slept = quiet <= patience && (await sleep(wait, signal));
        if (!slept) {
          free(lane);
          return fail(signal?.aborted === true ? cancelled : tooLong(host, quiet));
        }
      }
      lane.nextAt = clock.now() + pause();
      let left = false;
      return ok(() => {
        if (left) return;
        left = true;
        lane.nextAt = clock.now() + pause();
        free(lane);
      });
    },
    quiet(host, ms, path = '') {
      const now = clock.now();
      const key = host + path;
      for (const [old, until] of quietUntil) if (until < now) quietUntil.delete(old);
      quietUntil.set(key, Math.max(quietUntil.get(key) ?? 0, now + ms));
    },
    announced: (host) => void announcing.add(host),
  };
}

function tooLong(host: string, wait: number): ReturnType<typeof appError> {
  const seconds = Math.ceil(wait / 1000);
  const when = seconds < 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return appError('rate_limited', `${host} asks to be left alone for ${when}. Try again then.`, { retryAfter: wait });
}
