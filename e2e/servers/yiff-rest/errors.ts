import type { Reply } from '../kit/exchange.ts';

/** Every code of the service with the status it comes with and its words. */
const errors = {
  1000: [429, 'Request Limit Exceeded'],
  1001: [429, 'Request Limit Exceeded'],
  1002: [403, 'You have been blocked from accessing this service.'],
  1010: [401, 'Invalid api key.'],
  1011: [401, 'Api key is inactive.'],
  1012: [403, 'Your api key has been disabled by an administrator. See "extra.reason" for the reasoning.'],
  1013: [401, 'An API key is required to access this service.'],
  1020: [507, 'Internal disk is full, try again later.'],
  1021: [403, 'Your user agent has been blocked. See "extra" for the reasoning.'],
  1022: [403, 'You do not have access to this service.'],
  1024: [404, 'Unknown api route.'],
  1025: [405, 'Method not allowed.'],
  1030: [404, 'Category not found.'],
  1040: [404, 'Image not found.'],
  1041: [400, 'No results were found. Try changing your search parameters.'],
  1051: [400, 'Amount must be 1 or more.'],
  1052: [400, 'Amount must be 5 or less.'],
  1054: [400, 'Invalid body, or no categories specified.'],
  1056: [400, 'Total amount of images requested is greater than the limit.'],
} as const;

export type YiffCode = keyof typeof errors;

export function yiffError(
  code: YiffCode,
  more: {
    readonly status?: number;
    readonly error?: string;
    readonly extra?: object;
    readonly info?: object;
    readonly headers?: Readonly<Record<string, string>>;
  } = {},
): Reply {
  const [status, words] = errors[code];
  return {
    status: more.status ?? status,
    ...(more.headers ? { headers: more.headers } : {}),
    body: {
      success: false,
      code,
      error: more.error ?? words,
      ...(more.extra ? { extra: more.extra } : {}),
      ...(more.info ? { info: more.info } : {}),
    },
  };
}

/** An error that has no code of its own: 500, 503 and whatever a fault asks for. */
export function plainError(status: number): Reply {
  if (status === 429) return yiffError(1000);
  const words =
    status === 503
      ? 'This service is in read only mode, try again later.'
      : 'There was an internal error while attempting to perform that action.';
  return { status, body: { success: false, error: words, ...(status === 500 ? { code: 0 } : {}) } };
}
