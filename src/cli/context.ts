import type { Command } from 'commander';
import { contract, type CallInput, type CallName, type CallOutput } from '../shared/contract.ts';
import { appError, cancelled } from '../shared/errors.ts';
import { fail, type Result } from '../shared/result.ts';
import type { Client } from '../shared/rpc.ts';
import { describeMistakes } from './mistakes.ts';
import type { BrowserHost } from '../core/web-server.ts';
import { createProgressLine } from './progress.ts';
import type { LongSession, Session } from './session.ts';
import { report, type ExitCode, type Terminal } from './terminal.ts';

/** What the commands work with. */
export interface CliParts {
  readonly terminal: Terminal;
  readonly version: string;
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

/** Runs one call; its input is checked before anything is opened. */
export type Call = <N extends CallName>(name: N, input: CallInput<N>) => Promise<Result<CallOutput<N>>>;

export interface Context extends CliParts {
  /** Runs the work of a verb against the core, reports how it ended, and remembers the exit code. */
  run<T>(command: Command, work: (call: Call) => Promise<Result<T>>, inWords: (value: T) => string): Promise<void>;
  /** Reports the outcome of what needs no core. */
  end<T>(command: Command, result: Result<T>, inWords: (value: T) => string): void;
  exit(code: ExitCode): void;
  readonly exitCode: () => ExitCode;
}

export function wantsJson(command: Command): boolean {
  return command.optsWithGlobals<{ json?: boolean }>().json === true;
}

export function createContext(parts: CliParts): Context {
  const { terminal } = parts;
  const progress = createProgressLine(terminal);
  let code: ExitCode = 0;

  const end: Context['end'] = (command, result, inWords) => {
    progress.clear();
    code = report(terminal, wantsJson(command), result, inWords);
  };

  return {
    ...parts,
    end,
    exit: (value) => (code = value),
    exitCode: () => code,
    async run(command, work, inWords) {
      // Opened with the first valid call, so that a mistake in the input costs nothing and touches nothing.
      const state: { session: Session | null } = { session: null };
      const client = async (): Promise<Result<Client>> => {
        if (state.session !== null) return { ok: true, value: state.session.client };
        const opened = await parts.open(terminal.signal);
        if (!opened.ok) return terminal.signal.aborted ? fail(cancelled) : opened;
        state.session = opened.value;
        return { ok: true, value: opened.value.client };
      };
      const call: Call = async (name, input) => {
        const checked = contract[name].input.safeParse(input);
        if (!checked.success) return fail(appError('invalid_input', describeMistakes(checked.error)));
        const to = await client();
        if (!to.ok) return to;
        return to.value.call(name, input, { signal: terminal.signal, onProgress: progress.show });
      };
      try {
        end(command, await work(call), inWords);
      } finally {
        await state.session?.close(terminal.signal.aborted);
      }
    },
  };
}
