import { existsSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import type { UpdateStep } from '../store/migrate.ts';
import type { DatabaseAnswers, DatabaseJob } from './database-jobs.ts';

export type RunDatabaseJob = <J extends DatabaseJob>(
  job: J,
  tell?: (step: UpdateStep) => void,
) => Promise<DatabaseAnswers[J['kind']]>;

/**
 * Runs a job in a thread of its own. Rejects with the error that SQLite or the file system threw there (its `code` is kept). A job cannot be interrupted: whoever is
 * asked to stop waits for its end.
 */
export const runInWorker: RunDatabaseJob = (job, tell) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(workerFile(), { workerData: job, execArgv: [] });
    worker.on('message', (answer: WorkerAnswer) => {
      if ('step' in answer) tell?.(answer.step);
      else if (answer.ok) resolve(answer.value);
      else reject(Object.assign(new Error(answer.message), { code: answer.code ?? undefined }));
    });
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('The database worker ended without an answer.')));
  });

type WorkerAnswer =
  | { readonly step: UpdateStep }
  | { readonly ok: true; readonly value: never }
  | { readonly ok: false; readonly code: string | null; readonly message: string };

/** Beside this file in the sources; in the build this file is a part of `out/main/*.js` or of one of `out/main/chunks/`. */
function workerFile(): string {
  const here = import.meta.dirname;
  if (import.meta.filename.endsWith('.ts')) return path.join(here, 'database-worker.ts');
  const beside = path.join(here, 'database-worker.js');
  return existsSync(beside) ? beside : path.join(here, '..', 'database-worker.js');
}
