import { killSyncs } from '../src/core/favorites/testing/kill.ts';

// node bench/kill.ts [runs]: kills a program in the middle of flush, pull and download, and looks at what it leaves behind.
const runs = Number(process.argv[2] ?? 100);
const began = performance.now();
const report = await killSyncs(runs);
console.log(
  `${report.runs} kills in ${Math.round((performance.now() - began) / 1000)} s, after ${report.requests} requests and ${report.files} files: ` +
    (report.broken.length === 0 ? 'clean every time.' : `${report.broken.length} broken`),
);
for (const line of report.broken) console.log(line);
process.exitCode = report.broken.length === 0 ? 0 : 1;
