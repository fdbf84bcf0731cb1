import { appError, type AppError } from '../../../shared/errors.ts';
import type { JsonResponse } from '../http.ts';
import { errorV5, problemV7 } from './schemas.ts';

/** What was being done, for the message. */
export type Doing = 'browse' | 'view favorites' | 'view albums' | 'manage favorites';

/**
 * The answer is not one this API version gives (an unknown route, another shape). Compared by identity: with `auto` it makes the
 * provider look again which version the server speaks.
 */
export const wrongVersion: AppError = appError(
  'bad_response',
  'That address does not answer as waifu.im does. Check its address and API version in Settings.',
);

/** A refusal of waifu.im in words. `403` means different things by what was asked; what `404` and `409` mean is the caller's to know. */
export function waifuError({ status, body, retryAfter }: JsonResponse, doing: Doing): AppError {
  const said = detailOf(body);
  const because = said === null ? '' : ` It says: "${said}".`;
  if (status === 400 || status === 414 || status === 422)
    return appError('bad_request', `waifu.im refused the request.${because} Change the filter and try again.`);
  if (status === 401)
    return appError(
      'unauthorized',
      'waifu.im does not accept the token, or needs one. Enter a valid token under Settings › Accounts.',
    );
  if (status === 403) return forbidden(doing, because);
  if (status === 409) return appError('bad_request', `waifu.im has it so already.${because}`);
  if (status === 429)
    return appError(
      'rate_limited',
      'waifu.im asks for fewer requests. Kabegami waits; try again in a moment.',
      retryAfter === null ? {} : { retryAfter },
    );
  if (status >= 500)
    return appError(
      'server_error',
      `waifu.im has trouble (status ${status}). Nothing was lost; try again later.`,
      retryAfter === null ? {} : { retryAfter },
    );
  return wrongVersion;
}

export const noSuchImage: AppError = appError('not_found', 'waifu.im has no such image (any more).');

/** Is this v7 telling that one thing is not there? A route it does not know has no such body. */
export function isProblem({ status, body }: JsonResponse): boolean {
  return status === 404 && !errorV5.safeParse(body).success && detailOf(body) !== null;
}

/** The service answered 2xx with something else than its documentation says. */
export function unexpected(what: string): AppError {
  return appError('bad_response', `waifu.im answered with ${what}. Try again later.`, { retryable: true });
}

/** Is this v5's own way of saying "nothing found"? A web page, a broken body or another server's 404 is not. */
export function isNothingFound({ status, body }: JsonResponse): boolean {
  return status === 404 && errorV5.safeParse(body).success;
}

function forbidden(doing: Doing, because: string): AppError {
  if (doing === 'browse')
    return appError('forbidden', `waifu.im refuses this.${because} It may be open to administrators alone.`);
  const permission = doing === 'manage favorites' ? 'manage_favorites' : 'view_favorites';
  return appError(
    'forbidden',
    `The waifu.im token lacks the permission ${permission}, or may not act for this user.${because} Allow it at waifu.im, or clear the user id in Settings.`,
  );
}

function detailOf(body: unknown): string | null {
  const v5 = errorV5.safeParse(body);
  if (v5.success) return oneLine(v5.data.detail);
  const v7 = problemV7.safeParse(body);
  if (!v7.success) return null;
  const fields = Object.entries(v7.data.errors ?? {}).map(([field, messages]) => `${field}: ${messages.join(' ')}`);
  const words = [v7.data.detail ?? v7.data.title, ...fields].filter((part) => typeof part === 'string');
  return words.length === 0 ? null : oneLine(words.join(' '));
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim().slice(0, 300);
}
