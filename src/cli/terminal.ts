import type { AppError } from '../shared/errors.ts';
import { fail, ok, type Result } from '../shared/result.ts';

/** The process as the commands see it; tests bring a fake one. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** stdout is a terminal: tables fit its width. Null where it is none. */
  readonly columns: number | null;
  /** stderr is a terminal: progress may be drawn over itself. */
  readonly drawsProgress: boolean;
  /** All of stdin; rejects when it is interrupted. */
  readonly input: () => Promise<string>;
  /** Aborts on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
}

/** 0 done, 1 failed or done in part, 2 asked wrongly, 130 interrupted. */
export type ExitCode = 0 | 1 | 2 | 130;

export function exitCodeOf(error: AppError): ExitCode {
  if (error.code === 'invalid_input' || error.code === 'unknown_call') return 2;
  return error.code === 'cancelled' ? 130 : 1;
}

/** Says how a command ended: one JSON document on stdout, or words. */
export function report<T>(
  terminal: Pick<Terminal, 'out' | 'error'>,
  json: boolean,
  result: Result<T>,
  inWords: (value: T) => string,
): ExitCode {
  if (json) terminal.out(`${JSON.stringify(result.ok ? ok(result.value) : fail(plain(result.error)))}\n`);
  else if (result.ok) terminal.out(withNewline(inWords(result.value)));
  else terminal.error(`kabegami: ${result.error.message}\n`);
  return result.ok ? 0 : exitCodeOf(result.error);
}

function plain({ code, message, retryable, retryAfter }: AppError): AppError {
  return { code, message, retryable, ...(retryAfter === undefined ? {} : { retryAfter }) };
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
