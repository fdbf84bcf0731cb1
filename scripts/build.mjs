import { runMain } from './lib/modern-node.mjs';

await runMain(() => import('./lib/build.ts'));
