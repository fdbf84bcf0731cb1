import { appError } from '../shared/errors.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { EditTurn } from '../shared/edits.ts';
import type { Handlers } from './dispatch.ts';
import type { Edits } from './edits/edits.ts';

type EditCall = Extract<keyof Handlers, `edits.${string}`>;

export function editHandlers(edits: Edits): Pick<Handlers, EditCall> {
  const turn = async (
    direction: 'undo' | 'redo',
    to: number | null,
    signal: AbortSignal,
  ): Promise<Result<EditTurn>> => {
    const wanted = direction === 'redo';
    if (to !== null && !edits.list().some(({ key, undone }) => key === to && undone === wanted))
      return fail(appError('not_found', `There is no change ${to} to ${direction}. See: kabegami edits list`));
    return ok(await edits[direction](to, signal));
  };
  return {
    'edits.list': () => ok({ edits: edits.list() }),
    'edits.undo': ({ to }, { signal }) => turn('undo', to, signal),
    'edits.redo': ({ to }, { signal }) => turn('redo', to, signal),
  };
}
