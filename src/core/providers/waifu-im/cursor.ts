import { appError } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { packNumbers, unpackNumbers } from '../seen.ts';
import type { Version } from './client.ts';

/** Where a browse stands: v7's page and page size (0 and 0 where there are no pages), and every image shown or refused so far. */
export interface Position {
  readonly page: number;
  readonly size: number;
  readonly seen: Set<number>;
}

/** Longest memory of a cursor, in characters: the contract takes 20,000. */
const longest = 18_000;

/** The cursor's text, such as `v7.2.30.gAEB`; null when it would remember more than a cursor can hold. */
export function writeCursor(version: Version, { page, size, seen }: Position): string | null {
  const packed = packNumbers(seen);
  return packed.length > longest ? null : `${version}.${page}.${size}.${packed}`;
}

/** Reads a cursor, which may come from anyone. Null is the start. */
export function readCursor(version: Version, cursor: string | null): Result<Position> {
  if (cursor === null) return ok({ page: 1, size: 0, seen: new Set() });
  const parts = /^(v[57])\.(\d{1,6})\.(\d{1,4})\.([\w-]{0,18000})$/.exec(cursor);
  const seen = parts === null ? null : unpackNumbers(parts[4] ?? '');
  const page = Number(parts?.[2] ?? 0);
  if (parts === null || seen === null || parts[1] !== version || page < 1)
    return fail(appError('invalid_input', 'That is no cursor of this search. Start it again from its first page.'));
  return ok({ page, size: Number(parts[3]), seen });
}
