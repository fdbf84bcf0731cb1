import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is refused; the texts are for the person who sees them in a browser. */
export type Verdict =
  { readonly allowed: true } | { readonly allowed: false; readonly status: 400 | 403; readonly reason: string };

export interface Access {
  /** Judges a request by Host, Origin, Fetch metadata and cookie. A WebSocket must name its origin. */
  check(headers: IncomingHttpHeaders, kind: 'page' | 'socket'): Verdict;
  /** As `check`, for the printed address: its token stands for the cookie. */
  checkToken(headers: IncomingHttpHeaders, token: string): Verdict;
  /** The `Set-Cookie` value that stands for the token from then on. */
  readonly cookie: string;
}

const refused = (reason: string): Verdict => ({ allowed: false, status: 403, reason });

/**
 * Who may speak to the browser host. The token keeps out other users and programs of this machine; Host keeps out pages that point their own
 * name at 127.0.0.1 (DNS rebinding); Origin, Fetch metadata and the SameSite cookie keep out every other page of the same browser.
 */
export function createAccess({ port, token }: { readonly port: number; readonly token: string }): Access {
  // Browsers send cookies to every port of a host: the name tells two servers apart.
  const cookieName = `kabegami-${port}`;
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];

  const checkPlace = (headers: IncomingHttpHeaders, kind: 'page' | 'socket' | 'link'): Verdict => {
    const { host, origin } = headers;
    if (host === undefined || !hosts.includes(host)) return refused('This address does not belong to Kabegami.');
    if (origin === undefined ? kind === 'socket' : origin !== `http://${host}`) {
      return refused('Another site asked for this.');
    }
    const site = headers['sec-fetch-site'];
    const ours = site === undefined || site === 'same-origin' || site === 'none';
    // The printed link may be followed from a terminal that is itself a web page.
    if (!ours && !(kind === 'link' && headers['sec-fetch-mode'] === 'navigate')) {
      return refused('Another site asked for this.');
    }
    return { allowed: true };
  };

  return {
    check(headers, kind) {
      const place = checkPlace(headers, kind);
      if (!place.allowed) return place;
      const sent = cookieValues(headers.cookie ?? '', cookieName);
      return sent.some((value) => equal(value, token))
        ? { allowed: true }
        : refused('Open the address that Kabegami printed when it started: it carries the key to this page.');
    },
    checkToken(headers, asked) {
      const place = checkPlace(headers, 'link');
      if (!place.allowed) return place;
      return equal(asked, token)
        ? { allowed: true }
        : refused('This address is out of date. Open the one that Kabegami printed when it was last started.');
    },
    cookie: `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`,
  };
}

/** Takes the same time wherever the two differ, also when their lengths do. */
function equal(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function cookieValues(header: string, name: string): readonly string[] {
  return header
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${name}=`))
    .map((pair) => pair.slice(name.length + 1));
}
