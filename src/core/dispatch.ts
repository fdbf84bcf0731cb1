import type { z } from 'zod';
import { contract, type CallName, type CallOutput, type ParsedInput } from '../shared/contract.ts';
import { appError, cancelled, type AppError } from '../shared/errors.ts';
import type { Progress } from '../shared/model.ts';
import { fail, type Result } from '../shared/result.ts';
import type { Log } from './ports.ts';

/** What a handler knows of its call besides the input. */
export interface CallContext {
  readonly signal: AbortSignal;
  /** Reports progress of this call to every client; the caller recognises its own by the request id. */
  readonly progress: (progress: Omit<Progress, 'request'>) => void;
}

/** One function a call. A missing handler is a compile error. */
export type Handlers = {
  readonly [N in CallName]: (
    input: ParsedInput<N>,
    context: CallContext,
  ) => Promise<Result<CallOutput<N>>> | Result<CallOutput<N>>;
};

export interface Dispatch {
  /** Runs one call from outside. Never throws, never rejects. */
  (
    request: { readonly id: string; readonly name: string; readonly input: unknown },
    signal: AbortSignal,
  ): Promise<Result<unknown>>;
}

function isCallName(name: string): name is CallName {
  return Object.hasOwn(contract, name);
}

/** The one way in: find the call, parse its input, run it, turn anything thrown into an error value. */
export function createDispatch(
  handlers: Handlers,
  {
    emitProgress,
    log,
    explain = () => null,
  }: {
    readonly emitProgress: (progress: Progress) => void;
    readonly log: Log;
    /** What something thrown means to a person (a full disk, a damaged database); null where it is a bug of ours. */
    readonly explain?: (error: unknown) => AppError | null;
  },
): Dispatch {
  return async ({ id, name, input }, signal) => {
    if (!isCallName(name)) return fail(appError('unknown_call', `There is no call named "${name}".`));
    const parsed = contract[name].input.safeParse(input);
    if (!parsed.success) return fail(appError('invalid_input', `${name}: ${describeIssues(parsed.error)}`));
    if (signal.aborted) return fail(cancelled);
    const context: CallContext = { signal, progress: (progress) => emitProgress({ request: id, ...progress }) };
    try {
      // The pair of handler and parsed input belongs together by `name`; the compiler cannot follow a union of them.
      const run = handlers[name] as (input: unknown, context: CallContext) => Promise<Result<unknown>>;
      return await run(parsed.data, context);
    } catch (error) {
      if (signal.aborted) return fail(cancelled);
      log.error('A call failed unexpectedly', {
        call: name,
        error: error instanceof Error ? error.stack : String(error),
      });
      const known = explain(error);
      if (known !== null) return fail(known);
      return fail(appError('internal', `Something went wrong inside Kabegami (${name}). Its log says more.`));
    }
  };
}

/** zod's issues as one line: `filter.minWidth: Too small …; …`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .map((issue) => (issue.path.length > 0 ? `${issue.path.join('.')}: ` : '') + issue.message)
    .join('; ');
}
