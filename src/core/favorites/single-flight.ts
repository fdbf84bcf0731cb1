import { cancelled } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';

export interface SingleFlight<Request, Value> {
  /**
   * Runs after the run under way, if any. A request that can share a run that has not started yet does. Aborting lets go of this caller at once; the
   * run itself is aborted when no caller is left.
   */
  run(
    request: Request,
    progress: (done: number, total: number | null) => void,
    signal?: AbortSignal,
  ): Promise<Result<Value>>;
  readonly running: boolean;
  /** Aborts everything and waits for it. */
  stop(): Promise<void>;
}

type Progress = (done: number, total: number | null) => void;

interface Flight<Request, Value> {
  request: Request;
  readonly controller: AbortController;
  readonly listeners: Set<Progress>;
  callers: number;
  readonly result: Promise<Result<Value>>;
}

/** One run at a time. `join` merges a waiting request with a new one, or answers null when each needs its own run. */
export function createSingleFlight<Request, Value>(parts: {
  readonly work: (request: Request, progress: Progress, signal: AbortSignal) => Promise<Value>;
  readonly join: (waiting: Request, added: Request) => Request | null;
  /** A run is over; `running` is false unless another one has begun. */
  readonly ended?: () => void;
}): SingleFlight<Request, Value> {
  const queue: Flight<Request, Value>[] = [];
  let active: Flight<Request, Value> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let stopped = false;

  const enqueue = (request: Request): Flight<Request, Value> => {
    const controller = new AbortController();
    const listeners = new Set<Progress>();
    const result = last.then(async (): Promise<Result<Value>> => {
      queue.splice(queue.indexOf(flight), 1);
      if (controller.signal.aborted) return fail(cancelled);
      active = flight;
      try {
        const value = await parts.work(
          flight.request,
          (done, total) => listeners.forEach((listen) => listen(done, total)),
          controller.signal,
        );
        return controller.signal.aborted ? fail(cancelled) : ok(value);
      } finally {
        active = null;
        parts.ended?.();
      }
    });
    const flight: Flight<Request, Value> = { request, controller, listeners, callers: 0, result };
    last = result.catch(() => undefined);
    queue.push(flight);
    return flight;
  };

  const find = (request: Request): Flight<Request, Value> => {
    const waiting = queue.at(-1);
    const joined = waiting && !waiting.controller.signal.aborted ? parts.join(waiting.request, request) : null;
    if (waiting === undefined || joined === null) return enqueue(request);
    waiting.request = joined;
    return waiting;
  };

  return {
    async run(request, progress, signal) {
      if (stopped || signal?.aborted) return fail(cancelled);
      const flight = find(request);
      flight.callers++;
      flight.listeners.add(progress);
      let onAbort = (): void => undefined;
      const aborted = new Promise<Result<Value>>((resolve) => (onAbort = () => resolve(fail(cancelled))));
      signal?.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([flight.result, aborted]);
      } finally {
        signal?.removeEventListener('abort', onAbort);
        flight.listeners.delete(progress);
        if (--flight.callers === 0) flight.controller.abort();
      }
    },
    get running() {
      return active !== null;
    },
    async stop() {
      stopped = true;
      active?.controller.abort();
      for (const flight of queue) flight.controller.abort();
      await last;
    },
  };
}
