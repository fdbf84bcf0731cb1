import type { AppError, ErrorCode } from '../shared/errors.ts';
import type { EventBus } from './events.ts';
import type { Clock, Log } from './ports.ts';
import type { Rotation } from './rotation/rotation.ts';

/** A program that starts with the session may come before the desktop: it is tried again after so many milliseconds. */
const tries = [3_000, 10_000, 30_000];
/** There is no desktop to put anything on: no failure, and nothing that anybody could do. */
const noDesktop: ReadonlySet<ErrorCode> = new Set(['no_backend', 'no_display', 'cancelled']);

/**
 * What a host that stays does for the desktop: puts back what was lost with the last session, then lets the rotation begin. The rotation does not wait
 * for a desktop that is not there yet.
 */
export function startDesktop({
  rotation,
  events,
  clock,
  log,
}: {
  readonly rotation: Pick<Rotation, 'start' | 'restore'>;
  readonly events: Pick<EventBus, 'emit'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  let cancelNext = (): void => undefined;

  async function attempt(): Promise<AppError | null> {
    const done = await rotation.restore(stopping.signal, { atLogin: true });
    if (!done.ok) return done.error;
    if (done.value.note !== undefined) events.emit('notice', { level: 'info', message: done.value.note });
    return null;
  }

  async function restore(turn: number): Promise<void> {
    try {
      const error = await attempt();
      if (error === null || stopping.signal.aborted) return;
      log.warn('The last wallpapers could not be put back', { code: error.code, message: error.message, turn });
      const wait = tries[turn];
      if (wait !== undefined) cancelNext = clock.after(wait, () => void (working = restore(turn + 1)));
      else if (!noDesktop.has(error.code))
        events.emit('notice', {
          level: 'error',
          message: `Your last wallpapers could not be put back. ${error.message}`,
        });
    } catch (error) {
      log.error('Restoring failed', { error: error instanceof Error ? error.stack : String(error) });
    }
  }

  let working = restore(0).then(() => {
    if (!stopping.signal.aborted) rotation.start();
  });
  return {
    async stop() {
      stopping.abort();
      cancelNext();
      await working;
    },
  };
}
