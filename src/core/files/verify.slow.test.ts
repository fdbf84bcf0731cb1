import { expect, it } from 'vitest';
import { testCodec } from './testing/pictures.ts';
import { killAndVerify } from './testing/kill.ts';

it('verifies clean after each of twenty kills', async () => {
  const codec = testCodec();
  await killAndVerify(20, codec);
  await codec.close();
  expect.hasAssertions();
});
