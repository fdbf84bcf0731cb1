import { z } from 'zod';
import type { Place } from '../store/search/types.ts';

/** Where a page of a search ended, and what must be the same on the next: the random order, the time that ages count from, the counts. */
const shape = z.object({
  part: z.number().int().min(0).max(100),
  sort: z.number().int(),
  key: z.number().int(),
  seed: z.number().int().min(1).max(2_147_483_646),
  now: z.number().int().min(0),
  total: z.number().int().min(0),
  exact: z.boolean(),
  hidden: z.number().int().min(0),
});
export type Cursor = z.output<typeof shape>;

export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

/** Null: not one of ours. */
export function readCursor(text: string): Cursor | null {
  try {
    const parsed = shape.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString('utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

export function placeOf({ part, sort, key }: Cursor): Place {
  return { part, sort, key };
}
