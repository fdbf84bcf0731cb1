import { copyFileSync, linkSync, statSync } from 'node:fs';
import path from 'node:path';
import type { AppError } from '../../shared/errors.ts';
import { createLayout } from '../files/layout.ts';
import { pictureTypes } from '../files/picture-type.ts';
import { makeFolder } from '../private-files.ts';
import {
  copyDatabase,
  examineDatabase,
  prepareDatabase,
  type Examined,
  type Prepared,
} from '../store/database-copies.ts';
import { chooseDriver, type Driver } from '../store/driver.ts';
import type { UpdateStep } from '../store/migrate.ts';
import { openStore } from '../store/open.ts';

/** What the database worker is asked to do, and what it answers. All of it is plain data. */
export type DatabaseJob =
  /** Copies a database that is in use, then proves the copy. */
  | { readonly kind: 'copy'; readonly from: string; readonly to: string }
  | { readonly kind: 'examine'; readonly file: string; readonly check: boolean }
  /** Makes `<staged>/library.db` ready. Pictures that are not staged are taken over from `folder`; null `staged`: they stay where they are. */
  | {
      readonly kind: 'prepare';
      readonly file: string;
      readonly folder: string;
      readonly staged: string | null;
      readonly addresses: readonly string[] | null;
    }
  /** Opens the library of a folder, which brings it up to date, and closes it. */
  | { readonly kind: 'update'; readonly folder: string; readonly now: number };

export interface DatabaseAnswers {
  readonly copy: Examined;
  readonly examine: Examined;
  readonly prepare: Prepared;
  readonly update: Updated;
}

export interface Updated {
  /** Null: it is up to date. */
  readonly error: AppError | null;
  /** What was to be logged. */
  readonly said: readonly {
    readonly message: string;
    readonly details: Readonly<Record<string, unknown>> | undefined;
  }[];
}

/** Runs a job to its end, synchronously. Throws what SQLite and the file system throw. `tell` hears how far an update is. */
export function runDatabaseJob(
  job: DatabaseJob,
  driver: Driver = chooseDriver(),
  tell: (step: UpdateStep) => void = () => undefined,
): DatabaseAnswers[DatabaseJob['kind']] {
  if (job.kind === 'update') return update(job, driver, tell);
  if (job.kind === 'copy') {
    copyDatabase(driver, job.from, job.to);
    return examineDatabase(driver, job.to, { check: true });
  }
  if (job.kind === 'examine') return examineDatabase(driver, job.file, job);
  const here = createLayout(job.folder);
  const there = job.staged === null ? here : createLayout(job.staged);
  const has = (target: string, source: string, bytes: number): boolean =>
    sizeOf(target) === bytes || (job.staged !== null && sizeOf(source) === bytes && takeOver(source, target));
  return prepareDatabase(driver, job.file, {
    extensions: Object.keys(pictureTypes),
    hasPicture: (file) => has(there.picture(file), here.picture(file), file.bytes),
    hasThumbnail: ({ hash, edge, bytes }) => has(there.thumbnail(hash, edge), here.thumbnail(hash, edge), bytes),
    addresses: job.addresses,
  });
}

function update(
  { folder, now }: Extract<DatabaseJob, { kind: 'update' }>,
  driver: Driver,
  updating: (step: UpdateStep) => void,
): Updated {
  const said: Updated['said'][number][] = [];
  const say = (message: string, details?: Readonly<Record<string, unknown>>): void =>
    void said.push({ message, details });
  const opened = openStore({
    folder,
    log: { info: say, warn: say, error: say },
    clock: { now: () => now },
    driver,
    updating,
  });
  if (opened.ok) opened.value.close();
  return { error: opened.ok ? null : opened.error, said };
}

function sizeOf(file: string): number | null {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true ? found.size : null;
}

/** The same file under another name, or a copy of it where the file system has no second names. */
function takeOver(source: string, target: string): boolean {
  makeFolder(path.dirname(target));
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
  return true;
}
