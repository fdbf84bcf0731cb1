import { openTestStore, testImage } from './testing.ts';

/** A program for the test that kills it: writes images one by one into the folder given, and tells the number after each commit. */
const { store } = openTestStore(process.argv[2]);
let count = 0;
function next(): void {
  count += 1;
  store.images.upsert([testImage({ id: `waifu-im:${count}` })]);
  process.send?.(count);
  setImmediate(next);
}
process.on('disconnect', () => process.exit());
next();
