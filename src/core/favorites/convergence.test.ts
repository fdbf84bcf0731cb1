import { expect, it } from 'vitest';
import { checkConvergence } from './testing/convergence.ts';

// The many runs are in convergence.slow.test.ts; these few are for every check.
it('converges whatever happens in between', async () => {
  await checkConvergence({ numRuns: 100 });
  expect.hasAssertions();
}, 60_000);
