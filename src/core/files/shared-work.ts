import { cancelled } from '../../shared/errors.ts';
import { fail, type Result } from '../../shared/result.ts';

export interface WorkOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number | null) => void;
}

export interface SharedWork<T> {
  /** Joins the work of that key, or starts it. An aborted caller is answered at once; the work itself is aborted when nobody waits any more. */
  join(
    key: string,
    start: (signal: AbortSignal, report: (done: number, total: number | null) => void) => Promise<Result<T>>,
    options: WorkOptions,
  ): Promise<Result<T>>;
  /** Aborts everything and waits for its end. */
  close(): Promise<void>;
}

/** Work that several callers want at the same time is done once. Where `start` rejects (a disk or a database that fails), so does `join`, for all of them. */
export function createSharedWork<T>(): SharedWork<T> {
  interface Entry {
    readonly controller: AbortController;
    readonly listeners: Set<(done: number, total: number | null) => void>;
    readonly result: Promise<Result<T>>;
    waiting: number;
    last: readonly [number, number | null] | null;
  }
  const entries = new Map<string, Entry>();
  const running = new Set<Promise<unknown>>();
  let closed = false;

  function begin(key: string, start: Parameters<SharedWork<T>['join']>[1]): Entry {
    const controller = new AbortController();
    const listeners: Entry['listeners'] = new Set();
    const report = (done: number, total: number | null): void => {
      entry.last = [done, total];
      for (const listener of listeners) listener(done, total);
    };
    const result = start(controller.signal, report).finally(() => {
      running.delete(result);
      if (entries.get(key) === entry) entries.delete(key);
    });
    running.add(result);
    const entry: Entry = { controller, listeners, result, waiting: 0, last: null };
    entries.set(key, entry);
    return entry;
  }

  return {
    join(key, start, { signal, onProgress }) {
      if (closed || signal?.aborted === true) return Promise.resolve(fail(cancelled));
      const entry = entries.get(key) ?? begin(key, start);
      entry.waiting += 1;
      if (onProgress !== undefined) {
        entry.listeners.add(onProgress);
        if (entry.last !== null) onProgress(...entry.last);
      }
      return new Promise((resolve, reject) => {
        const leave = (): void => {
          signal?.removeEventListener('abort', onAbort);
          if (onProgress !== undefined) entry.listeners.delete(onProgress);
          entry.waiting -= 1;
        };
        const onAbort = (): void => {
          leave();
          if (entry.waiting === 0) {
            // Whoever comes next starts anew.
            if (entries.get(key) === entry) entries.delete(key);
            entry.controller.abort();
          }
          resolve(fail(cancelled));
        };
        signal?.addEventListener('abort', onAbort, { once: true });
        const over = (): void => {
          if (signal?.aborted !== true) leave();
        };
        entry.result.then(
          (result) => {
            over();
            resolve(result);
          },
          (error: unknown) => {
            over();
            reject(error instanceof Error ? error : new Error(String(error)));
          },
        );
      });
    },
    async close() {
      closed = true;
      for (const { controller } of entries.values()) controller.abort();
      await Promise.allSettled(running);
    },
  };
}
