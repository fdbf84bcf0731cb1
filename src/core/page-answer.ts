/** An answer of the page's origin (custom protocol or loopback HTTP), before a host puts it on its wire. */
export interface PageAnswer {
  readonly status: number;
  /** Lower-case names. The host adds the security headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: PageBody;
}

export type PageBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  /** Bytes `start` to `end`, both included, of a file. */
  | { readonly kind: 'file'; readonly path: string; readonly start: number; readonly end: number };

/** What an answer depends on. Header names are lower case. */
export interface PageRequest {
  readonly method: string;
  /** The path of the url, still percent-encoded, without query. */
  readonly path: string;
  readonly header: (name: 'range' | 'if-none-match' | 'if-range') => string | null;
  readonly signal: AbortSignal;
}

/** A short answer in words. */
export function textAnswer(status: number, text: string, headers: Readonly<Record<string, string>> = {}): PageAnswer {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: { kind: 'text', text },
  };
}

/** Decodes each part of a percent-encoded path; null when it is malformed. */
export function pathParts(path: string): readonly string[] | null {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return null;
  }
}
