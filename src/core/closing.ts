import type { Clock, Log } from './ports.ts';

/** One part that ends: its name for the log, how, and the milliseconds it may take where that is more than the others get. */
export type ClosingStep = readonly [name: string, end: () => unknown, patience?: number];

/** The milliseconds a part may take before it is no longer waited for: what it had to finish takes far less. */
const patience = 2_000;
/** And all of them together. */
const patienceInAll = 8_000;

/**
 * Ends parts one after the other, each given some time and no more: whatever hangs (a program of the desktop, a service, a bug of ours), the next part
 * ends all the same, and the program with it. A part that fails keeps no other from ending. Never rejects.
 */
export async function closeInOrder(
  steps: readonly ClosingStep[],
  { clock, log }: { readonly clock: Pick<Clock, 'now' | 'after'>; readonly log: Log },
): Promise<void> {
  const until = clock.now() + patienceInAll;
  for (const [name, end, own = patience] of steps) {
    try {
      const left = Math.min(own, Math.max(0, until - clock.now()));
      if (!(await within(left, clock, Promise.resolve(end())))) log.warn('A part did not end in time', { part: name });
    } catch (error) {
      log.error('A part did not end well', {
        part: name,
        error: error instanceof Error ? error.stack : String(error),
      });
    }
  }
}

/** Waits for `work`, but not longer; answers whether it was over by then. Rejects as `work` does. */
export function within(milliseconds: number, clock: Pick<Clock, 'after'>, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(milliseconds, () => resolve(false));
    work.then(
      () => {
        cancel();
        resolve(true);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
