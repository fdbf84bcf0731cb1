import { appError, type AppError } from '../../shared/errors.ts';

const unreachable: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNREFUSED',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
]);
const slow: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
]);
const untrusted = /^(CERT_|ERR_TLS_|ERR_SSL_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO)/;
const garbled = /^(HPE_|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RESPONSE_)/;

/** What a failed `fetch` means, for people. Nothing of the request's headers or query gets into the message. */
export function networkError(error: unknown, host: string): AppError {
  const codes = codesOf(error);
  const first = (test: (code: string) => boolean): boolean => codes.some(test);
  if (first((code) => untrusted.test(code)))
    return appError(
      'blocked',
      `The connection to ${host} is not trustworthy: its certificate is not valid. Check this machine's clock, and whether the network wants you to sign in first.`,
    );
  if (first((code) => slow.has(code))) return timedOut(host);
  if (first((code) => unreachable.has(code)))
    return appError('offline', `${host} cannot be reached. Check the network connection.`);
  if (first((code) => garbled.test(code)))
    return appError('bad_response', `${host} answered something that is not HTTP. Check its address in Settings.`);
  return appError('offline', `The connection to ${host} broke off before it answered. Check the network connection.`);
}

export function timedOut(host: string): AppError {
  return appError('timeout', `${host} did not answer in time. Try again later.`);
}

/** The `code`s of an error and of everything it was caused by (happy eyeballs fails with an aggregate). */
function codesOf(error: unknown): readonly string[] {
  const found: string[] = [];
  const pending: unknown[] = [error];
  for (let steps = 0; steps < 20 && pending.length > 0; steps += 1) {
    const current = pending.shift();
    if (typeof current !== 'object' || current === null) continue;
    if ('code' in current && typeof current.code === 'string') found.push(current.code);
    if ('cause' in current) pending.push(current.cause);
    if ('errors' in current && Array.isArray(current.errors)) pending.push(...current.errors.slice(0, 8));
  }
  return found;
}
