import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createSignatureIndex } from '../src/core/duplicates/signature-index.ts';
import { createScan } from '../src/core/duplicates/scan.ts';
import { codecHere, measure, plant } from '../src/core/duplicates/testing/plant.ts';
import { signatureLength } from '../src/core/files/look.ts';
import { Hashes, nearDuplicate } from '../src/core/store/hashes.ts';
import { openTestStore } from '../src/core/store/testing.ts';

/**
 * How well duplicates are told from what only looks like them, on a planted set, and what looking for them costs in a library of a million. Times are in
 * milliseconds, of the clock and of the processor (which a busy machine does not change).
 *
 *     node bench/duplicates.ts [--originals 204] [--scale 0.6] [--million 1000000] [folder of real pictures …]
 */
const { values, positionals } = parseArgs({
  options: {
    originals: { type: 'string', default: '204' },
    scale: { type: 'string', default: '0.6' },
    million: { type: 'string', default: '1000000' },
  },
  allowPositionals: true,
});
const say = (text: string): void => void process.stdout.write(`${text}\n`);
const folders = [...positionals, '/usr/share/backgrounds'].filter((folder) => existsSync(folder));

async function planted(): Promise<void> {
  const { store, folder, close } = openTestStore();
  const before = process.cpuUsage();
  const set = await plant(store, path.join(folder, 'planted'), {
    count: Number(values.originals),
    scale: Number(values.scale),
    folders,
  });
  const drawn = process.cpuUsage(before);
  const scanning = process.cpuUsage();
  await createScan({ store, codec: await codecHere(), pictures: set.pictures }).run(
    () => undefined,
    new AbortController().signal,
  );
  const scanned = process.cpuUsage(scanning);
  const { recall, precision, twins, found, missed, wrong } = measure(store, set);
  say(
    `${set.families.size} files of ${new Set(set.families.values()).size} pictures (drawn in ${(drawn.user / 1e6).toFixed(0)} s): ` +
      `${twins} pairs of twins, ${found} found. Recall ${recall.toFixed(4)}, precision ${precision.toFixed(4)}. ` +
      `${(scanned.user / 1000 / set.families.size).toFixed(1)} ms of the processor a file.`,
  );
  for (const line of missed.slice(0, 8)) say(`  missed ${line}`);
  for (const line of wrong.slice(0, 8)) say(`  wrong ${line}`);
  close();
}

function timed(name: string, times: number, work: (n: number) => unknown): void {
  const taken: number[] = [];
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) {
    const from = performance.now();
    work(n);
    taken.push(performance.now() - from);
  }
  const { user, system } = process.cpuUsage(before);
  taken.sort((a, b) => a - b);
  const at = (share: number): string => (taken[Math.min(times - 1, Math.floor(times * share))] ?? 0).toFixed(2);
  say(`${name}: median ${at(0.5)}, p95 ${at(0.95)}, processor ${((user + system) / 1000 / times).toFixed(2)} ms`);
}

function million(count: number): void {
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 4_294_967_296;
  };
  /** Not uniform: pictures are rather gray, of middling brightness, and their slow waves are small. */
  const bell = (spread: number): number => (random() + random() + random() - 1.5) * spread;
  const word = (): string =>
    Math.floor(random() * 4_294_967_296)
      .toString(16)
      .padStart(8, '0');

  const hashes = new Hashes();
  for (let key = 0; key < count; key += 1) hashes.set(key, word() + word());
  timed(`One hash against ${count}`, 50, () => hashes.near(word() + word(), nearDuplicate));

  const index = createSignatureIndex();
  const one = (): Int8Array =>
    Int8Array.from({ length: signatureLength }, (_, place) =>
      Math.round(
        Math.max(
          -127,
          Math.min(127, place === 0 ? bell(110) : place < 3 ? bell(35) : place === 3 ? 80 + bell(30) : bell(90)),
        ),
      ),
    );
  const widths = [1600, 1920, 1200, 1000, 800];
  timed(`A signature into the index of ${count}`, 1, () => {
    for (let key = 0; key < count; key += 1) index.set(key, one(), widths[Math.floor(random() * 5)] ?? 1, 1000);
  });
  let found = 0;
  timed(`One signature against ${count}`, 300, () => (found += index.near(Math.floor(random() * count)).length));
  say(
    `  ${(found / 300).toFixed(1)} candidates each, memory ${(process.memoryUsage().arrayBuffers / 1e6).toFixed(0)} MB`,
  );
}

if (Number(values.originals) > 0) await planted();
if (Number(values.million) > 0) million(Number(values.million));
