import { appError, type AppError, type ErrorCode } from '../../../shared/errors.ts';
import type { JsonResponse } from '../http.ts';
import { failure } from './schemas.ts';

/** The service's own number of an error; null where the answer has none. */
export function codeOf({ body }: JsonResponse): number | null {
  const parsed = failure.safeParse(body);
  return parsed.success ? parsed.data.code : null;
}

/** The service's own numbers that the program acts on. */
export const codes = {
  keyRequired: 1013,
  noAccess: 1022,
  unknownRoute: 1024,
  noCategory: 1030,
  noImage: 1040,
  noResults: 1041,
  invalidBody: 1054,
  tooMany: 1056,
} as const;

const enterKey = 'Enter another one under Settings › Accounts, or remove it: all but bulk works without.';

const meanings: Readonly<Record<number, readonly [ErrorCode, string]>> = {
  1000: ['rate_limited', 'yiff.rest asks for fewer requests of this kind. Kabegami waits; try again in a moment.'],
  1001: ['rate_limited', 'yiff.rest asks for fewer requests. Kabegami waits; try again in a moment.'],
  1002: ['blocked', 'yiff.rest has blocked this address or this program.'],
  1010: ['unauthorized', `yiff.rest does not know this API key. ${enterKey}`],
  1011: ['unauthorized', `This yiff.rest API key is not active (yet). Activate it at yiff.rest. ${enterKey}`],
  1012: ['unauthorized', `This yiff.rest API key has been disabled. ${enterKey}`],
  1013: [
    'unauthorized',
    'yiff.rest wants an API key for this. Get one for free and enter it under Settings › Accounts.',
  ],
  1020: ['read_only', 'The disk of yiff.rest is full. Try again later.'],
  1021: [
    'blocked',
    'yiff.rest refuses how this program names itself. Update Kabegami, or check proxies that change the User-Agent.',
  ],
  1022: ['forbidden', 'This yiff.rest API key has no access to this service. Ask yiff.rest for it.'],
  1024: ['bad_response', 'That address does not answer as yiff.rest v2 does. Check the yiff.rest address in Settings.'],
  1025: ['bad_response', 'yiff.rest does not take this kind of request any more. Update Kabegami.'],
  1030: ['not_found', 'yiff.rest has no such category (any more). Choose another one.'],
  1040: ['not_found', 'yiff.rest has no such image (any more).'],
  1041: ['not_found', 'yiff.rest found nothing. Try a larger size limit or another category.'],
  1051: ['bad_request', 'yiff.rest wants at least one image asked for at a time.'],
  1052: ['bad_request', 'yiff.rest gives at most five images at a time.'],
  1054: ['bad_request', 'yiff.rest did not accept the list of categories.'],
  1056: ['bad_request', 'yiff.rest does not give so many images at a time to this API key.'],
};

/** A refusal of yiff.rest in words: by its own number where it has one, by the status otherwise. */
export function yiffError(response: JsonResponse): AppError {
  const { status, retryAfter } = response;
  const more = retryAfter === null ? {} : { retryAfter };
  const parsed = failure.safeParse(response.body);
  const known = parsed.success ? meanings[parsed.data.code] : undefined;
  if (known !== undefined) {
    const reason = parsed.success ? oneLine(parsed.data.extra?.reason) : '';
    return appError(known[0], known[1] + (reason === '' ? '' : ` It gives this reason: "${reason}".`), more);
  }
  const said = parsed.success ? oneLine(parsed.data.error) : '';
  const because = said === '' ? '' : ` It says: "${said}".`;
  if (status === 429)
    return appError('rate_limited', 'yiff.rest asks for fewer requests. Try again in a moment.', more);
  if (status === 503)
    return appError('read_only', 'yiff.rest is read only or under maintenance at the moment. Try again later.', more);
  if (status >= 500)
    return appError('server_error', `yiff.rest has trouble (status ${status}). Try again later.`, more);
  if (status === 401) return appError('unauthorized', `yiff.rest does not accept the API key.${because} ${enterKey}`);
  if (status === 403) return appError('forbidden', `yiff.rest refuses this.${because}`);
  if (status === 400 && parsed.success) return appError('bad_request', `yiff.rest refused the request.${because}`);
  return appError(
    'bad_response',
    `That address does not answer as yiff.rest v2 does (status ${status}). Check the yiff.rest address in Settings.`,
  );
}

/** The service answered 2xx with something else than its documentation says. */
export function unexpected(what: string): AppError {
  return appError('bad_response', `yiff.rest answered with ${what}. Try again later.`, { retryable: true });
}

function oneLine(text: string | null | undefined): string {
  return (text ?? '').replace(/\s+/g, ' ').trim().slice(0, 300);
}
