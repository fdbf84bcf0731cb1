import { afterAll, describe, expect, it } from 'vitest';
import { testCodec } from '../files/testing/pictures.ts';
import { killAndResume } from './testing/kill.ts';

const codec = testCodec();
afterAll(() => codec.close());

/** The same numbers in every run, so that a failure can be repeated. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('an import that is killed', () => {
  it.each([
    ['copy', 1_000, 10],
    ['reference', 1_000, 5],
  ] as const)('goes on where it was, by %s', { timeout: 300_000 }, async (mode, files, kills) => {
    await killAndResume(codec, { files, kills, mode, random: seeded(20_261) });
    expect.hasAssertions();
  });
});
