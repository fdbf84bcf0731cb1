import { rm } from 'node:fs/promises';
import type { z } from 'zod';
import { appError, cancelled, type AppError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import type { Clock } from '../ports.ts';
import type { Codec } from './codec.ts';
import {
  codecReply,
  compareValue,
  composeValue,
  looksValue,
  targetsOf,
  thumbnailValue,
  unfinishedName,
  type CodecRequest,
} from './codec-messages.ts';

/** A running codec process, however it was started. */
export interface CodecChild {
  send(message: unknown): void;
  onMessage(receive: (message: unknown) => void): void;
  /** Called once when it ended, for whatever reason, or could not be started. */
  onExit(ended: () => void): void;
  /** At once; it may be in the middle of decoding. */
  kill(): void;
}

interface Job {
  readonly request: Omit<CodecRequest, 'id'>;
  readonly settle: (result: Result<unknown>) => void;
}

interface Worker {
  readonly child: CodecChild;
  ready: boolean;
  job: (Job & { readonly id: number; readonly stopTimer: () => void }) | null;
  stopIdleTimer: (() => void) | null;
}

/**
 * A codec of up to `size` processes, started when there is work and ended after `idleMs` without any, which gives their memory back. One job a
 * process at a time. A process that dies fails its own job (`bad_picture`); the next job gets a new one. `jobTimeoutMs` bounds a job.
 */
export function createProcessCodec(parts: {
  readonly spawn: () => CodecChild;
  readonly size: number;
  readonly idleMs: number;
  readonly clock: Pick<Clock, 'after'>;
  readonly jobTimeoutMs?: number;
}): Codec {
  const { spawn, size, idleMs, clock, jobTimeoutMs = 60_000 } = parts;
  const workers = new Set<Worker>();
  const queue: Job[] = [];
  let nextId = 1;
  let closed = false;

  function start(): Worker {
    const child = spawn();
    const worker: Worker = { child, ready: false, job: null, stopIdleTimer: null };
    workers.add(worker);
    child.onMessage((message) => receive(worker, message));
    child.onExit(() => {
      end(
        worker,
        worker.ready
          ? appError('bad_picture', 'The picture could not be decoded: it brought the decoder down.')
          : appError('internal', 'The picture decoder could not be started. Installing Kabegami again may help.'),
      );
      pump();
    });
    return worker;
  }

  /** Forgets a worker, failing its job with `error`. What it was writing is removed before anybody hears of it. */
  function end(worker: Worker, error: AppError): void {
    if (!workers.delete(worker)) return;
    worker.stopIdleTimer?.();
    worker.child.kill();
    const { job } = worker;
    worker.job = null;
    if (job === null) return;
    job.stopTimer();
    const unfinished = targetsOf(job.request as CodecRequest).map(unfinishedName);
    void Promise.allSettled(unfinished.map((path) => rm(path, { force: true }))).then(() => job.settle(fail(error)));
  }

  function receive(worker: Worker, message: unknown): void {
    const reply = codecReply.safeParse(message);
    if (!reply.success) {
      end(worker, appError('bad_picture', 'The picture could not be decoded: the decoder answered nonsense.'));
      pump();
      return;
    }
    if (reply.data.type === 'ready') {
      worker.ready = true;
      if (worker.job !== null) worker.child.send({ id: worker.job.id, ...worker.job.request });
      return;
    }
    const { job } = worker;
    if (job === null || reply.data.id !== job.id) return;
    worker.job = null;
    job.stopTimer();
    job.settle(reply.data.type === 'done' ? ok(reply.data.value) : fail(appError(reply.data.code, reply.data.message)));
    pump();
    if (worker.job === null && workers.has(worker)) {
      worker.stopIdleTimer = clock.after(idleMs, () => end(worker, cancelled));
    }
  }

  function give(worker: Worker, job: Job): void {
    worker.stopIdleTimer?.();
    worker.stopIdleTimer = null;
    const id = nextId;
    nextId += 1;
    const stopTimer = clock.after(jobTimeoutMs, () => {
      end(
        worker,
        appError('bad_picture', `The picture could not be decoded within ${Math.round(jobTimeoutMs / 1000)} seconds.`),
      );
      pump();
    });
    worker.job = { ...job, id, stopTimer };
    if (worker.ready) worker.child.send({ id, ...job.request });
  }

  /** Hands queued jobs to free workers, starting new ones up to the limit. */
  function pump(): void {
    for (;;) {
      const job = queue[0];
      if (job === undefined || closed) return;
      const free = [...workers].find((worker) => worker.job === null);
      if (free === undefined && workers.size >= size) return;
      queue.shift();
      try {
        give(free ?? start(), job);
      } catch (error) {
        job.settle(fail(appError('internal', `The picture decoder could not be started: ${String(error)}`)));
      }
    }
  }

  /** Many jobs are often given up in one go (a window is closed): no process is started for one of them that is still in the queue. */
  function pumpSoon(): void {
    queueMicrotask(pump);
  }

  function run<T>(request: Omit<CodecRequest, 'id'>, shape: z.ZodType<T>, signal?: AbortSignal): Promise<Result<T>> {
    if (signal?.aborted === true) return Promise.resolve(fail(cancelled));
    if (closed) return Promise.resolve(fail(appError('cancelled', 'Kabegami is closing.')));
    return new Promise((resolve) => {
      const onAbort = (): void => {
        const waiting = queue.indexOf(job);
        if (waiting >= 0) {
          queue.splice(waiting, 1);
          job.settle(fail(cancelled));
          return;
        }
        const worker = [...workers].find((candidate) => candidate.job?.settle === job.settle);
        // Decoding cannot be interrupted, only ended.
        if (worker !== undefined) end(worker, cancelled);
        pumpSoon();
      };
      const job: Job = {
        request,
        settle(result) {
          signal?.removeEventListener('abort', onAbort);
          if (!result.ok) return resolve(result);
          const value = shape.safeParse(result.value);
          resolve(
            value.success
              ? ok(value.data)
              : fail(appError('bad_picture', 'The picture could not be decoded: the decoder answered nonsense.')),
          );
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      queue.push(job);
      pump();
    });
  }

  return {
    thumbnails: (job, signal) => run({ kind: 'thumbnails', job }, thumbnailValue, signal),
    async compose(job, signal) {
      const result = await run({ kind: 'compose', job }, composeValue, signal);
      return result.ok ? ok(undefined) : result;
    },
    looks: (job, signal) => run({ kind: 'looks', job }, looksValue, signal),
    compare: (job, signal) => run({ kind: 'compare', job }, compareValue, signal),
    close() {
      closed = true;
      const gone = appError('cancelled', 'Kabegami is closing.');
      for (const job of queue.splice(0)) job.settle(fail(gone));
      for (const worker of [...workers]) end(worker, gone);
      return Promise.resolve();
    },
  };
}
