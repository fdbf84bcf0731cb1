import { fork } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openListCollections } from '../export/list-collections.ts';
import {
  createTestLibrary,
  dumpLibrary,
  fillLibrary,
  silent,
  verifyLibrary,
  type TestLibrary,
} from './testing/library.ts';

let library: TestLibrary;
beforeEach(() => {
  library = createTestLibrary();
});
afterEach(() => library.remove());

/** Runs the program and kills it `after` milliseconds into its round `round`. */
function runAndKill(args: readonly string[], round: number, after: number): Promise<void> {
  const child = fork(new URL('./testing/killed-backup.ts', import.meta.url), [...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return new Promise((resolve, reject) => {
    child.on('message', (begun: number) => {
      if (begun === round) setTimeout(() => child.kill('SIGKILL'), after);
    });
    child.on('exit', (code) => (code === null ? resolve() : reject(new Error(`It ended by itself (${code}).`))));
  });
}

/** Two backups of different libraries; the second is here. */
async function twoBackups(): Promise<{
  readonly files: readonly [string, string];
  readonly dumps: readonly [unknown, unknown];
}> {
  const files = [path.join(library.outside, 'a.kabegami'), path.join(library.outside, 'b.kabegami')] as const;
  const dumps: unknown[] = [];
  for (const [index, file] of files.entries()) {
    library.wipe();
    fillLibrary(library, 40 + 20 * index);
    dumps.push(dumpLibrary(library.folder));
    expect(await library.backups().create({ path: file, pictures: 'all', overwrite: false }, silent)).toMatchObject({
      ok: true,
    });
  }
  return { files, dumps: [dumps[0], dumps[1]] };
}

describe('a process killed at any instant', () => {
  it('while restoring leaves the one library or the other, whole', async () => {
    const { files, dumps } = await twoBackups();
    const seen = new Set<number>();
    for (let run = 0; run < 15; run += 1) {
      await runAndKill(['restore', library.folder, ...files], run % 3, (run * 41) % 611);
      library.carryOut();
      const dump = dumpLibrary(library.folder);
      const which = dumps.findIndex((candidate) => JSON.stringify(candidate) === JSON.stringify(dump));
      expect(which, `run ${run}`).toBeGreaterThanOrEqual(0);
      seen.add(which);
      expect(await verifyLibrary(library.folder), `run ${run}`).toMatchObject({ clean: true, problems: [] });
      for (const left of ['restore.staged', 'restore.json', 'restore.json.part', 'backup.work'])
        expect(existsSync(path.join(library.folder, left)), left).toBe(false);
      expect(
        readdirSync(library.folder).filter((name) => name.startsWith('before-restore-')).length,
      ).toBeLessThanOrEqual(1);
    }
    expect(seen.size).toBe(2);
  });

  it('while backing up leaves the backup that was there, whole, and the library as it was', async () => {
    const { files, dumps } = await twoBackups();
    for (let run = 0; run < 10; run += 1) {
      await runAndKill(['create', library.folder, ...files], run % 2, (run * 49) % 487);
      library.carryOut();
      expect(dumpLibrary(library.folder), `run ${run}`).toEqual(dumps[1]);
      expect(await library.backups().inspect({ path: files[0] }, { check: true }, silent), `run ${run}`).toMatchObject({
        ok: true,
      });
    }
  });
});

describe('random libraries', () => {
  it('come back as they were', async () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
    const made = fc.record({
      size: fc.integer({ min: 7, max: 60 }),
      notes: fc.array(fc.tuple(word, fc.jsonValue()), { maxLength: 10 }),
      collections: fc.uniqueArray(
        word.filter((name) => name.trim() !== ''),
        { maxLength: 6 },
      ),
      pictures: fc.array(fc.tuple(fc.nat(6), fc.string({ unit: 'binary', maxLength: 5000 })), { maxLength: 20 }),
    });
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(made, async ({ size, notes, collections, pictures }) => {
        library.wipe();
        fillLibrary(library, size);
        const store = library.open();
        for (const [key, note] of notes) store.settings.remember(key, note);
        const byHand = openListCollections(store, () => 1);
        for (const name of collections)
          byHand.create({ name, notes: '', query: null, images: ['waifu-im:1', 'waifu-im:0'] });
        // Images whose file is not yet known come after the first half.
        for (const [n, content] of pictures)
          if (size - 1 - n > Math.ceil(size / 2)) library.addPicture(store, `waifu-im:${size - 1 - n}`, content);
        store.close();
        await verifyLibrary(library.folder, true);
        const before = dumpLibrary(library.folder);
        const file = path.join(library.outside, `${(runs += 1)}.kabegami`);
        expect(await library.backups().create({ path: file, pictures: 'all', overwrite: false }, silent)).toMatchObject(
          { ok: true },
        );
        library.wipe();
        expect(await library.backups().restore({ path: file }, silent)).toMatchObject({
          ok: true,
          value: { missing: 0 },
        });
        library.carryOut();
        expect(dumpLibrary(library.folder)).toEqual(before);
        expect(await verifyLibrary(library.folder)).toMatchObject({ clean: true, problems: [] });
      }),
      { numRuns: 15 },
    );
  });
});
