import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock, Log } from '../ports.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { createLimitMemory } from './limit-memory.ts';
import { createLimiter, type HostRule } from './limiter.ts';
import { networkError } from './network-error.ts';
import { limitNews } from './retry-after.ts';

/** The one place requests leave the program through. */
export interface Http {
  /**
   * Asks an API. Any answer in JSON is a success here, whatever its status: what a status means is the service's business. Retries
   * 429, 5xx and network failures of idempotent requests, obeys the host's limits, and answers `offline`, `timeout`, `blocked` (a web
   * page where JSON was due), `bad_response` (truncated or unparsable), `too_large`, `rate_limited` or `cancelled` otherwise.
   */
  json(request: JsonRequest): Promise<Result<JsonResponse>>;
  /** Fetches a file. A status outside 2xx is an error. The body fails with an `Error` whose `cause` is the `AppError`. */
  stream(url: string, options?: StreamOptions): Promise<Result<StreamResponse>>;
}

export interface JsonRequest {
  readonly url: string;
  readonly rule: HostRule;
  /** The service's name in messages. */
  readonly service: string;
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** May be sent again when its answer got lost. Default: true for everything but POST. */
  readonly idempotent?: boolean;
  /** Largest answer in bytes, after decompression. */
  readonly maxBytes?: number;
  /** Milliseconds to wait at most where the host wants quiet; `rate_limited` beyond. */
  readonly patience?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface JsonResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed; null when empty, undefined when an error's body was not JSON. */
  readonly body: unknown;
  /** Milliseconds the service asks to wait, on a refusal. */
  readonly retryAfter: number | null;
}

export interface StreamOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  readonly maxBytes?: number;
}

export interface StreamResponse {
  readonly status: number;
  readonly headers: Headers;
  /** Bytes to come, where the host says so. */
  readonly length: number | null;
  /** Lower case, without parameters. */
  readonly contentType: string | null;
  readonly body: ReadableStream<Uint8Array>;
}

export interface HttpDeps {
  /** Plain Node fetch. */
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** `Kabegami/1.2.3 (+https://…)`: see `userAgentOf`. */
  readonly userAgent: string;
  /** Hears when a host answers after having been silent, and the other way round; also the first time. */
  readonly onOnline?: (host: string, online: boolean) => void;
  readonly timeouts?: Partial<Timeouts>;
  /** Small values that outlive the program, by key: what a service's limits still ask of the next run. Nothing is kept without both. */
  readonly recall?: (key: string) => unknown;
  readonly remember?: (key: string, value: unknown) => void;
}

/** Milliseconds. */
export interface Timeouts {
  /** Until the answer's headers. */
  readonly headers: number;
  /** A whole JSON answer. */
  readonly json: number;
  /** Without one byte of the body. */
  readonly idle: number;
  /** A whole file. */
  readonly file: number;
  /** The longest a request waits because the host asked for quiet; beyond it the caller is told instead. */
  readonly patience: number;
}

const defaultTimeouts: Timeouts = { headers: 15_000, json: 30_000, idle: 20_000, file: 900_000, patience: 20_000 };
const attempts = 3;

/** The User-Agent of every request: honest, since services refuse a browser's. */
export function userAgentOf(version: string, projectPage: string): string {
  return `Kabegami/${version} (+${projectPage})`;
}

