import type { IncomingHttpHeaders } from 'node:http';

/** One request as a server saw it. `status` is null while it runs and when no answer was sent. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Every value of every query key, in order. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly headers: IncomingHttpHeaders;
  /** Parsed JSON where it is JSON, else text; null without a body. */
  readonly body: unknown;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly at: number;
  status: number | null;
  /** The fault that answered or spoiled it. */
  fault: FaultKind | null;
}

export type ViolationKind =
  /** More requests than the limit allows: it was answered 429. */
  | 'over_limit'
  /** A request before the last 429's `Retry-After` had passed. */
  | 'ignored_retry_after'
  /** The very request that was refused with 429, again, before its time. */
  | 'repeated_while_limited'
  /** An empty, default-library or browser-like User-Agent. */
  | 'user_agent';

export interface Violation {
  readonly kind: ViolationKind;
  readonly message: string;
  readonly method: string;
  readonly path: string;
  readonly at: number;
}

export type FaultKind =
  /** 429 with `Retry-After` (`retryAfter`, seconds, default 1). */
  | 'rate_limited'
  /** `status` (default 500) in the server's own error shape, and nothing done. */
  | 'server_error'
  /** The CDN's HTML challenge page with `status` (default 403). */
  | 'html_challenge'
  /** `status`, `contentType`, `body` as given (default 200, JSON, empty). */
  | 'answer'
  /** Never answers. */
  | 'stall'
  /** Headers and half of the body, then silence. */
  | 'stall_body'
  /** Answers `delayMs` late (default 1,000). */
  | 'slow'
  /** The connection is dropped before anything is done. */
  | 'reset'
  /** What was asked is done, but the connection is dropped instead of the answer. */
  | 'lost_answer'
  /** The right headers, half of the body, then the connection is dropped. */
  | 'cut_off'
  /** `Content-Length` says half of what is there: the client gets half a body and no transport error. */
  | 'wrong_length'
  /** Announces `contentType` (default `text/html`) for the right body. */
  | 'wrong_type'
  /** Half of the JSON text, honestly announced. */
  | 'truncated_json'
  /** A body of `bytes` (default 64 MiB), chunked, valid JSON. */
  | 'huge_body'
  /** An empty body with the right status. */
  | 'empty_body'
  /** Items lose `field` (the first field when left out). */
  | 'item_missing'
  /** Items have `field` (every field when left out) set to null. */
  | 'item_null'
  /** Items get unknown extra fields. */
  | 'item_extra'
  /** Items have `field` set to `value`. */
  | 'item_value';

export interface Fault {
  readonly kind: FaultKind;
  /** How many matching requests it spoils; without it, all until cleared. */
  readonly times?: number;
  /** A regular expression tested against path and query. */
  readonly path?: string;
  readonly method?: string;
  readonly status?: number;
  /** Seconds, or an HTTP date, or any text at all. `null` sends none. */
  readonly retryAfter?: number | string | null;
  readonly delayMs?: number;
  readonly bytes?: number;
  readonly contentType?: string;
  readonly body?: string;
  readonly field?: string;
  readonly value?: unknown;
  /** Which items of an answer are spoiled; default `first`. */
  readonly items?: 'first' | 'all';
}

export interface Faults {
  /** Switches a fault on; answers how to switch it off. The oldest matching one wins. */
  add(fault: Fault): () => void;
  clear(): void;
  readonly active: readonly Fault[];
}

/** What the three servers have in common. */
export interface TestServer {
  readonly url: string;
  /** In order of arrival. Control requests are not in it. */
  readonly requests: readonly RecordedRequest[];
  readonly violations: readonly Violation[];
  readonly faults: Faults;
  /** How many requests came, of this path prefix when given. */
  count(path?: string): number;
  /** Forgets requests, violations, faults and rate limit counters; keeps accounts, favorites and images. */
  reset(): void;
  close(): Promise<void>;
}

/** `real`: as the live service; `off`: none; or own numbers. */
export type Limits<T> = 'real' | 'off' | T;
