import { expect, it } from 'vitest';
import { checkConvergence } from './testing/convergence.ts';

it('converges whatever happens in between, 3,000 times', async () => {
  await checkConvergence({ numRuns: 3_000 });
  expect.hasAssertions();
}, 600_000);
