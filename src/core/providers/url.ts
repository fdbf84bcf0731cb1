const loopbackNames: ReadonlySet<string> = new Set(['localhost', '[::1]']);

/** True for this machine's own names and addresses (`localhost`, `127.0.0.0/8`, `::1`). */
export function isLoopback(url: URL): boolean {
  return loopbackNames.has(url.hostname) || /^127(\.\d{1,3}){3}$/.test(url.hostname);
}

/** Parses an address we may talk to: https, or http on this machine; no user name, no password. Null for anything else. */
export function parseAddress(text: string): URL | null {
  if (text.length > 16_000 || !URL.canParse(text)) return null;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return null;
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && isLoopback(url) ? url : null;
}

/**
 * An address found in a service's answer, as text. Only a service on this machine may send us to this machine: a public one that
 * names a loopback address is trying to reach something else. Null for anything we would not fetch.
 */
export function addressFrom(value: unknown, baseUrl: string): string | null {
  if (typeof value !== 'string' || value.length > 2000) return null;
  const url = parseAddress(value);
  if (url === null) return null;
  const base = parseAddress(baseUrl);
  if (isLoopback(url) && (base === null || !isLoopback(base))) return null;
  return url.href;
}

/** A link for people to open: https only. http links are lifted to https; anything else is null. */
export function linkFrom(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > 2000) return null;
  const trimmed = value.trim();
  if (!URL.canParse(trimmed)) return null;
  const url = new URL(trimmed);
  if (url.username !== '' || url.password !== '') return null;
  if (url.protocol === 'http:') url.protocol = 'https:';
  return url.protocol === 'https:' ? url.href : null;
}
