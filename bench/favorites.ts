import { monitorEventLoopDelay } from 'node:perf_hooks';
import { favoriteQuery } from '../src/shared/model.ts';
import { createWorld, modelImages } from '../src/core/favorites/testing/world.ts';

// node --expose-gc bench/favorites.ts [count]: the first pull of a large account, and what lists of it cost afterwards.
const count = Number(process.argv[2] ?? 5_000);
const images = modelImages(count, (index) => ({
  tags: [`tag-${index % 50}`, `tag-${index % 7}`, 'landscape', `series-${index % 300}`, 'sky'],
  artists: [{ name: `Artist ${index % 400}`, links: ['https://artist.example/'] }],
  rating: index % 5 === 0 ? 'adult' : 'safe',
}));
const world = createWorld({ images });
for (const image of images) world.remote.favorites.add(image.remoteId);

let database = 0;
let longest = 0;
/** Milliseconds of processor time: what the work costs on an idle machine, whatever else runs on this one. */
const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};
let databaseCpu = 0;
let longestCpu = 0;
const tasks: number[] = [];
world.restart(
  {
    alive: () => false,
    guard: () => undefined,
    transaction(work) {
      const began = performance.now();
      const beganCpu = cpu();
      const value = world.store.transaction(work);
      const took = performance.now() - began;
      database += took;
      longest = Math.max(longest, took);
      tasks.push(took);
      const tookCpu = cpu() - beganCpu;
      databaseCpu += tookCpu;
      longestCpu = Math.max(longestCpu, tookCpu);
      return value;
    },
  },
  { realYield: true },
);

const heap = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
};
const delays = monitorEventLoopDelay({ resolution: 1 });
const before = heap();
delays.enable();
const began = performance.now();
const report = await world.sync();
const first = performance.now() - began;
delays.disable();
console.log(
  `first pull of ${report.pulled}: ${first.toFixed(0)} ms in all, ${database.toFixed(0)} ms in ${tasks.length} transactions`,
);
console.log(
  `longest transaction ${longest.toFixed(1)} ms, longest delay of the event loop ${(delays.max / 1e6).toFixed(1)} ms`,
);
world.heard.length = 0;
console.log(
  `processor time of the transactions: ${databaseCpu.toFixed(0)} ms in all, ${longestCpu.toFixed(1)} ms the longest`,
);
console.log(`heap ${before.toFixed(1)} MB before, ${heap().toFixed(1)} MB after`);

const timed = async (name: string, work: () => unknown): Promise<void> => {
  const times: number[] = [];
  for (let run = 0; run < 10; run++) {
    const start = cpu();
    await work();
    times.push(cpu() - start);
  }
  times.sort((a, b) => a - b);
  console.log(`${name}: median ${times[5]?.toFixed(1)} ms, worst ${times[9]?.toFixed(1)} ms of processor time`);
};
await timed('second pull, nothing new', () => world.sync());
await timed('state', () => world.engine.state());
await timed('list, whole', () => world.engine.list(favoriteQuery.parse({})));
await timed('list, ids alone', () => world.store.favorites.find(favoriteQuery.parse({}), false));
await timed('list, two words', () =>
  world.store.favorites.find(favoriteQuery.parse({ search: 'artist tag-7' }), false),
);
await timed('list, by artist', () => world.store.favorites.find(favoriteQuery.parse({ sort: 'artist' }), false));
const ids = images.filter((image) => image.rating === 'safe').map((image) => image.id);
await timed('unlike and like them all', async () => {
  await world.engine.remove(ids);
  await world.engine.add(ids);
  world.heard.length = 0;
});
console.log(`heap at the end ${heap().toFixed(1)} MB`);
await world.end();
