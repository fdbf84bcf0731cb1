import { createTestLog } from '../../store/testing.ts';
import { createBackups } from '../backups.ts';
import { carryOutRestore } from '../swap.ts';

/**
 * A program for the test that kills it: backs the library of a folder up without end (`create`), or restores one of two backups by turns and carries that out
 * (`restore`). Says each time that it begins.
 */
const [what, folder, first, second] = process.argv.slice(2);
if (folder === undefined || first === undefined || second === undefined) throw new Error('What, and where?');
process.on('disconnect', () => process.exit());
carryOutRestore(folder, createTestLog());
const backups = createBackups({ folder, version: '0.1.0', clock: { now: () => Date.now() }, log: createTestLog() });
const work = { onProgress: () => undefined, signal: new AbortController().signal };
for (let round = 0; ; round += 1) {
  process.send?.(round);
  if (what === 'create') {
    const made = await backups.create({ path: first, pictures: 'all', overwrite: true }, work);
    if (!made.ok) throw new Error(made.error.message);
  } else {
    const restored = await backups.restore({ path: round % 2 === 0 ? first : second }, work);
    if (!restored.ok) throw new Error(restored.error.message);
    carryOutRestore(folder, createTestLog());
  }
}