export function createHttp(deps: HttpDeps): Http {
  const { clock, random, log } = deps;
  const timeouts = { ...defaultTimeouts, ...deps.timeouts };
  const limiter = createLimiter(clock, createLimitMemory(deps));
  const online = new Map<string, boolean>();
  const exchange = createExchange({ ...deps, limiter, timeouts });

  function heard(host: string, isOnline: boolean): void {
    if (online.get(host) === isOnline) return;
    online.set(host, isOnline);
    deps.onOnline?.(host, isOnline);
  }

  /** Runs `once` up to three times. It answers its result and whether trying again makes sense. */
  async function persist<T>(
    host: string,
    idempotent: boolean,
    signal: AbortSignal | undefined,
    once: (last: boolean) => Promise<Attempt<T>>,
  ): Promise<Result<T>> {
    for (let attempt = 1; ; attempt += 1) {
      const last = attempt === attempts || !idempotent;
      const { result, again, why } = await once(last);
      if (signal?.aborted === true) return result.ok ? result : fail(cancelled);
      if (!result.ok && (result.error.code === 'offline' || result.error.code === 'timeout')) heard(host, false);
      if (!again || last) return result;
      const wait = 400 * 2 ** (attempt - 1) * (0.5 + random());
      log.info('A request is tried again', { host, why, attempt, wait: Math.round(wait) });
      if (!(await slept(wait, signal))) return fail(cancelled);
    }
  }

  async function slept(ms: number, signal: AbortSignal | undefined): Promise<boolean> {
    return clock.sleep(ms, signal).then(
      () => true,
      () => false,
    );
  }

  /** Learns from an answer's headers what the host wants, before its body ends and lets the next request in. */
  function learn({ host, path, response: { headers } }: Exchange): void {
    heard(host, true);
    const news = limitNews(200, headers, undefined, clock.now());
    limiter.answered(host, news.announced);
    if (news.wait !== null) limiter.quiet(host, news.wait);
    if (news.routeWait !== null) limiter.quiet(host, news.routeWait, path);
  }

  /** Learns from a refusal how long the host wants quiet; its body may be exacter than its headers. */
  function refusal({ host, response: { status, headers } }: Exchange, body: unknown): number | null {
    if (status !== 429 && status !== 503) return null;
    const { wait } = limitNews(status, headers, body, clock.now());
    if (wait !== null) limiter.quiet(host, wait);
    else if (status === 429) limiter.quiet(host, 1000);
    return wait;
  }

  async function jsonOnce(request: JsonRequest, last: boolean): Promise<Attempt<JsonResponse>> {
    const started = await exchange(request, 'json');
    if (!started.result.ok) return { result: started.result, again: started.network, why: started.result.error.code };
    const running = started.result.value;
    const { response, host } = running;
    learn(running);
    try {
      const text = await readText(running, request.maxBytes ?? 32_000_000);
      if (!text.ok) {
        refusal(running, undefined);
        return {
          result: text,
          again: text.error.code === 'bad_response' || text.error.code === 'timeout',
          why: 'body',
        };
      }
      const parsed = parseJson(text.value, response);
      const body = parsed === 'html' || parsed === 'garbled' ? undefined : parsed.body;
      const retryAfter = refusal(running, body);
      const again = response.status === 429 || response.status >= 500;
      if (parsed === 'html' && isChallenge(response.status))
        return { result: fail(challenge(request.service, response.status)), again: false, why: 'html' };
      if (parsed === 'garbled' && response.ok)
        return { result: fail(unparsable(request.service)), again: false, why: 'json' };
      if (parsed === 'html' && response.ok)
        return { result: fail(challenge(request.service, 200)), again: false, why: 'html' };
      const answer = ok({ status: response.status, headers: response.headers, body, retryAfter });
      if (again && !last) log.info('A service refused a request', { host, status: response.status, retryAfter });
      return { result: answer, again, why: String(response.status) };
    } finally {
      running.end();
    }
  }

  return {
    json(request) {
      const host = hostOf(request.url);
      const idempotent = request.idempotent ?? request.method !== 'POST';
      return persist(host, idempotent, request.signal, (last) => jsonOnce(request, last));
    },
    async stream(url, options = {}) {
      const host = hostOf(url);
      return persist(host, true, options.signal, async () => {
        const started = await exchange({ url, ...options }, 'file');
        if (!started.result.ok)
          return { result: started.result, again: started.network, why: started.result.error.code };
        const running = started.result.value;
        const { response } = running;
        learn(running);
        const wait = refusal(running, undefined);
        if (!response.ok || response.body === null) {
          running.end();
          const again = response.status === 429 || response.status >= 500;
          return { result: fail(fileError(running.host, response.status, wait)), again, why: String(response.status) };
        }
        return { result: running.open(options.maxBytes ?? Infinity), again: false, why: '' };
      });
    },
  };
}

interface Attempt<T> {
  readonly result: Result<T>;
  readonly again: boolean;
  readonly why: string;
}

async function readText(running: Exchange, maxBytes: number): Promise<Result<string>> {
  const opened = running.open(maxBytes);
  if (!opened.ok) return opened;
  const decoder = new TextDecoder();
  let text = '';
  try {
    const reader = opened.value.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return ok(text + decoder.decode());
      text += decoder.decode(value, { stream: true });
    }
  } catch (error) {
    return fail(streamError(error) ?? networkError(error, running.host));
  }
}

/** The `AppError` a stream failed with; null for any other failure. */
export function streamError(error: unknown): AppError | null {
  if (!(error instanceof Error) || typeof error.cause !== 'object' || error.cause === null) return null;
  return 'code' in error.cause && 'retryable' in error.cause ? (error.cause as AppError) : null;
}

/** What the body is, whatever its type claims to be: some servers label JSON wrongly, and block pages are labelled anyhow. */
function parseJson(text: string, response: Response): { readonly body: unknown } | 'html' | 'garbled' {
  if (text.trim() === '') return { body: null };
  if (/^\s*</.test(text)) return 'html';
  try {
    return { body: JSON.parse(text) as unknown };
  } catch {
    return /\bhtml\b/i.test(response.headers.get('content-type') ?? '') ? 'html' : 'garbled';
  }
}

/** The statuses a challenge or block page comes with; a web page with another one is the fault of the address or a failing gateway. */
function isChallenge(status: number): boolean {
  return status === 401 || status === 403 || status === 429 || status === 451 || status === 503;
}

function challenge(service: string, status: number): AppError {
  return appError(
    'blocked',
    `Something in front of ${service} answered with a web page (status ${status}): a challenge, a block of your region, or a network that wants you to sign in. ` +
      `If ${service} offers you a personal bypass value (the header x-geo-blocking-bypass), enter it under Settings › Accounts; otherwise try again later.`,
    { retryable: status === 503 || status === 429 },
  );
}

function unparsable(service: string): AppError {
  return appError('bad_response', `${service} answered with broken or truncated JSON. Try again later.`, {
    retryable: true,
  });
}

function fileError(host: string, status: number, wait: number | null): AppError {
  if (status === 404 || status === 410) return appError('not_found', `${host} no longer has this file.`);
  if (status === 429)
    return appError(
      'rate_limited',
      `${host} asks for fewer requests. Try again in a while.`,
      wait === null ? {} : { retryAfter: wait },
    );
  if (status === 401 || status === 403 || status === 451)
    return appError('blocked', `${host} refuses to hand out this file (status ${status}).`);
  if (status >= 500) return appError('server_error', `${host} has trouble (status ${status}). Try again later.`);
  return appError('bad_response', `${host} answered with the unexpected status ${status}.`);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'that address';
}
