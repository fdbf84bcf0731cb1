import { layRows, type Rows, type RowsRequest } from './rows.ts';

/** What the page says to the thread that lays out rows, and what that answers. The arrays are handed over, not copied. */
export interface RowsQuestion {
  readonly job: number;
  readonly request: RowsRequest;
}
export interface RowsAnswer {
  readonly job: number;
  readonly rows: Rows;
}

/** The part of a Worker that is used. */
export interface RowsWorker {
  postMessage(message: RowsQuestion, options: { transfer: Transferable[] }): void;
  addEventListener(type: 'message', listener: (event: { readonly data: RowsAnswer }) => void): void;
  addEventListener(type: 'error' | 'messageerror', listener: () => void): void;
  terminate(): void;
}

export interface RowsThread {
  /** Lays out rows elsewhere. Null where that is not possible: the page does it itself, in slices. Takes the request's array away. */
  lay(request: RowsRequest): Promise<Rows | null>;
}

/** What the thread does with a question. */
export function answerRows({ job, request }: RowsQuestion): {
  readonly answer: RowsAnswer;
  readonly transfer: Transferable[];
} {
  const rows = layRows(request);
  return { answer: { job, rows }, transfer: [rows.firsts.buffer, rows.tops.buffer] };
}

/** One thread for all grids of the page, started when the first large list is laid out. Once it has failed it is not started again. */
export function createRowsThread(start: () => RowsWorker | null): RowsThread {
  const waiting = new Map<number, (rows: Rows | null) => void>();
  let worker: RowsWorker | null = null;
  let broken = false;
  let jobs = 0;

  const giveUp = (): void => {
    broken = true;
    worker?.terminate();
    worker = null;
    for (const settle of waiting.values()) settle(null);
    waiting.clear();
  };
  const ready = (): RowsWorker | null => {
    if (worker !== null || broken) return worker;
    try {
      worker = start();
    } catch {
      worker = null;
    }
    broken = worker === null;
    worker?.addEventListener('message', ({ data }) => {
      waiting.get(data.job)?.(data.rows);
      waiting.delete(data.job);
    });
    worker?.addEventListener('error', giveUp);
    worker?.addEventListener('messageerror', giveUp);
    return worker;
  };

  return {
    lay(request) {
      const to = ready();
      if (to === null) return Promise.resolve(null);
      jobs += 1;
      const job = jobs;
      return new Promise((resolve) => {
        waiting.set(job, resolve);
        to.postMessage({ job, request }, { transfer: [request.ratios.buffer] });
      });
    },
  };
}

/** A thread of the browser's, in a file of its own: the content policy allows no other. */
export function startRowsWorker(): RowsWorker | null {
  if (typeof Worker === 'undefined') return null;
  return new Worker(new URL('./rows-worker.ts', import.meta.url), { type: 'module', name: 'rows' });
}
