import type { AppError } from './errors.ts';

/** What every fallible function at a boundary answers. Nothing throws across the bridge. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: AppError };

/** A success carrying `value`. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** A failure carrying `error`. */
export function fail(error: AppError): Result<never> {
  return { ok: false, error };
}

/** The same result, its value another. */
export function mapOk<T, U>(result: Result<T>, change: (value: T) => U): Result<U> {
  return result.ok ? ok(change(result.value)) : result;
}
