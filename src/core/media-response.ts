import { appError, type ErrorCode } from '../shared/errors.ts';
import type { Settings } from '../shared/model.ts';
import { fail, type Result } from '../shared/result.ts';
import { mediaVariants, type MediaFile, type MediaVariant } from './files/pictures.ts';
import { pathParts, textAnswer, type PageAnswer, type PageRequest } from './page-answer.ts';

/** What pictures are served from: the core. */
export interface MediaSource {
  openMedia(
    id: string,
    variant: MediaVariant,
    options?: { readonly signal?: AbortSignal; readonly onlyHere?: boolean },
  ): Promise<Result<MediaFile>>;
  settings(): Pick<Settings, 'adultContent'>;
}

export const mediaPrefix = '/media/';

const statusOf: Partial<Record<ErrorCode, number>> = {
  invalid_input: 400,
  content_blocked: 403,
  blocked_by_owner: 403,
  not_found: 404,
  cancelled: 499,
  rate_limited: 503,
  offline: 504,
  timeout: 504,
  disk_full: 507,
};

/**
 * Answers `/media/<image id>/<small|large|full>`, and with `/here` behind it only what is on this disk: `Range` (one part), `ETag` and `If-None-Match`. While adult content is allowed, caches must
 * ask again each time, so that taking the permission back works at once; what is served without it may be kept for good.
 */
export async function respondMedia(core: MediaSource, request: PageRequest): Promise<PageAnswer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return textAnswer(405, 'Only GET and HEAD are answered here.', { allow: 'GET, HEAD' });
  }
  const file = await openFile(core, request);
  if (!file.ok) return textAnswer(statusOf[file.error.code] ?? 502, file.error.message);

  const { path, bytes, hash, contentType, variant } = file.value;
  const etag = `"${hash}-${variant}"`;
  const headers: Record<string, string> = {
    etag,
    'content-type': contentType,
    'accept-ranges': 'bytes',
    'cache-control': core.settings().adultContent ? 'private, no-cache' : 'private, max-age=31536000, immutable',
  };
  if (matches(request.header('if-none-match'), etag)) return { status: 304, headers, body: { kind: 'none' } };

  const wanted = request.header('if-range');
  const range = wanted === null || wanted === etag ? parseRange(request.header('range'), bytes) : 'whole';
  if (range === 'unsatisfiable') {
    return textAnswer(416, 'That part of the picture does not exist.', { 'content-range': `bytes */${bytes}` });
  }
  const part = range === 'whole' ? { start: 0, end: bytes - 1 } : range;
  return {
    status: range === 'whole' ? 200 : 206,
    headers: {
      ...headers,
      'content-length': String(part.end - part.start + 1),
      ...(range === 'whole' ? {} : { 'content-range': `bytes ${part.start}-${part.end}/${bytes}` }),
    },
    body: request.method === 'HEAD' || bytes === 0 ? { kind: 'none' } : { kind: 'file', path, ...part },
  };
}

async function openFile(
  core: MediaSource,
  request: PageRequest,
): Promise<Result<MediaFile & { readonly variant: MediaVariant }>> {
  const [, id, asked, here, ...rest] = pathParts(request.path) ?? [];
  const variant = mediaVariants.find((name) => name === asked);
  if (id === undefined || variant === undefined || (here ?? 'here') !== 'here' || rest.length > 0) {
    return fail(appError('not_found', 'There is no such picture address.'));
  }
  const file = await core.openMedia(id, variant, { signal: request.signal, onlyHere: here !== undefined });
  return file.ok ? { ok: true, value: { ...file.value, variant } } : file;
}

function matches(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

type Range = { readonly start: number; readonly end: number };

/** The one part a `Range` header asks for. Malformed and multi-part headers count as absent, as RFC 9110 allows. */
export function parseRange(header: string | null, bytes: number): Range | 'whole' | 'unsatisfiable' {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '');
  if (match === null) return 'whole';
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return 'whole';
  if (from === '') {
    const length = Math.min(Number(to), bytes);
    return length === 0 ? 'unsatisfiable' : { start: bytes - length, end: bytes - 1 };
  }
  const start = Number(from);
  const end = to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1);
  if (to !== '' && Number(to) < start) return 'whole';
  return start >= bytes ? 'unsatisfiable' : { start, end };
}
