import type { AppError } from '../../shared/errors.ts';
import type { FavoriteList } from '../../shared/model.ts';
import type { Result } from '../../shared/result.ts';

/** The first part fills the view at once; the others are as large as a message can be that is read well within a frame or two. */
export const partSizes = { first: 100, next: 400 } as const;

/**
 * Reads a list of thousands in parts, each of them a message and so a task of its own: one message with all of them would hold up the page for longer than a
 * person can overlook. Answers the error, or null when all of it was taken. Ends with the first error, such as that of a call given up.
 */
export async function readInParts(
  read: (part: { readonly offset: number; readonly limit: number }) => Promise<Result<FavoriteList>>,
  take: (part: FavoriteList, offset: number) => void,
): Promise<AppError | null> {
  for (let offset = 0; ;) {
    const limit = offset === 0 ? partSizes.first : partSizes.next;
    const answer = await read({ offset, limit });
    if (!answer.ok) return answer.error;
    take(answer.value, offset);
    offset += limit;
    // A part may hold less than was asked for where something was hidden meanwhile.
    if (offset >= answer.value.total && answer.value.tombstones.length < limit) return null;
  }
}
