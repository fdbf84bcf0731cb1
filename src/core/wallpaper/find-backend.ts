import { appError, type AppError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Backend } from './backend.ts';
import type { Desktop } from './desktop.ts';

/** The first that may be used; an error that says what each that suits the desktop lacks. */
export async function findBackend(backends: readonly Backend[], desktop: Desktop): Promise<Result<Backend>> {
  const reasons: string[] = [];
  for (const backend of backends) {
    const found = await backend.detect();
    if (found.available) return ok(backend);
    if (found.suits) reasons.push(`${backend.id}: ${found.reason}`);
  }
  const why =
    reasons.length > 0
      ? reasons.join(' ')
      : desktop.session === 'none'
        ? 'Run Kabegami inside the desktop session (DISPLAY or WAYLAND_DISPLAY must be set).'
        : 'No way of setting the wallpaper of this desktop is known.';
  const what =
    desktop.session === 'none'
      ? 'There is no desktop session here.'
      : `The wallpaper of ${desktop.name} cannot be set.`;
  return fail(appError('no_backend', `${what} ${why}`));
}

/** Desktop, backend, cause and cure in one message. */
export function explain(desktop: Desktop, backend: Backend, error: AppError): AppError {
  if (error.code === 'cancelled') return error;
  const cause = error.message.replace(/\.$/, '');
  return appError(
    error.code === 'timeout' ? 'timeout' : 'wallpaper_failed',
    `${desktop.name} did not take the wallpaper (backend "${backend.id}"): ${cause}. ${backend.cure}`,
  );
}
