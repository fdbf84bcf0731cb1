import { runMain } from './lib/modern-node.mjs';

await runMain(() => import('./lib/icons.ts'));
