import { appendFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Clock, Log } from './ports.ts';
import { redactingLog, type Redactor } from './secrets/redact.ts';
import { makeFolder } from './private-files.ts';

export interface FileLogOptions {
  /** The folder of the log files, such as `<data folder>/logs`; created when missing. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly redactor: Redactor;
  /** A file that would grow beyond this is rotated: `kabegami.log`, `kabegami.1.log` … */
  readonly maxBytes?: number;
  /** How many files are kept, the current one included. */
  readonly keep?: number;
}

/**
 * A log of one JSON document a line, without secrets. Lines are written at once (there are few of them, and the last ones before a crash
 * matter most). A log that cannot be written is given up silently: it must never take the program down.
 */
export function createFileLog({ folder, clock, redactor, maxBytes = 1_000_000, keep = 4 }: FileLogOptions): Log {
  const file = path.join(folder, 'kabegami.log');
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
      const entry = { at: new Date(clock.now()).toISOString(), level, message, ...details };
      const line = `${JSON.stringify(entry)}\n`;
      if (size === null) {
        makeFolder(folder);
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

  return redactingLog(
    {
      info: (message, details) => write('info', message, details),
      warn: (message, details) => write('warn', message, details),
      error: (message, details) => write('error', message, details),
    },
    redactor,
  );
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch {
    return 0;
  }
}
