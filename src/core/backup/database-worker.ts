import { parentPort, workerData } from 'node:worker_threads';
import { codeOf } from '../store/errors.ts';
import { runDatabaseJob, type DatabaseJob } from './database-jobs.ts';

/** A thread of its own for work on whole databases: one job, one answer, the end. The job is ours: it comes from `run-database-job.ts`. */
try {
  const value = runDatabaseJob(workerData as DatabaseJob, undefined, (step) => parentPort?.postMessage({ step }));
  parentPort?.postMessage({ ok: true, value });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  parentPort?.postMessage({ ok: false, code: codeOf(error), message });
}
