import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import type { Edit, EditTurn } from '../../shared/edits.ts';
import type { EventBus } from '../events.ts';
import type { EditEntry } from '../store/edits.ts';
import type { Store } from '../store/store.ts';
import type { Applied, Operation, OperationKind } from './operation.ts';

/** What is kept of the stack: enough for a long day, and never so much that the library is mostly its past. */
const kept = { edits: 500, bytes: 64_000_000 };
const longestLabel = 300;

/** Changes that can be taken back. Each is one transaction with the change itself. */
export interface Edits {
  /** Adds kinds of operations. Throws where a kind has a definition already. */
  register(...kinds: readonly OperationKind[]): void;
  /**
   * Makes a change: `work` does it (through `apply`, or itself) and answers how it is taken back. Nothing to take back: nothing is recorded. Whatever it throws
   * undoes all of it. What had been undone can no longer be made again.
   */
  make<T>(work: () => { readonly value: T; readonly label: string; readonly inverse: readonly Operation[] }): {
    readonly value: T;
    readonly edit: Edit | null;
  };
  /** Does these operations in their order, inside `make`. Answers what takes all of them back. */
  apply(operations: readonly Operation[]): Applied;
  /** Newest first. */
  list(): readonly Edit[];
  /** Takes back the newest edit that stands; or all down to `to`, itself included, each in a transaction of its own. */
  undo(to: number | null, signal?: AbortSignal): Promise<EditTurn>;
  /** Makes the oldest undone edit again; or all up to `to`, itself included. */
  redo(to: number | null, signal?: AbortSignal): Promise<EditTurn>;
}

const operations = z.array(z.object({ kind: z.string(), with: z.unknown() }));

export function createEdits(parts: {
  readonly store: Pick<Store, 'edits' | 'transaction'>;
  readonly events: Pick<EventBus, 'emit'>;
  readonly now: () => number;
  readonly keep?: { readonly edits: number; readonly bytes: number };
}): Edits {
  const { store, events, now, keep = kept } = parts;
  const kinds = new Map<string, OperationKind>();
  /** Whom to tell once the transaction under way has been committed. */
  let told: (() => void)[] = [];
  let depth = 0;

  /** One transaction; what it changed is told after it, and not at all when it fails. */
  function committed<T>(work: () => T): T {
    depth++;
    try {
      return store.transaction(work);
    } catch (error) {
      if (depth === 1) told = [];
      throw error;
    } finally {
      depth--;
      if (depth === 0) {
        const tell = told;
        told = [];
        for (const each of tell) each();
      }
    }
  }

  function read({ kind, with: payload }: Operation): ReturnType<OperationKind['read']> {
    return kinds.get(kind)?.read(payload) ?? null;
  }

  function apply(todo: readonly Operation[]): Applied {
    const inverse: Operation[] = [];
    const missed: string[] = [];
    for (const operation of todo) {
      const known = read(operation);
      if (known === null) {
        missed.push(`A step of this change (${operation.kind}) is not known to this version of Kabegami.`);
        continue;
      }
      const done = known.apply();
      if (done.inverse.length > 0) told.push(known.told);
      inverse.unshift(...done.inverse);
      missed.push(...done.missed);
    }
    return { inverse, missed };
  }

  function forget(dropped: readonly string[]): void {
    for (const stored of dropped) for (const operation of parse(stored)) read(operation)?.forget();
  }

  function turn(direction: 'undo' | 'redo'): { edit: Edit; missed: readonly string[] } | null {
    const undo = direction === 'undo';
    return committed(() => {
      const stored = undo ? store.edits.newestDone() : store.edits.oldestUndone();
      if (stored === null) return null;
      const { inverse, missed } = apply(parse(stored.operations));
      store.edits.turn(stored.key, { undone: undo, operations: JSON.stringify(inverse) });
      return { edit: editFrom({ ...stored, undone: undo }), missed };
    });
  }

  async function turnTo(direction: 'undo' | 'redo', to: number | null, signal?: AbortSignal): Promise<EditTurn> {
    let edit: Edit | null = null;
    let count = 0;
    const missed: string[] = [];
    /** What stands now: an edit that is gone or turned already is no place to go to. */
    const beyond = (): boolean => {
      if (to === null) return count > 0;
      const next = store.edits.next(direction);
      return next === null || (direction === 'undo' ? next < to : next > to);
    };
    while (!beyond() && signal?.aborted !== true) {
      const turned = turn(direction);
      if (turned === null) break;
      edit = turned.edit;
      missed.push(...turned.missed);
      count++;
      if (to !== null) await nextTurn();
    }
    if (count > 0) events.emit('edits.changed', {});
    return { edit, count, missed: [...new Set(missed)] };
  }

  return {
    register(...more) {
      for (const kind of more) {
        if (kinds.has(kind.kind)) throw new Error(`There are two operations called ${kind.kind}.`);
        kinds.set(kind.kind, kind);
      }
    },
    make(work) {
      const made = committed(() => {
        const { value, label, inverse } = work();
        if (inverse.length === 0) return { value, edit: null };
        forget(store.edits.dropUndone());
        const entry = store.edits.append({
          label: label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label,
          at: now(),
          operations: JSON.stringify(inverse),
        });
        forget(store.edits.dropOldest(keep));
        return { value, edit: editFrom(entry) };
      });
      if (made.edit !== null) events.emit('edits.changed', {});
      return made;
    },
    apply,
    list: () => store.edits.list(keep.edits).map(editFrom),
    undo: (to, signal) => turnTo('undo', to, signal),
    redo: (to, signal) => turnTo('redo', to, signal),
  };
}

/** What is not as it was written (a file edited by hand) is nothing that could be done. */
function parse(stored: string): readonly Operation[] {
  const parsed = operations.safeParse(JSON.parse(stored));
  return parsed.success ? parsed.data : [];
}

function editFrom({ key, label, at, undone }: EditEntry): Edit {
  return { key, label, at: new Date(at).toISOString(), undone };
}
