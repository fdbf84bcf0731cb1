import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { HttpDeps, StreamResponse, Timeouts } from './http.ts';
import { hostRules, type HostRule, type Limiter } from './limiter.ts';
import { networkError, timedOut } from './network-error.ts';
import { isLoopback, parseAddress } from './url.ts';

/** One request and its answer, redirects followed, body not yet read. `end` must be called; it is safe to call it twice. */
export interface Exchange {
  readonly host: string;
  readonly path: string;
  readonly response: Response;
  /** The body, watched for size, silence and the caller's signal. Ends the exchange when it is done, failed or cancelled. */
  open(maxBytes: number): Result<StreamResponse>;
  /** Leaves the host's lane and drops what was not read. */
  end(): void;
}

export interface Request {
  readonly url: string;
  readonly rule?: HostRule;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly patience?: number;
  readonly signal?: AbortSignal | undefined;
}

/** `network`: it failed on the way, so that the same request may be tried again. */
export interface Started {
  readonly result: Result<Exchange>;
  readonly network: boolean;
}

const maxRedirects = 5;
/** All that another origin gets to see of a request: no key, no bypass value, nothing added later by mistake. */
const publicHeaders: ReadonlySet<string> = new Set(['accept', 'accept-encoding', 'range', 'user-agent']);

export function createExchange({
  fetch,
  clock,
  userAgent,
  limiter,
  timeouts,
}: HttpDeps & { readonly limiter: Limiter; readonly timeouts: Timeouts }): (
  request: Request,
  kind: 'json' | 'file',
) => Promise<Started> {
  return async (request, kind) => {
    const method = request.method ?? 'GET';
    const rule = request.rule ?? hostRules.pictures;
    let headers: Record<string, string> = { ...common(kind), ...request.headers, 'user-agent': userAgent };
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    const body = request.body === undefined ? null : JSON.stringify(request.body);
    let url = parseAddress(request.url);
    if (url === null)
      return refused('bad_response', 'That address is not https, so nothing was asked of it. Check it in Settings.');

    for (let redirects = 0; ; redirects += 1) {
      const started = await once(url, rule, { method, headers, body }, kind, request);
      if (!started.result.ok || !isRedirect(started.result.value.response.status)) return started;
      const { response, host } = started.result.value;
      started.result.value.end();
      const next = follow(url, response.headers.get('location'));
      if (next === null || method !== 'GET' || redirects === maxRedirects)
        return refused(
          'bad_response',
          `${host} redirects to where Kabegami does not follow. Check its address in Settings.`,
        );
      if (next.origin !== url.origin)
        headers = Object.fromEntries(Object.entries(headers).filter(([name]) => publicHeaders.has(name.toLowerCase())));
      url = next;
    }
  };

  async function once(
    url: URL,
    rule: HostRule,
    init: { readonly method: string; readonly headers: Record<string, string>; readonly body: string | null },
    kind: 'json' | 'file',
    { signal, patience = timeouts.patience }: Request,
  ): Promise<Started> {
    const host = url.host;
    const entered = await limiter.enter({ host, path: url.pathname }, rule, patience, signal);
    if (!entered.ok) return { result: entered, network: false };
    const leave = entered.value;

    const controller = new AbortController();
    let reason: AppError = cancelled;
    const stop = (why: AppError): void => {
      if (controller.signal.aborted) return;
      reason = why;
      controller.abort();
    };
    const onAbort = (): void => stop(cancelled);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    const total = clock.after(kind === 'json' ? timeouts.json : timeouts.file, () => stop(timedOut(host)));
    let watch = clock.after(timeouts.headers, () => stop(timedOut(host)));
    let ended = false;
    const end = (): void => {
      if (ended) return;
      ended = true;
      total();
      watch();
      signal?.removeEventListener('abort', onAbort);
      leave();
      // Whatever is left of the body is of no use to anyone.
      stop(cancelled);
    };
    const touch = (): void => {
      watch();
      watch = clock.after(timeouts.idle, () => stop(timedOut(host)));
    };

    try {
      const response = await fetch(url, { ...init, redirect: 'manual', signal: controller.signal });
      touch();
      const open = (maxBytes: number): Result<StreamResponse> =>
        openBody({ response, host, maxBytes, end, touch, reason: () => (controller.signal.aborted ? reason : null) });
      return { result: ok({ host, path: url.pathname, response, open, end }), network: false };
    } catch (error) {
      const failure = controller.signal.aborted ? reason : networkError(error, host);
      end();
      return { result: fail(failure), network: failure.code === 'offline' || failure.code === 'timeout' };
    }
  }
}

interface OpenBody {
  readonly response: Response;
  readonly host: string;
  readonly maxBytes: number;
  readonly end: () => void;
  readonly touch: () => void;
  /** Why the exchange was stopped from our side. */
  readonly reason: () => AppError | null;
}

function openBody({ response, host, maxBytes, end, touch, reason }: OpenBody): Result<StreamResponse> {
  const encoded = response.headers.has('content-encoding');
  const announced = response.headers.get('content-length');
  const length = announced !== null && /^\d{1,15}$/.test(announced) && !encoded ? Number(announced) : null;
  const tooLarge = appError('too_large', `The answer of ${host} is larger than ${maxBytes} bytes and was not read.`);
  if (length !== null && length > maxBytes) {
    end();
    return fail(tooLarge);
  }
  const reader = response.body?.getReader() ?? null;
  let received = 0;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const stop = (error: AppError): void => {
          end();
          controller.error(new Error(error.message, { cause: error }));
        };
        try {
          const chunk = await reader?.read();
          if (chunk === undefined || chunk.done) {
            end();
            controller.close();
            return;
          }
          touch();
          received += chunk.value.byteLength;
          if (received > maxBytes) stop(tooLarge);
          else controller.enqueue(chunk.value);
        } catch {
          stop(reason() ?? brokenOff(host));
        }
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
  const type = response.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  return ok({
    status: response.status,
    headers: response.headers,
    length,
    contentType: type === '' ? null : type,
    body,
  });
}

function brokenOff(host: string): AppError {
  return appError('bad_response', `The answer of ${host} broke off before its end. Try again.`, { retryable: true });
}

function common(kind: 'json' | 'file'): Record<string, string> {
  // A compressed file would come without its length.
  return kind === 'json'
    ? { accept: 'application/json' }
    : { accept: 'image/*, */*;q=0.5', 'accept-encoding': 'identity' };
}

function isRedirect(status: number): boolean {
  return status === 301 || status === 302 || status === 303 || status === 307 || status === 308;
}

/** Where a redirect may lead: https, or this machine when we are on it already. */
function follow(from: URL, location: string | null): URL | null {
  if (location === null || !URL.canParse(location, from.href)) return null;
  const next = parseAddress(new URL(location, from.href).href);
  return next === null || (isLoopback(next) && !isLoopback(from)) ? null : next;
}

function refused(code: 'bad_response', message: string): Started {
  return { result: fail(appError(code, message)), network: false };
}
