/** The host of a source's address, without `www.`: `pixiv.net`. Null where it is no address. */
export function siteOf(source: string): string | null {
  const host = /^https?:\/\/([^/?#:@\s]+)/i
    .exec(source)?.[1]
    ?.toLowerCase()
    .replace(/^www\./, '');
  return host === undefined || host.length > 100 ? null : host;
}

/** The name of a local picture's file, of its `file:` url; null of anything else. */
export function titleOf(url: string): string | null {
  if (!url.startsWith('file:')) return null;
  const name = url.slice(url.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
