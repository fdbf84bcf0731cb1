/** The one origin of the page: a scheme of our own, so that it is neither a file nor any server's. */
export const scheme = 'app';
const host = 'kabegami';
export const pageUrl = `${scheme}://${host}/`;

/** True for the addresses of our page. */
export function isPage(url: string): boolean {
  // The origin of such an address is "null" for Node and `app://kabegami` for Chromium: compare what it is made of.
  const parsed = parse(url);
  return parsed !== null && parsed.protocol === `${scheme}:` && parsed.host === host;
}

/**
 * The address a link may open in the user's own browser: https, with a real host name, without a password, printable and of sane length. Null
 * for anything else; on some systems other schemes would start programs.
 */
export function externalLink(url: string): string | null {
  if (url.length > 2000) return null;
  const parsed = parse(url);
  if (parsed === null || parsed.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '') return null;
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z][a-z0-9-]*$/i.test(parsed.hostname)) return null;
  return parsed.href;
}

function parse(url: string): URL | null {
  try {
    return new URL(url);
  } catch {
    return null;
  }
}
