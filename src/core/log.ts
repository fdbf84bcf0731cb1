import { appendFileSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Clock, Log, SecretVault } from './ports.ts';

export interface FileLog extends Log {
  /** From now on this value is replaced wherever it would be written. */
  hide(secret: string): void;
}

export interface FileLogOptions {
  /** The folder of the log files, such as `<data folder>/logs`; created when missing. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  /** A file that would grow beyond this is rotated: `kabegami.log`, `kabegami.1.log` … */
  readonly maxBytes?: number;
  /** How many files are kept, the current one included. */
  readonly keep?: number;
}

const hidden = '[hidden]';
const secretKey = /token|secret|password|authorization|cookie|bypass|api-?key|credential/i;
const secretInText: readonly (readonly [RegExp, string])[] = [
  [/\b(Bearer|ApiKey|Basic)\s+[^\s"',;]+/gi, `$1 ${hidden}`],
  [/\b(token|key|api_?key|access_token|authorization)=[^\s&"'#]+/gi, `$1=${hidden}`],
];

/**
 * A log of one JSON document a line. Lines are written at once (there are few of them, and the last ones before a crash matter most).
 * Tokens never get in: fields with telling names, `Bearer …` and `token=…` in texts, and every value given to `hide` are replaced.
 * A log that cannot be written is given up silently: it must never take the program down.
 */
export function createFileLog({ folder, clock, maxBytes = 1_000_000, keep = 4 }: FileLogOptions): FileLog {
  const file = path.join(folder, 'kabegami.log');
  const secrets = new Set<string>();
  let size: number | null = null;

  const rotated = (index: number): string => path.join(folder, index === 0 ? 'kabegami.log' : `kabegami.${index}.log`);
  const rotate = (): void => {
    rmSync(rotated(keep - 1), { force: true });
    for (let index = keep - 2; index >= 0; index--) {
      try {
        renameSync(rotated(index), rotated(index + 1));
      } catch {
        // That one does not exist yet.
      }
    }
    size = 0;
  };

  const write = (level: string, message: string, details: Readonly<Record<string, unknown>> = {}): void => {
    try {
      const entry = { at: new Date(clock.now()).toISOString(), level, message, ...(redact(details) as object) };
      const line = `${hide(JSON.stringify(entry))}\n`;
      if (size === null) {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        size = sizeOf(file);
      }
      const bytes = Buffer.byteLength(line);
      if (size > 0 && size + bytes > maxBytes) rotate();
      appendFileSync(file, line, { mode: 0o600 });
      size += bytes;
    } catch {
      // No disk space, no permission: the program goes on without a log.
    }
  };

  const hide = (text: string): string => {
    let result = text;
    for (const secret of secrets) result = result.replaceAll(secret, hidden);
    for (const [pattern, replacement] of secretInText) result = result.replace(pattern, replacement);
    return result;
  };

  return {
    info: (message, details) => write('info', message, details),
    warn: (message, details) => write('warn', message, details),
    error: (message, details) => write('error', message, details),
    hide(secret) {
      // As it would stand inside a JSON string; very short values would blank out ordinary words.
      if (secret.length >= 4) secrets.add(JSON.stringify(secret).slice(1, -1));
    },
  };
}

/** Passes a vault through, telling the log about every secret that is read or written, so that none of them can be logged. */
export function hidingVault(vault: SecretVault, log: Pick<FileLog, 'hide'>): SecretVault {
  return {
    get storage() {
      return vault.storage;
    },
    async get(name) {
      const result = await vault.get(name);
      if (result.ok && result.value !== null) log.hide(result.value);
      return result;
    },
    set(name, value) {
      log.hide(value);
      return vault.set(name, value);
    },
    remove: (name) => vault.remove(name),
  };
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}

/** Plain data for JSON: fields with telling names blanked, errors as their stack, depth and cycles bounded. */
function redact(value: unknown, depth = 0): unknown {
  if (value instanceof Error) return value.stack ?? value.message;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (depth > 6) return '…';
  if (Array.isArray(value)) return value.slice(0, 100).map((item) => redact(item, depth + 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      secretKey.test(key) && item !== null && item !== undefined ? hidden : redact(item, depth + 1),
    ]),
  );
}
