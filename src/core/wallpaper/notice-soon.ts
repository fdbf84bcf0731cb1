import type { Clock, Log } from '../ports.ts';
import type { Changes } from './changes.ts';

/** Milliseconds in which the desktop is asked once at most: some desktops take several programs to answer. */
const pace = 60_000;
/** Whoever looks has the answer that is known first, and hears of what is new a moment later. */
const afterAnswer = 200;

export interface NoticeSoon {
  /** Somebody looks at what is on the displays. */
  looked(): void;
  /** Asks nothing any more. */
  stop(): void;
}

/**
 * For whoever looks at what is on the displays: soon the desktop is asked whether somebody else has changed it. Before the first change of ours it is
 * nobody's business.
 */
export function createNoticeSoon({
  changes,
  clock,
  log,
}: {
  readonly changes: Pick<Changes, 'notice' | 'list'>;
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: Log;
}): NoticeSoon {
  let last = -Infinity;
  let stopped = false;
  let cancel = (): void => undefined;

  function looked(): void {
    if (stopped) return;
    // A clock that was set back does not hold it up for long.
    if (Math.abs(clock.now() - last) < pace) return;
    last = clock.now();
    cancel = clock.after(afterAnswer, () => {
      if (changes.list({ display: null, before: null, limit: 1 }).entries.length === 0) return;
      changes.notice().catch((error: unknown) => log.warn('The desktop could not be asked', { error: String(error) }));
    });
  }

  return {
    looked,
    stop() {
      stopped = true;
      cancel();
    },
  };
}
