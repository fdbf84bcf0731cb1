import { expect, it } from 'vitest';
import { checkConvergence } from './testing/convergence.ts';

it('converges whatever happens in between, 2,500 times', async () => {
  await checkConvergence({ numRuns: 2_500 });
  expect.hasAssertions();
}, 600_000);
