import type { CallInput, CallName, CallOutput } from '../../shared/contract.ts';
import type { Edit, EditTurn } from '../../shared/edits.ts';
import { ok, type Result } from '../../shared/result.ts';

type Names = Extract<CallName, `edits.${string}`>;

export interface FakeEdits {
  /** Newest first. */
  list: Edit[];
  readonly handlers: { [N in Names]: (input: CallInput<N>) => Result<CallOutput<N>> };
  /** Something was changed; what `turn` does is for who cares. */
  add(label: string, turn?: (undone: boolean) => void): Edit;
}

/** The undo stack over data in memory. */
export function createFakeEdits(changed: () => void): FakeEdits {
  const turns = new Map<number, (undone: boolean) => void>();
  let last = 0;
  const turn = (undone: boolean, to: number | null): Result<EditTurn> => {
    let edit: Edit | null = null;
    let count = 0;
    for (;;) {
      const next = undone ? fake.list.find((each) => !each.undone) : fake.list.findLast((each) => each.undone);
      if (next === undefined || (to === null ? count > 0 : undone ? next.key < to : next.key > to)) break;
      edit = { ...next, undone };
      const turned = edit;
      fake.list = fake.list.map((each) => (each.key === turned.key ? turned : each));
      turns.get(next.key)?.(undone);
      count++;
    }
    if (count > 0) changed();
    return ok({ edit, count, missed: [] });
  };
  const fake: FakeEdits = {
    list: [],
    handlers: {
      'edits.list': () => ok({ edits: fake.list }),
      'edits.undo': (input) => turn(true, input?.to ?? null),
      'edits.redo': (input) => turn(false, input?.to ?? null),
    },
    add(label, how) {
      const edit: Edit = { key: ++last, label, at: '2026-03-10T11:20:00.000Z', undone: false };
      if (how) turns.set(edit.key, how);
      fake.list = [edit, ...fake.list.filter(({ undone }) => !undone)];
      changed();
      return edit;
    },
  };
  return fake;
}
