import type { Clock, Log } from '../ports.ts';
import type { Pictures } from './pictures.ts';

/** Looks at the quota this long after files arrived: once for a whole page of pictures. */
const settleFor = 10_000;

/** Answers a function to call whenever a file arrived or the limit changed; it evicts a while later. */
export function createEvictSoon(parts: {
  readonly pictures: Pick<Pictures, 'evict'>;
  readonly limitBytes: () => number;
  readonly clock: Clock;
  readonly log: Log;
}): { readonly soon: () => void; readonly stop: () => void } {
  let cancel: (() => void) | null = null;
  return {
    soon() {
      cancel ??= parts.clock.after(settleFor, () => {
        cancel = null;
        parts.pictures.evict(parts.limitBytes()).then(
          (freed) => freed > 0 && parts.log.info('Evicted pictures over the cache limit', { freed }),
          (error: unknown) => parts.log.error('Eviction failed', { error: String(error) }),
        );
      });
    },
    stop() {
      cancel?.();
      cancel = null;
    },
  };
}
