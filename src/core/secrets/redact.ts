import type { Log } from '../ports.ts';

export interface Redactor {
  /** From now on `secret` is cut out of everything that passes, also percent-, base64- or JSON-encoded. */
  protect(secret: string): void;
  text(text: string): string;
  /** Copies plain data with every string cleaned, and the value of every key that names a secret replaced. */
  value(value: unknown): unknown;
}

const mask = '[redacted]';
/** Shorter ones would cut up ordinary words; the services' tokens are far longer. */
const shortest = 6;
const maxDepth = 8;

const secretKey = /(authorization|token|secret|passw|api[-_]?key|bypass|cookie)/i;
/** What looks like a credential even when nobody told us: header values and query parameters. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|ApiKey|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${mask}`],
  [/\b(authorization|x-api-key|x-geo-blocking-bypass)(["']?\s*[:=]\s*["']?)(?!\[)[^\s"',;}]+/gi, `$1$2${mask}`],
  [/([?&#](?:token|access_token|key|api_key)=)[^&\s"'#]+/gi, `$1${mask}`],
];

/** Keeps secrets out of logs. The hosts' logs go through it (`redactingLog`). */
export function createRedactor(): Redactor {
  let known: readonly string[] = [];

  const text = (input: string): string => {
    let output = input;
    for (const secret of known) if (output.includes(secret)) output = output.replaceAll(secret, mask);
    for (const [pattern, replacement] of patterns) output = output.replace(pattern, replacement);
    return output;
  };

  const value = (input: unknown, depth: number): unknown => {
    if (typeof input === 'string') return text(input);
    if (input === null || typeof input !== 'object') return typeof input === 'function' ? '[function]' : input;
    if (depth >= maxDepth) return '[too deep]';
    if (input instanceof Error)
      return { name: input.name, message: text(input.message), ...(input.stack ? { stack: text(input.stack) } : {}) };
    if (Array.isArray(input)) return input.map((item) => value(item, depth + 1));
    return Object.fromEntries(
      Object.entries(input).map(([key, item]) => [
        text(key),
        secretKey.test(key) && item !== null && typeof item !== 'boolean' ? mask : value(item, depth + 1),
      ]),
    );
  };

  return {
    protect(secret) {
      if (secret.length < shortest) return;
      const forms = [
        secret,
        encodeURIComponent(secret),
        JSON.stringify(secret).slice(1, -1),
        Buffer.from(secret).toString('base64').replace(/=+$/, ''),
        Buffer.from(secret).toString('base64url'),
      ];
      // Longest first, so that one form never leaves the tail of another behind.
      known = [...new Set([...known, ...forms])].sort((a, b) => b.length - a.length);
    },
    text,
    value: (input) => value(input, 0),
  };
}

/** A log that lets no protected secret through. */
export function redactingLog(log: Log, redactor: Redactor): Log {
  const through =
    (write: (message: string, details?: Readonly<Record<string, unknown>>) => void): Log['info'] =>
    (message, details) => {
      if (details === undefined) write(redactor.text(message));
      else write(redactor.text(message), redactor.value(details) as Readonly<Record<string, unknown>>);
    };
  return {
    info: through((message, details) => log.info(message, details)),
    warn: through((message, details) => log.warn(message, details)),
    error: through((message, details) => log.error(message, details)),
  };
}
