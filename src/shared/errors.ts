/** Every error code that may cross the bridge. A code is stable; its message is for people and says what to do. */
export const errorCodes = [
  // The caller's side
  'invalid_input', // the input did not fit the call's schema
  'unknown_call',
  'cancelled',
  'not_found', // no such image, display, favorite …
  'blocked_by_owner', // never again
  'content_blocked', // adult content while the opt-in is off
  // The network and the services
  'offline', // the host could not be reached at all
  'timeout',
  'rate_limited',
  'unauthorized', // token missing, invalid, inactive or disabled
  'forbidden', // token valid, permission missing; or the service refuses this client
  'blocked', // something in front of the service answered (challenge page, geo block, refused user agent)
  'bad_request', // the service refused the request's parameters
  'bad_response', // HTML for JSON, truncated, unparsable, wrong shape
  'too_large', // the answer is larger than its limit
  'server_error', // 5xx
  'read_only', // the service is read only or its disk is full
  // Pictures and files
  'bad_picture', // unreadable, wrong type, wrong length, wrong checksum
  'picture_too_large', // over the pixel or byte limit
  'disk_full',
  'quota_full', // what is never cleaned up leaves no room under the limit
  'plan_changed', // what was previewed is not what would be done now
  'data_folder_unwritable',
  'data_folder_in_use',
  'database_newer',
  'database_corrupt',
  'bad_backup', // not a backup, damaged, cut off or made up
  'file_exists', // something that is not to be replaced
  'path_unusable', // a place outside the data folder that cannot be read or written
  // Wallpaper
  'no_backend', // nothing on this machine can set the wallpaper
  'no_display',
  'wallpaper_failed', // a backend ran and failed, or the read-back shows something else
  'no_candidate', // nothing to choose from for "next"
  // Anything else: a bug
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An error as a value. `message` is a full sentence (or two) for a person: what failed, why if known, what to do. */
export interface AppError {
  readonly code: ErrorCode;
  readonly message: string;
  /** True when the same request may succeed later without any change by the user. */
  readonly retryable: boolean;
  /** Milliseconds the service asked us to wait, where it did. */
  readonly retryAfter?: number;
}

const retryableCodes: ReadonlySet<ErrorCode> = new Set([
  'offline',
  'timeout',
  'rate_limited',
  'server_error',
  'read_only',
]);

/** Builds an `AppError`; `retryable` follows from the code unless said otherwise. */
export function appError(
  code: ErrorCode,
  message: string,
  more: { readonly retryable?: boolean; readonly retryAfter?: number } = {},
): AppError {
  return {
    code,
    message,
    retryable: more.retryable ?? retryableCodes.has(code),
    ...(more.retryAfter === undefined ? {} : { retryAfter: more.retryAfter }),
  };
}

/** The one error of a call that was aborted. */
export const cancelled: AppError = appError('cancelled', 'Cancelled.');
