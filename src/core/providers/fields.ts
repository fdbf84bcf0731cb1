/** Small readers of fields that both services send. Each answers null for whatever it cannot use. */

const extensions: Readonly<Record<string, string>> = {
  jpg: 'jpg',
  jpeg: 'jpg',
  jpe: 'jpg',
  jfif: 'jpg',
  png: 'png',
  apng: 'png',
  webp: 'webp',
  gif: 'gif',
  avif: 'avif',
};

/** Lower case, without the dot, one name a format. Taken from `value`, else from the address. Null when it is no picture's. */
export function extensionOf(value: unknown, url: string): string | null {
  const own = typeof value === 'string' ? value.trim().toLowerCase().replace(/^\./, '') : '';
  const given = own !== '' ? own : (/\.([a-z0-9]{1,5})(?:[?#]|$)/i.exec(url)?.[1]?.toLowerCase() ?? '');
  return Object.hasOwn(extensions, given) ? (extensions[given] ?? null) : null;
}

/** `#rrggbb`, lower case. */
export function color(value: unknown): string | null {
  return typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value) ? value.toLowerCase() : null;
}

/** A 64-bit perceptual hash; all zeros means that the service has none. */
export function hash(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{16}$/i.test(value) && !/^0+$/.test(value) ? value.toLowerCase() : null;
}

export function md5(value: unknown): string | null {
  return typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value) ? value.toLowerCase() : null;
}

/** UTC, ISO 8601. A service's date without a zone is UTC. */
export function isoDate(value: unknown): string | null {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d/.test(value)) return null;
  const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(value) || !value.includes('T') ? value : `${value}Z`;
  const time = Date.parse(zoned);
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
