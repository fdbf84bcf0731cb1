import { z } from 'zod';

/** The undo stack: every change of collections, notes and merges, newest first, with what takes it back. */

export interface Edit {
  readonly key: number;
  /** A sentence: what was done. */
  readonly label: string;
  /** UTC ISO 8601 */
  readonly at: string;
  /** Taken back; "redo" makes it again. The undone ones are always the newest. */
  readonly undone: boolean;
}

/** How far to go: down (or up) to this edit, itself included; null is one step. */
export const editStep = z.object({ to: z.number().int().positive().nullable().default(null) }).prefault({});

export interface EditTurn {
  /** The last edit that was turned; null where there was nothing to turn. */
  readonly edit: Edit | null;
  /** How many were turned. */
  readonly count: number;
  /** What could not be done, because what it was about is gone: a sentence each. */
  readonly missed: readonly string[];
}
