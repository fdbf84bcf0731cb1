import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestLibrary, dumpLibrary, fillLibrary, type TestLibrary } from '../core/backup/testing/library.ts';
import { restoreNewest } from './restore-newest.ts';

let library: TestLibrary;
beforeEach(() => {
  library = createTestLibrary();
});
afterEach(() => library.remove());

it('puts the newest snapshot in the place of a damaged database, and lets the folder go', async () => {
  fillLibrary(library);
  await library.backups().snapshot();
  const before = dumpLibrary(library.folder);
  writeFileSync(path.join(library.folder, 'library.db'), 'rubbish '.repeat(1000));
  for (let turn = 0; turn < 2; turn += 1) {
    expect(await restoreNewest(library.folder, '0.1.0')).toMatchObject({ ok: true, value: { missing: 0 } });
    expect(dumpLibrary(library.folder)).toEqual(before);
  }
});

it('says that there is none', async () => {
  writeFileSync(path.join(library.folder, 'library.db'), 'rubbish '.repeat(1000));
  expect(await restoreNewest(library.folder, '0.1.0')).toMatchObject({ ok: false, error: { code: 'not_found' } });
});
