import { expect, it } from 'vitest';
import { ok } from '../../shared/result.ts';
import { createSharedWork } from './shared-work.ts';

it('fails for everybody who waits when the work fails, and begins anew afterwards', async () => {
  const work = createSharedWork<number>();
  let fail = (_error: Error): void => undefined;
  const broken = () => new Promise<never>((_resolve, reject) => (fail = reject));
  const leaving = new AbortController();
  const joined = [{}, {}, { signal: leaving.signal }].map((options) => work.join('a', broken, options));
  leaving.abort();
  fail(new Error('The disk is gone.'));
  expect(await Promise.allSettled(joined)).toMatchObject([
    { reason: { message: 'The disk is gone.' } },
    { reason: { message: 'The disk is gone.' } },
    { value: { ok: false, error: { code: 'cancelled' } } },
  ]);
  expect(await work.join('a', () => Promise.resolve(ok(1)), {})).toEqual(ok(1));
  await work.close();
});
