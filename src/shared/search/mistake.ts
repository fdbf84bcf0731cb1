import type { Mistake } from './terms.ts';

/** Told of a mistake, so much of the query at most. */
const longest = 40;

/** A mistake in a query as a sentence that shows where it is. */
export function describeMistake(query: string, { at, length, message }: Mistake): string {
  const piece = query.slice(at, at + length);
  const shown = piece.length > longest ? `${piece.slice(0, longest)}…` : piece;
  return `The search cannot be understood at "${shown}": ${message}`;
}
