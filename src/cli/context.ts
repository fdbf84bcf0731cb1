import type { Command } from 'commander';
import type { CallInput, CallName, CallOutput } from '../shared/contract.ts';
import { appError, cancelled, type AppError } from '../shared/errors.ts';
import { fail, type Result } from '../shared/result.ts';
import type { BrowserHost } from '../core/web-server.ts';
import { createProgressLine } from './progress.ts';
import type { LongSession, Session } from './session.ts';
import { report, type ExitCode, type Terminal } from './terminal.ts';

/** What the commands work with. */
export interface CliParts {
  readonly terminal: Terminal;
  readonly version: string;
  /** Who owns the data folder already, and answers; null when nobody does. */
  readonly visit: () => Promise<Session | null>;
  readonly open: (signal: AbortSignal) => Promise<Result<Session>>;
  readonly openLong: (signal: AbortSignal) => Promise<Result<LongSession>>;
  readonly browserHost: () => Promise<BrowserHost>;
  readonly rendererFolder: string;
  readonly dataFolder: string;
  /** Shows a page or file with the program the user has for it. */
  readonly show: (target: string) => void;
  /** Runs `npm run demo` of a checkout; null where this is none. */
  readonly demo: ((args: readonly string[]) => Promise<ExitCode>) | null;
}

/** Runs one call. A mistake in its input is told in the words of the command line, and opens nothing. */
export type Call = <N extends CallName>(name: N, input: CallInput<N>) => Promise<Result<CallOutput<N>>>;

export interface Context extends CliParts {
  /** Runs the work of a verb against the core, reports how it ended, and remembers the exit code. */
  run<T>(
    command: Command,
    work: (call: Call) => Promise<Result<T>>,
    inWords: (value: T) => string,
    /** An answer that is no error and says all the same that what was asked was not done: the program ends with 1. */
    unfinished?: (value: T) => boolean,
  ): Promise<void>;
  /** Reports the outcome of what needs no core. */
  end<T>(command: Command, result: Result<T>, inWords: (value: T) => string): void;
  exit(code: ExitCode): void;
  /** No program was running: this process carried the verb out itself, and nobody goes on when it ends. */
  readonly isAlone: () => boolean;
  readonly exitCode: () => ExitCode;
}

export function wantsJson(command: Command): boolean {
  return command.optsWithGlobals<{ json?: boolean }>().json === true;
}

export function createContext(parts: CliParts): Context {
  const { terminal } = parts;
  const progress = createProgressLine(terminal);
  let code: ExitCode = 0;
  let alone = false;

  const end: Context['end'] = (command, result, inWords) => {
    progress.clear();
    code = report(terminal, wantsJson(command), result, inWords);
  };

  return {
    ...parts,
    end,
    exit: (value) => (code = value),
    isAlone: () => alone,
    exitCode: () => code,
    async run(command, work, inWords, unfinished = () => false) {
      const state: { session: Session | null } = { session: null };
      const call: Call = async (name, input) => {
        // A running program checks the input itself: the schemas are loaded only where they have something to say.
        state.session ??= await parts.visit();
        if (state.session === null) {
          const mistake = await findMistake(name, input);
          if (mistake !== null) return fail(mistake);
          const opened = await parts.open(terminal.signal);
          if (!opened.ok) return terminal.signal.aborted ? fail(cancelled) : opened;
          state.session = opened.value;
          alone = true;
        }
        const options = { signal: terminal.signal, onProgress: progress.show };
        const answer = await state.session.client.call(name, input, options);
        if (answer.ok || answer.error.code !== 'invalid_input') return answer;
        const mistake = await findMistake(name, input);
        return mistake === null ? answer : fail(mistake);
      };
      try {
        const result = await work(call);
        end(command, result, inWords);
        if (result.ok && unfinished(result.value)) code = 1;
      } finally {
        await state.session?.close(terminal.signal.aborted);
      }
    },
  };
}

/** An answer that says that there was nothing to do it to is an error to who asked for it. */
export function orNotFound<T>(result: Result<T>, isThere: (value: T) => boolean, message: string): Result<T> {
  return result.ok && !isThere(result.value) ? fail(appError('not_found', message)) : result;
}

/** What is wrong with the input of a call, in the words of the command line. */
async function findMistake<N extends CallName>(name: N, input: CallInput<N>): Promise<AppError | null> {
  const { describeInput } = await import('./mistakes.ts');
  return describeInput(name, input);
}
