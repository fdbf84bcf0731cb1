import { createTestHost, landscape, testCodec } from './pictures.ts';
import { systemClock } from '../../clock.ts';
import { createTestLog, openTestStore } from '../../store/testing.ts';
import { createPictures } from '../create-pictures.ts';

/** A program for the test that kills it: fetches, thumbnails and evicts pictures in the folder given without end, and says how many it has. */
const folder = process.argv[2];
if (folder === undefined) throw new Error('Which folder?');
const { store } = openTestStore(folder);
const host = createTestHost();
const pictures = createPictures({
  folder,
  index: store.files,
  disk: store.disk,
  limitBytes: () => 1e9,
  checkDatabase: store.check,
  fetchPicture: host.fetchPicture,
  codec: testCodec(),
  clock: systemClock,
  log: createTestLog(),
});
process.on('disconnect', () => process.exit());

const offered = await Promise.all(
  Array.from({ length: 6 }, async (_, n) =>
    host.offer(`waifu-im:${n}`, await landscape(n, { width: 500, height: 300, format: 'png' })),
  ),
);
store.images.upsert(offered);
for (let round = 0; ; round += 1) {
  await Promise.all(offered.map((image) => pictures.open(image, round % 2 === 0 ? 'large' : 'small')));
  process.send?.(round);
  await pictures.evict(0);
}
