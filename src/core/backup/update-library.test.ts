import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Updating } from '../ports.ts';
import { chooseDriver } from '../store/driver.ts';
import { migrate } from '../store/migrate.ts';
import { migrations } from '../store/migrations/index.ts';
import { openStore, storePlaces } from '../store/open.ts';
import { createTestLog } from '../store/testing.ts';
import { updateLibrary } from './update-library.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'kabegami-update-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const oldVersion = 4;
function makeOld(): void {
  const db = chooseDriver().open(storePlaces(folder).database);
  migrate(db, migrations.slice(0, oldVersion), () => undefined);
  db.close();
}
async function update(least: number): Promise<readonly Parameters<Updating>[0][]> {
  const heard: Parameters<Updating>[0][] = [];
  const updating: Updating = (progress) => void heard.push(progress);
  await updateLibrary({ folder, log: createTestLog(), clock: { now: () => 1 }, updating, least });
  return heard;
}

it('tells each step of bringing a library up to date, after a backup, and its end', async () => {
  makeOld();
  const of = migrations.length - oldVersion;
  expect(await update(0)).toEqual([...Array.from({ length: of }, (_, n) => ({ step: n + 1, of })), null]);
  expect(readdirSync(storePlaces(folder).backups)).toHaveLength(1);
  // Nothing is left to do.
  expect(await update(0)).toEqual([]);
  const steps: unknown[] = [];
  const opened = openStore({
    folder,
    log: createTestLog(),
    clock: { now: () => 2 },
    updating: (step) => void steps.push(step),
  });
  expect([opened.ok, steps]).toEqual([true, []]);
  if (opened.ok) opened.value.close();
});

it('leaves a small library, and one that is not there or damaged, to be opened', async () => {
  expect(await update(0)).toEqual([]);
  makeOld();
  expect(await update(1e9)).toEqual([]);
  rmSync(storePlaces(folder).database);
  writeFileSync(storePlaces(folder).database, 'this is no database'.repeat(1000));
  expect(await update(0)).toEqual([]);
});
