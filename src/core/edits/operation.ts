import type { z } from 'zod';

/** A step of an edit as it is stored: JSON, parsed by its kind's schema when it is read back. */
export interface Operation {
  readonly kind: string;
  readonly with: unknown;
}

/** What an operation did. */
export interface Applied {
  /** What takes it back, in this order; empty where nothing changed. */
  readonly inverse: readonly Operation[];
  /** What could not be done, because what it was about is gone: a sentence each. */
  readonly missed: readonly string[];
}

/** How an area's operations are done. `register` it with the edits. */
export interface OperationKind {
  readonly kind: string;
  /** Null: not an operation of this kind that this version understands. */
  read(stored: unknown): { apply(): Applied; forget(): void; told: () => void } | null;
}

/** A kind, with the function that makes its operations. */
export interface TypedOperationKind<T> extends OperationKind {
  of(payload: T): Operation;
}

/**
 * Defines a kind of operation, such as `collection.take`. `apply` runs inside the transaction of its edit: it must be synchronous, do what it can where its ground
 * has gone, and answer what takes back exactly what it did. `forget` hears (in a transaction) of operations that can never be applied any more. `changed`
 * is called after the commit, with what was applied: to tell clients.
 */
export function operationKind<T>(parts: {
  readonly kind: string;
  readonly schema: z.ZodType<T>;
  readonly apply: (payload: T) => Applied;
  readonly forget?: (payload: T) => void;
  readonly changed?: (payload: T) => void;
}): TypedOperationKind<T> {
  const { kind, schema, apply, forget, changed } = parts;
  return {
    kind,
    of: (payload) => ({ kind, with: payload }),
    read(stored) {
      const parsed = schema.safeParse(stored);
      if (!parsed.success) return null;
      const payload = parsed.data;
      return { apply: () => apply(payload), forget: () => forget?.(payload), told: () => changed?.(payload) };
    },
  };
}

/** Nothing was to be done. */
export const unchanged: Applied = { inverse: [], missed: [] };

/** Nothing could be done, for this reason. */
export function couldNot(sentence: string): Applied {
  return { inverse: [], missed: [sentence] };
}
