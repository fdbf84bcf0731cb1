/**
 * Imports many small files, killed at ten random points, then goes on and verifies: `node bench/import.ts [files] [copy|reference]`. Then how long
 * it takes without being killed, and again when nothing has changed.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { testCodec } from '../src/core/files/testing/pictures.ts';
import { killAndResume } from '../src/core/folders/testing/kill.ts';
import { openFolderWorld, tinyPng } from '../src/core/folders/testing/world.ts';

const files = Number(process.argv[2] ?? 20_000);
const mode = process.argv[3] === 'reference' ? 'reference' : 'copy';
const codec = testCodec();
const seconds = (from: number): string => `${((performance.now() - from) / 1000).toFixed(1)} s`;

const root = mkdtempSync(path.join(tmpdir(), 'kabegami-bench-'));
for (let n = 0; n < files; n += 1) {
  const folder = path.join(root, `part ${n % 20}`);
  if (n < 20) mkdirSync(folder);
  writeFileSync(path.join(folder, `${n}.png`), tinyPng(n));
}
const world = openFolderWorld(codec, { root });
const id = await world.add({ mode });
let longest = 0;
let last = performance.now();
const timer = setInterval(() => {
  const now = performance.now();
  longest = Math.max(longest, now - last - 5);
  last = now;
}, 5);
for (const what of ['first', 'again']) {
  const from = performance.now();
  longest = 0;
  last = performance.now();
  const { added, known } = await world.scan(id);
  console.log(`${what}: ${added} added, ${known} known, ${seconds(from)}; longest task ${longest.toFixed(0)} ms`);
}
clearInterval(timer);
await world.close();
rmSync(root, { recursive: true, force: true });

const from = performance.now();
await killAndResume(codec, { files, kills: 10, mode, random: Math.random, log: console.log });
console.log(`killed ten times, resumed and verified clean: ${seconds(from)}`);
await codec.close();
