import type { PendingChange, PendingNote } from '../pending-change.ts';

/** The note of the change under way, in memory: what is in it outlives a `Changes`, as a file does. */
export function createMemoryNote(): PendingNote {
  let held: PendingChange | null = null;
  let count = 0;
  return {
    write(change) {
      held = { id: `note ${(count += 1)}`, ...change };
      return Promise.resolve(held);
    },
    read: () => Promise.resolve(held),
    remove: () => Promise.resolve(void (held = null)),
  };
}
