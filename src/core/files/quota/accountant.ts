import { cancelled, type AppError } from '../../../shared/errors.ts';
import { fail, ok, type Result } from '../../../shared/result.ts';

/** Room on the disk that is set aside before it is written to. Whoever has one gives it back, however the writing ends. */
export interface Reservation {
  readonly bytes: number;
  /** Makes it this large, if it is smaller; waits for room. When there is none (`quota_full`), it stays as it is. */
  grow(bytes: number, signal?: AbortSignal): Promise<Result<void>>;
  /** Gives back what is more than this: it was not needed, or is counted where it lies now. */
  shrink(bytes: number): void;
  /** Gives all of it back. */
  release(): void;
}

/** Hands out room, so that what lies there and what is being written are never more than the limit together. */
export interface Accountant {
  /** Waits for room: files that may go are evicted, then others are waited for. Errors: `quota_full`, `cancelled`, what evicting throws. */
  reserve(bytes: number, signal?: AbortSignal): Promise<Result<Reservation>>;
  /** Bytes that could be set aside now without anything going for it. */
  free(): number;
  /** Bytes set aside now. */
  reserved(): number;
  /** The limit grew, or something was removed: whoever waits may go on. */
  changed(): void;
  /** Resolves once nothing is being evicted any more, for whoever asked so far. */
  settled(): Promise<void>;
}

interface Holder {
  bytes: number;
}

interface Waiter {
  readonly holder: Holder;
  /** The size that the holder is to have. */
  readonly wanted: number;
  readonly settle: (result: Result<void>) => void;
}

export function createAccountant(parts: {
  /** Bytes that lie there for good. */
  readonly counted: () => number;
  readonly limit: () => number;
  /** Removes files that may go until so many bytes are free, or none is left. Answers how many it freed. */
  readonly evict: (bytes: number) => Promise<number>;
  /** What to tell whoever gets no room for so many bytes. */
  readonly full: (bytes: number) => AppError;
  /** What evicting has thrown, as an error to tell. */
  readonly broken: (error: unknown) => AppError;
}): Accountant {
  const { counted, limit, evict } = parts;
  const holders = new Set<Holder>();
  /** Those who hold something come first: what they hold is of use to nobody until they have the rest. */
  const waiting: Waiter[] = [];
  let reserved = 0;
  let running = false;
  let again = false;

  function set(holder: Holder, bytes: number): void {
    reserved += bytes - holder.bytes;
    holder.bytes = bytes;
    if (bytes > 0) holders.add(holder);
    else holders.delete(holder);
  }

  function next(): Waiter | undefined {
    return waiting.find(({ holder }) => holder.bytes > 0) ?? waiting[0];
  }

  function leave(waiter: Waiter): boolean {
    const at = waiting.indexOf(waiter);
    if (at >= 0) waiting.splice(at, 1);
    return at >= 0;
  }

  /** Others are at work: what they write may be evicted when it is done, and what they set aside comes back. */
  function othersWork(): boolean {
    const idle = new Set(waiting.map(({ holder }) => holder));
    return [...holders].some((holder) => !idle.has(holder));
  }

  async function pump(): Promise<void> {
    running = true;
    try {
      for (;;) {
        again = false;
        const waiter = next();
        if (waiter === undefined) return;
        const short = counted() + reserved + waiter.wanted - waiter.holder.bytes - limit();
        if (short <= 0) {
          leave(waiter);
          set(waiter.holder, waiter.wanted);
          waiter.settle(ok(undefined));
          continue;
        }
        // Nothing is evicted for what could never fit.
        const hopeless = waiter.wanted > limit();
        if (!hopeless && (await evict(short)) > 0) continue;
        if (again) continue;
        if (!waiting.includes(waiter)) continue;
        if (!hopeless && othersWork()) return;
        leave(waiter);
        waiter.settle(fail(parts.full(waiter.wanted)));
      }
    } catch (error) {
      // The disk or the database failed: nobody who waits would fare better.
      for (const waiter of waiting.splice(0)) waiter.settle(fail(parts.broken(error)));
    } finally {
      running = false;
    }
  }

  /** The last one. Whoever asked may have given up meanwhile: what is being evicted for them is evicted all the same. */
  let pumped: Promise<void> = Promise.resolve();
  function look(): void {
    if (running) again = true;
    else pumped = pump();
  }

  function ask(holder: Holder, wanted: number, signal: AbortSignal | undefined): Promise<Result<void>> {
    if (signal?.aborted === true) return Promise.resolve(fail(cancelled));
    return new Promise((resolve) => {
      const stop = (): void => {
        if (leave(waiter)) waiter.settle(fail(cancelled));
        look();
      };
      const waiter: Waiter = {
        holder,
        wanted,
        settle(result) {
          signal?.removeEventListener('abort', stop);
          resolve(result);
        },
      };
      signal?.addEventListener('abort', stop, { once: true });
      waiting.push(waiter);
      look();
    });
  }

  return {
    async reserve(bytes, signal) {
      const holder: Holder = { bytes: 0 };
      const got = await ask(holder, bytes, signal);
      if (!got.ok) return got;
      const shrink = (to: number): void => {
        if (to >= holder.bytes) return;
        set(holder, Math.max(0, to));
        look();
      };
      return ok({
        get bytes() {
          return holder.bytes;
        },
        grow: (to, stop) => (to <= holder.bytes ? Promise.resolve(ok(undefined)) : ask(holder, to, stop)),
        shrink,
        release: () => shrink(0),
      });
    },
    free: () => Math.max(0, limit() - counted() - reserved),
    reserved: () => reserved,
    changed: look,
    settled: () => pumped,
  };
}
