import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

/** A request with its body read, as handlers see it. */
export interface Exchange {
  readonly method: string;
  /** Decoded, without the query, without a trailing slash: `/fav/insert`. */
  readonly path: string;
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly at: number;
}

/** What a handler answers. An object body is sent as JSON. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string | object | null;
}

const maxBodyBytes = 1_000_000;

/** Reads the whole request; rejects when the client goes away or sends more than a megabyte. */
export async function readExchange(request: IncomingMessage, at: number): Promise<Exchange> {
  const url = new URL(request.url ?? '/', 'http://server');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error('The request body is too large.');
    chunks.push(chunk);
  }
  const path = decode(url.pathname).replace(/\/+$/, '') || '/';
  return {
    method: request.method ?? 'GET',
    path,
    segments: path.split('/').filter((part) => part !== ''),
    query: url.searchParams,
    headers: request.headers,
    body: Buffer.concat(chunks),
    at,
  };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The body as JSON; `undefined` when it is none. */
export function jsonBody(exchange: Exchange): unknown {
  if (exchange.body.length === 0) return undefined;
  try {
    return JSON.parse(exchange.body.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The body as bytes with its content type. */
export function encodeBody(body: Reply['body']): { readonly bytes: Buffer; readonly type: string | null } {
  if (body === undefined || body === null) return { bytes: Buffer.alloc(0), type: null };
  if (Buffer.isBuffer(body)) return { bytes: body, type: null };
  if (typeof body === 'string') return { bytes: Buffer.from(body), type: 'text/plain; charset=utf-8' };
  return { bytes: Buffer.from(JSON.stringify(body)), type: 'application/json' };
}
