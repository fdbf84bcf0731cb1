import { statSync } from 'node:fs';
import path from 'node:path';
import { filter } from '../src/shared/model.ts';
import { databaseName } from '../src/core/store/open.ts';
import { openTestStore, testImage } from '../src/core/store/testing.ts';

/**
 * What the store's calls cost with many images (five tags each, a tenth of them on the disk): median, 95th percentile and processor time (which a busy
 * machine does not change) in milliseconds.
 *
 *     node bench/store.ts [images]
 */
const count = Number(process.argv[2] ?? 100_000);
const { store, folder, close } = openTestStore();
const say = (text: string): void => void process.stdout.write(`${text}\n`);
let seed = 1;
const random = (): number => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};
const idOf = (n: number): string => `${n % 4 === 0 ? 'yiff-rest' : 'waifu-im'}:${n}`;
const imageOf = (n: number) =>
  testImage({
    id: idOf(n),
    width: 800 + Math.floor(random() * 4000),
    height: 800 + Math.floor(random() * 3000),
    uploadedAt: new Date(Date.UTC(2020, 0, 1) + Math.floor(random() * 1.8e11)).toISOString(),
    likes: Math.floor(random() * 1000),
    tags: Array.from({ length: 5 }, () => `tag-${Math.floor(random() ** 2 * 300)}`),
  });

const filled = performance.now();
for (let n = 0; n < count; n += 1000) store.images.upsert(Array.from({ length: 1000 }, (_, k) => imageOf(n + k)));
for (let n = 0; n < count; n += 1000) {
  store.transaction(() => {
    for (let k = 0; k < 1000; k += 10) {
      const hash = (n + k).toString(16).padStart(64, '0');
      const file = { hash, bytes: 500_000, extension: 'jpg', width: 1920, height: 1080 };
      store.files.attach(idOf(n + k), file, { dominantColor: null, hash: null });
    }
  });
}
say(
  `${store.driver.name}, SQLite ${store.driver.version}; ${count} images filled in ${((performance.now() - filled) / 1000).toFixed(1)} s, ` +
    `${(statSync(path.join(folder, databaseName)).size / 1e6).toFixed(0)} MB`,
);

function measure(name: string, times: number, work: (n: number) => unknown): void {
  const taken: number[] = [];
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) {
    const start = performance.now();
    work(n);
    taken.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  taken.sort((a, b) => a - b);
  const at = (share: number): string => (taken[Math.floor(share * (times - 1))] ?? 0).toFixed(2).padStart(8);
  say(`${name.padEnd(48)} ${at(0.5)} ${at(0.95)} ${((user + system) / 1000 / times).toFixed(2).padStart(8)}`);
}

const newest = filter.parse({ provider: 'waifu-im', order: 'newest' });
const anyId = (): string => idOf(Math.floor(random() * count));
say(`${''.padEnd(48)}   median      p95      CPU`);
measure('one image', 1000, () => store.images.get(anyId()));
measure('a page of 60 by id', 300, () => store.images.getMany(Array.from({ length: 60 }, anyId)));
measure('refresh a page of 30 (one durable transaction)', 100, () =>
  store.images.upsert(Array.from({ length: 30 }, () => imageOf(Math.floor(random() * count)))),
);
measure('remember a value (one durable transaction)', 200, (n) => store.settings.remember('n', n));
measure('on disk, newest, first page of 60', 300, () => store.images.browseCached(newest, { cursor: null, limit: 60 }));
let cursor: string | null = null;
measure('on disk, newest, following pages', 100, () => {
  cursor = store.images.browseCached(newest, { cursor, limit: 60 }).cursor;
});
measure('on disk, newest, two tags and a width', 100, (n) =>
  store.images.browseCached(
    { ...newest, tags: [`tag-${n % 20}`, `tag-${(n % 7) + 1}`], minWidth: 1920 },
    { cursor: null, limit: 60 },
  ),
);
measure('on disk, random, first page of 60', 100, () =>
  store.images.browseCached({ ...newest, order: 'random' }, { cursor: null, limit: 60 }),
);
measure('pick one at random from the disk', 200, () =>
  store.candidates.draw({
    source: { kind: 'library' },
    rules: { rating: 'safe', orientation: 'landscape', minWidth: 1920, minHeight: 1080, animated: false, cached: true },
    pool: 'bench',
    from: 'fresh',
    exclude: [anyId()],
    random,
  }),
);
measure('evictable files, ten', 200, () => store.disk.evictable({ after: null, limit: 10 }));
measure('bytes on the disk, and of them those that stay', 200, () => store.disk.bytes() - store.disk.pinnedBytes());
measure('sums by class and provider', 200, () => store.disk.totals());
measure('the ten largest', 200, () => store.disk.largest(10));
measure('stats', 20, () => store.stats());
measure('integrity and foreign key check', 1, () => store.check());
close();
