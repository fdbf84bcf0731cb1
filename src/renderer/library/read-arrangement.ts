import type { AppError } from '../../shared/errors.ts';
import type { Arrangement } from '../../shared/library.ts';
import type { Result } from '../../shared/result.ts';
import type { Client } from '../../shared/rpc.ts';

/** The first part fills any view at once; the others are as large as a message can be that is read well within a frame or two. */
export const arrangedSizes = { first: 2000, next: 20_000 } as const;

/** Reads a whole arrangement in parts, each a message and so a task of its own. Answers the error that ended it, or null. */
export async function readArrangement(
  client: Pick<Client, 'call'>,
  query: string,
  signal: AbortSignal,
  take: (part: Arrangement) => void,
): Promise<AppError | null> {
  let cursor: string | null = null;
  do {
    const limit: number = cursor === null ? arrangedSizes.first : arrangedSizes.next;
    const answer: Result<Arrangement> = await client.call('library.arrange', { query, cursor, limit }, { signal });
    if (!answer.ok) return answer.error;
    if (signal.aborted) return null;
    take(answer.value);
    cursor = answer.value.next;
  } while (cursor !== null);
  return null;
}
