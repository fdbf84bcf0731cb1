import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chooseDriver } from '../store/driver.ts';
import { runDatabaseJob } from './database-jobs.ts';
import type { RunDatabaseJob } from './run-database-job.ts';
import {
  createTestLibrary,
  dumpLibrary,
  fillLibrary,
  silent,
  verifyLibrary,
  type TestLibrary,
} from './testing/library.ts';

/** A desktop on an older Node writes with libsql what a terminal reads with better-sqlite3, and the other way round. */
const drivers = { 'better-sqlite3': chooseDriver('10'), libsql: chooseDriver('9') };
const names = Object.keys(drivers) as (keyof typeof drivers)[];
const runOn =
  (name: keyof typeof drivers): RunDatabaseJob =>
  (job) =>
    Promise.resolve().then(() => runDatabaseJob(job, drivers[name]) as never);

let library: TestLibrary;
beforeEach(() => {
  library = createTestLibrary();
});
afterEach(() => library.remove());

describe.each(names.flatMap((made) => names.map((restored) => ({ made, restored }))))(
  'a backup made on $made and restored on $restored',
  ({ made, restored }) => {
    it('is the same library', async () => {
      fillLibrary(library);
      const before = dumpLibrary(library.folder);
      const file = path.join(library.outside, 'b.kabegami');
      expect(
        await library
          .backups({ runJob: runOn(made) })
          .create({ path: file, pictures: 'all', overwrite: false }, silent),
      ).toMatchObject({ ok: true });
      library.wipe();
      mkdirSync(library.folder, { recursive: true });
      expect(await library.backups({ runJob: runOn(restored) }).restore({ path: file }, silent)).toMatchObject({
        ok: true,
        value: { missing: 0 },
      });
      library.carryOut();
      expect(dumpLibrary(library.folder)).toEqual(before);
      expect(await verifyLibrary(library.folder)).toMatchObject({ clean: true, problems: [] });
    });

    it('comes from a snapshot too', async () => {
      fillLibrary(library);
      const { database } = dumpLibrary(library.folder) as { database: unknown };
      expect(await library.backups({ runJob: runOn(made) }).snapshot()).toMatchObject({ ok: true });
      expect(await library.backups({ runJob: runOn(restored) }).restore({ snapshot: 'latest' }, silent)).toMatchObject({
        ok: true,
      });
      library.carryOut();
      expect((dumpLibrary(library.folder) as { database: unknown }).database).toEqual(database);
    });
  },
);
