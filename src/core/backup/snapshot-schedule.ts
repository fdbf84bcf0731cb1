import type { Clock, Log } from '../ports.ts';
import type { Backups } from './backups.ts';

const hour = 3_600_000;
/** Milliseconds after the start before the first look: whoever just started has better things to do. */
const firstLook = 3 * 60_000;
const every = 24 * hour;
/** How long nobody may have asked for anything. */
const quiet = 60_000;
/** Somebody is always busy: after so long it is done all the same. */
const patience = 2 * hour;

/**
 * Takes a snapshot of the database a day, on a host that stays: when the newest one is a day old and nobody has asked for anything for a minute. One that failed is
 * tried again an hour later. None is taken of a library that was begun after another was lost.
 */
export function startSnapshots(parts: {
  readonly backups: Pick<Backups, 'state' | 'snapshot'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  /** When the last call came, in milliseconds since the epoch. */
  readonly lastCall: () => number;
  readonly log: Log;
}): { stop(): Promise<void> } {
  const { backups, clock, lastCall, log } = parts;
  let cancelNext = clock.after(firstLook, look);
  let running: Promise<void> = Promise.resolve();
  let stopped = false;

  function next(ms: number): void {
    if (!stopped) cancelNext = clock.after(ms, look);
  }

  function look(): void {
    const now = clock.now();
    const { snapshots, lost } = backups.state();
    if (lost) return next(hour);
    // One from the future is of a clock that was wrong.
    const newest = Math.max(0, ...snapshots.map(({ at }) => Date.parse(at)).filter((at) => at <= now));
    if (now - newest < every) return next(Math.min(hour, newest + every - now));
    if (now - lastCall() < quiet && now - newest < every + patience) return next(quiet);
    running = backups.snapshot().then((taken) => {
      if (taken.ok) log.info('Took a snapshot of the database', { name: taken.value?.name ?? null });
      else
        log.warn('No snapshot of the database could be taken', {
          code: taken.error.code,
          message: taken.error.message,
        });
      next(hour);
    });
  }

  return {
    async stop() {
      stopped = true;
      cancelNext();
      await running;
    },
  };
}
