import { beforeEach, describe, expect, it } from 'vitest';
import { appError } from '../../shared/errors.ts';
import { fail, ok, type Result } from '../../shared/result.ts';
import { createProviderStatus } from './provider-status.ts';

let now: number;
let asked: number;
let url: string;
/** What waifu.im will answer, and when. */
let answer: () => Promise<Result<void>>;
let statuses: ReturnType<typeof createProviderStatus>;
const nobody = new AbortController().signal;

beforeEach(() => {
  now = 1_000_000;
  asked = 0;
  url = 'https://one.example';
  answer = () => Promise.resolve(ok(undefined));
  const info = () => ({ baseUrl: url }) as never;
  statuses = createProviderStatus({
    clock: { now: () => now },
    providers: {
      'waifu-im': {
        info,
        online: () => {
          asked += 1;
          return answer();
        },
      },
      'yiff-rest': { info, online: () => Promise.resolve(ok(undefined)) },
    },
  });
});

describe('whether the services answer', () => {
  it('is asked once, however many want to know, and again after a while', async () => {
    const all = await Promise.all(Array.from({ length: 300 }, () => statuses(nobody)));
    expect([asked, new Set(all.map(([first]) => first?.online))]).toEqual([1, new Set([true])]);
    now += 29_000;
    await statuses(nobody);
    expect(asked).toBe(1);
    now += 1_000;
    await statuses(nobody);
    expect(asked).toBe(2);
  });

  it('is asked again soon of one that is away, at another address, and after the clock was set back', async () => {
    answer = () => Promise.resolve(fail(appError('offline', 'It cannot be reached.')));
    expect((await statuses(nobody))[0]).toMatchObject({ online: false, error: { code: 'offline' } });
    now += 5_000;
    answer = () => Promise.resolve(ok(undefined));
    expect((await statuses(nobody))[0]).toMatchObject({ online: true });
    url = 'https://other.example';
    await statuses(nobody);
    expect(asked).toBe(3);
    now -= 3_600_000;
    await statuses(nobody);
    expect(asked).toBe(4);
  });

  it('does not keep somebody who gives up, nor take that for an answer', async () => {
    let finish: (result: Result<void>) => void = () => undefined;
    answer = () => new Promise((resolve) => (finish = resolve));
    const impatient = new AbortController();
    const given = statuses(impatient.signal);
    const waited = statuses(nobody);
    impatient.abort();
    expect((await given)[0]).toMatchObject({ online: false, error: { code: 'cancelled' } });
    finish(ok(undefined));
    expect((await waited)[0]).toMatchObject({ online: true });
  });
});
